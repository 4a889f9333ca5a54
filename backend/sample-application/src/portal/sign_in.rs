//! The question to the portal: who is this? (OpenID Connect Core, section 3.1.2.1)
//!
//! What is needed when the browser comes back lies in a cookie of ten minutes: one secret, of which `state`, `nonce`
//! and PKCE's verifier are made, and where the person wanted to go. So an answer counts at the browser that asked, and
//! nobody who is not signed in yet writes anything into the database.

use std::time::Duration;

use axum::response::{IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::{
    http::cookie::{self, SameSite},
    random::Token,
};
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Fault, Portal};
use crate::{
    error::SiteError,
    http::{page, place::Place},
    kind::Kind,
};

/// Where the portal answers.
pub(super) const CALLBACK: &str = "/callback";
/// How long a sign-in may take.
const LIFE: Duration = Duration::from_secs(10 * 60);
/// As many sign-ins of one browser may be on their way at once: several tabs.
const MOST: usize = 8;
/// What the application wants to know.
const SCOPE: &str = "openid profile email agency roles";

/// A sign-in on its way.
pub(super) struct SignIn {
    secret: String,
    /// Where the person wanted to go.
    pub(super) place: Place,
}

impl SignIn {
    fn derived(&self, what: &str) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{what} of {}", self.secret)))
    }

    fn state(&self) -> String {
        self.derived("state")
    }

    /// Comes back in the ID token.
    pub(super) fn nonce(&self) -> String {
        self.derived("nonce")
    }

    /// PKCE's secret (RFC 7636, section 4.1).
    pub(super) fn verifier(&self) -> String {
        self.derived("verifier")
    }

    fn cookie(&self, kind: Kind) -> Result<HeaderValue, SiteError> {
        let place = URL_SAFE_NO_PAD.encode(self.place.as_str());
        set(
            &name(kind, &self.state()),
            &format!("{}.{place}", self.secret),
            LIFE,
        )
    }

    /// The sign-in of this browser that an answer with this state belongs to.
    pub(super) fn of(kind: Kind, headers: &HeaderMap, state: &str) -> Option<Self> {
        let (secret, place) = cookie::read(headers, &name(kind, state))?.split_once('.')?;
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        let sign_in = Self {
            secret: secret.to_owned(),
            place: Place::read(&place)?,
        };
        let is_its_own = sign_in.state().as_bytes().ct_eq(state.as_bytes());
        bool::from(is_its_own).then_some(sign_in)
    }
}

fn set(name: &str, value: &str, life: Duration) -> Result<HeaderValue, SiteError> {
    cookie::write(name, value, SameSite::Lax, Some(life)).map_err(|_| SiteError::Malformed)
}

fn prefix(kind: Kind) -> String {
    format!("__Host-emic-{}-sign-in-", kind.name())
}

/// Each sign-in has a cookie of its own, so that tabs do not take each other's away.
fn name(kind: Kind, state: &str) -> String {
    let tag: String = state.chars().take(12).collect();
    format!("{}{tag}", prefix(kind))
}

/// The header that takes a used sign-in away: it counts once.
pub(super) fn forget(kind: Kind, state: &str) -> Result<HeaderValue, SiteError> {
    set(&name(kind, state), "", Duration::ZERO)
}

/// Headers that take away what is left of sign-ins that nobody finished, if they are many.
fn sweep(kind: Kind, headers: &HeaderMap) -> Result<Vec<HeaderValue>, SiteError> {
    let prefix = prefix(kind);
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let left: Vec<&str> = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.starts_with(&prefix))
        .collect();
    if left.len() < MOST {
        return Ok(Vec::new());
    }
    left.into_iter()
        .map(|name| set(name, "", Duration::ZERO))
        .collect()
}

impl Portal {
    /// Sends the browser to the portal, to come back to this place. `hint` says who wants to sign in, if somebody told.
    pub(crate) async fn sign_in(
        &self,
        kind: Kind,
        headers: &HeaderMap,
        place: Place,
        hint: Option<&str>,
    ) -> Result<Response, SiteError> {
        let sign_in = SignIn {
            secret: Token::generate().expose().to_owned(),
            place,
        };
        let question = self.question(&sign_in, hint).await?;
        let mut response = Redirect::to(&question).into_response();
        for cookie in sweep(kind, headers)? {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(page::no_store(page::with_cookie(response, sign_in.cookie(kind)?)))
    }

    async fn question(&self, sign_in: &SignIn, hint: Option<&str>) -> Result<String, Fault> {
        let mut url = self.metadata().await?.authorization_endpoint.clone();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(sign_in.verifier()));
        // The portal remembers where the person wanted to go while they ask for a permission: an extension of its own.
        let target = self.target(&sign_in.place);
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.0.config.client_id)
            .append_pair("redirect_uri", self.own(CALLBACK).as_str())
            .append_pair("scope", SCOPE)
            .append_pair("state", &sign_in.state())
            .append_pair("nonce", &sign_in.nonce())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("target_link_uri", &target);
        if let Some(hint) = hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        Ok(url.into())
    }

    fn target(&self, place: &Place) -> String {
        let origin = self.0.public_url.origin().ascii_serialization();
        format!("{origin}{}", place.as_str())
    }

    /// The place that a `target_link_uri` names; none when it is an address of others (Core, section 4).
    pub(super) fn place_of(&self, target: &str) -> Option<Place> {
        let url: url::Url = target.parse().ok()?;
        let is_ours = url.origin() == self.0.public_url.origin() && url.username().is_empty();
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        Place::read(path).filter(|_| is_ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in() -> SignIn {
        SignIn {
            secret: "secret".to_owned(),
            place: Place::read("/reports/7?x=%20").unwrap(),
        }
    }

    fn headers(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn an_answer_finds_its_own_sign_in_and_no_other() {
        let asked = sign_in();
        let headers = headers(&asked.cookie(Kind::Response).unwrap());
        let found = SignIn::of(Kind::Response, &headers, &asked.state()).unwrap();
        assert_eq!(found.place.as_str(), "/reports/7?x=%20");
        assert_eq!(
            (found.nonce(), found.verifier()),
            (asked.nonce(), asked.verifier())
        );
        assert!(SignIn::of(Kind::Messages, &headers, &asked.state()).is_none());
        let similar = format!("{}x", &asked.state()[..42]);
        for state in ["", "x", &similar] {
            assert!(SignIn::of(Kind::Response, &headers, state).is_none(), "{state}");
        }
    }

    #[test]
    fn what_is_made_of_the_secret_does_not_tell_each_other() {
        let asked = sign_in();
        let made = [asked.state(), asked.nonce(), asked.verifier()];
        assert!(made.iter().all(|text| text.len() == 43));
        assert_ne!(made[0], made[1]);
        assert_ne!(made[1], made[2]);
    }

    #[test]
    fn many_sign_ins_that_nobody_finished_are_swept_away() {
        let cookies = |count: usize| -> HeaderMap {
            let text: Vec<_> = (0..count)
                .map(|n| format!("{}{n}=x", prefix(Kind::Response)))
                .collect();
            HeaderMap::from_iter([(COOKIE, text.join("; ").parse().unwrap())])
        };
        assert!(sweep(Kind::Response, &cookies(MOST - 1)).unwrap().is_empty());
        assert_eq!(sweep(Kind::Response, &cookies(MOST)).unwrap().len(), MOST);
        assert!(sweep(Kind::Messages, &cookies(MOST)).unwrap().is_empty());
    }
}
