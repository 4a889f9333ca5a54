//! National IDs at rest: encrypted with AES-256-GCM (NIST SP 800-38D), found by HMAC-SHA256 (RFC 2104). Both keys are
//! derived from one of configuration by HKDF (RFC 5869), and what is stored names the one that it was made with, so
//! that keys can be exchanged.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hkdf::{self, HKDF_SHA256, KeyType},
    hmac::{self, HMAC_SHA256},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use serde::{Deserialize, Serialize};

/// Bytes of every key.
const KEY: usize = 32;
/// A hash that IDs are found by.
pub(crate) type IdHash = [u8; KEY];

/// What is wrong with the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A key is not written as `id:base64 of 32 bytes`.
    #[error("takes keys of the form id:base64, with 32 bytes each")]
    Malformed,
    /// Two keys have the same id.
    #[error("names two keys alike")]
    Doubled,
    /// There is no key at all.
    #[error("must hold a key")]
    Missing,
    /// What is stored was made with a key that is not there any more, or it was altered.
    #[error("a sealed text cannot be opened with the keys that are there")]
    Unopened,
}

struct Key {
    id: String,
    sealing: RandomizedNonceKey,
    hashing: hmac::Key,
}

/// The keys of national IDs, of which the first makes what is new.
#[derive(Clone)]
pub struct Seals(Arc<[Key]>);

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

/// What is stored of an ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sealed {
    /// `key.base64url(nonce, text, tag)`.
    pub(crate) text: String,
    /// Of the same key.
    pub(crate) hash: IdHash,
}

/// How many bytes HKDF shall give.
struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        KEY
    }
}

impl Key {
    fn new(id: &str, secret: &[u8]) -> Result<Self, SealError> {
        let derived = |purpose: &[u8]| -> Result<[u8; KEY], SealError> {
            let mut key = [0; KEY];
            hkdf::Salt::new(HKDF_SHA256, b"myegov national ids")
                .extract(secret)
                .expand(&[purpose], Length)
                .and_then(|derived| derived.fill(&mut key))
                .map_err(|_| SealError::Malformed)?;
            Ok(key)
        };
        Ok(Self {
            id: id.to_owned(),
            sealing: RandomizedNonceKey::new(&AES_256_GCM, &derived(b"encryption")?)
                .map_err(|_| SealError::Malformed)?,
            hashing: hmac::Key::new(HMAC_SHA256, &derived(b"look-up")?),
        })
    }

    fn hash(&self, text: &str) -> IdHash {
        let mut hash = [0; KEY];
        hash.copy_from_slice(hmac::sign(&self.hashing, text.as_bytes()).as_ref());
        hash
    }
}

impl Seals {
    /// Reads keys as the setting has them: `id:base64`, separated by spaces.
    pub fn read(text: &str) -> Result<Self, SealError> {
        let mut keys: Vec<Key> = Vec::new();
        for entry in text.split_whitespace() {
            let (id, secret) = entry.split_once(':').ok_or(SealError::Malformed)?;
            let fits = (1..=32).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let secret = STANDARD.decode(secret).map_err(|_| SealError::Malformed)?;
            if !fits || secret.len() != KEY {
                return Err(SealError::Malformed);
            }
            if keys.iter().any(|key| key.id == id) {
                return Err(SealError::Doubled);
            }
            keys.push(Key::new(id, &secret)?);
        }
        if keys.is_empty() {
            return Err(SealError::Missing);
        }
        Ok(Self(keys.into()))
    }

    /// A key that everybody knows, for made-up members alone.
    pub fn for_demo() -> Result<Self, SealError> {
        Ok(Self(
            [Key::new("demo", b"no secret: all members are made up")?].into(),
        ))
    }

    /// Seals an ID with the present key.
    pub(crate) fn seal(&self, id: &str) -> Result<Sealed, SealError> {
        let key = self.0.first().ok_or(SealError::Missing)?;
        let mut text = id.as_bytes().to_vec();
        let nonce = key
            .sealing
            .seal_in_place_append_tag(Aad::from(key.id.as_bytes()), &mut text)
            .map_err(|_| SealError::Unopened)?;
        let whole = [nonce.as_ref().as_slice(), &text].concat();
        Ok(Sealed {
            text: format!("{}.{}", key.id, URL_SAFE_NO_PAD.encode(whole)),
            hash: key.hash(id),
        })
    }

