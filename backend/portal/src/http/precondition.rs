//! `ETag` and `If-Match` (RFC 9110, section 13.1.1): nobody overwrites what they have not seen.

use axum::{
    Json,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Serialize;
use shared::problem::ErrorCode;

use crate::error::{ApiError, ApiResult};

/// The version that a thing has, as its `ETag` is written.
pub fn entity_tag(version: i64) -> HeaderValue {
    // Digits in quotes are always a header's value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// What is answered with, and which version of it that is.
#[derive(Clone, Debug)]
pub struct Tagged<T> {
    /// What it is.
    pub body: T,
    /// Counts its changes.
    pub version: i64,
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, entity_tag(self.version))], Json(self.body)).into_response()
    }
}

/// The versions that a change is of; without the header it is 428.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(String);

impl IfMatch {
    /// Passes if the version is among them. Weak tags never match; `*` matches whatever is there.
    pub fn check(&self, version: i64) -> ApiResult<()> {
        let own = version.to_string();
        if self.0.trim() == "*" || strong_tags(&self.0).any(|tag| tag == own) {
            Ok(())
        } else {
            Err(ErrorCode::PreconditionFailed.into())
        }
    }
}

/// What stands between the quotes of a list's strong tags, up to where it is no list. A comma may stand in a tag.
fn strong_tags(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            let weak = rest.starts_with("W/");
            let (tag, behind) = rest
                .strip_prefix("W/")
                .unwrap_or(rest)
                .strip_prefix('"')?
                .split_once('"')?;
            rest = behind;
            if !weak {
                return Some(tag);
            }
        }
    })
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> ApiResult<Self> {
        let tags: Vec<_> = parts
            .headers
            .get_all(header::IF_MATCH)
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        if tags.is_empty() {
            return Err(ErrorCode::PreconditionRequired.into());
        }
        Ok(Self(tags.join(",")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_version_or_a_star_matches() {
        for tags in ["\"3\"", "\"2\", \"3\"", "W/\"3\",\"3\"", "*"] {
            assert!(IfMatch(tags.to_owned()).check(3).is_ok(), "{tags}");
        }
        for tags in [
            "",
            "3",
            "\"2\"",
            "W/\"3\"",
            "\"33\"",
            "\"a,*,b\"",
            "x,\"3\",y",
            "\"2,\"3\"",
        ] {
            assert!(IfMatch(tags.to_owned()).check(3).is_err(), "{tags}");
        }
        assert_eq!(entity_tag(3), "\"3\"");
    }
}
