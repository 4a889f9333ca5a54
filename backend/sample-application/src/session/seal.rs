//! The portal's tokens at rest: encrypted with AES-256-GCM (NIST SP 800-38D) under a key that only the browser's cookie
//! yields. Who reads the database can neither show a session's cookie nor use its tokens.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use foundation::random;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// What we may ask the portal with, for one session.
#[derive(Clone)]
pub(super) struct Held {
    /// For userinfo.
    pub(super) access: SecretString,
    /// For further tokens.
    pub(super) refresh: Option<SecretString>,
    /// The first ID token, for the sign-out.
    pub(super) id: Option<SecretString>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    access: String,
    refresh: Option<String>,
    id: Option<String>,
}

/// The secret has 256 random bits, so that a hash of it is a key; another one than the hash that finds the session.
fn key(secret: &str) -> Option<RandomizedNonceKey> {
    RandomizedNonceKey::new(&AES_256_GCM, &random::hash(&format!("tokens of {secret}"))).ok()
}

impl Held {
    /// The tokens as they are stored: nonce, text, tag. None if the system's cryptography fails.
    pub(super) fn seal(&self, secret: &str) -> Option<Vec<u8>> {
        let exposed = |token: &SecretString| token.expose_secret().to_owned();
        let written = Written {
            access: exposed(&self.access),
            refresh: self.refresh.as_ref().map(exposed),
            id: self.id.as_ref().map(exposed),
        };
        let mut text = serde_json::to_vec(&written).ok()?;
        let nonce = key(secret)?
            .seal_in_place_append_tag(Aad::empty(), &mut text)
            .ok()?;
        Some([nonce.as_ref().as_slice(), &text].concat())
    }

    /// Opens what is stored. None when another secret sealed it.
    pub(super) fn open(secret: &str, sealed: &[u8]) -> Option<Self> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let text = key(secret)?.open_in_place(nonce, Aad::empty(), &mut text).ok()?;
        let written: Written = serde_json::from_slice(text).ok()?;
        Some(Self {
            access: written.access.into(),
            refresh: written.refresh.map(Into::into),
            id: written.id.map(Into::into),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_alone_opens_them() {
        let held = Held {
            access: "an access token".to_owned().into(),
            refresh: Some("a refresh token".to_owned().into()),
            id: None,
        };
        let sealed = held.seal("secret").unwrap();
        let opened = Held::open("secret", &sealed).unwrap();
        assert_eq!(opened.access.expose_secret(), "an access token");
        assert_eq!(opened.refresh.unwrap().expose_secret(), "a refresh token");
        assert!(opened.id.is_none());
        assert!(Held::open("another", &sealed).is_none());
        assert!(Held::open("secret", &sealed[..8]).is_none());
        let altered = [&sealed[..20], &[sealed[20] ^ 1], &sealed[21..]].concat();
        assert!(Held::open("secret", &altered).is_none());
        let text = b"access token";
        assert!(!sealed.windows(text.len()).any(|window| window == text));
    }
}
