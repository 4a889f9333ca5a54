//! The portal, as this application knows it.

use std::{fmt, sync::Arc};

use foundation::{clock::SharedClock, http_client::HttpClient};
use url::{Url, form_urlencoded};

use super::{
    Fault,
    cached::Cached,
    discovery::{self, Metadata},
    keys::KeySet,
};
use crate::config;

/// Talks to the portal. Nothing is asked before somebody needs it, so that the application starts while the portal
/// is down.
#[derive(Clone)]
pub(crate) struct Portal(pub(super) Arc<Parts>);

/// What every part needs.
pub(super) struct Parts {
    pub(super) http: HttpClient,
    pub(super) clock: SharedClock,
    pub(super) config: config::Portal,
    pub(super) public_url: Url,
    pub(super) metadata: Cached<Metadata>,
    pub(super) keys: Cached<KeySet>,
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Portal").field(&self.0.config.issuer).finish()
    }
}

impl Portal {
    /// This portal, for an application at this address.
    pub(crate) fn new(http: HttpClient, clock: SharedClock, config: config::Portal, public_url: Url) -> Self {
        Self(Arc::new(Parts {
            http,
            metadata: Cached::new(clock.clone()),
            keys: Cached::new(clock.clone()),
            clock,
            config,
            public_url,
        }))
    }

    /// An address below the portal's own.
    pub(crate) fn address(&self, path: &str) -> String {
        let issuer = &self.0.config.issuer;
        format!("{}{path}", issuer.strip_suffix('/').unwrap_or(issuer))
    }

    /// Where a person asks for a permission in this application.
    pub(crate) fn permission_request(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("wanted", &self.0.config.client_id)
            .finish();
        self.address(&format!("/applications?{query}"))
    }

    /// Sends requests to it.
    pub(crate) fn http(&self) -> &HttpClient {
        &self.0.http
    }

    /// What the portal says of itself.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, Fault> {
        let parts = &self.0;
        parts
            .metadata
            .get(discovery::fetch(&parts.http, &parts.config.issuer))
            .await
    }

    /// An address of this application.
    pub(super) fn own(&self, path: &str) -> Url {
        let mut url = self.0.public_url.clone();
        url.set_path(path);
        url
    }
}
