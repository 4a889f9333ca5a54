//! What routes are given.

use oidc_provider::Provider;

use crate::{session::SessionService, sign_in::SignInService};

/// The services.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) sessions: SessionService,
    pub(crate) sign_in: SignInService,
    pub(crate) provider: Provider,
}
