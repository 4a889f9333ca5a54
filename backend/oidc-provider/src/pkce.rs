//! Proof Key for Code Exchange (RFC 7636), with S256 alone: `plain` protects against nobody who reads the
//! request (RFC 9700, section 2.1.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The SHA-256 of the secret that the client keeps until it redeems its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads a challenge: 32 bytes in base64url without padding.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Takes back what [`Self::as_str`] gave to a storage.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the secret behind the challenge (RFC 7636, section 4.6).
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let form = (43..=128).contains(&verifier.len())
            && verifier
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        let found = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        form && bool::from(found.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_is_met() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        assert!(challenge.is_met_by(VERIFIER));
        assert!(!challenge.is_met_by(CHALLENGE));
        assert!(!challenge.is_met_by(&VERIFIER[..42]));
        assert!(!challenge.is_met_by(""));
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        for verifier in [
            "a".repeat(42),
            "a".repeat(129),
            "a".repeat(42) + "=",
            "字".repeat(43),
        ] {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            assert!(
                !CodeChallenge::parse(&hash).unwrap().is_met_by(&verifier),
                "{verifier}"
            );
        }
    }

    #[test]
    fn a_challenge_is_a_sha_256() {
        for text in [
            "",
            "short",
            VERIFIER.trim_end_matches('k'),
            &format!("{CHALLENGE}="),
            &"a".repeat(44),
        ] {
            assert_eq!(CodeChallenge::parse(text), None, "{text}");
        }
    }
}
