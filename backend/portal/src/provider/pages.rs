//! The pages between an application and the portal. They stand outside of the app, in both languages.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use oidc_provider::{FormPost, PageFault};

use crate::error::{ApiError, ApiResult};

/// The address of [`SCRIPT`].
pub(super) const SCRIPT_PATH: &str = "/oidc/form-post.js";
/// Sends the page's form.
pub(super) const SCRIPT: &str = include_str!("form_post.js");

/// The policy of pages whose form leads to a client. It names no target, because the client may lead on to further sites,
/// and browsers would hold that against the page.
const LEADING_ON: &str = "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// Makes an answer of a page; no cache keeps it.
pub(super) fn answer(status: StatusCode, page: &impl Template) -> ApiResult<Response> {
    let text = page
        .render()
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let no_store = HeaderValue::from_static("no-store");
    Ok((status, [(header::CACHE_CONTROL, no_store)], Html(text)).into_response())
}

/// The same, of a page whose form leads to a client.
pub(super) fn leading_on(page: &impl Template) -> ApiResult<Response> {
    let mut response = answer(StatusCode::OK, page)?;
    let policy = HeaderValue::from_static(LEADING_ON);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

#[derive(Template)]
#[template(path = "provider/form_post.html")]
struct FormPostPage<'a> {
    form: &'a FormPost,
    script: &'static str,
}

/// The page with a form that sends itself, and a button for browsers without scripts.
pub(super) fn form_post(form: &FormPost) -> Response {
    let page = FormPostPage {
        form,
        script: SCRIPT_PATH,
    };
    leading_on(&page).unwrap_or_else(IntoResponse::into_response)
}

/// What is said of a fault: what is wrong, and what to do, in both languages.
struct Words {
    code: &'static str,
    zh: (&'static str, &'static str),
    en: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "provider/fault.html")]
struct FaultPage {
    words: Words,
}

fn words(fault: PageFault) -> Words {
    const FROM_THE_START: (&str, &str) = (
        "請由入口網首頁重新啟動該系統；若仍發生，請將下方代碼告知客服中心。",
        "Start the application anew from the portal's home page; if it happens again, tell support the code below.",
    );
    let (code, zh, en) = match fault {
        PageFault::UnknownClient => (
            "unknown_client",
            "這個應用系統沒有介接",
            "The application is not registered",
        ),
        PageFault::UnregisteredRedirectUri => (
            "unregistered_redirect_uri",
            "應用系統的返回網址未登錄",
            "The application's return address is not registered",
        ),
        PageFault::UnregisteredLogoutUri => (
            "unregistered_logout_uri",
            "應用系統的登出返回網址未登錄",
            "The application's address after sign-out is not registered",
        ),
        PageFault::MalformedRequest => (
            "malformed_request",
            "應用系統送來的要求無法處理",
            "The application's request cannot be read",
        ),
        PageFault::Expired => (
            "expired",
            "這次登入已逾時或已完成",
            "This sign-in has taken too long, or is finished",
        ),
        PageFault::NotAdmitted => (
            "not_admitted",
            "您沒有此應用系統的權限",
            "You have no permission for this application",
        ),
        PageFault::Unavailable => ("unavailable", "暫時無法服務", "Not available just now"),
    };
    let (zh_advice, en_advice) = if fault == PageFault::Unavailable {
        (
            "請稍候數秒再重新整理本頁。",
            "Wait a few seconds and load this page again.",
        )
    } else {
        FROM_THE_START
    };
    Words {
        code,
        zh: (zh, zh_advice),
        en: (en, en_advice),
    }
}

/// The error page.
pub(super) fn fault(fault: PageFault) -> Response {
    let status = match fault {
        PageFault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let page = FaultPage { words: words(fault) };
    answer(status, &page).unwrap_or_else(IntoResponse::into_response)
}
