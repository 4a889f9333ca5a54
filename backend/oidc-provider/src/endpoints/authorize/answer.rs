//! The way back to the client (OpenID Connect Core 1.0, sections 3.1.2.5 and 3.1.2.6; RFC 9207).

use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use super::{AuthorizeError, ResponseMode};
use crate::{host::FormPost, provider::Provider};

/// What the client is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
    outcome: Result<String, AuthorizeError>,
}

impl Answer {
    /// A code.
    pub(super) fn code(
        redirect_uri: String,
        mode: ResponseMode,
        state: Option<String>,
        code: String,
    ) -> Self {
        Self {
            redirect_uri,
            mode,
            state,
            outcome: Ok(code),
        }
    }

    /// An error.
    pub(super) fn error(
        redirect_uri: String,
        mode: ResponseMode,
        state: Option<String>,
        error: AuthorizeError,
    ) -> Self {
        Self {
            redirect_uri,
            mode,
            state,
            outcome: Err(error),
        }
    }

    /// The parameters, with the issuer in each case, so that a client of two providers knows whose they are.
    fn parameters(self, issuer: &str) -> Vec<(&'static str, String)> {
        let mut parameters = match self.outcome {
            Ok(code) => vec![("code", code)],
            Err(error) => {
                vec![
                    ("error", error.code().to_owned()),
                    ("error_description", error.to_string()),
                ]
            }
        };
        parameters.extend(self.state.map(|state| ("state", state)));
        parameters.push(("iss", issuer.to_owned()));
        parameters
    }

    /// Sends the browser there.
    pub(super) fn send(self, provider: &Provider) -> Response {
        let (redirect_uri, mode) = (self.redirect_uri.clone(), self.mode);
        let fields = self.parameters(provider.issuer().as_str());
        match mode {
            ResponseMode::FormPost => provider.host().form_post(&FormPost {
                action: redirect_uri,
                fields,
            }),
            ResponseMode::Query => match Url::parse(&redirect_uri) {
                Ok(mut address) => {
                    address.query_pairs_mut().extend_pairs(fields);
                    // 303, never 307: a form with a password must not be sent on (RFC 9700, section 4.12).
                    Redirect::to(address.as_str()).into_response()
                }
                Err(_) => provider
                    .host()
                    .fault(crate::host::PageFault::UnregisteredRedirectUri),
            },
        }
    }
}
