//! Signed tokens of the provider (RFC 7519): the signature, and the claims that all of them have. Written
//! along RFC 8725: the algorithm is the portal's choice, never the token's.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::{Map, Value};
use shared::time::Timestamp;

use super::refusal::ProviderFault;
use crate::config::SignatureAlgorithm;

/// How far the provider's clock may be off.
pub(super) const LEEWAY: Duration = Duration::from_secs(60);

/// The longest text in a claim that names something: a subject, a session, a token (OpenID Connect Core,
/// section 2).
const LONGEST_NAME: usize = 255;

impl SignatureAlgorithm {
    /// The word for it in a token's header.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Es256 => Algorithm::ES256,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// A token whose signature nobody has looked at yet.
#[derive(Debug)]
pub(super) struct Unverified<'a> {
    message: &'a str,
    signature: &'a str,
    payload: &'a str,
    /// The algorithm: one of those that are believed.
    pub algorithm: SignatureAlgorithm,
    /// The key that it names.
    pub key_id: Option<String>,
    /// What it says that it is.
    pub kind: Option<String>,
}

impl<'a> Unverified<'a> {
    /// Reads the header. What is not signed with one of `believed` is refused here, whatever its key.
    pub(super) fn read(token: &'a str, believed: &[SignatureAlgorithm]) -> Result<Self, ProviderFault> {
        let malformed = || ProviderFault::untrusted("the token is malformed");
        let (message, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = message.split_once('.').ok_or_else(malformed)?;
        let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| malformed())?;
        let header: Header = serde_json::from_slice(&header).map_err(|_| malformed())?;
        if header.crit.is_some() {
            return Err(ProviderFault::untrusted(
                "the token wants extensions that are unknown here",
            ));
        }
        let algorithm = believed
            .iter()
            .copied()
            .find(|algorithm| algorithm.name() == header.alg)
            .ok_or_else(|| ProviderFault::untrusted("the token's algorithm is not believed"))?;
        Ok(Self {
            message,
            signature,
            payload,
            algorithm,
            key_id: header.kid,
            kind: header.typ,
        })
    }

    /// The claims, if the key has signed them.
    pub(super) fn verify(&self, key: &DecodingKey) -> Result<Claims, ProviderFault> {
        let signed = crypto::verify(
            self.signature,
            self.message.as_bytes(),
            key,
            self.algorithm.algorithm(),
        );
        if !matches!(signed, Ok(true)) {
            return Err(ProviderFault::untrusted("the token's signature is wrong"));
        }
        URL_SAFE_NO_PAD
            .decode(self.payload)
            .ok()
            .and_then(|payload| serde_json::from_slice(&payload).ok())
            .map(Claims)
            .ok_or_else(|| ProviderFault::untrusted("the token's claims are malformed"))
    }
}

/// Claims that the provider has signed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// A claim that is a text, if it is there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A claim that names something, if it is there: no more than 255 characters, none of them hidden.
    pub(super) fn name(&self, name: &'static str) -> Result<Option<&str>, ProviderFault> {
        let plain = |text: &str| {
            (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if plain(text) => Ok(Some(text)),
            Some(_) => Err(wrong(name)),
        }
    }

    /// A time in whole seconds, if it is there.
    pub(super) fn seconds(&self, name: &'static str) -> Result<Option<i64>, ProviderFault> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a NumericDate may have a fraction, and what is out of range is far from now either way"
        )]
        let fraction = || value.as_f64().map(|seconds| seconds.floor() as i64);
        value
            .as_i64()
            .or_else(fraction)
            .map(Some)
            .ok_or_else(|| wrong(name))
    }

    /// What ID tokens and logout tokens have in common: from this issuer, for this client alone, and of
    /// these times (OpenID Connect Core, section 3.1.3.7; Back-Channel Logout 1.0, section 2.6).
    pub(super) fn check(&self, issuer: &str, client: &str, now: Timestamp) -> Result<(), ProviderFault> {
        self.check_parties(issuer, client)?;
        let (now, leeway) = (now.as_seconds(), LEEWAY.as_secs().cast_signed());
        let expires = self.seconds("exp")?.ok_or_else(|| wrong("exp"))?;
        if now >= expires.saturating_add(leeway) {
            return Err(wrong("exp"));
        }
        let made = self.seconds("iat")?.ok_or_else(|| wrong("iat"))?;
        if made > now + leeway {
            return Err(wrong("iat"));
        }
        if self.seconds("nbf")?.is_some_and(|begins| begins > now + leeway) {
            return Err(wrong("nbf"));
        }
        Ok(())
    }

    /// From this issuer, and for this client alone.
    pub(super) fn check_parties(&self, issuer: &str, client: &str) -> Result<(), ProviderFault> {
        if self.text("iss") != Some(issuer) {
            return Err(wrong("iss"));
        }
        // Other audiences would have to be trusted by configuration, and there is none.
        let for_us = match self.0.get("aud") {
            Some(Value::String(audience)) => audience == client,
            Some(Value::Array(all)) => !all.is_empty() && all.iter().all(|audience| audience == client),
            _ => false,
        };
        if !for_us {
            return Err(wrong("aud"));
        }
        if self.0.get("azp").is_some_and(|party| party != client) {
            return Err(wrong("azp"));
        }
        Ok(())
    }
}

/// This claim is missing or wrong. Its value stays out of the log.
pub(super) fn wrong(claim: &str) -> ProviderFault {
    ProviderFault::untrusted(format!("the token's {claim} is missing or wrong"))
}
