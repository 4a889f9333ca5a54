//! Pages, and how they become answers.

use std::{fmt, sync::Arc};

use askama::Template;
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header};

use super::visitor::Frame;
use crate::state::AppState;

/// The policy of every page: our style sheet, our mark and our forms, nothing else; no scripts at all.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// A heading or a sentence in both languages, Chinese first.
pub(crate) type Text = (&'static str, &'static str);

/// Makes an answer of a page. Pages show who is signed in, so no cache keeps them.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => no_store((status, Html(text)).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Forbids caches to keep an answer.
pub(crate) fn no_store(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

/// Leads to another page of ours.
pub(crate) fn redirect(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Adds a cookie to an answer.
pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// A page that is made where the request is known, because whoever answers does not know it.
#[derive(Clone)]
struct Late(Arc<dyn Fn(Frame) -> Response + Send + Sync>);

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Late(..)")
    }
}

/// An answer of this status that [`dress`] fills with a page.
pub(crate) fn late(status: StatusCode, page: impl Fn(Frame) -> Response + Send + Sync + 'static) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Late(Arc::new(page)));
    response
}

/// The middleware that puts error pages into the language of whoever reads them.
pub(crate) async fn dress(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let frame = Frame::new(&state, request.method(), request.uri(), request.headers());
    let mut response = next.run(request).await;
    let Some(Late(page)) = response.extensions_mut().remove::<Late>() else {
        return response;
    };
    let (made, body) = page(frame).into_parts();
    // What the page says of itself, beside what the answer says.
    for (name, value) in &made.headers {
        response.headers_mut().insert(name, value.clone());
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::new(body);
    response
}

/// A page that leads on by itself after a form was sent. A redirect would count as part of the form and be held
/// against `form-action` where it leaves this site.
#[derive(Template)]
#[template(path = "onward.html")]
pub(crate) struct Onward {
    pub(crate) frame: Frame,
    /// Where to.
    pub(crate) address: String,
    /// What is happening.
    pub(crate) heading: Text,
}

impl Onward {
    /// As an answer.
    pub(crate) fn answer(&self) -> Response {
        render(StatusCode::OK, self)
    }
}
