//! Who calls: for routes that people and programs call alike.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use shared::{person::PersonView, problem::ErrorCode};
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

/// The person who calls, by their session or through a program; only behind one of the guards.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub person: Arc<PersonView>,
    /// The session that the request came with; a program has none.
    pub session: Option<Uuid>,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> ApiResult<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| ErrorCode::NotSignedIn.into())
    }
}
