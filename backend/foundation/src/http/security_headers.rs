//! The headers that every answer carries, also 404 and 500.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// Headers that are added where an answer does not bring its own.
#[derive(Clone, Debug)]
pub struct SecurityHeaders(Arc<[(HeaderName, HeaderValue)]>);

impl SecurityHeaders {
    /// With this `Content-Security-Policy` and `Cross-Origin-Opener-Policy`; HSTS where the site has https.
    ///
    /// # Errors
    /// When the policy holds characters that no header has.
    pub fn new(
        policy: &str,
        opener: &'static str,
        https: bool,
    ) -> Result<Self, http::header::InvalidHeaderValue> {
        let fixed = HeaderValue::from_static;
        let mut headers = vec![
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(policy)?),
            (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
            (header::REFERRER_POLICY, fixed("strict-origin-when-cross-origin")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                fixed(opener),
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                fixed("same-origin"),
            ),
            (
                HeaderName::from_static("permissions-policy"),
                fixed("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
        ];
        if https {
            headers.push((
                header::STRICT_TRANSPORT_SECURITY,
                fixed("max-age=31536000; includeSubDomains"),
            ));
        }
        Ok(Self(headers.into()))
    }

    /// Adds them to an answer.
    #[must_use]
    pub fn added_to(&self, mut response: Response) -> Response {
        let found = response.headers_mut();
        found.reserve(self.0.len());
        for (name, value) in self.0.iter() {
            found.entry(name).or_insert_with(|| value.clone());
        }
        response
    }
}
