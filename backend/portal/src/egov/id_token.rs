//! The ID token (OpenID Connect Core, section 2): who signed in, as an answer to the portal's own question.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256, Sha512};
use shared::time::Timestamp;
use subtle::ConstantTimeEq;

use super::{
    refusal::ProviderFault,
    token::{Claims, LEEWAY, wrong},
};
use crate::config::SignatureAlgorithm;

/// An ID token that was issued longer ago than a sign-in may take is no answer to it.
const OLDEST: Duration = Duration::from_secs(10 * 60);

/// What an ID token must say to be believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    /// The access token that came along, for `at_hash`.
    pub access_token: &'a str,
    /// What the token is signed with, which says how `at_hash` is made.
    pub algorithm: SignatureAlgorithm,
    pub now: Timestamp,
}

/// Who signed in at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    /// `sub`.
    pub subject: String,
    /// `sid`: the session there, if the provider names it.
    pub session: Option<String>,
}

/// Checks all that is to be checked but the signature.
pub(super) fn check(claims: &Claims, expected: Expected<'_>) -> Result<Subject, ProviderFault> {
    claims.check(expected.issuer, expected.client, expected.now)?;
    let oldest = expected.now.minus(OLDEST + LEEWAY).as_seconds();
    if claims.seconds("iat")?.is_none_or(|issued| issued < oldest) {
        return Err(wrong("iat"));
    }
    let nonce = claims.text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(wrong("nonce"));
    }
    let hash = at_hash(expected.access_token, expected.algorithm);
    if claims.0.get("at_hash").is_some_and(|found| *found != hash) {
        return Err(wrong("at_hash"));
    }
    Ok(Subject {
        subject: claims.name("sub")?.ok_or_else(|| wrong("sub"))?.to_owned(),
        session: claims.name("sid")?.map(str::to_owned),
    })
}

/// The left half of the access token's hash, made as the token's signature is (section 3.1.3.6). Ed25519
/// hashes with SHA-512.
fn at_hash(access_token: &str, algorithm: SignatureAlgorithm) -> String {
    match algorithm {
        SignatureAlgorithm::Rs256 | SignatureAlgorithm::Es256 => {
            URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
        }
        SignatureAlgorithm::EdDsa => URL_SAFE_NO_PAD.encode(&Sha512::digest(access_token)[..32]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_795_395_600;

    fn checked(change: impl FnOnce(&mut Value)) -> Result<Subject, ProviderFault> {
        let mut claims = json!({
            "iss": "https://egov.example", "aud": "emic", "sub": "7", "nonce": "n",
            "exp": NOW + 300, "iat": NOW,
        });
        change(&mut claims);
        let expected = Expected {
            issuer: "https://egov.example",
            client: "emic",
            nonce: "n",
            access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            algorithm: SignatureAlgorithm::Rs256,
            now: Timestamp::from_millis(NOW * 1000),
        };
        check(&Claims(claims.as_object().unwrap().clone()), expected)
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write their JSON in place")]
    fn refused(claim: &str, value: Value) {
        let refusal = checked(|claims| claims[claim] = value.clone());
        assert_eq!(refusal, Err(wrong(claim)), "{claim}: {value}");
        let accepted_without = matches!(claim, "azp" | "nbf" | "at_hash" | "sid");
        let without = checked(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(without.is_ok(), accepted_without, "without {claim}");
    }

    #[test]
    fn each_claim_is_checked() {
        for value in [
            json!("https://evil.example"),
            json!("https://egov.example/"),
            json!(7),
        ] {
            refused("iss", value);
        }
        for value in [json!("other"), json!(["emic", "other"]), json!([]), json!(null)] {
            refused("aud", value);
        }
        for value in [json!("other"), json!(["emic"])] {
            refused("azp", value);
        }
        for value in [json!(""), json!("other"), json!(["n"])] {
            refused("nonce", value);
        }
        for value in [json!(""), json!(7), json!("a\u{0}b"), json!("x".repeat(256))] {
            refused("sub", value.clone());
            refused("sid", value);
        }
        refused("at_hash", json!("bm90IGl0"));
    }

    #[test]
    fn an_audience_may_be_written_as_a_list_of_one() {
        assert!(checked(|claims| claims["aud"] = json!(["emic"])).is_ok());
        assert!(checked(|claims| claims["azp"] = json!("emic")).is_ok());
    }

    #[test]
    fn times_have_a_leeway_of_sixty_seconds() {
        for (claim, off, accepted) in [
            ("exp", -59, true),
            ("exp", -60, false),
            ("iat", 60, true),
            ("iat", 61, false),
            ("iat", -660, true),
            ("iat", -661, false),
            ("nbf", 60, true),
            ("nbf", 61, false),
        ] {
            let outcome = checked(|claims| claims[claim] = json!(NOW + off));
            assert_eq!(outcome.is_ok(), accepted, "{claim} {off}");
        }
        assert!(checked(|claims| claims["exp"] = json!(1_795_395_601.5)).is_ok());
        for value in [json!("soon"), json!(null), json!(-1e300)] {
            refused("exp", value);
        }
        assert!(checked(|claims| claims["exp"] = json!(i64::MAX)).is_ok());
    }

    #[test]
    fn the_access_token_must_be_the_one_that_was_hashed() {
        // The example of OpenID Connect Core, appendix A.3.
        assert!(checked(|claims| claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ")).is_ok());
        let ed25519 = at_hash("token", SignatureAlgorithm::EdDsa);
        assert_eq!(URL_SAFE_NO_PAD.decode(ed25519).unwrap().len(), 32);
    }
}
