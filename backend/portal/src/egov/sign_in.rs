//! The question to the provider: who is this? (OpenID Connect Core, section 3.1.2.1)

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::random::{self, Token};
use sha2::{Digest, Sha256};
use shared::paths;
use url::Url;

use super::{
    EgovService,
    answer::Mode,
    browser::{self, Browser},
    discovery::Metadata,
    refusal::Refusal,
    store::{self, SignIn},
};
use crate::{config::ResponseMode, session::Session};

/// Where the provider answers.
pub(super) const CALLBACK: &str = "/auth/egov/callback";

/// A path that a person may be led back to after signing in.
pub(super) fn way_back(path: Option<&str>) -> Option<&str> {
    path.filter(|path| paths::is_local(path))
}

/// A state: a secret, and in front of it the mode, so that also an answer that fits no sign-in is shown in
/// the right window.
fn new_state(mode: Mode) -> String {
    format!("{}.{}", mode.name(), Token::generate().expose())
}

/// The mode that a state names; whatever else is in it.
pub(super) fn mode_of(state: &str) -> Mode {
    Mode::read(state.split('.').next())
}

impl EgovService {
    /// Begins a sign-in of this browser: where to send it.
    pub(super) async fn begin(
        &self,
        browser: &Browser,
        mode: Mode,
        return_to: Option<&str>,
        before: Option<&Session>,
    ) -> Result<Url, Refusal> {
        let provider = self.provider().await?;
        let (state, nonce, verifier) = (new_state(mode), Token::generate(), Token::generate());
        let sign_in = SignIn {
            issuer: self.0.config.issuer.clone(),
            nonce: nonce.expose().to_owned(),
            code_verifier: verifier.expose().to_owned(),
            return_to: return_to.map(str::to_owned),
            before: before.map(|session| (session.id, session.person.id)),
            expires_at: self.0.clock.now().plus(browser::LIFE),
        };
        store::insert_sign_in(&self.0.db, &random::hash(&state), &browser.hash(), &sign_in).await?;
        Ok(self.question(&provider, &state, &sign_in))
    }

    fn question(&self, provider: &Metadata, state: &str, sign_in: &SignIn) -> Url {
        let config = &self.0.config;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&sign_in.code_verifier));
        let mut scope = "openid".to_owned();
        for name in config.scopes.iter().filter(|name| *name != "openid") {
            scope.push(' ');
            scope.push_str(name);
        }
        let mut url = provider.authorization_endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &config.client_id)
            .append_pair("redirect_uri", self.own(CALLBACK).as_str())
            .append_pair("scope", &scope)
            .append_pair("state", state)
            .append_pair("nonce", &sign_in.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        // The query is every provider's default; not every one knows the parameter.
        if config.response_mode == ResponseMode::FormPost {
            query.append_pair("response_mode", "form_post");
        }
        drop(query);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_back_to_pages_of_this_site_only() {
        assert_eq!(way_back(Some("/sessions?x=1")), Some("/sessions?x=1"));
        for path in ["https://evil.example", "//evil.example", "", "/auth/egov/logout"] {
            assert_eq!(way_back(Some(path)), None, "{path}");
        }
    }

    #[test]
    fn a_state_names_its_mode() {
        assert_eq!(mode_of(&new_state(Mode::Popup)), Mode::Popup);
        assert_eq!(mode_of(&new_state(Mode::Redirect)), Mode::Redirect);
        assert_eq!(mode_of("popups"), Mode::Redirect);
        assert_ne!(new_state(Mode::Popup), new_state(Mode::Popup));
    }
}
