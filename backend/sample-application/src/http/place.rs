//! A page of ours that somebody shall be led to: no address of another site passes for one.

/// The longest that is believed: it must fit a cookie.
const LONGEST: usize = 1024;

/// A path of this application, with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(String);

impl Place {
    /// Reads what came along in an address; none when it is no path of ours.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_own = text.starts_with('/')
            // Browsers take both for the beginning of another site's address.
            && !text.starts_with("//")
            && !text.contains('\\')
            && text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_own.then(|| Self(text.to_owned()))
    }

    /// As it stands in an address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Place {
    /// 首頁.
    fn default() -> Self {
        Self("/".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_others_are_none_of_ours() {
        for text in ["/", "/reports/7", "/messages?after=%E9", "/a//b"] {
            assert_eq!(Place::read(text).unwrap().as_str(), text);
        }
        let long = format!("/{}", "x".repeat(LONGEST));
        for text in [
            "",
            "reports",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/ a",
            "/陳",
            &long,
        ] {
            assert_eq!(Place::read(text), None, "{text:?}");
        }
    }
}