    /// The ID that was sealed, with whichever key.
    pub(crate) fn open(&self, sealed: &str) -> Result<String, SealError> {
        let open = || {
            let (id, whole) = sealed.split_once('.')?;
            let key = self.0.iter().find(|key| key.id == id)?;
            let mut whole = URL_SAFE_NO_PAD.decode(whole).ok()?;
            let (nonce, text) = whole.split_at_mut_checked(NONCE_LEN)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let text = key
                .sealing
                .open_in_place(nonce, Aad::from(id.as_bytes()), text)
                .ok()?;
            String::from_utf8(text.to_vec()).ok()
        };
        open().ok_or(SealError::Unopened)
    }

    /// The same ID, sealed with the present key; as it is where it was.
    pub(crate) fn renewed(&self, sealed: Sealed) -> Result<Sealed, SealError> {
        let id = self.open(&sealed.text)?;
        if self.is_current(&sealed.text) {
            Ok(sealed)
        } else {
            self.seal(&id)
        }
    }

    /// Whether it was sealed with the present key.
    pub(crate) fn is_current(&self, sealed: &str) -> bool {
        let id = sealed.split_once('.').map(|(id, _)| id);
        self.0.first().is_some_and(|key| Some(key.id.as_str()) == id)
    }

    /// The hashes that an ID may be found by, one of each key.
    pub(crate) fn hashes(&self, id: &str) -> Vec<IdHash> {
        self.0.iter().map(|key| key.hash(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "2025:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const NEW: &str = "2026:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    #[test]
    fn what_is_sealed_opens_and_does_not_show() {
        let seals = Seals::read(OLD).unwrap();
        let sealed = seals.seal("A123456789").unwrap();
        assert_eq!(seals.open(&sealed.text).unwrap(), "A123456789");
        assert!(!sealed.text.contains("A123456789"));
        assert_ne!(
            sealed.text,
            seals.seal("A123456789").unwrap().text,
            "no two are alike"
        );
        assert_eq!(
            sealed.hash,
            seals.seal("A123456789").unwrap().hash,
            "but they are found"
        );
        assert_eq!(format!("{seals:?}"), "[\"2025\"]");
    }

    #[test]
    fn keys_are_exchanged_without_losing_what_there_is() {
        let old = Seals::read(OLD).unwrap().seal("A123456789").unwrap();
        let both = Seals::read(&format!("{NEW} {OLD}")).unwrap();
        assert_eq!(both.open(&old.text).unwrap(), "A123456789");
        assert!(!both.is_current(&old.text));
        assert!(both.hashes("A123456789").contains(&old.hash));
        let new = both.seal("A123456789").unwrap();
        assert!(both.is_current(&new.text));
        assert_ne!(new.hash, old.hash);
        let renewed = both.renewed(old.clone()).unwrap();
        assert!(both.is_current(&renewed.text) && renewed.hash == new.hash);
        assert_eq!(
            both.renewed(new.clone()),
            Ok(new.clone()),
            "there is nothing to do"
        );
        let gone = Seals::read(NEW).unwrap();
        assert_eq!(gone.open(&old.text), Err(SealError::Unopened));
        assert_eq!(gone.renewed(old), Err(SealError::Unopened));
        assert_eq!(gone.open(&new.text).unwrap(), "A123456789");
    }

    #[test]
    fn what_was_altered_does_not_open() {
        let seals = Seals::read(&format!("{NEW} {OLD}")).unwrap();
        let sealed = seals.seal("A123456789").unwrap().text;
        let under_another_name = sealed.replacen("2026.", "2025.", 1);
        let cut = &sealed[..sealed.len() - 2];
        for altered in ["", "2026.", "2026.AAAA", "none", cut, &under_another_name] {
            assert_eq!(seals.open(altered), Err(SealError::Unopened), "{altered}");
        }
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        for (text, fault) in [
            ("", SealError::Missing),
            ("2026", SealError::Malformed),
            ("2026:AAAA", SealError::Malformed),
            (
                "a.b:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                SealError::Malformed,
            ),
        ] {
            assert_eq!(Seals::read(text).unwrap_err(), fault, "{text}");
        }
        assert_eq!(
            Seals::read(&format!("{OLD} {OLD}")).unwrap_err(),
            SealError::Doubled
        );
    }
}
