//! The invited person's side: looking at the link, and setting the password, by which the account comes into being.

use foundation::database;
use shared::{
    account::{NewPassword, OpenedInvitation},
    audit::AuditAction,
    person::AccountKind,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Username,
};

use super::{InvitationService, store};
use crate::{
    account,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    person::{self, NewPerson},
};

impl InvitationService {
    /// What an invitation is for. It stays good.
    pub(super) async fn open(&self, token: &str) -> ApiResult<OpenedInvitation> {
        let found = store::by_token(&self.db, token, self.clock.now())
            .await?
            .ok_or(ErrorCode::LinkOver)?;
        Ok(OpenedInvitation {
            agency: found.agency_view(),
            username: found.username,
            name: found.name,
            expires_at: found.expires_at,
        })
    }

    /// Makes the account that an invitation is for, with this password.
    pub(super) async fn accept(&self, new: NewPassword, source: &str) -> ApiResult<()> {
        if let Some(violation) = new.length_violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let found = store::by_token(&self.db, &new.token, self.clock.now())
            .await?
            .ok_or(ErrorCode::LinkOver)?;
        let username =
            Username::parse("username", &found.username).map_err(|it| ApiError::Invalid(vec![it]))?;
        let hash = self.passwords.first(new.password, &username).await?;

        let clock = self.clock.as_ref();
        let transaction = database::begin_write(&self.db).await?;
        if !store::accept(&transaction, &new.token, clock.now()).await? {
            return Err(ErrorCode::LinkOver.into());
        }
        let person = NewPerson {
            name: found.name.clone(),
            account_kind: AccountKind::Emic,
            agency: found.oid(),
            email: Some(found.email.clone()),
            phone: None,
            given: Vec::new(),
            roles: Vec::new(),
        };
        let id = person::insert(&transaction, clock, &person).await?;
        if !account::insert(&transaction, id, &username, &hash, clock.now()).await? {
            // Somebody made an account of this name at the shell meanwhile.
            let taken = Violation::new("username", ViolationCode::Taken);
            return Err(ApiError::Invalid(vec![taken]));
        }
        store::became(&transaction, found.id, id).await?;
        let event = Event::new(AuditAction::AccountCreated)
            .actor(id)
            .subject(id)
            .source(source)
            .detail("invitation", &found.id.to_string());
        audit::record(&transaction, clock, event).await?;
        transaction.commit().await?;
        Ok(())
    }
}
