//! The token endpoint (RFC 6749, section 3.2): tokens for a code, for a refresh token, and in our own name.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Request, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{Fault, Portal};

/// What tokens are asked for.
#[derive(Clone, Copy)]
pub(crate) enum Grant<'a> {
    /// Somebody's sign-in (section 4.1.3), with the proof that we asked for it (RFC 7636).
    Code {
        code: &'a str,
        verifier: &'a str,
        redirect_uri: &'a Url,
    },
    /// Their work goes on (section 6).
    Refresh(&'a SecretString),
    /// Our own work, for nobody in particular (section 4.4).
    OwnName { scope: &'a str },
}

/// Tokens, and how long the access token lives.
pub(crate) struct Tokens {
    pub(crate) access: SecretString,
    pub(crate) lives: Duration,
    pub(crate) refresh: Option<SecretString>,
    pub(crate) id: Option<SecretString>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    token_type: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// The life of a token that does not say how long it lives.
const SHORT: u64 = 60;

impl Grant<'_> {
    fn form(self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match self {
            Self::Code {
                code,
                verifier,
                redirect_uri,
            } => form
                .append_pair("grant_type", "authorization_code")
                .append_pair("code", code)
                .append_pair("code_verifier", verifier)
                .append_pair("redirect_uri", redirect_uri.as_str()),
            Self::Refresh(token) => form
                .append_pair("grant_type", "refresh_token")
                .append_pair("refresh_token", token.expose_secret()),
            Self::OwnName { scope } => form
                .append_pair("grant_type", "client_credentials")
                .append_pair("scope", scope),
        };
        form.finish()
    }
}

impl Portal {
    /// Asks for tokens. [`Fault::Refused`] when the code or the refresh token counts no more.
    pub(crate) async fn tokens(&self, grant: Grant<'_>) -> Result<Tokens, Fault> {
        let metadata = self.metadata().await?;
        let request = Request::post(metadata.token_endpoint.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, self.credentials())
            .body(grant.form().into_bytes())
            .map_err(|_| Fault::unavailable("the request cannot be written"))?;
        let answer = self.http().fetch(request).await?;
        if answer.status() != StatusCode::OK {
            let refusal = serde_json::from_slice(answer.body()).map(|Refusal { error }| error);
            return Err(match refusal.as_deref() {
                Ok("invalid_grant") => Fault::refused("the grant counts no more"),
                // Anything else is a fault of configuration or of the portal, and nobody's end.
                _ => Fault::unavailable(format!("the token endpoint answers {}", answer.status())),
            });
        }
        let tokens: Answer = serde_json::from_slice(answer.body())
            .map_err(|_| Fault::untrusted("the token endpoint's answer is malformed"))?;
        if !tokens.token_type.eq_ignore_ascii_case("bearer") {
            return Err(Fault::untrusted("the access token is no bearer token"));
        }
        Ok(Tokens {
            access: tokens.access_token.into(),
            lives: Duration::from_secs(tokens.expires_in.unwrap_or(SHORT)),
            refresh: tokens.refresh_token.map(Into::into),
            id: tokens.id_token.map(Into::into),
        })
    }

    /// `client_secret_basic`: id and secret are form-encoded before they are joined (RFC 6749, section 2.3.1).
    fn credentials(&self) -> String {
        let config = &self.0.config;
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let secret = encode(config.client_secret.expose_secret());
        let pair = format!("{}:{secret}", encode(&config.client_id));
        format!("Basic {}", STANDARD.encode(pair))
    }
}
