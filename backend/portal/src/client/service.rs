//! Who registers what. Authority is read in the transaction of the deed.

use foundation::{
    clock::SharedClock,
    database::{Database, begin_write},
};
use oidc_provider::{ClientKeys, Ended, RegisteredUri, storage::database};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    audit::AuditAction,
    client::{ClientAuthentication, ClientData, ClientView, RegisteredClient},
    problem::{ErrorCode, Violation, ViolationCode},
};
use url::{Origin, Url};
use uuid::Uuid;

use super::store::{self, Row};
use crate::{
    application::{self, Deed},
    audit,
    error::{ApiError, ApiResult},
    http::precondition::{IfMatch, Tagged},
};

/// Keeps the registrations of clients.
#[derive(Clone)]
pub struct ClientService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    issuer: Url,
}

impl ClientService {
    /// On this database; the issuer is the portal's public address.
    pub fn new(db: Database, clock: SharedClock, issuer: Url) -> Self {
        Self { db, clock, issuer }
    }

    /// An address below the issuer.
    pub(super) fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.as_str().trim_end_matches('/'))
    }

    /// The application of this code, if this one keeps it.
    pub(super) async fn kept<C: ConnectionTrait>(
        &self,
        db: &C,
        deed: Deed<'_>,
        code: &str,
    ) -> ApiResult<Uuid> {
        application::kept(db, deed.by, code).await
    }

    /// Passes whoever may let an application read the directory: it holds everybody's addresses and roles, so system
    /// administrators alone.
    async fn may_open_directory<C: ConnectionTrait>(
        &self,
        db: &C,
        deed: Deed<'_>,
        opens: bool,
    ) -> ApiResult<()> {
        if opens && !application::keeps_all(db, deed.by).await? {
            let locked = Violation::new("reads_directory", ViolationCode::Locked);
            return Err(ApiError::Invalid(vec![locked]));
        }
        Ok(())
    }

    /// The registration of an application that this one keeps, held until the transaction ends.
    pub(super) async fn held(
        &self,
        transaction: &DatabaseTransaction,
        deed: Deed<'_>,
        code: &str,
    ) -> ApiResult<Row> {
        let application = self.kept(transaction, deed, code).await?;
        if !store::hold(transaction, application).await? {
            return Err(ErrorCode::NotFound.into());
        }
        Ok(store::find(transaction, code, true)
            .await?
            .ok_or(ErrorCode::NotFound)?)
    }

    pub(super) async fn view<C: ConnectionTrait>(
        &self,
        db: &C,
        row: Row,
    ) -> Result<Tagged<ClientView>, DbErr> {
        let secrets = store::secrets(db, row.application, self.clock.now()).await?;
        Ok(Tagged {
            version: row.version,
            body: ClientView {
                client_id: row.code,
                issuer: self.endpoint(""),
                data: row.data,
                secrets: secrets.into_iter().map(|(view, _)| view).collect(),
                registered_at: row.registered_at,
                used_at: row.used_at,
            },
        })
    }

    /// The registration of an application that one keeps.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for one who does not keep it, and when it is not registered.
    pub async fn read(&self, viewer: Uuid, code: &str) -> ApiResult<Tagged<ClientView>> {
        application::kept(&self.db, viewer, code).await?;
        let row = store::find(&self.db, code, true)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        Ok(self.view(&self.db, row).await?)
    }

    /// Registers an application that one keeps.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for one who does not keep it, [`ErrorCode::Conflict`] when it is registered; all violations
    /// at once.
    pub async fn register(
        &self,
        deed: Deed<'_>,
        code: &str,
        data: ClientData,
    ) -> ApiResult<Tagged<RegisteredClient>> {
        let transaction = begin_write(&self.db).await?;
        let application = self.kept(&transaction, deed, code).await?;
        check(&data)?;
        let opens = data.reads_directory;
        self.may_open_directory(&transaction, deed, opens).await?;
        let registered = self.insert(&transaction, application, code, &data).await?;
        let event = deed
            .event(AuditAction::ClientRegistered, code)
            .detail("after", &application::whole(&data));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(registered)
    }

    /// Writes a registration that was checked, with its first secret.
    pub(super) async fn insert(
        &self,
        transaction: &DatabaseTransaction,
        application: Uuid,
        code: &str,
        data: &ClientData,
    ) -> ApiResult<Tagged<RegisteredClient>> {
        if !store::insert(transaction, application, data, self.clock.now()).await? {
            return Err(ErrorCode::Conflict.into());
        }
        let secret = match data.authentication {
            ClientAuthentication::ClientSecret => Some(self.make_secret(transaction, application).await?),
            ClientAuthentication::PrivateKeyJwt => None,
        };
        let row = store::find(transaction, code, true)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let client = self.view(transaction, row).await?;
        Ok(Tagged {
            version: client.version,
            body: RegisteredClient {
                client: client.body,
                client_secret: secret.map(|secret| secret.expose().to_owned()),
            },
        })
    }

    /// Changes a registration, whole; a change of nothing leaves its version.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] as for reading, [`ErrorCode::PreconditionFailed`] for another version; all violations at
    /// once.
    pub async fn change(
        &self,
        deed: Deed<'_>,
        code: &str,
        if_match: &IfMatch,
        data: ClientData,
    ) -> ApiResult<Tagged<ClientView>> {
        let transaction = begin_write(&self.db).await?;
        let before = self.held(&transaction, deed, code).await?;
        if_match.check(before.version)?;
        check(&data)?;
        let opens = data.reads_directory && !before.data.reads_directory;
        self.may_open_directory(&transaction, deed, opens).await?;
        let Some((was, is)) = application::changes(&before.data, &data) else {
            return Ok(self.view(&transaction, before).await?);
        };
        store::update(&transaction, before.application, &data).await?;
        if data.authentication != before.data.authentication {
            // What proved who it is in the other way proves nothing any more.
            let now = self.clock.now();
            store::limit_secrets(&transaction, before.application, now, now).await?;
        }
        let after = store::find(&transaction, code, true)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let view = self.view(&transaction, after).await?;
        let event = deed.event(AuditAction::ClientChanged, code);
        let event = event.detail("before", &was).detail("after", &is);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(view)
    }

    /// Takes a registration away: nobody comes in by it any more, and its tokens are worth nothing.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] as for reading.
    pub async fn remove(&self, deed: Deed<'_>, code: &str) -> ApiResult<()> {
        let transaction = begin_write(&self.db).await?;
        let row = self.held(&transaction, deed, code).await?;
        database::end(&transaction, Ended::Client(code), self.clock.now()).await?;
        store::remove(&transaction, row.application).await?;
        let event = deed
            .event(AuditAction::ClientRemoved, code)
            .detail("before", &application::whole(&row.data));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        Ok(transaction.commit().await?)
    }

    /// How people get into the application of this code; none when it is not registered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn entrance(&self, code: &str) -> Result<Option<Entrance>, DbErr> {
        let Some(row) = store::find(&self.db, code, false).await? else {
            return Ok(None);
        };
        let parsed = |address: &String| Url::parse(address).ok();
        let initiate_login = row.data.initiate_login_uri.as_ref().and_then(parsed);
        let addresses = row.data.redirect_uris.iter().filter_map(parsed);
        Ok(Some(Entrance {
            origins: addresses
                .chain(initiate_login.clone())
                .map(|address| address.origin())
                .collect(),
            initiate_login,
            issuer: self.endpoint(""),
        }))
    }
}

