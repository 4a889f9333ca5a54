//! Signing in with MyEGov: what its parts share.

use std::sync::Arc;

use foundation::{clock::SharedClock, database::Database, http_client::HttpClient};
use sea_orm::DbErr;
use url::Url;

use super::{
    cached::Cached,
    discovery::{self, Metadata},
    keys::{Keys, TokenOf},
    refusal::ProviderFault,
    store,
    token::{Claims, Unverified},
};
use crate::{config, session::SessionService};

/// Signs people in with MyEGov. Nothing is asked of the provider before somebody chooses it, so that the
/// portal starts, and signs people in with their accounts of EMIC, while it is down.
#[derive(Clone)]
pub struct EgovService(pub(super) Arc<Parts>);

/// What every part needs.
pub(super) struct Parts {
    pub db: Database,
    pub clock: SharedClock,
    pub http: HttpClient,
    pub sessions: SessionService,
    pub config: config::Egov,
    pub public_url: Url,
    pub metadata: Cached<Metadata>,
    pub keys: Keys,
}

impl EgovService {
    /// Of this provider.
    pub fn new(
        db: Database,
        clock: SharedClock,
        http: HttpClient,
        sessions: SessionService,
        config: config::Egov,
        public_url: Url,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            metadata: Cached::new(clock.clone()),
            keys: Keys::new(http.clone(), clock.clone()),
            clock,
            http,
            sessions,
            config,
            public_url,
        }))
    }

    /// Whether MyEGov offers a sign-out of its own, as far as is known.
    pub fn offers_sign_out(&self) -> bool {
        self.0
            .metadata
            .last()
            .is_none_or(|metadata| metadata.end_session_endpoint.is_some())
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        store::purge(&self.0.db, self.0.clock.now()).await
    }

    /// The provider's metadata, fetched if they are older than is believed.
    pub(super) async fn provider(&self) -> Result<Arc<Metadata>, ProviderFault> {
        let fetch = || discovery::fetch(self.0.http.clone(), self.0.config.issuer.clone());
        self.0.metadata.get(fetch).await
    }

    /// The claims of a token that came by itself, if one of the provider's keys has signed them.
    pub(super) async fn verified(
        &self,
        token: &Unverified<'_>,
        of: TokenOf,
    ) -> Result<Claims, ProviderFault> {
        let provider = self.provider().await?;
        let (algorithm, key_id) = (token.algorithm, token.key_id.as_deref());
        let key = self
            .0
            .keys
            .find(&provider.jwks_uri, algorithm, key_id, of)
            .await?;
        token.verify(&key)
    }

    /// An address of the portal itself.
    pub(super) fn own(&self, path: &str) -> Url {
        let mut url = self.0.public_url.clone();
        url.set_path(path);
        url
    }
}
