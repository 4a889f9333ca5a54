//! Signing keys and their life.
//!
//! A key's state follows from the time alone, so no job has to run at a certain moment and all nodes agree:
//!
//! ```text
//!            publish_before             active_for              keep_for
//! ──created──────────────────active_from──────────active_until──────────────gone──
//!            next: published            active: signs           retired: verifies
//! ```

mod rotation;
mod signing;
mod store;

use std::{fmt, time::Duration};

use jsonwebtoken::Algorithm as JwtAlgorithm;
use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

pub(crate) use signing::SigningKey;
pub(crate) use store::{KeySet, Keys};

/// What tokens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: small and fast; the first choice.
    #[serde(rename = "ES256")]
    Es256,
    /// RSA of 2048 bits with SHA-256, for clients that know nothing else.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// Its name in JOSE (RFC 7518, section 3.1).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    pub(crate) const fn jwt(self) -> JwtAlgorithm {
        match self {
            Self::Es256 => JwtAlgorithm::ES256,
            Self::Rs256 => JwtAlgorithm::RS256,
        }
    }
}

/// How long keys live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPolicy {
    /// A key is published this long before it signs, longer than clients keep the key set.
    pub publish_before: Duration,
    /// It signs for this long.
    pub active_for: Duration,
    /// It is published for this long afterwards, longer than anything that it signed lives.
    pub keep_for: Duration,
}

impl Default for KeyPolicy {
    /// A day before, 90 days, a day after.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            publish_before: DAY,
            active_for: 90 * DAY,
            keep_for: DAY,
        }
    }
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, so that clients know it before it signs.
    Next,
    /// Signs.
    Active,
    /// Signs no more; what it signed is still alive.
    Retired,
    /// Nothing that it signed is alive.
    Gone,
}

/// A key as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id, the SHA-256 thumbprint of the public key (RFC 7638).
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// 1 for the first key of its algorithm, and so on: of two nodes that make the next key at once, one wins.
    pub generation: i32,
    /// The private key, PKCS#8 in PEM.
    pub pem: String,
    /// From when on it signs.
    pub active_from: Timestamp,
    /// From when on it does not.
    pub active_until: Timestamp,
}

impl StoredKey {
    /// Where it is in its life.
    pub fn state(&self, now: Timestamp, policy: &KeyPolicy) -> KeyState {
        if now < self.active_from {
            KeyState::Next
        } else if now < self.active_until {
            KeyState::Active
        } else if now < self.active_until.plus(policy.keep_for) {
            KeyState::Retired
        } else {
            KeyState::Gone
        }
    }
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .field("generation", &self.generation)
            .field("active_from", &self.active_from)
            .field("active_until", &self.active_until)
            .finish_non_exhaustive()
    }
}
