//! The rules of forgotten and changed passwords.

use std::sync::Arc;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    hasher::{Hasher, Verdict},
};
use sea_orm::{DatabaseTransaction, DbErr};
use shared::{
    account::{ChangePassword, ForgottenPassword, NewPassword, OpenedReset},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Username,
};
use uuid::Uuid;

use super::{
    history, letters,
    links::{self, Purpose},
    resets::{self, Asked},
    store,
};
use crate::{
    audit::{self, Event},
    config::Config,
    error::{ApiError, ApiResult},
    gate::Caller,
    login::LoginService,
    mail::{self, MailService},
    person,
    session::{Ending, SessionService},
    token::TokenService,
};

/// How many requests are looked for at once.
const BATCH: u32 = 50;

/// What passwords are changed with.
#[derive(Clone)]
pub struct PasswordService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) hasher: Hasher,
    pub(super) mail: MailService,
    pub(super) login: LoginService,
    pub(super) sessions: SessionService,
    pub(super) tokens: TokenService,
    pub(super) config: Arc<Config>,
}

impl PasswordService {
    /// On this database.
    pub fn new(
        (db, clock, hasher): (Database, SharedClock, Hasher),
        (mail, login): (MailService, LoginService),
        (sessions, tokens): (SessionService, TokenService),
        config: Arc<Config>,
    ) -> Self {
        Self {
            db,
            clock,
            hasher,
            mail,
            login,
            sessions,
            tokens,
            config,
        }
    }

    /// Notes that somebody asks for a link to a new password. It does the same whoever that is.
    pub(super) async fn forgotten(&self, asked: &ForgottenPassword, source: &str) -> ApiResult<()> {
        let violations = asked.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        self.mail.require()?;
        self.login.count_reset(&asked.account, source).await?;
        Ok(resets::note(&self.db, self.clock.as_ref(), asked.account.trim(), source).await?)
    }

    /// Answers what was asked for: a link by mail to each account that is meant. How many requests were looked at.
    pub async fn answer_resets(&self) -> Result<usize, DbErr> {
        let (mut after, mut answered) = (Uuid::nil(), 0);
        loop {
            let waiting = resets::waiting(&self.db, after, self.clock.now(), BATCH).await?;
            let Some(last) = waiting.last() else {
                return Ok(answered);
            };
            after = last.id;
            for asked in waiting {
                match self.answer(&asked).await {
                    Ok(()) => answered += 1,
                    // It stays for the next round, and keeps nobody else from theirs.
                    Err(error) => tracing::warn!(%error, "a request for a new password waits"),
                }
            }
        }
    }

    async fn answer(&self, asked: &Asked) -> Result<(), DbErr> {
        let (clock, now) = (self.clock.as_ref(), self.clock.now());
        let transaction = database::begin_write(&self.db).await?;
        if !resets::take(&transaction, asked.id).await? || asked.stale {
            return transaction.commit().await;
        }
        let mut events = Vec::new();
        for account in resets::meant(&transaction, &asked.account).await? {
            let event = Event::new(AuditAction::PasswordResetRequested)
                .subject(account.person)
                .source(&asked.source);
            let Some(email) = &account.email else {
                events.push(event.detail("mail", "no_address"));
                continue;
            };
            let token = links::make(&transaction, account.person, Purpose::PasswordReset, None, now).await?;
            let until = now.plus(Purpose::PasswordReset.life());
            let public_url = &self.config.http.public_url;
            let letter = letters::reset(public_url, email, &account.username, token.expose(), until);
            mail::enqueue(&transaction, clock, letter).await?;
            events.push(event.detail("mail", "enqueued"));
        }
        for event in events {
            audit::record(&transaction, clock, event).await?;
        }
        transaction.commit().await
    }

    /// Whose password a link sets. It stays good.
    pub(super) async fn open(&self, token: &str) -> ApiResult<OpenedReset> {
        let (_, own) = self.of_link(token).await?;
        Ok(OpenedReset {
            username: own.username,
        })
    }

