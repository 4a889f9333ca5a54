//! An authorization request is read (OpenID Connect Core 1.0, section 3.1.2.1; RFC 7636, section 4.3).

use serde::{Deserialize, Serialize};

use super::{Answer, AuthorizeError};
use crate::{
    client::Client,
    host::{PageFault, Unavailable},
    parameters::Parameters,
    pending::AuthorizationRequest,
    pkce::CodeChallenge,
    provider::Provider,
    scope::Scopes,
    tokens::Hint,
};

/// How the answer travels to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// What the client wants the person to be asked (`prompt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "prompt is a list of independent wishes"
)]
pub struct Prompts {
    /// Nothing: an answer at once, or an error.
    pub none: bool,
    /// Who they are, anew.
    pub login: bool,
    /// Whether they agree, even if they have before.
    pub consent: bool,
    /// Which of their accounts: the sign-in page, too.
    pub select_account: bool,
}

impl Prompts {
    fn read(text: &str) -> Option<Self> {
        let mut prompts = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompts.none = true,
                "login" => prompts.login = true,
                "consent" => prompts.consent = true,
                "select_account" => prompts.select_account = true,
                _ => return None,
            }
        }
        let something = prompts.login || prompts.consent || prompts.select_account;
        (!prompts.none || !something).then_some(prompts)
    }
}

/// Why a request is not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The client or its redirect URI is not certain: nothing is sent anywhere.
    Page(PageFault),
    /// The client is told.
    Client(Answer),
    /// The storage cannot answer.
    Unavailable(Unavailable),
}

impl From<PageFault> for Refusal {
    fn from(fault: PageFault) -> Self {
        Self::Page(fault)
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

/// Reads a request.
pub(super) async fn read(provider: &Provider, encoded: &str) -> Result<AuthorizationRequest, Refusal> {
    let parameters = Parameters::read(encoded);
    let id = parameters
        .get("client_id")
        .map_err(|_| PageFault::MalformedRequest)?;
    let client = provider
        .client(id.unwrap_or_default())
        .await?
        .ok_or(PageFault::UnknownClient)?;
    let redirect_uri = parameters
        .get("redirect_uri")
        .map_err(|_| PageFault::MalformedRequest)?
        .filter(|uri| client.has_redirect_uri(uri))
        .ok_or(PageFault::UnregisteredRedirectUri)?;

    // From here on the client can be told what is wrong, in the way that it asked for.
    let response_mode = match parameters.sound("response_mode") {
        Some("form_post") => ResponseMode::FormPost,
        _ => ResponseMode::Query,
    };
    let hint = match parameters.sound("id_token_hint") {
        None => Ok(None),
        Some(token) => {
            let now = provider.now();
            let keys = provider.keys().at(now).await?;
            Hint::read(provider.issuer(), &keys, now, token)
                .map(Some)
                .ok_or(AuthorizeError::InvalidHint)
        }
    };
    let to_client = |error| {
        let state = parameters.sound("state").map(str::to_owned);
        Refusal::Client(Answer::error(
            redirect_uri.to_owned(),
            response_mode,
            state,
            error,
        ))
    };
    checked(provider, &client, &parameters, redirect_uri, response_mode, hint).map_err(to_client)
}

fn checked(
    provider: &Provider,
    client: &Client,
    parameters: &Parameters,
    redirect_uri: &str,
    response_mode: ResponseMode,
    hint: Result<Option<Hint>, AuthorizeError>,
) -> Result<AuthorizationRequest, AuthorizeError> {
    parameters
        .all_sound()
        .map_err(|_| AuthorizeError::MalformedRequest)?;
    let given = |name: &str| parameters.sound(name);
    // OpenID Connect Core 1.0, section 3.1.2.6.
    for (name, error) in [
        ("request", AuthorizeError::RequestNotSupported),
        ("request_uri", AuthorizeError::RequestUriNotSupported),
        ("registration", AuthorizeError::RegistrationNotSupported),
    ] {
        if given(name).is_some() {
            return Err(error);
        }
    }
    match given("response_type") {
        Some("code") => {}
        Some(_) => return Err(AuthorizeError::UnsupportedResponseType),
        None => return Err(AuthorizeError::MissingResponseType),
    }
    if !matches!(given("response_mode"), None | Some("query" | "form_post")) {
        return Err(AuthorizeError::UnsupportedResponseMode);
    }
    let asked = Scopes::of(given("scope").unwrap_or_default());
    if !asked.has("openid") {
        return Err(AuthorizeError::InvalidScope);
    }
    if given("code_challenge_method") != Some("S256") {
        // Left out, it means `plain`.
        return Err(AuthorizeError::InvalidChallenge);
    }
    let code_challenge = given("code_challenge")
        .and_then(CodeChallenge::parse)
        .ok_or(AuthorizeError::InvalidChallenge)?;
    let prompts = Prompts::read(given("prompt").unwrap_or_default()).ok_or(AuthorizeError::InvalidPrompt)?;
    let max_age = given("max_age")
        .map(|seconds| seconds.parse::<u64>().map_err(|_| AuthorizeError::InvalidMaxAge))
        .transpose()?;
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        response_mode,
        scopes: asked.common(&client.scopes).common(&provider.settings().scopes),
        state: given("state").map(str::to_owned),
        nonce: given("nonce").map(str::to_owned),
        code_challenge,
        prompts,
        max_age,
        login_hint: given("login_hint").map(str::to_owned),
        expected_subject: hint?.map(|hint| hint.sub),
        target_link_uri: given("target_link_uri").map(str::to_owned),
        requested_at: provider.now(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompt_is_a_list_in_which_none_stands_alone() {
        assert_eq!(Prompts::read(""), Some(Prompts::default()));
        assert_eq!(
            Prompts::read("none"),
            Some(Prompts {
                none: true,
                ..Prompts::default()
            })
        );
        let both = Prompts {
            login: true,
            consent: true,
            ..Prompts::default()
        };
        assert_eq!(Prompts::read("consent  login"), Some(both));
        for text in [
            "none login",
            "none none consent",
            "create",
            "LOGIN",
            "login,consent",
        ] {
            assert_eq!(Prompts::read(text), None, "{text}");
        }
    }
}
