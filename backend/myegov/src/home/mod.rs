//! 首頁: who is signed in, and as what.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use http::{HeaderMap, StatusCode};

use crate::{error::SiteError, http::page, member::Member, state::AppState};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    member: Option<Member>,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/", get(show))
}

async fn show(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, SiteError> {
    let member = state
        .sessions
        .visit(&headers)
        .await?
        .map(|session| session.member);
    Ok(page::render(StatusCode::OK, &Home { member }))
}
