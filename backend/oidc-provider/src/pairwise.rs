//! Names of people and of their sessions that two clients cannot compare (OpenID Connect Core 1.0, section 8.1).

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    client::{Client, SubjectType},
    host::Unavailable,
    provider::Provider,
};

/// The shortest secret, in bytes.
const SHORTEST: usize = 32;

/// Begins what a session's name is made of. UTF-8 has no such byte, so no sector and subject are ever the same text, and
/// no client can have the name of a session as that of a person.
const OF_SESSION: &[u8] = b"\xffsid\0";

/// The secret that pairwise names are made with. With another one, every client sees other people: it never changes.
#[derive(Clone)]
pub struct PairwiseKey(hmac::Key);

/// The secret is shorter than 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of pairwise subjects has at least {SHORTEST} bytes")]
pub struct ShortPairwiseKey;

impl PairwiseKey {
    /// From at least 32 secret bytes.
    pub fn new(secret: &[u8]) -> Result<Self, ShortPairwiseKey> {
        if secret.len() < SHORTEST {
            return Err(ShortPairwiseKey);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// base64url(HMAC-SHA-256(key, sector ‖ 0 ‖ subject)).
    fn subject(&self, sector: &str, subject: &str) -> String {
        self.name(&[sector.as_bytes(), &[0], subject.as_bytes()])
    }

    /// base64url(HMAC-SHA-256(key, 255 ‖ "sid" ‖ 0 ‖ sector ‖ 0 ‖ sid)).
    fn sid(&self, sector: &str, sid: &str) -> String {
        self.name(&[OF_SESSION, sector.as_bytes(), &[0], sid.as_bytes()])
    }

    fn name(&self, parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

impl std::fmt::Debug for PairwiseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairwiseKey(..)")
    }
}

impl Provider {
    /// The host's subject, as the client knows them: the `sub` of all that it is told.
    pub(crate) fn subject_for(&self, client: &Client, subject: &str) -> Result<String, Unavailable> {
        self.named(client, subject, PairwiseKey::subject)
    }

    /// The host's session, as the client knows it: the `sid` of all that it is told. By the host's own, two clients could
    /// compare who is signed in at both.
    pub(crate) fn sid_for(&self, client: &Client, sid: &str) -> Result<String, Unavailable> {
        self.named(client, sid, PairwiseKey::sid)
    }

    fn named(
        &self,
        client: &Client,
        own: &str,
        name: fn(&PairwiseKey, &str, &str) -> String,
    ) -> Result<String, Unavailable> {
        match &client.subject {
            SubjectType::Public => Ok(own.to_owned()),
            SubjectType::Pairwise { sector } => {
                let key = self.settings().pairwise_key.as_ref().ok_or_else(|| {
                    Unavailable::because(format!("no key makes the pairwise subjects of {}", client.id))
                })?;
                Ok(name(key, sector, own))
            }
        }
    }
}

#[cfg(test)]
#[path = "pairwise_tests.rs"]
mod tests;
