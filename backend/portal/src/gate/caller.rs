//! Who calls, as routes are told.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use shared::{person::PersonView, problem::ErrorCode};
use uuid::Uuid;

use crate::{
    error::{ApiError, ApiResult},
    session::Session,
};

/// The person who calls, by their session or through a program; only behind one of the guards.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub person: Arc<PersonView>,
    session: Option<Session>,
}

impl Caller {
    /// In this session.
    pub(super) fn in_session(session: Session) -> Self {
        Self {
            person: session.person.clone(),
            session: Some(session),
        }
    }

    /// Through a program.
    pub(super) const fn by_program(person: Arc<PersonView>) -> Self {
        Self {
            person,
            session: None,
        }
    }

    /// The session that the request came with; a program has none.
    pub fn session_id(&self) -> Option<Uuid> {
        self.session.as_ref().map(|session| session.id)
    }
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

/// The session of a person who calls in a browser, for routes that no program may call.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Session);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller
            .session
            .map(Self)
            .ok_or_else(|| ErrorCode::SessionRequired.into())
    }
}
