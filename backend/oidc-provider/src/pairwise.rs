//! Names of people that two clients cannot compare (OpenID Connect Core 1.0, section 8.1).

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    client::{Client, SubjectType},
    host::Unavailable,
    provider::Provider,
};

/// The shortest secret, in bytes.
const SHORTEST: usize = 32;

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
        let mut context = hmac::Context::with_key(&self.0);
        for part in [sector.as_bytes(), &[0], subject.as_bytes()] {
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
        match &client.subject {
            SubjectType::Public => Ok(subject.to_owned()),
            SubjectType::Pairwise { sector } => {
                let key = self.settings().pairwise_key.as_ref().ok_or_else(|| {
                    Unavailable::because(format!("no key makes the pairwise subjects of {}", client.id))
                })?;
                Ok(key.subject(sector, subject))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_depends_on_the_key_the_sector_and_the_person_alone() {
        let key = PairwiseKey::new(&[7; 32]).unwrap();
        let name = key.subject("a.example", "dawen");
        assert_eq!(name, key.subject("a.example", "dawen"));
        assert_eq!(name.len(), 43);
        for (other, sector, subject) in [
            (&key, "b.example", "dawen"),
            (&key, "a.example", "xiaoqing"),
            (&key, "a.exampl", "edawen"),
            (&PairwiseKey::new(&[8; 32]).unwrap(), "a.example", "dawen"),
        ] {
            assert_ne!(name, other.subject(sector, subject));
        }
    }

    #[test]
    fn a_short_key_is_refused_and_none_shows() {
        assert!(matches!(PairwiseKey::new(&[7; 31]), Err(ShortPairwiseKey)));
        assert_eq!(
            format!("{:?}", PairwiseKey::new(&[7; 32]).unwrap()),
            "PairwiseKey(..)"
        );
    }
}
