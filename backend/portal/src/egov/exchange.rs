//! What the portal asks the provider itself: tokens for a code, and claims for a token.

use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::http_client::HttpClient;
use http::{Request, StatusCode, header, request::Builder};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::{
    discovery::{Metadata, SecretGoes},
    refusal::ProviderFault,
};
use crate::config;

/// A code to exchange, and the proof that the portal asked for it.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    pub value: &'a str,
    /// PKCE (RFC 7636).
    pub verifier: &'a str,
    /// The same address as in the question.
    pub redirect_uri: &'a Url,
}

/// What a code was exchanged for.
pub(super) struct Tokens {
    pub id_token: SecretString,
    pub access_token: SecretString,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    access_token: String,
    token_type: String,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
}

/// Exchanges a code (RFC 6749, section 4.1.3).
pub(super) async fn tokens(
    http: &HttpClient,
    provider: &Metadata,
    config: &config::Egov,
    code: Code<'_>,
) -> Result<Tokens, ProviderFault> {
    let (request, form) = token_request(provider, config, code);
    let answer = send(http, request, form.into_bytes()).await?;
    if answer.status() != StatusCode::OK {
        let refusal = serde_json::from_slice(answer.body())
            .map(|TokenRefusal { error }| error)
            .unwrap_or_default();
        // Anything but a refused code is the portal's or the provider's fault and no attempt to deceive.
        return Err(match refusal.as_str() {
            "invalid_grant" => ProviderFault::untrusted("the code is not accepted"),
            error => ProviderFault::unavailable(format!(
                "the token endpoint answers {} {}",
                answer.status().as_u16(),
                printable(error)
            )),
        });
    }
    let tokens: TokenAnswer = serde_json::from_slice(answer.body())
        .map_err(|_| ProviderFault::untrusted("the token endpoint's answer is malformed"))?;
    if !tokens.token_type.eq_ignore_ascii_case("bearer") {
        return Err(ProviderFault::untrusted("the access token is no bearer token"));
    }
    Ok(Tokens {
        id_token: tokens.id_token.into(),
        access_token: tokens.access_token.into(),
    })
}

fn token_request(provider: &Metadata, config: &config::Egov, code: Code<'_>) -> (Builder, String) {
    let (client, secret) = (&config.client_id, config.client_secret.expose_secret());
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code.value)
        .append_pair("redirect_uri", code.redirect_uri.as_str())
        .append_pair("code_verifier", code.verifier);
    let mut request = Request::post(provider.token_endpoint.as_str())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    match provider.secret_goes {
        SecretGoes::InBody => {
            form.append_pair("client_id", client)
                .append_pair("client_secret", secret);
        }
        SecretGoes::InHeader => {
            // Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encode(client), encode(secret)));
            request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
        }
    }
    (request, form.finish())
}

/// Further claims of this subject and nobody else's (OpenID Connect Core, section 5.3.2); none where the
/// provider has no endpoint for them.
pub(super) async fn claims(
    http: &HttpClient,
    provider: &Metadata,
    access_token: &SecretString,
    subject: &str,
) -> Result<Map<String, Value>, ProviderFault> {
    let Some(address) = &provider.userinfo_endpoint else {
        return Ok(Map::new());
    };
    let request = Request::get(address.as_str()).header(
        header::AUTHORIZATION,
        format!("Bearer {}", access_token.expose_secret()),
    );
    let answer = send(http, request, Vec::new()).await?;
    if answer.status() != StatusCode::OK {
        return Err(ProviderFault::unavailable(format!(
            "userinfo answers {}",
            answer.status().as_u16()
        )));
    }
    let claims: Map<String, Value> = serde_json::from_slice(answer.body())
        .map_err(|_| ProviderFault::untrusted("userinfo's answer is malformed"))?;
    if claims.get("sub").is_none_or(|found| found != subject) {
        return Err(ProviderFault::untrusted("userinfo is about somebody else"));
    }
    Ok(claims)
}

async fn send(
    http: &HttpClient,
    request: Builder,
    body: Vec<u8>,
) -> Result<http::Response<Vec<u8>>, ProviderFault> {
    let request = request
        .header(header::ACCEPT, "application/json")
        .body(body)
        .map_err(|_| ProviderFault::unavailable("the request cannot be written"))?;
    Ok(http.fetch(request).await?)
}

/// An error code of OAuth, if it is one and nothing that would spoil the log.
pub(super) fn printable(error: &str) -> &str {
    let is_code = (1..=64).contains(&error.len())
        && error
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_code { error } else { "without a code" }
}
