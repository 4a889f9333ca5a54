//! The rules of inviting.

use std::{sync::Arc, time::Duration};

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    id,
    random::Token,
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    account::{InvitationView, NewInvitation},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
    text::{Email, Oid, PersonName, Username},
};
use uuid::Uuid;

use super::{
    letter,
    store::{self, Invitation},
};
use crate::{
    account::{self, PasswordService},
    agency,
    audit::{self, Event},
    config::Config,
    error::{ApiError, ApiResult},
    gate::Caller,
    mail::{self, MailService},
    post::Reach,
};

/// For so long an invitation's link is good.
pub(super) const LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Invites people.
#[derive(Clone)]
pub struct InvitationService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) mail: MailService,
    pub(super) passwords: PasswordService,
    config: Arc<Config>,
}

/// Who is to be invited, when all rules are kept.
pub(super) struct Checked {
    id: Uuid,
    username: Username,
    name: String,
    email: String,
    agency: Oid,
}

impl InvitationService {
    /// On this database.
    pub fn new(
        (db, clock): (Database, SharedClock),
        mail: MailService,
        passwords: PasswordService,
        config: Arc<Config>,
    ) -> Self {
        Self {
            db,
            clock,
            mail,
            passwords,
            config,
        }
    }

    /// How far a person may invite; nobody without a post that reaches an agency.
    pub(super) async fn reach<C: ConnectionTrait>(&self, db: &C, person: Uuid) -> ApiResult<Reach> {
        let reach = Reach::of(db, person).await?;
        if reach.is_nothing() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(reach)
    }

    /// The invitations to the agencies that one manages.
    pub(super) async fn list(
        &self,
        caller: &Caller,
        after: Option<Uuid>,
        limit: u32,
    ) -> ApiResult<Vec<InvitationView>> {
        let reach = self.reach(&self.db, caller.person.id).await?;
        let now = self.clock.now();
        let rows = store::list(&self.db, &reach, after, limit).await?;
        Ok(rows.into_iter().map(|row| row.view(now)).collect())
    }

    /// Invites a person. The flag says whether that is new; the same id and body again find what is there.
    pub(super) async fn invite(
        &self,
        caller: &Caller,
        new: &NewInvitation,
        source: &str,
    ) -> ApiResult<(InvitationView, bool)> {
        let transaction = database::begin_write(&self.db).await?;
        let reach = self.reach(&transaction, caller.person.id).await?;
        self.mail.require()?;
        if let Some(before) = self.before(&transaction, caller, new).await? {
            return Ok((before, false));
        }
        let checked = self
            .check(&transaction, &reach, new)
            .await?
            .map_err(ApiError::Invalid)?;
        let id = checked.id;
        let event = self
            .write(&transaction, caller.person.id, checked, source)
            .await?;
        let Some(event) = event else {
            // Somebody was faster with the name; or this very request, sent twice at once.
            let before = self.before(&transaction, caller, new).await?;
            return before
                .map(|before| (before, false))
                .ok_or_else(|| ApiError::Invalid(vec![taken()]));
        };
        let made = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok((made.view(self.clock.now()), true))
    }

    /// The invitation that the same request has made before.
    async fn before<C: ConnectionTrait>(
        &self,
        db: &C,
        caller: &Caller,
        new: &NewInvitation,
    ) -> ApiResult<Option<InvitationView>> {
        let Some(id) = new.id else { return Ok(None) };
        match store::find(db, id).await? {
            None => Ok(None),
            Some(before) if before.invited_by == Some(caller.person.id) && is_same(&before, new) => {
                Ok(Some(before.view(self.clock.now())))
            }
            Some(_) => Err(ErrorCode::Conflict.into()),
        }
    }

    /// Who is to be invited, or all that is wrong with it.
    pub(super) async fn check<C: ConnectionTrait>(
        &self,
        db: &C,
        reach: &Reach,
        new: &NewInvitation,
    ) -> Result<Result<Checked, Vec<Violation>>, DbErr> {
        let mut violations = new.violations();
        let username = Username::parse("username", &new.username).ok();
        if let Some(username) = &username {
            let key = username.key();
            let open = store::is_open_for(db, &key, self.clock.now()).await?;
            if open || account::name_is_taken(db, &key).await? {
                violations.push(taken());
            }
        }
        let oid = new.agency.trim().parse::<Oid>().ok();
        if let Some(oid) = &oid
            && !(reach.covers(Some(oid)) && agency::holds(db, oid).await?)
        {
            // One that is not one's own is told apart from none by nothing.
            violations.push(Violation::new("agency", ViolationCode::Unknown));
        }
        let name = PersonName::parse("name", &new.name).ok();
        let email = Email::parse("email", &new.email).ok();
        Ok(match (username, name, email, oid) {
            (Some(username), Some(name), Some(email), Some(agency)) if violations.is_empty() => Ok(Checked {
                id: new.id.unwrap_or_else(|| id::new(self.clock.as_ref())),
                username,
                name: name.as_str().to_owned(),
                email: email.as_str().to_owned(),
                agency,
            }),
            _ => Err(violations),
        })
    }

