//! Secrets: made by the portal, shown once, replaced with an overlap.

use std::time::Duration;

use foundation::{
    clock::Clock,
    database, id,
    random::{Token, TokenHash},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    audit::AuditAction,
    client::{
        ClientAuthentication, ClientData, LONGEST_OVERLAP, NewClientSecret, NewRegistrationToken,
        RegisteredClient,
    },
    problem::{ErrorCode, Violation, ViolationCode},
};
use uuid::Uuid;

use super::{ClientService, store};
use crate::{
    application::Deed,
    audit,
    error::{ApiError, ApiResult},
};

const HOUR: Duration = Duration::from_secs(60 * 60);
/// How long an application has to register itself.
const TO_REGISTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest that a trial takes.
const FOR_A_TRIAL: Duration = Duration::from_secs(60);

/// A secret that is made for a trial.
#[derive(Debug)]
pub struct TrialSecret {
    application: Uuid,
    id: Uuid,
    secret: Token,
}

impl TrialSecret {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        self.secret.expose()
    }
}

impl ClientService {
    /// A further secret; those before count for as long as is said.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for one who does not keep the application, or when it is not registered; a violation when it
    /// has no use for one, or for an overlap that is too long.
    pub async fn add_secret(
        &self,
        deed: Deed<'_>,
        code: &str,
        new: NewClientSecret,
    ) -> ApiResult<RegisteredClient> {
        if new.keep_old_hours > LONGEST_OVERLAP {
            let violation = Violation::new("keep_old_hours", ViolationCode::OutOfRange);
            return Err(ApiError::Invalid(vec![
                violation.with("min", 0).with("max", LONGEST_OVERLAP),
            ]));
        }
        let transaction = database::begin_write(&self.db).await?;
        let row = self.held(&transaction, deed, code).await?;
        if row.data.authentication != ClientAuthentication::ClientSecret {
            return Err(ErrorCode::Conflict.into());
        }
        let now = self.clock.now();
        let until = now.plus(HOUR * new.keep_old_hours);
        store::limit_secrets(&transaction, row.application, now, until).await?;
        let secret = self.make_secret(&transaction, row.application).await?;
        let client = self.view(&transaction, row).await?;
        let event = deed
            .event(AuditAction::ClientSecretMade, code)
            .detail("keep_old_hours", &new.keep_old_hours.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(RegisteredClient {
            client: client.body,
            client_secret: Some(secret.expose().to_owned()),
        })
    }

    /// Ends a secret at once.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none, or not for this one.
    pub async fn end_secret(&self, deed: Deed<'_>, code: &str, id: Uuid) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        let row = self.held(&transaction, deed, code).await?;
        if !store::end_secret(&transaction, row.application, id).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let event = deed.event(AuditAction::ClientSecretEnded, code);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes a secret of a registration.
    pub(super) async fn make_secret<C: ConnectionTrait>(
        &self,
        transaction: &C,
        application: Uuid,
    ) -> Result<Token, DbErr> {
        let secret = Token::generate();
        let id = id::new(self.clock.as_ref());
        let now = self.clock.now();
        store::add_secret(transaction, (id, application), &secret.hash(), now, None).await?;
        Ok(secret)
    }

    /// A secret for a trial, which counts for a minute at most.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when the application is not registered.
    pub async fn trial_secret(&self, code: &str) -> ApiResult<TrialSecret> {
        let row = store::find(&self.db, code, true)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let secret = TrialSecret {
            application: row.application,
            id: id::new(self.clock.as_ref()),
            secret: Token::generate(),
        };
        let now = self.clock.now();
        let key = (secret.id, secret.application);
        let until = Some(now.plus(FOR_A_TRIAL));
        store::add_secret(&self.db, key, &secret.secret.hash(), now, until).await?;
        Ok(secret)
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the database fails; then it ends by itself.
    pub async fn end_trial_secret(&self, secret: &TrialSecret) -> Result<(), DbErr> {
        store::end_secret(&self.db, secret.application, secret.id)
            .await
            .map(drop)
    }

    /// What the application registers itself with, once, within a day. A token of before counts no more.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for one who does not keep the application; [`ErrorCode::Conflict`] when it is registered.
    pub async fn registration_token(&self, deed: Deed<'_>, code: &str) -> ApiResult<NewRegistrationToken> {
        let transaction = database::begin_write(&self.db).await?;
        let application = self.kept(&transaction, deed, code).await?;
        if store::find(&transaction, code, true).await?.is_some() {
            return Err(ErrorCode::Conflict.into());
        }
        let token = Token::generate();
        let expires_at = self.clock.now().plus(TO_REGISTER);
        store::set_registration_token(&transaction, (application, deed.by), &token.hash(), expires_at)
            .await?;
        let event = deed.event(AuditAction::RegistrationTokenMade, code);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(NewRegistrationToken {
            registration_endpoint: self.endpoint("/oidc/register"),
            initial_access_token: token.expose().to_owned(),
            expires_at,
        })
    }
}

/// Registers an application with a secret that is known already.
pub(crate) async fn insert<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    application: Uuid,
    data: &ClientData,
    secret: &TokenHash,
) -> Result<(), DbErr> {
    let now = clock.now();
    store::insert(transaction, application, data, now).await?;
    store::add_secret(transaction, (id::new(clock), application), secret, now, None).await
}
