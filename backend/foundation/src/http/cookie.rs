//! Cookies (RFC 6265bis): reading one by its name, and writing one that only this host can set.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header::COOKIE};

/// When the browser sends a cookie along with requests that other sites cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// With top-level navigation by GET only.
    Lax,
    /// Always: for the answer of a provider that comes as a form from its own site.
    None,
}

/// The value of the first cookie of this name.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// `Set-Cookie` for a `__Host-` cookie that scripts cannot read. Without `life` it ends with the browser.
///
/// # Errors
/// When name or value hold characters that no cookie has.
pub fn write(
    name: &str,
    value: &str,
    same_site: SameSite,
    life: Option<Duration>,
) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
    let same_site = match same_site {
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    };
    let life = life
        .map(|life| format!("; Max-Age={}", life.as_secs()))
        .unwrap_or_default();
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{life}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; __Host-s=abc"));
        headers.append(COOKIE, HeaderValue::from_static("b=2"));
        assert_eq!(read(&headers, "__Host-s"), Some("abc"));
        assert_eq!(read(&headers, "b"), Some("2"));
        assert_eq!(read(&headers, "s"), None);
    }

    #[test]
    fn a_value_that_would_split_the_header_is_refused() {
        assert!(write("a", "b\r\nSet-Cookie: c=d", SameSite::Lax, None).is_err());
    }
}
