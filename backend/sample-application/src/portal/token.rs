//! Signed tokens of the portal (RFC 7519): the signature, and the claims that all of them have.

use std::time::Duration;

use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde_json::{Map, Value};
use shared::time::Timestamp;

use super::{Fault, Portal, keys::BELIEVED};

/// How far the portal's clock may be off.
pub(super) const LEEWAY: Duration = Duration::from_secs(60);
/// The longest text in a claim that names something (OpenID Connect Core, section 2).
const LONGEST_NAME: usize = 255;

/// Claims that the portal has signed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claims(pub(super) Map<String, Value>);

/// This claim is missing or wrong. Its value stays out of the log.
pub(super) fn wrong(claim: &str) -> Fault {
    Fault::untrusted(format!("the token's {claim} is missing or wrong"))
}

impl Portal {
    /// The header and the claims of a token, if one of the portal's keys has signed it. Nothing is looked up for an
    /// algorithm that is not believed.
    pub(super) async fn verified(&self, token: &str) -> Result<(Header, Claims), Fault> {
        let header = decode_header(token).map_err(|_| Fault::untrusted("the token is malformed"))?;
        if !BELIEVED.contains(&header.alg) {
            return Err(Fault::untrusted("the token's algorithm is not believed"));
        }
        if header.crit.is_some() {
            return Err(Fault::untrusted(
                "the token wants extensions that are unknown here",
            ));
        }
        let id = header.kid.as_deref().ok_or_else(|| wrong("kid"))?;
        let key = self.key(header.alg, id).await?;
        // The signature alone: the library would look at the machine's clock, and takes any list that we are in for
        // an audience. [`Claims::check`] looks at the rest.
        let mut signature = Validation::new(header.alg);
        signature.required_spec_claims.clear();
        signature.validate_exp = false;
        signature.validate_aud = false;
        let claims = decode(token, &key, &signature)
            .map_err(|_| Fault::untrusted("the token's signature is wrong"))?
            .claims;
        Ok((header, Claims(claims)))
    }

    /// What ID tokens and logout tokens have in common: from this issuer, for us, and of these times.
    pub(super) fn check(&self, claims: &Claims) -> Result<(), Fault> {
        let config = &self.0.config;
        claims.check(&config.issuer, &config.client_id, self.0.clock.now())
    }
}

impl Claims {
    /// A claim that is a text, if it is there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A claim that names something, if it is there: no more than 255 characters, none of them hidden.
    pub(super) fn name(&self, name: &str) -> Result<Option<&str>, Fault> {
        let plain = |text: &str| {
            (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if plain(text) => Ok(Some(text)),
            Some(_) => Err(wrong(name)),
        }
    }

    /// A time in whole seconds since the epoch, if it is there.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        value.as_i64().map(Some).ok_or_else(|| wrong(name))
    }

    /// OpenID Connect Core, section 3.1.3.7; Back-Channel Logout 1.0, section 2.6.
    pub(super) fn check(&self, issuer: &str, client: &str, now: Timestamp) -> Result<(), Fault> {
        if self.text("iss") != Some(issuer) {
            return Err(wrong("iss"));
        }
        // Other audiences would have to be trusted, and there are none that are.
        let is_for_us = match self.0.get("aud") {
            Some(Value::String(audience)) => audience == client,
            Some(Value::Array(all)) => !all.is_empty() && all.iter().all(|audience| audience == client),
            _ => false,
        };
        if !is_for_us {
            return Err(wrong("aud"));
        }
        if self.0.get("azp").is_some_and(|party| party != client) {
            return Err(wrong("azp"));
        }
        let (now, leeway) = (now.as_seconds(), LEEWAY.as_secs().cast_signed());
        let expires = self.seconds("exp")?.ok_or_else(|| wrong("exp"))?;
        if now >= expires.saturating_add(leeway) {
            return Err(wrong("exp"));
        }
        let made = self.seconds("iat")?.ok_or_else(|| wrong("iat"))?;
        if made > now + leeway {
            return Err(wrong("iat"));
        }
        if self.seconds("nbf")?.is_some_and(|begins| begins > now + leeway) {
            return Err(wrong("nbf"));
        }
        Ok(())
    }
}
