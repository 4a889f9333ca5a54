//! The provider, put together, and what the portal asks of it.

use std::{sync::Arc, time::Duration};

use foundation::{clock::SharedClock, database::Database, http_client::HttpClient};
use http::{HeaderMap, header};
use oidc_provider::{
    Algorithm, HttpSender, Issuer, KeyPolicy, Lifetimes, Parts, Provider, Scopes, Settings, Unavailable,
    storage::database::DatabaseStorage,
};
use sea_orm::DbErr;
use shared::problem::ErrorCode;
use url::Url;

use super::{CLAIMS, SCOPES, admission::Admission, host::Portal, subjects};
use crate::{
    application::ApplicationService,
    client::Registered,
    error::{ApiError, ApiResult},
    http::source::TrustedProxies,
    session::SessionService,
};

/// How long an access token counts. Whether its person may still go there is asked anew each time.
const ACCESS_TOKEN: Duration = Duration::from_secs(10 * 60);

/// What the provider is put together of.
pub struct Site<'a> {
    /// The database.
    pub db: &'a Database,
    /// The clock.
    pub clock: &'a SharedClock,
    /// Sessions.
    pub sessions: &'a SessionService,
    /// Applications.
    pub applications: &'a ApplicationService,
    /// The portal's public address: the issuer.
    pub public_url: &'a Url,
    /// The proxies that are believed when they say where a request comes from.
    pub trusted_proxies: TrustedProxies,
}

/// Nobody is told why.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn unavailable(error: Unavailable) -> ApiError {
    tracing::error!(%error, "the provider cannot answer");
    ErrorCode::Unavailable.into()
}

/// The bearer token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The portal as provider.
#[derive(Clone)]
pub struct ProviderService {
    pub(super) provider: Provider,
    pub(super) portal: Portal,
}

fn fault(error: impl std::fmt::Display) -> DbErr {
    DbErr::Custom(error.to_string())
}

impl ProviderService {
    /// Puts it together.
    ///
    /// # Errors
    /// When the database fails, or nothing can be sent.
    pub async fn new(site: Site<'_>) -> Result<Self, DbErr> {
        let issuer = Issuer::parse(site.public_url.as_str().trim_end_matches('/')).map_err(fault)?;
        let settings = Settings {
            issuer,
            algorithms: vec![Algorithm::Es256, Algorithm::Rs256],
            scopes: Scopes::of(SCOPES),
            claims: CLAIMS.to_vec(),
            ui_locales: vec!["zh-Hant-TW", "en"],
            lifetimes: Lifetimes {
                access_token: ACCESS_TOKEN,
                id_token: ACCESS_TOKEN,
                session: site.sessions.limits().absolute,
                refresh_token: site.sessions.limits().absolute,
                ..Lifetimes::default()
            },
            key_policy: KeyPolicy::default(),
            refresh: true,
            client_credentials: true,
            pairwise_key: Some(subjects::key(site.db).await?),
            registration: true,
        };
        let portal = Portal {
            admission: Admission::new(site.db, site.clock.clone()),
            clock: site.clock.clone(),
            sessions: site.sessions.clone(),
            applications: site.applications.clone(),
            trusted_proxies: site.trusted_proxies,
        };
        let parts = Parts {
            storage: Arc::new(DatabaseStorage::new(site.db.clone())),
            clients: Arc::new(Registered::new(site.db, site.clock.clone())),
            host: Arc::new(portal.clone()),
            sender: Arc::new(HttpSender(HttpClient::new().map_err(fault)?)),
            clock: site.clock.clone(),
        };
        Ok(Self {
            provider: Provider::new(settings, parts),
            portal,
        })
    }

    /// The application whose own token this is, and what it may do with it.
    ///
    /// # Errors
    /// [`ErrorCode::TokenUnknown`] when the token is not alive.
    pub async fn client_of_token(&self, token: &str) -> ApiResult<(String, Scopes)> {
        let found = self.provider.client_of_token(token).await.map_err(unavailable)?;
        let (client, scopes) = found.ok_or(ErrorCode::TokenUnknown)?;
        Ok((client.id, scopes))
    }

    /// Does what is due: new keys, and rows that nobody needs any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn maintain(&self) -> Result<(), Unavailable> {
        self.provider.maintain().await
    }

    /// Tells applications of sessions that have ended.
    ///
    /// # Errors
    /// When the database fails; what was not told stays due.
    pub async fn tell_of_ends(&self) -> Result<(), Unavailable> {
        self.provider.tell_of_ends().await
    }

    /// Its endpoints.
    pub(crate) fn router(&self) -> axum::Router {
        oidc_provider::router(self.provider.clone())
    }
}
