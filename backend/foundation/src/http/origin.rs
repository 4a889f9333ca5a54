//! Refuses state-changing requests that another site caused (CSRF), by what browsers say of themselves.

use http::{HeaderMap, Method, header::ORIGIN};
use url::Url;

/// Whether the request is none that another site made a browser send.
///
/// `Sec-Fetch-Site` must be `same-origin` where a browser sends it, `none` for what the person typed
/// themselves; `Origin` must be ours where it is sent. Programs that send neither are no browsers, and
/// carry no cookies of other people.
pub fn is_ours(method: &Method, headers: &HeaderMap, public_url: &Url) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let site_is_ours = match headers.get("sec-fetch-site") {
        None => true,
        Some(site) => site == "same-origin" || site == "none",
    };
    let origin_is_ours = match headers.get(ORIGIN) {
        None => true,
        Some(origin) => origin
            .to_str()
            .is_ok_and(|origin| origin == public_url.origin().ascii_serialization()),
    };
    site_is_ours && origin_is_ours
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v)))
            .collect();
        is_ours(
            &Method::POST,
            &headers,
            &"https://portal.example/".parse().unwrap(),
        )
    }

    #[test]
    fn cross_site_and_same_site_are_refused() {
        assert!(ours(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://portal.example")
        ]));
        assert!(ours(&[]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[("sec-fetch-site", "same-site")]));
        assert!(!ours(&[("origin", "https://portal.example.evil")]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://portal.example")
        ]));
    }

    #[test]
    fn reading_is_not_refused() {
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
        assert!(is_ours(
            &Method::GET,
            &headers,
            &"https://portal.example/".parse().unwrap()
        ));
    }
}
