//! The event that says that what the provider tells of somebody has changed: a Security Event Token (RFC 8417) of CAEP's type
//! `token-claims-change`, pushed by the provider (RFC 8935).

use std::time::Duration;

use serde_json::{Map, Value};
use shared::time::Timestamp;

use super::{
    refusal::ProviderFault,
    token::{Claims, LEEWAY, wrong},
};

/// The event's type (OpenID Continuous Access Evaluation Profile 1.0, section 3.2).
const EVENT: &str = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";

/// How old an event may be. The token itself does not end (RFC 8417, section 2.2), and is remembered for as long.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What the event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClaimsChange {
    /// Of whom, as the issuer knows them.
    pub subject: String,
    /// What the provider tells of them now: all of it, as its userinfo would.
    pub claims: Map<String, Value>,
    /// When it told.
    pub at: Timestamp,
    /// `jti`: names the token, so that it counts once.
    pub id: String,
    /// Until when the token could be shown again.
    pub until: Timestamp,
}

/// Whether a token is an event, as it must say (RFC 8417, section 2.3).
pub(super) fn may_be(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.strip_prefix("application/").unwrap_or(&kind) == "secevent+jwt"
    })
}

/// Checks all that is to be checked but the signature.
pub(super) fn check(
    claims: &Claims,
    issuer: &str,
    client: &str,
    now: Timestamp,
) -> Result<ClaimsChange, ProviderFault> {
    claims.check_parties(issuer, client)?;
    let made = claims.seconds("iat")?.ok_or_else(|| wrong("iat"))?;
    let at = Timestamp::from_millis(made.saturating_mul(1000));
    if at > now.plus(LEEWAY) || at.plus(LONGEST) < now {
        return Err(wrong("iat"));
    }
    let event = claims.0.get("events").and_then(|events| events.get(EVENT));
    let told = event
        .and_then(|event| event.get("claims"))
        .and_then(Value::as_object);
    Ok(ClaimsChange {
        subject: subject(claims, issuer)?,
        claims: told.ok_or_else(|| wrong("events"))?.clone(),
        at,
        id: claims.name("jti")?.ok_or_else(|| wrong("jti"))?.to_owned(),
        until: at.plus(LONGEST).plus(LEEWAY),
    })
}

/// `sub_id`: the issuer's subject (RFC 9493, section 3.2.3).
fn subject(claims: &Claims, issuer: &str) -> Result<String, ProviderFault> {
    let subject = claims.0.get("sub_id").and_then(Value::as_object);
    let subject = Claims(subject.ok_or_else(|| wrong("sub_id"))?.clone());
    let is_ours = subject.text("format") == Some("iss_sub") && subject.text("iss") == Some(issuer);
    match subject.name("sub")? {
        Some(name) if is_ours => Ok(name.to_owned()),
        _ => Err(wrong("sub_id")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_395_600;

    fn checked(change: impl FnOnce(&mut Value)) -> Result<ClaimsChange, ProviderFault> {
        let mut claims = json!({
            "iss": "https://egov.example", "aud": "emic", "jti": "j", "iat": NOW,
            "sub_id": { "format": "iss_sub", "iss": "https://egov.example", "sub": "7" },
            "events": { EVENT: { "claims": { "account_kind": "civil_servant" } } },
        });
        change(&mut claims);
        let claims = Claims(claims.as_object().unwrap().clone());
        check(
            &claims,
            "https://egov.example",
            "emic",
            Timestamp::from_millis(NOW * 1000),
        )
    }

    #[test]
    fn it_says_of_whom_and_what() {
        let change = checked(|_| {}).unwrap();
        assert_eq!((change.subject.as_str(), change.at.as_seconds()), ("7", NOW));
        assert_eq!(change.claims["account_kind"], "civil_servant");
        assert_eq!(change.until.as_seconds(), NOW + 7 * 24 * 60 * 60 + 60);
    }

    #[test]
    fn what_it_needs_must_be_there() {
        for claim in ["iss", "aud", "iat", "jti", "events", "sub_id"] {
            let without = checked(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
            assert_eq!(without, Err(wrong(claim)), "{claim}");
        }
        for (claim, value) in [
            ("iss", json!("https://other.example")),
            ("aud", json!("another")),
            ("iat", json!(NOW + 61)),
            ("iat", json!(NOW - 8 * 24 * 60 * 60)),
            ("sub_id", json!({ "format": "email", "email": "a@example.tw" })),
            (
                "sub_id",
                json!({ "format": "iss_sub", "iss": "https://other.example", "sub": "7" }),
            ),
            (
                "sub_id",
                json!({ "format": "iss_sub", "iss": "https://egov.example" }),
            ),
            ("events", json!({ EVENT: {} })),
            (
                "events",
                json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
            ),
        ] {
            assert!(checked(|claims| claims[claim] = value).is_err(), "{claim}");
        }
    }

    #[test]
    fn another_kind_of_token_is_none() {
        assert!(may_be(Some("secevent+jwt")) && may_be(Some("application/secevent+jwt")));
        for kind in [None, Some("JWT"), Some("logout+jwt")] {
            assert!(!may_be(kind), "{kind:?}");
        }
    }
}
