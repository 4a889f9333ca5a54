//! Requests as a browser sends them from MyEGov's pages.

use std::net::Ipv4Addr;

use url::form_urlencoded;

/// A browser, behind a proxy that the site trusts: each has an address of its own, for what is limited by source.
#[derive(Clone)]
pub(super) struct Browser {
    port: u16,
    source: Ipv4Addr,
    /// Name and value of the one cookie that it keeps.
    pub(super) cookie: Option<String>,
}

impl Browser {
    /// The browser of this number, in a network for private use (RFC 1918).
    pub(super) fn new(port: u16, number: u32) -> Self {
        let [_, high, middle, low] = number.to_be_bytes();
        Self {
            port,
            source: Ipv4Addr::new(10, high, middle, low),
            cookie: None,
        }
    }

    /// Opens a page.
    pub(super) fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers()).into_bytes()
    }

    /// Sends a form.
    pub(super) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let body = encoded(fields);
        format!(
            "POST {path} HTTP/1.1\r\n{}Origin: http://localhost:{}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.headers(),
            self.port,
            body.len()
        )
        .into_bytes()
    }

    fn headers(&self) -> String {
        let cookie = self.cookie.as_ref();
        format!(
            "Host: localhost:{}\r\nX-Forwarded-For: {}\r\nSec-Fetch-Site: same-origin\r\n{}",
            self.port,
            self.source,
            cookie.map_or_else(String::new, |cookie| format!("Cookie: {cookie}\r\n"))
        )
    }
}

/// As forms and queries are written.
pub(super) fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::Browser;

    #[test]
    fn browsers_have_addresses_of_their_own() {
        let source = |number| Browser::new(80, number).source.to_string();
        assert_eq!(source(1), "10.0.0.1");
        assert_eq!(source(65_536 + 2), "10.1.0.2");
    }

    #[test]
    fn a_form_is_encoded_and_as_long_as_it_says() {
        let request = Browser::new(80, 1).post("/join/basics", &[("name", "王 一")]);
        let request = String::from_utf8(request).unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "name=%E7%8E%8B+%E4%B8%80");
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
    }
}
