//! Signing out at the portal too (OpenID Connect RP-Initiated Logout 1.0, section 2).

use secrecy::{ExposeSecret, SecretString};

use super::{Fault, Portal};

/// Where the portal leads back to.
pub(super) const SIGNED_OUT: &str = "/signed-out";

impl Portal {
    /// Where the browser signs out at the portal. The ID token says whose sign-out it is, so that the portal need
    /// not ask.
    pub(super) async fn end_session(&self, id_token: Option<&SecretString>) -> Result<String, Fault> {
        let mut url = self.metadata().await?.end_session_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.0.config.client_id)
            .append_pair("post_logout_redirect_uri", self.own(SIGNED_OUT).as_str());
        if let Some(token) = id_token {
            url.query_pairs_mut()
                .append_pair("id_token_hint", token.expose_secret());
        }
        Ok(url.into())
    }
}
