//! Pages, and how they become answers.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use oidc_provider::FormPost;

/// The policy of every page: our style sheet and our forms, nothing else. A form's answer never leads
/// straight to another site, because browsers apply `form-action` to that too; see [`Onward`].
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// The policy of [`AutomaticForm`]: our script, and a form that leads to a client. It names no target,
/// because the client may lead on to further sites, and browsers would hold that against this page.
const AUTOMATIC_FORM_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Makes an answer of a page. Pages show who is signed in, so no cache keeps them.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
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

/// An error page. It stands alone: nothing is looked up for it.
#[derive(Template)]
#[template(path = "fault.html")]
pub(crate) struct Fault {
    pub(crate) heading: &'static str,
    pub(crate) text: &'static str,
}

/// A page that leads on by itself after a form was sent. A redirect would count as part of the form and be
/// held against `form-action`, wherever on its way it left this site.
#[derive(Template)]
#[template(path = "onward.html")]
pub(crate) struct Onward<'a> {
    /// Where to.
    pub(crate) address: &'a str,
    /// What is happening.
    pub(crate) heading: &'a str,
}

impl Onward<'_> {
    /// As an answer.
    pub(crate) fn answer(&self) -> Response {
        render(StatusCode::OK, self)
    }
}

/// A form for a client that sends itself, with a button where there are no scripts.
#[derive(Template)]
#[template(path = "automatic_form.html")]
pub(crate) struct AutomaticForm<'a> {
    pub(crate) form: &'a FormPost,
}

impl AutomaticForm<'_> {
    /// As an answer.
    pub(crate) fn answer(&self) -> Response {
        let mut response = render(StatusCode::OK, self);
        let policy = HeaderValue::from_static(AUTOMATIC_FORM_POLICY);
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }
}
