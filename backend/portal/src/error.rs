//! One way from a feature's error to an answer: a problem with a code, never prose (RFC 9457).

use axum::response::{IntoResponse, Response};
use foundation::{database, hasher::HashError};
use http::{HeaderValue, StatusCode, header};
use sea_orm::DbErr;
use shared::{
    problem::{ErrorCode, Problem, Violation},
    token::Scope,
};

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// A code that says it all.
    #[error("{}", .0.name())]
    Code(ErrorCode),
    /// Some fields break their rules.
    #[error("invalid fields")]
    Invalid(Vec<Violation>),
    /// Come back after so many seconds.
    #[error("too many attempts")]
    TooManyAttempts(u64),
    /// The same, for one who calls too often.
    #[error("too many requests")]
    RateLimited(u64),
    /// The token lacks this scope.
    #[error("the token lacks {}", .0.name())]
    InsufficientScope(Scope),
    /// The database did not do what was asked.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// A fault of our own.
    #[error("{0}")]
    Internal(String),
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::Code(code)
    }
}

/// What every feature's routes answer with.
pub type ApiResult<T> = Result<T, ApiError>;

/// How long a client waits after 503, in seconds.
const COME_BACK_AFTER: u64 = 5;

impl ApiError {
    /// The problem that the client sees. What happened inside stays inside.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Code(code) => Problem::new(*code),
            Self::Invalid(violations) => Problem {
                violations: violations.clone(),
                ..Problem::new(ErrorCode::Invalid)
            },
            Self::TooManyAttempts(seconds) => Problem {
                retry_after: Some(*seconds),
                ..Problem::new(ErrorCode::TooManyAttempts)
            },
            Self::RateLimited(seconds) => Problem {
                retry_after: Some(*seconds),
                ..Problem::new(ErrorCode::RateLimited)
            },
            Self::InsufficientScope(_) => Problem::new(ErrorCode::InsufficientScope),
            Self::Database(error) if database::is_unavailable(error) => Self::unavailable(),
            Self::Hash(HashError::Busy) => Self::unavailable(),
            Self::Database(_) | Self::Hash(_) | Self::Internal(_) => Problem::new(ErrorCode::Internal),
        }
    }

    /// What would let the request in (RFC 9110, section 11.6.1; RFC 6750, section 3). Not after a wrong password:
    /// the form that it came from is no scheme of HTTP.
    fn challenge(&self) -> Option<HeaderValue> {
        match self {
            Self::InsufficientScope(scope) => {
                let text = format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope.name());
                HeaderValue::from_str(&text).ok()
            }
            Self::Code(ErrorCode::WrongCredentials) => None,
            Self::Code(
                ErrorCode::TokenUnknown
                | ErrorCode::TokenExpired
                | ErrorCode::TokenRevoked
                | ErrorCode::TokenOwnerDisabled,
            ) => Some(HeaderValue::from_static("Bearer error=\"invalid_token\"")),
            Self::Code(code) if code.status() == 401 => Some(HeaderValue::from_static("Bearer")),
            _ => None,
        }
    }

    fn unavailable() -> Problem {
        Problem {
            retry_after: Some(COME_BACK_AFTER),
            ..Problem::new(ErrorCode::Unavailable)
        }
    }
}

/// The answer that carries a problem. Its body is written by `http::problems`, which knows the request's id.
pub fn respond(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if let Some(seconds) = problem.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(problem);
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = self.problem();
        if problem.status >= 500 {
            tracing::error!(error = %self, code = problem.code.name(), "refused");
        }
        let mut response = respond(problem);
        if let Some(challenge) = self.challenge() {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
