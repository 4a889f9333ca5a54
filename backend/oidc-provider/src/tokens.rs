//! The tokens that clients verify: ID tokens, logout tokens, events.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::{grant::Grant, host::Claims, issuer::Issuer, keys::KeySet};

/// `typ` of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
const LOGOUT_TOKEN: &str = "logout+jwt";
/// The event that a logout token tells of.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a logout token is worth anything, in seconds.
const LOGOUT_TOKEN_LIFE: i64 = 120;

/// `typ` of an event (RFC 8417, section 2.3).
pub(crate) const EVENT_TOKEN: &str = "secevent+jwt";
/// The event that says that claims have changed (OpenID Continuous Access Evaluation Profile 1.0, section 3.2).
const CLAIMS_CHANGE: &str = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";

/// What an ID token says (OpenID Connect Core 1.0, section 2). What the scopes tell of the person comes from
/// the userinfo endpoint, which asks anew.
#[derive(Debug, Serialize)]
pub(crate) struct IdToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    azp: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    sid: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    amr: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
}

impl<'a> IdToken<'a> {
    /// For this grant, given out together with this access token. `subject` and `sid` are the person and the session as the
    /// client knows them. It answers no request yet.
    pub(crate) fn new(
        issuer: &'a Issuer,
        grant: &'a Grant,
        (subject, sid): (&'a str, &'a str),
        access_token: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            iss: issuer.as_str(),
            sub: subject,
            aud: &grant.client_id,
            azp: &grant.client_id,
            exp: expires_at.as_seconds(),
            iat: now.as_seconds(),
            auth_time: grant.auth_time.as_seconds(),
            nonce: None,
            at_hash: half_hash(access_token),
            sid,
            amr: &grant.amr,
            acr: grant.acr.as_deref(),
        }
    }

    /// The answer to the request with this `nonce`.
    pub(crate) fn answering(self, nonce: Option<&'a str>) -> Self {
        Self { nonce, ..self }
    }
}

/// The left half of the SHA-256 (OpenID Connect Core 1.0, section 3.1.3.6); both algorithms use that hash.
fn half_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(token.as_bytes())[..16])
}

/// The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4), and its `typ`.
pub(crate) fn logout_token(
    issuer: &Issuer,
    client_id: &str,
    subject: &str,
    sid: &str,
    id: Uuid,
    now: Timestamp,
) -> (&'static str, serde_json::Value) {
    let claims = json!({
        "iss": issuer.as_str(),
        "aud": client_id,
        "iat": now.as_seconds(),
        "exp": now.as_seconds() + LOGOUT_TOKEN_LIFE,
        "jti": id,
        "sub": subject,
        "sid": sid,
        "events": { LOGOUT_EVENT: {} },
    });
    (LOGOUT_TOKEN, claims)
}

/// The claims of an event that says what is told of somebody by now (RFC 8417, section 2.2): it has no `exp`, and no `sub`, so
/// that it passes for no other token.
pub(crate) fn claims_change(
    issuer: &Issuer,
    client_id: &str,
    subject: &str,
    claims: &Claims,
    id: Uuid,
    now: Timestamp,
) -> serde_json::Value {
    json!({
        "iss": issuer.as_str(),
        "aud": client_id,
        "iat": now.as_seconds(),
        "jti": id,
        "sub_id": { "format": "iss_sub", "iss": issuer.as_str(), "sub": subject },
        "events": { CLAIMS_CHANGE: { "event_timestamp": now.as_seconds(), "claims": claims } },
    })
}

/// What an ID token of ours tells when a client sends it back (`id_token_hint`). Its age does not matter, as
/// long as its key is published.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Hint {
    iss: String,
    /// The client it was issued to.
    pub(crate) aud: String,
    /// The person, as that client knows them.
    pub(crate) sub: String,
    /// The session, as that client knows it.
    pub(crate) sid: String,
    /// Only ID tokens have one; logout tokens must not pass for them.
    #[serde(rename = "auth_time")]
    _auth_time: i64,
}

impl Hint {
    /// Reads it, if one of our keys signed it.
    pub(crate) fn read(issuer: &Issuer, keys: &KeySet, now: Timestamp, token: &str) -> Option<Self> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = keys.published(now).find(|key| key.stored.kid == kid)?;
        key.verify::<Self>(token)
            .filter(|hint| hint.iss == issuer.as_str())
    }
}
