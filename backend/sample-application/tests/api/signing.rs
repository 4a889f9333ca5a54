//! Keys of the test's portal, and tokens that no honest portal would sign.

use aws_lc_rs::{
    encoding::AsDer,
    encoding::Pkcs8V1Der,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};

/// A key that signs and can be shown.
#[derive(Clone)]
pub(crate) struct SigningKey {
    id: String,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl SigningKey {
    pub(crate) fn es256(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self {
            id: id.to_owned(),
            algorithm: Algorithm::ES256,
            private: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
        }
    }

    pub(crate) fn rs256(id: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let base64 = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
        Self {
            id: id.to_owned(),
            algorithm: Algorithm::RS256,
            private: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
        }
    }

    /// As the key set shows it.
    pub(crate) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.private, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.id.clone());
        serde_json::to_value(jwk).unwrap()
    }

    /// A token as it should be.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }

    /// Its header.
    pub(crate) fn header(&self) -> Value {
        json!({ "alg": format!("{:?}", self.algorithm), "kid": self.id })
    }

    /// A token with this header, whatever it says.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, &self.private, self.algorithm)
    }

    /// A token that is signed with HMAC, with what everybody knows of this key for a secret.
    pub(crate) fn sign_with_public_key(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "kid": self.id });
        let secret = EncodingKey::from_secret(self.public().to_string().as_bytes());
        signed(&header, claims, &secret, Algorithm::HS256)
    }

    /// A token that nobody signed.
    pub(crate) fn unsigned(&self, claims: &Value) -> String {
        let header = json!({ "alg": "none", "kid": self.id });
        format!("{}.{}.", part(&header), part(claims))
    }
}

fn signed(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}
