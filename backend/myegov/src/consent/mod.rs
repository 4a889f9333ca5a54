//! Whether a client may know what it asks for: asked at its first use, and when it asks for more.

use askama::Template;
use axum::{
    Form, Router,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::Response,
    routing::get,
};
use http::StatusCode;
use oidc_provider::{PageFault, PendingId};
use serde::Deserialize;

use crate::{
    error::SiteError,
    http::{
        page,
        visitor::{Frame, Visitor},
    },
    language::Language,
    member::claims,
    state::AppState,
};

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    frame: Frame,
    id: String,
    client: String,
    wishes: Vec<page::Text>,
}

#[derive(Deserialize)]
struct Where {
    authorization: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Approve,
    Deny,
}

#[derive(Deserialize)]
struct ConsentForm {
    authorization: String,
    choice: Choice,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/consent", get(show).post(choose))
}

async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    place: Result<Query<Where>, QueryRejection>,
) -> Result<Response, SiteError> {
    let Query(place) = place.map_err(|_| SiteError::Malformed)?;
    let id = PendingId::from_request(&place.authorization);
    let waiting = state
        .provider
        .authorization(&id)
        .await?
        .ok_or(PageFault::Expired)?;
    let client = state
        .provider
        .client(&waiting.request.client_id)
        .await?
        .ok_or(PageFault::UnknownClient)?;
    if visitor.session.is_none() {
        // Signed out meanwhile; the provider knows what to do.
        return Ok(page::redirect(&state.provider.resume_path(&id)));
    }
    let page = ConsentPage {
        frame: visitor.frame,
        id: place.authorization,
        client: client.name,
        wishes: claims::labels(&waiting.request.scopes),
    };
    Ok(page::render(StatusCode::OK, &page))
}

async fn choose(
    State(state): State<AppState>,
    visitor: Visitor,
    form: Result<Form<ConsentForm>, FormRejection>,
) -> Result<Response, SiteError> {
    let Form(form) = form.map_err(|_| SiteError::Malformed)?;
    let id = PendingId::from_request(&form.authorization);
    state
        .provider
        .authorization(&id)
        .await?
        .ok_or(PageFault::Expired)?;
    let heading = match (form.choice, visitor.session) {
        (Choice::Approve, Some(session)) => {
            state
                .provider
                .approve(&id, &session.member.id.to_string())
                .await?;
            ("您已同意", "You have agreed")
        }
        // Nobody to agree: the provider asks who it is.
        (Choice::Approve, None) => ("請重新登入", "Please sign in again"),
        (Choice::Deny, _) => {
            state.provider.deny(&id).await?;
            ("您未同意", "You have not agreed")
        }
    };
    let address = state.provider.resume_path(&id);
    Ok(page::Onward {
        frame: visitor.frame,
        address,
        heading,
    }
    .answer())
}
