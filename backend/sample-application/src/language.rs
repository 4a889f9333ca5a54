//! Which language a person reads: the one they chose, else the one that their browser asks for.

use std::{borrow::Borrow, time::Duration};

use axum::{
    Router,
    extract::{Query, rejection::QueryRejection},
    response::Response,
    routing::get,
};
use foundation::http::cookie;
use http::{HeaderMap, header};
use serde::Deserialize;
pub(crate) use shared::text::Language;
use shared::time::Timestamp;

use crate::{
    error::SiteError,
    http::{page, place::Place},
    state::AppState,
};

/// The cookie that keeps what was chosen.
const COOKIE: &str = "__Host-emic-sample-language";
/// It is kept for a year.
const KEPT: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// How far Taiwan's clocks are ahead of UTC.
const TAIWAN: Duration = Duration::from_secs(8 * 60 * 60);

/// Its name in `lang` attributes (BCP 47).
pub(crate) const fn tag(language: Language) -> &'static str {
    language.say("zh-Hant-TW", "en")
}

/// The language of whoever sent these headers; Chinese where they say nothing that is spoken here.
pub(crate) fn of(headers: &HeaderMap) -> Language {
    match cookie::read(headers, COOKIE) {
        Some("zh") => Language::Chinese,
        Some("en") => Language::English,
        _ => asked(headers).unwrap_or(Language::Chinese),
    }
}

/// The first spoken language of `Accept-Language`: browsers write them in the order of preference.
fn asked(headers: &HeaderMap) -> Option<Language> {
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(
            |range| match range.trim().get(..2)?.to_ascii_lowercase().as_str() {
                "zh" => Some(Language::Chinese),
                "en" => Some(Language::English),
                _ => None,
            },
        )
}

/// A moment as clocks in Taiwan show it: `2026-11-23 09:00`.
pub(crate) fn moment(at: impl Borrow<Timestamp>) -> String {
    let written = at.borrow().plus(TAIWAN).to_string();
    written.get(..16).unwrap_or_default().replace('T', " ")
}

#[derive(Deserialize)]
struct Wish {
    to: String,
    #[serde(default)]
    back: String,
}

/// Its route.
pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/language", get(switch))
}

/// Keeps the choice, and leads back to where it was made.
async fn switch(wish: Result<Query<Wish>, QueryRejection>) -> Result<Response, SiteError> {
    let Query(wish) = wish.map_err(|_| SiteError::Malformed)?;
    let to = match wish.to.as_str() {
        "zh" => "zh",
        "en" => "en",
        _ => return Err(SiteError::Malformed),
    };
    let back = Place::read(&wish.back).unwrap_or_default();
    let cookie =
        cookie::write(COOKIE, to, cookie::SameSite::Lax, Some(KEPT)).map_err(|_| SiteError::Malformed)?;
    Ok(page::with_cookie(page::redirect(back.as_str()), cookie))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_browsers_wish_counts_unless_a_choice_was_made() {
        for (asked, cookie, language) in [
            ("", "", Language::Chinese),
            ("zh-TW,zh;q=0.9,en;q=0.8", "", Language::Chinese),
            ("en-GB,en;q=0.9,zh;q=0.5", "", Language::English),
            ("fr, en;q=0.3", "", Language::English),
            ("ja", "", Language::Chinese),
            ("zh", "__Host-emic-sample-language=en", Language::English),
            ("en", "__Host-emic-sample-language=zh", Language::Chinese),
            ("en", "__Host-emic-sample-language=fr", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            assert_eq!(of(&headers), language, "{asked} {cookie}");
        }
    }

    #[test]
    fn clocks_are_taiwans() {
        let at = Timestamp::from_millis(1_795_395_600_000);
        assert_eq!(moment(at), "2026-11-23 09:00");
    }
}
