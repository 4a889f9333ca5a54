//! The logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4): who signed out at the portal.

use shared::time::Timestamp;

use super::{
    Fault, Portal,
    token::{Claims, LEEWAY, wrong},
};

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a logout token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedOut {
    /// `sub`: whose sessions end; all of them without `sid`.
    pub(crate) subject: Option<String>,
    /// `sid`: which session of the portal has ended.
    pub(crate) sid: Option<String>,
    /// `jti`: names the token, so that it counts once.
    pub(crate) id: String,
    /// Until when the token could be shown again.
    pub(crate) until: Timestamp,
}

impl Portal {
    /// Reads a logout token (section 2.6).
    pub(crate) async fn read_logout_token(&self, token: &str) -> Result<SignedOut, Fault> {
        let (header, claims) = self.verified(token).await?;
        if !may_be(header.typ.as_deref()) {
            return Err(Fault::untrusted("the token is of another kind"));
        }
        self.check(&claims)?;
        read(&claims)
    }
}

/// Whether a token that says that it is of this kind may be a logout token. Providers write `logout+jwt`, the old
/// `JWT`, or nothing; what is explicitly of another kind is not one (RFC 8725, section 3.11).
fn may_be(kind: Option<&str>) -> bool {
    kind.is_none_or(|kind| {
        let kind = kind.to_ascii_lowercase();
        let kind = kind.strip_prefix("application/").unwrap_or(&kind);
        kind == "logout+jwt" || kind == "jwt"
    })
}

fn read(claims: &Claims) -> Result<SignedOut, Fault> {
    let event = claims.0.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(serde_json::Value::is_object) {
        return Err(wrong("events"));
    }
    // An ID token has one: it must not pass for a logout token.
    if claims.0.contains_key("nonce") {
        return Err(wrong("nonce"));
    }
    let (subject, sid) = (claims.name("sub")?, claims.name("sid")?);
    if subject.is_none() && sid.is_none() {
        return Err(wrong("sub"));
    }
    let expires = claims.seconds("exp")?.ok_or_else(|| wrong("exp"))?;
    Ok(SignedOut {
        subject: subject.map(str::to_owned),
        sid: sid.map(str::to_owned),
        id: claims.name("jti")?.ok_or_else(|| wrong("jti"))?.to_owned(),
        until: Timestamp::from_millis(expires.saturating_mul(1000)).plus(LEEWAY),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_795_395_600;

    fn checked(change: impl FnOnce(&mut Value)) -> Result<SignedOut, Fault> {
        let mut claims =
            json!({ "sub": "7", "sid": "s", "jti": "j", "exp": NOW + 120, "events": { EVENT: {} } });
        change(&mut claims);
        read(&Claims(claims.as_object().unwrap().clone()))
    }

    fn without(names: &[&str]) -> bool {
        checked(|claims| {
            for name in names {
                claims.as_object_mut().unwrap().remove(*name);
            }
        })
        .is_ok()
    }

    #[test]
    fn a_subject_or_a_session_is_enough_and_all_else_must_be_there() {
        assert!(without(&["sub"]) && without(&["sid"]));
        assert!(!without(&["sub", "sid"]));
        assert!(!without(&["jti"]) && !without(&["events"]));
    }

    #[test]
    fn an_id_token_is_no_logout_token() {
        assert_eq!(
            checked(|claims| claims["nonce"] = json!("n")),
            Err(wrong("nonce"))
        );
        for events in [json!({}), json!([EVENT]), json!({ EVENT: true }), json!(EVENT)] {
            assert_eq!(checked(|claims| claims["events"] = events), Err(wrong("events")));
        }
    }

    #[test]
    fn it_is_remembered_for_as_long_as_it_could_be_shown_again() {
        assert_eq!(checked(|_| {}).unwrap().until.as_seconds(), NOW + 180);
    }

    #[test]
    fn another_kind_of_token_is_none() {
        for kind in [
            None,
            Some("logout+jwt"),
            Some("application/logout+jwt"),
            Some("JWT"),
        ] {
            assert!(may_be(kind), "{kind:?}");
        }
        for kind in ["at+jwt", "dpop+jwt", ""] {
            assert!(!may_be(Some(kind)), "{kind}");
        }
    }
}
