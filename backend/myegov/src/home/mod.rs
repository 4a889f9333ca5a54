//! 首頁: who is signed in, and as what.

use askama::Template;
use axum::{Router, response::Response, routing::get};
use http::StatusCode;

use crate::{
    http::{
        page,
        visitor::{Frame, Visitor},
    },
    member::Member,
    state::AppState,
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    member: Option<Member>,
}

/// Its routes.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/", get(show))
}

async fn show(visitor: Visitor) -> Response {
    let Visitor { frame, session } = visitor;
    let member = session.map(|session| session.member);
    page::render(StatusCode::OK, &Home { frame, member })
}
