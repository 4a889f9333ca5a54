//! What routes are given.

use std::sync::Arc;

use foundation::{clock::SharedClock, database::Database, outbox::Outbox};
use ipnet::IpNet;
use oidc_provider::Provider;

use crate::{
    activation::ActivationService,
    application::ApplicationService,
    attempts::Attempts,
    error::SiteError,
    member::{Member, MemberStore, Seals, masked},
    profile::ProfileService,
    recovery::RecoveryService,
    register::RegisterService,
    registration::RegistrationService,
    robot::Robot,
    session::SessionService,
    sign_in::SignInService,
    staff::LookStore,
};

/// The services, and what they stand on.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) db: Database,
    pub(crate) clock: SharedClock,
    pub(crate) seals: Seals,
    pub(crate) members: MemberStore,
    pub(crate) mail: Outbox,
    pub(crate) attempts: Attempts,
    pub(crate) robot: Robot,
    pub(crate) registration: RegistrationService,
    pub(crate) activation: ActivationService,
    pub(crate) recovery: RecoveryService,
    pub(crate) profile: ProfileService,
    pub(crate) sessions: SessionService,
    pub(crate) sign_in: SignInService,
    pub(crate) provider: Provider,
    pub(crate) register: RegisterService,
    pub(crate) applications: ApplicationService,
    pub(crate) looks: LookStore,
    /// Networks whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
}

impl AppState {
    /// 身分證 / 護照號碼 of a member for screens: without its last four characters.
    pub(crate) fn masked_number(&self, member: &Member) -> Result<String, SiteError> {
        let identity = member
            .identity(&self.seals)
            .map_err(|error| SiteError::Unavailable(error.to_string()))?;
        Ok(identity.map_or_else(String::new, |(_, number)| masked(&number)))
    }
}
