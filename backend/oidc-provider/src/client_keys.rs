//! The keys that a client proves itself with (`private_key_jwt`).

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse},
};

use crate::client::ClientFault;

/// The shortest RSA modulus, in base64url characters: 2048 bits.
const SHORTEST_MODULUS: usize = 342;

/// Public keys of one client, a JWK set (RFC 7517, section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeys(JwkSet);

impl ClientKeys {
    /// Reads a set that shall be registered: keys on P-256, and RSA keys of 2048 bits or more.
    pub fn parse(json: &str) -> Result<Self, ClientFault> {
        let fault = |reason| ClientFault::NotPublicKeys(reason);
        let set: serde_json::Value = serde_json::from_str(json).map_err(|_| fault("not JSON"))?;
        let keys = set["keys"].as_array().ok_or(fault("without keys"))?;
        if keys
            .iter()
            .any(|key| key.get("d").is_some() || key.get("k").is_some())
        {
            return Err(fault("with a secret in it"));
        }
        let set: JwkSet = serde_json::from_value(set).map_err(|_| fault("with a key of an unknown kind"))?;
        if set.keys.is_empty() {
            return Err(fault("without keys"));
        }
        if !set.keys.iter().all(is_usable) {
            return Err(fault("with a key that does not sign so"));
        }
        Ok(Self(set))
    }
}

/// What this key may sign with. The key decides, never the token (RFC 8725, section 3.1).
fn algorithms(key: &Jwk) -> &'static [Algorithm] {
    let ours: &[Algorithm] = match &key.algorithm {
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            &[Algorithm::ES256]
        }
        AlgorithmParameters::RSA(rsa) if rsa.n.trim_end_matches('=').len() >= SHORTEST_MODULUS => {
            &[Algorithm::RS256, Algorithm::PS256]
        }
        _ => &[],
    };
    match key.common.key_algorithm {
        None => ours,
        Some(KeyAlgorithm::ES256) if ours.contains(&Algorithm::ES256) => &[Algorithm::ES256],
        Some(KeyAlgorithm::RS256) if ours.contains(&Algorithm::RS256) => &[Algorithm::RS256],
        Some(KeyAlgorithm::PS256) if ours.contains(&Algorithm::PS256) => &[Algorithm::PS256],
        Some(_) => &[],
    }
}

fn is_usable(key: &Jwk) -> bool {
    let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    signs && !algorithms(key).is_empty() && DecodingKey::from_jwk(key).is_ok()
}
