//! One key: made, signing, verifying, published.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    DecodingKey, EncodingKey, Header, Validation,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Algorithm, StoredKey, rotation::Due};

/// A key could not be made, read or used.
#[derive(Debug, thiserror::Error)]
#[error("a signing key cannot be used")]
pub(crate) struct KeyError;

/// A key, ready to sign.
pub(crate) struct SigningKey {
    pub(crate) stored: StoredKey,
    /// What the key set shows of it.
    pub(crate) public: Jwk,
    private: EncodingKey,
    verifying: DecodingKey,
}

impl SigningKey {
    /// Makes a new one. RSA takes some hundred milliseconds.
    pub(super) fn generate(algorithm: Algorithm, due: Due) -> Result<Self, KeyError> {
        let pem = match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError)?;
                pem(pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref())
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError)?;
                pem(der.as_ref())
            }
        };
        Self::read(StoredKey {
            kid: String::new(),
            algorithm,
            generation: due.generation,
            pem,
            active_from: due.active_from,
            active_until: due.active_until,
        })
    }

    /// Reads a stored one.
    pub(super) fn read(mut stored: StoredKey) -> Result<Self, KeyError> {
        let private = match stored.algorithm {
            Algorithm::Es256 => EncodingKey::from_ec_pem(stored.pem.as_bytes()),
            Algorithm::Rs256 => EncodingKey::from_rsa_pem(stored.pem.as_bytes()),
        }
        .map_err(|_| KeyError)?;
        let mut public = Jwk::from_encoding_key(&private, stored.algorithm.jwt()).map_err(|_| KeyError)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError)?;
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_id = Some(kid.clone());
        stored.kid = kid;
        let verifying = DecodingKey::from_jwk(&public).map_err(|_| KeyError)?;
        Ok(Self {
            stored,
            public,
            private,
            verifying,
        })
    }

    /// Signs a token of this type (`typ`; RFC 8725, section 3.11).
    pub(crate) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = Header::new(self.stored.algorithm.jwt());
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.stored.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.private).map_err(|_| KeyError)
    }

    /// The claims of a token that this key signed, whenever that was. Whoever calls looks at the times.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let mut validation = Validation::new(self.stored.algorithm.jwt());
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        jsonwebtoken::decode(token, &self.verifying, &validation)
            .ok()
            .map(|token| token.claims)
    }
}

#[cfg(test)]
impl SigningKey {
    /// One that nobody has.
    pub(crate) fn for_tests(algorithm: Algorithm) -> Self {
        let never = shared::time::Timestamp::from_millis(0);
        let due = Due {
            generation: 1,
            active_from: never,
            active_until: never,
        };
        Self::generate(algorithm, due).unwrap()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.stored.fmt(f)
    }
}

/// RFC 7468, section 10.
fn pem(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem + "-----END PRIVATE KEY-----\n"
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn generate(algorithm: Algorithm) -> SigningKey {
        SigningKey::for_tests(algorithm)
    }

    #[test]
    fn what_a_key_signs_it_verifies_also_after_it_was_stored() {
        for algorithm in Algorithm::ALL {
            let key = generate(algorithm);
            let token = key.sign("JWT", &json!({"sub": "陳"})).unwrap();
            let read = SigningKey::read(key.stored.clone()).unwrap();
            assert_eq!(read.stored.kid, key.stored.kid);
            assert_eq!(read.verify::<Value>(&token), Some(json!({"sub": "陳"})));
            assert_eq!(generate(algorithm).verify::<Value>(&token), None);
        }
    }

    #[test]
    fn the_algorithm_of_a_token_must_be_the_keys() {
        let key = generate(Algorithm::Es256);
        let token = key.sign("JWT", &json!({"sub": "a"})).unwrap();
        let (_, rest) = token.split_once('.').unwrap();
        for alg in ["none", "HS256", "RS256"] {
            let header =
                base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json!({"alg": alg}).to_string());
            assert_eq!(key.verify::<Value>(&format!("{header}.{rest}")), None, "{alg}");
        }
    }

    #[test]
    fn the_public_key_holds_nothing_private() {
        for (algorithm, members) in [
            (
                Algorithm::Es256,
                vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
            ),
            (Algorithm::Rs256, vec!["alg", "e", "kid", "kty", "n", "use"]),
        ] {
            let public = serde_json::to_value(generate(algorithm).public).unwrap();
            let mut found: Vec<_> = public.as_object().unwrap().keys().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found, members);
        }
    }

    #[test]
    fn a_debug_form_holds_nothing_private() {
        let key = generate(Algorithm::Es256);
        assert!(!format!("{key:?}").contains("PRIVATE"));
    }
}
