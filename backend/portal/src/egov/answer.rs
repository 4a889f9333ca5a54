//! What the browser is told at the end: a way on in the same window, or the pop-up's last page.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderValue, header};
use shared::{paths, session::SignedOutReason};
use url::form_urlencoded;

use crate::error::{ApiError, ApiResult};

/// Whether the sign-in has a window of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A pop-up, whose last page tells the others and closes itself.
    Popup,
    /// The page's own window.
    Redirect,
}

impl Mode {
    /// The word for it in addresses.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Popup => "popup",
            Self::Redirect => "redirect",
        }
    }

    /// What is not a pop-up is none.
    pub(super) fn read(name: Option<&str>) -> Self {
        if name == Some(Self::Popup.name()) {
            Self::Popup
        } else {
            Self::Redirect
        }
    }
}

/// The pop-up's last page runs its own script and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The address of [`SCRIPT`].
pub(super) const SCRIPT_PATH: &str = "/auth/egov/done.js";
/// Tells the other windows and closes this one.
pub(super) const SCRIPT: &str = include_str!("done.js");

#[derive(Template)]
#[template(path = "egov_done.html")]
struct LastPage {
    channel: &'static str,
    message: String,
    script: &'static str,
    signed_in: bool,
}

/// The way on after a sign-in.
pub(super) fn signed_in(mode: Mode, return_to: Option<&str>) -> ApiResult<Response> {
    match mode {
        Mode::Popup => last_page(paths::CHANNEL_SIGNED_IN.to_owned(), true),
        Mode::Redirect => Ok(Redirect::to(&ascii(return_to.unwrap_or("/"))).into_response()),
    }
}

/// The way on without one.
pub(super) fn refused(mode: Mode, reason: SignedOutReason, return_to: Option<&str>) -> ApiResult<Response> {
    match mode {
        Mode::Popup => last_page(format!("{}{}", paths::CHANNEL_REFUSED, reason.name()), false),
        Mode::Redirect => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("reason", reason.name());
            if let Some(path) = return_to {
                query.append_pair("return_to", path);
            }
            Ok(Redirect::to(&format!("/login?{}", query.finish())).into_response())
        }
    }
}

/// The way to the login page, where the person chooses.
pub(super) fn to_login_page(return_to: Option<&str>) -> Redirect {
    match return_to {
        None => Redirect::to("/login"),
        Some(path) => {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("return_to", path)
                .finish();
            Redirect::to(&format!("/login?{query}"))
        }
    }
}

fn last_page(message: String, signed_in: bool) -> ApiResult<Response> {
    let page = LastPage {
        channel: paths::CHANNEL,
        message,
        script: SCRIPT_PATH,
        signed_in,
    };
    let page = page
        .render()
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let policy = HeaderValue::from_static(POLICY);
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response())
}

/// A path as a header can hold it: what is not ASCII is percent-encoded, as a browser would.
fn ascii(path: &str) -> String {
    path.chars()
        .fold(String::with_capacity(path.len()), |mut ascii, c| {
            if c.is_ascii() {
                ascii.push(c);
            } else {
                ascii.extend(form_urlencoded::byte_serialize(
                    c.encode_utf8(&mut [0; 4]).as_bytes(),
                ));
            }
            ascii
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(response: ApiResult<Response>) -> String {
        let response = response.unwrap();
        assert_eq!(response.status(), 303);
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_way_back_in_any_script_fits_a_header() {
        let on = location(signed_in(Mode::Redirect, Some("/個人?x=1&y=%20")));
        assert_eq!(on, "/%E5%80%8B%E4%BA%BA?x=1&y=%20");
        assert_eq!(location(signed_in(Mode::Redirect, None)), "/");
    }

    #[test]
    fn a_refusal_leads_to_the_login_page_which_leads_back() {
        let on = location(refused(
            Mode::Redirect,
            SignedOutReason::EgovDenied,
            Some("/a?b=c&d"),
        ));
        assert_eq!(on, "/login?reason=egov_denied&return_to=%2Fa%3Fb%3Dc%26d");
    }
}
