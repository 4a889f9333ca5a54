//! One way from a feature's error to an answer: a problem with a code, never prose (RFC 9457).

use axum::response::{IntoResponse, Response};
use foundation::{database, hasher::HashError};
use http::{HeaderValue, StatusCode, header};
use sea_orm::DbErr;
use shared::problem::{ErrorCode, Problem, Violation};

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
            Self::Database(error) if database::is_unavailable(error) => Self::unavailable(),
            Self::Hash(HashError::Busy) => Self::unavailable(),
            Self::Database(_) | Self::Hash(_) | Self::Internal(_) => Problem::new(ErrorCode::Internal),
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
        respond(problem)
    }
}
