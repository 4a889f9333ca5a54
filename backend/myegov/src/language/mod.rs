//! Which language a person reads: the one they chose, else the one that their browser asks for.

use axum::{Router, extract::Query, extract::rejection::QueryRejection, response::Response, routing::get};
use foundation::http::cookie;
use http::{HeaderMap, header};
use serde::Deserialize;
pub(crate) use shared::text::Language;
use shared::{
    date::Date,
    text::{Bilingual, RocDate},
    time::Timestamp,
};

use crate::{
    error::SiteError,
    http::{page, place::Place},
    state::AppState,
};

/// The cookie that keeps what was chosen.
const COOKIE: &str = "__Host-myegov-language";
/// It is kept for a year.
const KEPT: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 60 * 60);

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

/// The spoken language that `Accept-Language` prefers (RFC 9110, section 12.5.4); of equals, the first.
fn asked(headers: &HeaderMap) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    let values = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    for range in values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let (range, weight) = range.split_once(';').unwrap_or((range, ""));
        let weight: f32 = weight
            .trim()
            .strip_prefix("q=")
            .map_or(Some(1.0), |weight| weight.parse().ok())
            .unwrap_or(0.0);
        let language = match range.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            _ => continue,
        };
        if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// The day of a moment in Taiwan, as each language writes it.
pub(crate) fn day(at: Timestamp) -> Bilingual {
    let en = Date::in_taiwan(at).to_string();
    let zh = RocDate::of_iso(&en).map_or_else(|| en.clone(), |date| date.to_string());
    Bilingual { zh, en }
}

/// A stored day (`YYYY-MM-DD`) as this language writes it.
pub(crate) fn written_day(day: &str, l: Language) -> String {
    match (l, RocDate::of_iso(day)) {
        (Language::Chinese, Some(date)) => date.to_string(),
        _ => day.to_owned(),
    }
}

/// Year of the Republic, month and day of a stored day, as forms have them.
pub(crate) fn roc_parts(day: &str) -> Option<(String, String, String)> {
    let written = RocDate::of_iso(day)?.to_string();
    let rest = written.strip_prefix("民國")?.strip_suffix('日')?;
    let (year, rest) = rest.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    Some((year.to_owned(), month.to_owned(), day.to_owned()))
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

    fn read(asked: &'static str, cookie: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        of(&headers)
    }

    #[test]
    fn days_are_taiwans_and_the_republics() {
        // 2026-11-23T16:00:00Z is midnight in Taipei.
        let found = day(Timestamp::from_millis(1_795_449_600_000));
        assert_eq!(
            (found.zh.as_str(), found.en.as_str()),
            ("民國115年11月24日", "2026-11-24")
        );
        assert_eq!(written_day("1981-01-01", Language::Chinese), "民國70年1月1日");
        assert_eq!(written_day("1981-01-01", Language::English), "1981-01-01");
    }

    #[test]
    fn a_stored_day_fills_in_the_fields_of_a_form() {
        let parts = |year: &str, month: &str, day: &str| Some((year.into(), month.into(), day.into()));
        assert_eq!(roc_parts("1981-01-05"), parts("70", "1", "5"));
        assert_eq!(roc_parts("1911-12-31"), parts("前1", "12", "31"));
        assert_eq!(roc_parts("nonsense"), None);
    }

    #[test]
    fn the_browsers_wish_counts_unless_a_choice_was_made() {
        for (asked, language) in [
            ("", Language::Chinese),
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en-GB,en;q=0.9,zh;q=0.5", Language::English),
            ("fr, en;q=0.3, zh;q=0.7", Language::Chinese),
            ("ja", Language::Chinese),
            ("en;q=0", Language::Chinese),
            ("*;q=x, ,;;", Language::Chinese),
        ] {
            assert_eq!(read(asked, ""), language, "{asked}");
        }
        assert_eq!(read("zh", "__Host-myegov-language=en"), Language::English);
        assert_eq!(read("en", "__Host-myegov-language=zh"), Language::Chinese);
        assert_eq!(read("en", "__Host-myegov-language=fr"), Language::English);
    }
}
