//! What routes are given.

use std::sync::Arc;

use foundation::{clock::SharedClock, database::Database, hasher::Hasher};
use ipnet::IpNet;
use oidc_provider::Provider;
use url::Url;

use crate::{
    mail::MailService,
    member::{MemberStore, Seals},
    session::SessionService,
    sign_in::SignInService,
};

/// The services, and what they stand on.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) db: Database,
    pub(crate) clock: SharedClock,
    pub(crate) hasher: Hasher,
    pub(crate) seals: Seals,
    pub(crate) members: MemberStore,
    pub(crate) mail: MailService,
    pub(crate) sessions: SessionService,
    pub(crate) sign_in: SignInService,
    pub(crate) provider: Provider,
    /// The address of the site, for links in mails.
    pub(crate) public_url: Arc<Url>,
    /// Networks whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
}
