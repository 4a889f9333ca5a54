//! The portal's public keys (RFC 7517), and which of them a token names.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Fault, Portal, discovery};

/// The algorithms that are believed, whatever a token or the metadata say (RFC 8725, section 3.1): no `none`, no HMAC.
pub(super) const BELIEVED: [Algorithm; 2] = [Algorithm::ES256, Algorithm::RS256];

struct Key {
    id: String,
    algorithm: Algorithm,
    verifies: DecodingKey,
}

/// Keys that can verify, of the algorithms that are believed.
pub(super) struct KeySet(Vec<Key>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Keys of other kinds are passed over: the portal may add new ones before it uses them.
    fn read(document: Document) -> Self {
        Self(document.keys.into_iter().filter_map(Key::read).collect())
    }

    fn find(&self, algorithm: Algorithm, id: &str) -> Option<DecodingKey> {
        self.0
            .iter()
            .find(|key| key.algorithm == algorithm && key.id == id)
            .map(|key| key.verifies.clone())
    }
}

impl Key {
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
            _ => return None,
        };
        let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let declared = jwk.common.key_algorithm.map(|declared| declared.to_string());
        let is_other = declared.is_some_and(|declared| declared != format!("{algorithm:?}"));
        if !signs || is_other {
            return None;
        }
        Some(Self {
            verifies: DecodingKey::from_jwk(&jwk).ok()?,
            id: jwk.common.key_id?,
            algorithm,
        })
    }
}

impl Portal {
    /// The key that a token names. An unknown one makes us ask once more: the portal may have rotated its keys.
    pub(super) async fn key(&self, algorithm: Algorithm, id: &str) -> Result<DecodingKey, Fault> {
        let metadata = self.metadata().await?;
        let fetch = || fetch(self, &metadata.jwks_uri);
        let keys = self.0.keys.get(fetch()).await?;
        if let Some(key) = keys.find(algorithm, id) {
            return Ok(key);
        }
        let keys = self.0.keys.renew(&keys, fetch()).await?;
        keys.find(algorithm, id)
            .ok_or_else(|| Fault::untrusted("the token names an unknown key"))
    }
}

async fn fetch(portal: &Portal, address: &Url) -> Result<KeySet, Fault> {
    discovery::get_json(portal.http(), address.as_str())
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

    fn ec(change: impl FnOnce(&mut Value)) -> Value {
        let coordinate = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        let mut key = json!({ "kty": "EC", "crv": "P-256", "kid": "a", "x": coordinate, "y": coordinate });
        change(&mut key);
        key
    }

    #[test]
    fn a_key_that_cannot_be_read_spoils_none_of_the_others() {
        let keys = set(json!([{ "kty": "LMS" }, 7, { "kty": "EC" }, ec(|_| {})]));
        assert!(keys.find(Algorithm::ES256, "a").is_some());
    }

    #[test]
    fn a_key_fits_its_own_algorithm_only() {
        let keys = set(json!([ec(|_| {})]));
        assert!(keys.find(Algorithm::RS256, "a").is_none());
        assert!(keys.find(Algorithm::ES256, "b").is_none());
        for key in [
            ec(|key| key["use"] = "enc".into()),
            ec(|key| key["alg"] = "ES384".into()),
            json!({ "kty": "oct", "kid": "a", "k": "c2VjcmV0" }),
        ] {
            assert!(set(json!([key])).find(Algorithm::ES256, "a").is_none());
        }
        assert!(
            set(json!([ec(|key| key["alg"] = "ES256".into())]))
                .find(Algorithm::ES256, "a")
                .is_some()
        );
    }
}
