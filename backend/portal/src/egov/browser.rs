//! The cookie that binds a sign-in to the browser that began it. One value serves all its tabs, so that
//! several sign-ins can be on their way at once.

use std::time::Duration;

use foundation::{
    http::cookie::{self, SameSite},
    random::{self, Token, TokenHash},
};
use http::{HeaderMap, HeaderValue};

use crate::{
    config::ResponseMode,
    error::{ApiError, ApiResult},
};

/// The cookie.
const COOKIE: &str = "__Host-emic-egov";
/// How long a sign-in may take, and so how long the browser is known by it.
pub(super) const LIFE: Duration = Duration::from_secs(10 * 60);

/// The secret that a browser shows with the provider's answer.
pub(super) struct Browser(String);

impl Browser {
    /// The one that the request came with, if it has the form of ours.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        cookie::read(headers, COOKIE)
            .filter(|value| {
                value.len() == 43
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            })
            .map(|value| Self(value.to_owned()))
    }

    /// A new one.
    pub(super) fn new() -> Self {
        Self(Token::generate().expose().to_owned())
    }

    /// What is stored of it.
    pub(super) fn hash(&self) -> TokenHash {
        random::hash(&self.0)
    }

    /// Gives it to the browser for another ten minutes. A form that the provider's page posts is a request
    /// of another site: only then must the cookie go along with such.
    pub(super) fn set_cookie(&self, mode: ResponseMode) -> ApiResult<HeaderValue> {
        let same_site = match mode {
            ResponseMode::Query => SameSite::Lax,
            ResponseMode::FormPost => SameSite::None,
        };
        cookie::write(COOKIE, &self.0, same_site, Some(LIFE))
            .map_err(|error| ApiError::Internal(error.to_string()))
    }
}
