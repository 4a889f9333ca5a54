//! The provider's public keys (RFC 7517), and which of them a token names.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use foundation::{clock::SharedClock, http_client::HttpClient};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use shared::time::Timestamp;
use url::Url;

use super::{cached::Cached, discovery, refusal::ProviderFault};
use crate::config::SignatureAlgorithm;

/// Keys that nobody knows make the portal ask the provider at most this often.
const REFETCH_AT_MOST_EVERY: Duration = Duration::from_secs(10);

struct Key {
    id: Option<String>,
    algorithm: SignatureAlgorithm,
    verifies: DecodingKey,
}

/// Keys that can verify, of the algorithms that can be believed.
pub(super) struct KeySet(Vec<Key>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Keys of other kinds are passed over: providers add new ones before they use them.
    fn read(document: Document) -> Self {
        Self(document.keys.into_iter().filter_map(Key::read).collect())
    }

    /// The key of this id; without an id, the only one that there is for the algorithm (OpenID Connect Core,
    /// section 10.1).
    fn find(&self, algorithm: SignatureAlgorithm, id: Option<&str>) -> Option<&DecodingKey> {
        let mut fitting = self
            .0
            .iter()
            .filter(|key| key.algorithm == algorithm && (id.is_none() || key.id.as_deref() == id));
        let first = fitting.next()?;
        (id.is_some() || fitting.next().is_none()).then_some(&first.verifies)
    }
}

impl Key {
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => SignatureAlgorithm::Rs256,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                SignatureAlgorithm::Es256
            }
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                SignatureAlgorithm::EdDsa
            }
            _ => return None,
        };
        let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let declared = jwk.common.key_algorithm.map(|declared| declared.to_string());
        if !signs || declared.is_some_and(|declared| declared != algorithm.name()) {
            return None;
        }
        Some(Self {
            verifies: DecodingKey::from_jwk(&jwk).ok()?,
            id: jwk.common.key_id,
            algorithm,
        })
    }
}

/// Whose token names a key. Logout tokens come from anybody, so that a flood of forged ones must not keep
/// sign-ins from learning of a new key.
#[derive(Clone, Copy, Debug)]
pub(super) enum TokenOf {
    /// An ID token, straight from the token endpoint.
    SignIn,
    /// A logout token.
    Logout,
    /// An event of changed claims.
    Event,
}

/// The keys, fetched when they are needed.
pub(super) struct Keys {
    http: HttpClient,
    clock: SharedClock,
    cached: Cached<KeySet>,
    refetched: Mutex<[Option<Timestamp>; 3]>,
}

impl Keys {
    pub(super) fn new(http: HttpClient, clock: SharedClock) -> Self {
        Self {
            http,
            cached: Cached::new(clock.clone()),
            clock,
            refetched: Mutex::default(),
        }
    }

    /// The key that a token names. An unknown one makes the portal ask the provider once more: it may have
    /// rotated its keys.
    pub(super) async fn find(
        &self,
        address: &Url,
        algorithm: SignatureAlgorithm,
        id: Option<&str>,
        of: TokenOf,
    ) -> Result<DecodingKey, ProviderFault> {
        let fetch = || fetch(self.http.clone(), address.clone());
        let unknown = || ProviderFault::untrusted("the token names an unknown key");
        let before = self.cached.last();
        let keys = self.cached.get(fetch).await?;
        if let Some(key) = keys.find(algorithm, id) {
            return Ok(key.clone());
        }
        let is_new = before.is_none_or(|before| !Arc::ptr_eq(&before, &keys));
        if is_new || !self.may_refetch(of) {
            return Err(unknown());
        }
        let keys = self.cached.refetch(fetch).await?;
        keys.find(algorithm, id).cloned().ok_or_else(unknown)
    }

    fn may_refetch(&self, of: TokenOf) -> bool {
        let now = self.clock.now();
        let mut refetched = self.refetched.lock().unwrap_or_else(PoisonError::into_inner);
        let last = match of {
            TokenOf::SignIn => &mut refetched[0],
            TokenOf::Logout => &mut refetched[1],
            TokenOf::Event => &mut refetched[2],
        };
        let may = last.is_none_or(|last| now < last || now.since(last) >= REFETCH_AT_MOST_EVERY);
        if may {
            *last = Some(now);
        }
        may
    }
}

async fn fetch(http: HttpClient, address: Url) -> Result<KeySet, ProviderFault> {
    discovery::get_json(&http, address.as_str())
        .await
        .map(KeySet::read)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "tests write their JSON in place")]
    fn set(keys: Value) -> KeySet {
        KeySet::read(serde_json::from_value(json!({ "keys": keys })).unwrap())
    }

    fn ec(id: &str) -> Value {
        let coordinate = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        json!({ "kty": "EC", "crv": "P-256", "kid": id, "x": coordinate, "y": coordinate })
    }

    #[test]
    fn a_key_that_cannot_be_read_spoils_none_of_the_others() {
        let keys = set(json!([{ "kty": "LMS" }, 7, { "kty": "EC" }, ec("a")]));
        assert!(keys.find(SignatureAlgorithm::Es256, Some("a")).is_some());
    }

    #[test]
    fn a_key_fits_its_own_algorithm_only() {
        let keys = set(json!([ec("a")]));
        assert!(keys.find(SignatureAlgorithm::Rs256, Some("a")).is_none());
        assert!(keys.find(SignatureAlgorithm::Es256, Some("b")).is_none());
        let mut encrypting = ec("a");
        encrypting["use"] = "enc".into();
        let mut other = ec("a");
        other["alg"] = "ES384".into();
        for key in [
            encrypting,
            other,
            json!({ "kty": "oct", "kid": "a", "k": "c2VjcmV0" }),
        ] {
            assert!(
                set(json!([key]))
                    .find(SignatureAlgorithm::Es256, Some("a"))
                    .is_none()
            );
        }
    }

    #[test]
    fn a_token_without_a_key_id_is_read_with_the_only_key_there_is() {
        assert!(
            set(json!([ec("a")]))
                .find(SignatureAlgorithm::Es256, None)
                .is_some()
        );
        let two = set(json!([ec("a"), ec("b")]));
        assert!(two.find(SignatureAlgorithm::Es256, None).is_none());
    }
}