/// How people get into an application.
#[derive(Clone, Debug)]
pub struct Entrance {
    /// Where it begins a sign-in that it is asked for.
    pub initiate_login: Option<Url>,
    /// The origins of its addresses.
    pub origins: Vec<Origin>,
    /// Who asks.
    pub issuer: String,
}

/// Passes what may be registered.
pub(super) fn check(data: &ClientData) -> ApiResult<()> {
    let mut violations = data.violations();
    let mut add = |field: &str| {
        if violations.iter().all(|violation| violation.field != field) {
            violations.push(Violation::new(field, ViolationCode::Malformed));
        }
    };
    let own = |address: &Option<String>| address.iter().cloned().collect::<Vec<_>>();
    for (field, addresses) in [
        ("redirect_uris", data.redirect_uris.clone()),
        (
            "post_logout_redirect_uris",
            data.post_logout_redirect_uris.clone(),
        ),
        ("backchannel_logout_uri", own(&data.backchannel_logout_uri)),
        ("initiate_login_uri", own(&data.initiate_login_uri)),
    ] {
        if addresses
            .iter()
            .any(|address| RegisteredUri::parse(address).is_err())
        {
            add(field);
        }
    }
    if data
        .jwks
        .as_deref()
        .is_some_and(|keys| ClientKeys::parse(keys).is_err())
    {
        add("jwks");
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(violations))
    }
}
