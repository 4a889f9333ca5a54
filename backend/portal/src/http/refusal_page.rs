//! What people see who follow a link to an address that does something, where it is refused: a page in both languages, for
//! it stands outside of the app. Programs get the problem.

use std::{collections::HashMap, sync::LazyLock};

use askama::Template;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use foundation::http::observe::RequestId;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use shared::problem::{ErrorCode, Problem};

use super::assets::{self, Assets};

/// What is said of a refusal, and what to do next.
#[derive(Clone, Debug)]
struct Words<'a> {
    title: &'a str,
    advice: &'a str,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct Page<'a> {
    zh: Words<'a>,
    en: Words<'a>,
    /// The address that was asked for.
    again: &'a str,
    request_id: &'a str,
}

/// The texts of the pages' errors, by their names.
#[derive(Deserialize)]
struct Texts {
    error: HashMap<String, String>,
}

impl Texts {
    fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or(Self {
            error: HashMap::new(),
        })
    }

    fn of(&self, code: ErrorCode) -> Words<'_> {
        let text = |name: &str| self.error.get(name).map(String::as_str).unwrap_or_default();
        Words {
            title: text(code.name()),
            advice: text(&[code.name(), "_do"].concat()),
        }
    }
}

static ZH: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../../../frontend/locales/zh-Hant-TW.json")));
static EN: LazyLock<Texts> =
    LazyLock::new(|| Texts::read(include_str!("../../../../frontend/locales/en.json")));

/// The codes that are shown as a page; what else a link can be answered with leads on to a page of the app.
const SHOWN: [ErrorCode; 4] = [
    ErrorCode::CrossSite,
    ErrorCode::RateLimited,
    ErrorCode::Unavailable,
    ErrorCode::Internal,
];

fn page(code: ErrorCode, again: &str, request_id: &str) -> Option<Html<String>> {
    let page = Page {
        zh: ZH.of(code),
        en: EN.of(code),
        again,
        request_id,
    };
    page.render().ok().map(Html)
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// The middleware of addresses that people follow links to.
pub async fn instead_of_problems(State(assets): State<Assets>, request: Request, next: Next) -> Response {
    if !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let (headers, id) = (
        request.headers().clone(),
        request.extensions().get::<RequestId>().copied(),
    );
    let again = request.uri().to_string();
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return assets::missing_page(&assets, &headers).unwrap_or(response);
    }
    let Some(problem) = response.extensions().get::<Problem>() else {
        return response;
    };
    let shown = SHOWN.contains(&problem.code).then_some(problem.code);
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    let Some(page) = shown.and_then(|code| page(code, &again, &id)) else {
        return response;
    };
    let mut answer = (response.status(), page).into_response();
    if let Some(seconds) = problem.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_that_is_shown_has_words_in_both_languages() {
        for code in SHOWN {
            for words in [ZH.of(code), EN.of(code)] {
                assert!(!words.title.is_empty() && !words.advice.is_empty(), "{code:?}");
            }
        }
    }

    #[test]
    fn the_address_is_no_markup() {
        let Html(page) = page(ErrorCode::RateLimited, "/launch/x?\"><script>", "id").unwrap();
        assert!(!page.contains("<script>") && page.contains("要求太頻繁"));
    }
}