    async fn of_link(&self, token: &str) -> ApiResult<(Uuid, store::Own)> {
        let found = links::find(&self.db, token, Purpose::PasswordReset, self.clock.now()).await?;
        let person = found.ok_or(ErrorCode::LinkOver)?.person;
        let own = store::of_person(&self.db, person).await?;
        let own = own.filter(|own| !own.disabled).ok_or(ErrorCode::LinkOver)?;
        Ok((person, own))
    }

    /// Sets the password that came with a link. Whatever was signed in for the person is not any more.
    pub(super) async fn redeem(&self, new: NewPassword, source: &str) -> ApiResult<()> {
        if let Some(violation) = new.length_violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let (person, own) = self.of_link(&new.token).await?;
        history::check(&self.db, &self.hasher, person, &own, ("password", &new.password)).await?;
        let hash = self.hasher.hash(new.password.into()).await?;

        let transaction = database::begin_write(&self.db).await?;
        person::hold(&transaction, person).await?;
        if !links::use_up(&transaction, &new.token, Purpose::PasswordReset, self.clock.now()).await? {
            return Err(ErrorCode::LinkOver.into());
        }
        self.set(&transaction, person, &own, &hash, None).await?;
        self.login.forget_devices(&transaction, person).await?;
        // Guesses by strangers keep the owner out no longer.
        self.login.lift(&transaction, &own.username).await?;
        self.tokens.revoke_all(&transaction, person).await?;
        let event = Event::new(AuditAction::PasswordReset)
            .actor(person)
            .subject(person)
            .source(source);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.sessions.forget_person(person);
        Ok(())
    }

    /// Changes the password of who knows the present one. The other sessions end.
    pub(super) async fn change(
        &self,
        caller: &Caller,
        change: ChangePassword,
        source: &str,
    ) -> ApiResult<()> {
        let person = caller.person.id;
        let own = store::of_person(&self.db, person)
            .await?
            .ok_or(ErrorCode::NoPassword)?;
        let violations = change.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let guess = self.login.count_guess(person).await?;
        let stored = Some(own.password_hash.clone());
        let verdict = self.hasher.verify(change.current.into(), stored).await;
        match verdict {
            Ok(Verdict::Right { .. }) => self.login.right(&self.db, &guess).await?,
            Ok(Verdict::Wrong) => {
                let wrong = Violation::new("current", ViolationCode::Wrong);
                return Err(ApiError::Invalid(vec![wrong]));
            }
            Err(error) => {
                self.login.not_made(&self.db, &guess).await?;
                return Err(error.into());
            }
        }
        history::check(&self.db, &self.hasher, person, &own, ("new", &change.new)).await?;
        let hash = self.hasher.hash(change.new.into()).await?;

        let transaction = database::begin_write(&self.db).await?;
        person::hold(&transaction, person).await?;
        self.set(&transaction, person, &own, &hash, caller.session_id())
            .await?;
        let event = Event::new(AuditAction::PasswordChanged)
            .actor(person)
            .subject(person)
            .source(source);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.sessions.forget_person(person);
        Ok(())
    }

    /// Replaces the password, ends the sessions but for this one, takes links by mail away, and tells the person.
    async fn set(
        &self,
        transaction: &DatabaseTransaction,
        person: Uuid,
        own: &store::Own,
        hash: &str,
        except: Option<Uuid>,
    ) -> ApiResult<()> {
        let clock = self.clock.as_ref();
        if !history::replace(transaction, clock, person, &own.password_hash, hash).await? {
            // Another change was faster.
            return Err(ErrorCode::Conflict.into());
        }
        self.sessions
            .end_all(transaction, person, except, Ending::PasswordChanged)
            .await?;
        links::cancel(transaction, person).await?;
        if let Some(email) = &own.email {
            mail::enqueue(
                transaction,
                clock,
                letters::password_changed(email, &own.username),
            )
            .await?;
        }
        Ok(())
    }

    /// Checks a password for an account that is not there yet, and hashes it.
    ///
    /// # Errors
    /// Every rule that it breaks.
    pub async fn first(&self, password: String, username: &Username) -> ApiResult<String> {
        let violations = shared::text::password::violations("password", &password, username.as_str());
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        Ok(self.hasher.hash(password.into()).await?)
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        links::purge(&self.db, self.clock.now()).await
    }
}
