//! Clients prove who they are by a token that they have signed themselves: `private_key_jwt` (RFC 7523, sections 2.2 and 3;
//! OpenID Connect Core 1.0, section 9).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::random;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use shared::time::Timestamp;

use super::{client_authentication::AuthenticationError, path};
use crate::{
    client::{Client, ClientAuthentication},
    client_keys::ClientKeys,
    provider::Provider,
};

/// `client_assertion_type` (RFC 7523, section 2.2).
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What assertions may be signed with.
pub(super) const ALGORITHMS: [&str; 3] = ["ES256", "RS256", "PS256"];

/// An assertion ends at most so long from now: until then its `jti` is remembered.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// How far a client's clock may be ahead.
const LEEWAY: Duration = Duration::from_secs(60);
/// The longest `jti`, in bytes.
const LONGEST_ID: usize = 256;

/// Whom an assertion is for (RFC 7519, section 4.1.3).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What an assertion says. Times are seconds.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    jti: String,
    nbf: Option<i64>,
    iat: Option<i64>,
}

/// Whom the assertion says that it comes from; nothing is proved by that.
pub(super) fn claimed_client(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let body = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Subject>(&body)
        .ok()
        .map(|claims| claims.sub)
}

/// Whether the client has made this assertion, for us, just now, and uses it for the first time.
pub(super) async fn verify(
    provider: &Provider,
    client: &Client,
    assertion: &str,
) -> Result<(), AuthenticationError> {
    use AuthenticationError::Unknown;
    let ClientAuthentication::PrivateKeyJwt(keys) = &client.authentication else {
        return Err(Unknown);
    };
    let claims = signed(keys, assertion).ok_or(Unknown)?;
    let now = provider.now();
    let own = claims.iss == client.id && claims.sub == client.id;
    if !(own && is_for_us(provider, &claims.aud) && is_in_time(&claims, now)) {
        return Err(Unknown);
    }
    if claims.jti.is_empty() || claims.jti.len() > LONGEST_ID {
        return Err(Unknown);
    }
    // Two clients may choose the same `jti`; an id holds no control character.
    let id = random::hash(&format!("{}\0{}", client.id, claims.jti));
    let expires_at = Timestamp::from_millis(claims.exp.saturating_mul(1000));
    if provider.storage().use_assertion(&id, expires_at).await? {
        Ok(())
    } else {
        tracing::warn!(client = client.id, "an assertion came again");
        Err(Unknown)
    }
}

/// What it says, if one of the client's keys has signed it. The algorithm has to be one that the key is for.
fn signed(keys: &ClientKeys, assertion: &str) -> Option<Claims> {
    let header = jsonwebtoken::decode_header(assertion).ok()?;
    let known = matches!(header.alg, Algorithm::ES256 | Algorithm::RS256 | Algorithm::PS256);
    // Nobody here understands an extension that has to be understood (RFC 7515, section 4.1.11).
    if !known || header.crit.is_some() {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    // The times are compared by the provider's clock, the audience by its rules.
    validation.validate_exp = false;
    validation.validate_aud = false;
    keys.candidates(header.alg, header.kid.as_deref())
        .find_map(|key| jsonwebtoken::decode(assertion, &key, &validation).ok())
        .map(|token| token.claims)
}

/// Whether it is for us alone: by the issuer's name, as is advised, or by the token endpoint's address (OpenID Connect
/// Core 1.0, section 9). One that is for others too could be theirs to use.
fn is_for_us(provider: &Provider, audience: &Audience) -> bool {
    let issuer = provider.issuer();
    let token_endpoint = issuer.endpoint(path::TOKEN);
    let us = |name: &String| name == issuer.as_str() || *name == token_endpoint;
    match audience {
        Audience::One(name) => us(name),
        Audience::Many(names) => !names.is_empty() && names.iter().all(us),
    }
}

fn is_in_time(claims: &Claims, now: Timestamp) -> bool {
    let begun = |at: Option<i64>| at.is_none_or(|at| at <= now.plus(LEEWAY).as_seconds());
    let ends = now.as_seconds() < claims.exp && claims.exp <= now.plus(LONGEST).as_seconds();
    ends && begun(claims.nbf) && begun(claims.iat)
}

#[cfg(test)]
#[path = "client_assertion_tests.rs"]
mod tests;
