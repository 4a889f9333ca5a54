//! The ID token (OpenID Connect Core, section 2): who signed in, how and when, as an answer to our own question.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::time::Timestamp;
use subtle::ConstantTimeEq;

use super::{
    Fault,
    token::{Claims, LEEWAY, wrong},
};

/// An ID token that was issued longer ago than a sign-in may take is no answer to it.
const OLDEST: Duration = Duration::from_secs(10 * 60);

/// How somebody signed in at the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// `sub`.
    pub(crate) subject: String,
    /// `sid`: the session at the portal.
    pub(crate) sid: Option<String>,
    /// `auth_time`: when they last proved who they are.
    pub(crate) auth_time: Option<Timestamp>,
    /// `amr`: by what (RFC 8176).
    pub(crate) amr: Vec<String>,
    /// `acr`: at which level.
    pub(crate) acr: Option<String>,
}

/// Checks what is to be checked besides the signature and [`Claims::check`].
pub(super) fn read(claims: &Claims, nonce: &str, access_token: &str, now: Timestamp) -> Result<Proof, Fault> {
    let oldest = now.minus(OLDEST + LEEWAY).as_seconds();
    if claims.seconds("iat")?.is_none_or(|issued| issued < oldest) {
        return Err(wrong("iat"));
    }
    let found = claims.text("nonce").unwrap_or_default();
    if !bool::from(found.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(wrong("nonce"));
    }
    // The left half of the access token's hash (section 3.1.3.6); both believed algorithms hash with SHA-256.
    let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]);
    if claims.0.get("at_hash").is_some_and(|found| *found != hash) {
        return Err(wrong("at_hash"));
    }
    let seconds = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
    let methods = claims.0.get("amr").and_then(Value::as_array);
    Ok(Proof {
        subject: claims.name("sub")?.ok_or_else(|| wrong("sub"))?.to_owned(),
        sid: claims.name("sid")?.map(str::to_owned),
        auth_time: claims.seconds("auth_time")?.map(seconds),
        amr: methods
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        acr: claims.name("acr")?.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_395_600;

    fn checked(change: impl FnOnce(&mut Value)) -> Result<Proof, Fault> {
        let mut claims = json!({
            "iss": "https://portal.example", "aud": "emic", "sub": "7", "sid": "s", "nonce": "n",
            "exp": NOW + 300, "iat": NOW, "auth_time": NOW - 60, "amr": ["pwd", "otp"], "acr": "2",
        });
        change(&mut claims);
        let claims = Claims(claims.as_object().unwrap().clone());
        let now = Timestamp::from_millis(NOW * 1000);
        claims.check("https://portal.example", "emic", now)?;
        read(&claims, "n", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", now)
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write their JSON in place")]
    fn refused(claim: &str, value: Value) {
        let refusal = checked(|claims| claims[claim] = value.clone());
        assert_eq!(refusal, Err(wrong(claim)), "{claim}: {value}");
        let may_be_missing = ["azp", "nbf", "at_hash", "sid", "auth_time", "acr"].contains(&claim);
        let without = checked(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(without.is_ok(), may_be_missing, "without {claim}");
    }

    #[test]
    fn it_says_how_and_when_somebody_signed_in() {
        let proof = checked(|_| {}).unwrap();
        assert_eq!((proof.subject.as_str(), proof.sid.as_deref()), ("7", Some("s")));
        assert_eq!(
            (proof.amr, proof.acr.as_deref()),
            (vec!["pwd".into(), "otp".into()], Some("2"))
        );
        assert_eq!(proof.auth_time.map(Timestamp::as_seconds), Some(NOW - 60));
    }

    #[test]
    fn each_claim_is_checked() {
        for value in [
            json!("https://evil.example"),
            json!("https://portal.example/"),
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
        refused("auth_time", json!("today"));
        assert!(checked(|claims| claims["aud"] = json!(["emic"])).is_ok());
        // The example of OpenID Connect Core, appendix A.3.
        assert!(checked(|claims| claims["at_hash"] = json!("77QmUPtjPfzWtF2AnpK9RQ")).is_ok());
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
        for value in [json!("soon"), json!(null), json!(1.5)] {
            refused("exp", value);
        }
    }
}
