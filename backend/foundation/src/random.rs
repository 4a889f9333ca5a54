//! Secrets from the operating system's random numbers.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Random bytes of the operating system.
///
/// # Panics
/// When the operating system has none, where no secret could be made and nothing safe can be done.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "a server without random numbers must not go on"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// A secret of 256 random bits, base64url without padding, given to a browser or a mail and stored as its
/// hash alone. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// SHA-256 of a [`Token`]'s text. A slow hash would add nothing: there is nothing to guess.
pub type TokenHash = [u8; 32];

impl Token {
    /// A new one.
    pub fn generate() -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes::<32>()))
    }

    /// The secret itself, for the one who shall hold it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What is stored of the token whose text this is; any text may come along.
pub fn hash(text: &str) -> TokenHash {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_256_bits_and_do_not_show() {
        let token = Token::generate();
        assert_eq!(token.expose().len(), 43);
        assert_ne!(token, Token::generate());
        assert_eq!(token.hash(), hash(token.expose()));
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