    /// Writes an invitation and its mail. What the log shall hold; none when somebody was faster with the name.
    pub(super) async fn write<C: ConnectionTrait>(
        &self,
        transaction: &C,
        by: Uuid,
        checked: Checked,
        source: &str,
    ) -> Result<Option<Event>, DbErr> {
        let (token, now) = (Token::generate(), self.clock.now());
        let invitation = Invitation {
            id: checked.id,
            username: checked.username.as_str().to_owned(),
            name: checked.name,
            email: checked.email,
            agency: checked.agency.to_string(),
            agency_name: None,
            invited_by: Some(by),
            inviter: None,
            made_at: now,
            expires_at: now.plus(LIFE),
            accepted_at: None,
            cancelled_at: None,
        };
        if !store::insert(transaction, &invitation, &checked.username, &token.hash()).await? {
            return Ok(None);
        }
        self.send(transaction, &invitation, &token).await?;
        let event = Event::new(AuditAction::InvitationSent)
            .actor(by)
            .source(source)
            .detail("invitation", &invitation.id.to_string())
            .detail("agency", &invitation.agency);
        Ok(Some(event))
    }

    async fn send<C: ConnectionTrait>(
        &self,
        transaction: &C,
        invitation: &Invitation,
        token: &Token,
    ) -> Result<(), DbErr> {
        let until = self.clock.now().plus(LIFE);
        let letter = letter::invitation(&self.config.http.public_url, invitation, token.expose(), until);
        mail::enqueue(transaction, self.clock.as_ref(), letter).await
    }

    /// Sends an invitation once more; the link before is good no longer.
    pub(super) async fn resend(&self, caller: &Caller, id: Uuid, source: &str) -> ApiResult<InvitationView> {
        let transaction = database::begin_write(&self.db).await?;
        let before = self.own(&transaction, caller, id).await?;
        self.mail.require()?;
        let (token, now) = (Token::generate(), self.clock.now());
        let key = Username::key_of(&before.username);
        if account::name_is_taken(&transaction, &key).await?
            || !store::renew(&transaction, id, &key, &token.hash(), now.plus(LIFE)).await?
        {
            return Err(ErrorCode::Conflict.into());
        }
        self.send(&transaction, &before, &token).await?;
        let event = Event::new(AuditAction::InvitationResent);
        self.done(transaction, caller, id, event, source).await
    }

    /// Takes an invitation back; its link is good no longer.
    pub(super) async fn cancel(&self, caller: &Caller, id: Uuid, source: &str) -> ApiResult<InvitationView> {
        let transaction = database::begin_write(&self.db).await?;
        self.own(&transaction, caller, id).await?;
        if !store::cancel(&transaction, id, self.clock.now()).await? {
            return Err(ErrorCode::Conflict.into());
        }
        let event = Event::new(AuditAction::InvitationCancelled);
        self.done(transaction, caller, id, event, source).await
    }

    /// An invitation to an agency that the caller manages now.
    async fn own<C: ConnectionTrait>(&self, db: &C, caller: &Caller, id: Uuid) -> ApiResult<Invitation> {
        let reach = Reach::of(db, caller.person.id).await?;
        store::find(db, id)
            .await?
            .filter(|it| reach.covers(it.oid().as_ref()))
            .ok_or_else(|| ErrorCode::NotFound.into())
    }

    async fn done(
        &self,
        transaction: sea_orm::DatabaseTransaction,
        caller: &Caller,
        id: Uuid,
        event: Event,
        source: &str,
    ) -> ApiResult<InvitationView> {
        let now = store::find(&transaction, id).await?.ok_or(ErrorCode::NotFound)?;
        let event = event
            .actor(caller.person.id)
            .source(source)
            .detail("invitation", &id.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(now.view(self.clock.now()))
    }
}

fn taken() -> Violation {
    Violation::new("username", ViolationCode::Taken)
}

/// Whether a body would have made this invitation.
fn is_same(before: &Invitation, new: &NewInvitation) -> bool {
    let username = Username::parse("username", &new.username);
    let name = PersonName::parse("name", &new.name);
    let email = Email::parse("email", &new.email);
    username.is_ok_and(|it| it.as_str() == before.username)
        && name.is_ok_and(|it| it.as_str() == before.name)
        && email.is_ok_and(|it| it.as_str() == before.email)
        && new.agency.trim() == before.agency
}
