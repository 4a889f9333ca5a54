//! Whoever opens a page of the staff.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::request::Parts;
use uuid::Uuid;

use crate::{
    error::SiteError,
    http::visitor::{Frame, SignedIn},
    state::AppState,
};

/// A member of the staff who is signed in. To anybody else these pages are none.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    pub(crate) frame: Frame,
    pub(crate) id: Uuid,
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let SignedIn { frame, session } = SignedIn::from_request_parts(parts, state).await?;
        if !session.member.is_staff {
            return Err(SiteError::NotFound.into_response());
        }
        Ok(Self {
            frame,
            id: session.member.id,
        })
    }
}
