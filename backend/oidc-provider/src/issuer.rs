//! The provider's name for itself.

use std::fmt;

use foundation::http_client::is_secure;
use url::Url;

/// An issuer identifier (OpenID Connect Discovery 1.0, section 3): an https address without query and
/// fragment, plain http on this machine. It is compared as text, so it is kept as it was written, less a
/// final slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

/// The text is not an issuer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an issuer is an https address without query and fragment; http only on this machine")]
pub struct NotAnIssuer;

impl Issuer {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, NotAnIssuer> {
        let url = Url::parse(text).map_err(|_| NotAnIssuer)?;
        let plain = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if is_secure(&url) && plain {
            Ok(Self(text.trim_end_matches('/').to_owned()))
        } else {
            Err(NotAnIssuer)
        }
    }

    /// As it stands in tokens.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of the endpoint at this path.
    pub(crate) fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_on_this_machine() {
        for text in [
            "https://egov.example",
            "https://egov.example/members",
            "http://localhost:8081",
        ] {
            assert_eq!(Issuer::parse(text).unwrap().as_str(), text);
            assert_eq!(Issuer::parse(&format!("{text}/")).unwrap().as_str(), text);
        }
        for text in [
            "http://egov.example",
            "https://egov.example?a=b",
            "https://egov.example#a",
            "egov",
            "",
            "https://a:b@egov.example",
        ] {
            assert_eq!(Issuer::parse(text), Err(NotAnIssuer), "{text}");
        }
    }
}
