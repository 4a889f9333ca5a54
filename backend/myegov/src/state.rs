//! What routes are given.

use std::sync::Arc;

use foundation::{clock::SharedClock, database::Database};
use ipnet::IpNet;
use oidc_provider::Provider;

use crate::{
    activation::ActivationService,
    attempts::Attempts,
    mail::MailService,
    member::{MemberStore, Seals},
    profile::ProfileService,
    recovery::RecoveryService,
    registration::RegistrationService,
    robot::Robot,
    session::SessionService,
    sign_in::SignInService,
};

/// The services, and what they stand on.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) db: Database,
    pub(crate) clock: SharedClock,
    pub(crate) seals: Seals,
    pub(crate) members: MemberStore,
    pub(crate) mail: MailService,
    pub(crate) attempts: Attempts,
    pub(crate) robot: Robot,
    pub(crate) registration: RegistrationService,
    pub(crate) activation: ActivationService,
    pub(crate) recovery: RecoveryService,
    pub(crate) profile: ProfileService,
    pub(crate) sessions: SessionService,
    pub(crate) sign_in: SignInService,
    pub(crate) provider: Provider,
    /// Networks whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
}
