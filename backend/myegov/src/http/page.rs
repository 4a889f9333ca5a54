//! Pages, and how they become answers.

use std::{fmt, sync::Arc};

use askama::Template;
use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header};
use oidc_provider::FormPost;

use crate::http::visitor::Frame;

/// The policy of every page: our style sheet, our scripts and our forms, nothing else. A form's answer never leads
/// straight to another site, because browsers apply `form-action` to that too; see [`Onward`].
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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

/// A page that is made where the request is known, because whoever answers does not know it.
#[derive(Clone)]
struct Late(Arc<dyn Fn(Frame) -> Response + Send + Sync>);

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Late(..)")
    }
}

/// An answer of this status that [`dress`] fills with a page.
fn late(status: StatusCode, page: impl Fn(Frame) -> Response + Send + Sync + 'static) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Late(Arc::new(page)));
    response
}

/// The middleware that puts error pages, and others that somebody asked for without knowing the request, into the
/// language of whoever reads them.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let frame = Frame::unsigned(request.headers(), request.uri());
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

/// Leads to another page of ours.
pub(crate) fn redirect(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Adds a cookie to an answer.
pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// A heading or a sentence in both languages, Chinese first.
pub(crate) type Text = (&'static str, &'static str);

/// An error page. It stands alone: nothing is looked up for it.
#[derive(Template)]
#[template(path = "fault.html")]
struct Fault {
    frame: Frame,
    heading: Text,
    text: Text,
}

/// An error page of this status.
pub(crate) fn fault(status: StatusCode, heading: Text, text: Text) -> Response {
    late(status, move |frame| {
        render(status, &Fault { frame, heading, text })
    })
}

/// A page that leads on by itself after a form was sent. A redirect would count as part of the form and be
/// held against `form-action`, wherever on its way it left this site.
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

/// A form for a client that sends itself, with a button where there are no scripts.
#[derive(Template)]
#[template(path = "automatic_form.html")]
struct AutomaticForm<'a> {
    frame: Frame,
    form: &'a FormPost,
}

/// As an answer.
pub(crate) fn automatic_form(form: &FormPost) -> Response {
    let form = form.clone();
    late(StatusCode::OK, move |frame| {
        let mut response = render(StatusCode::OK, &AutomaticForm { frame, form: &form });
        let policy = HeaderValue::from_static(AUTOMATIC_FORM_POLICY);
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    })
}
