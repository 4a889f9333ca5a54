//! The portal's metadata (OpenID Connect Discovery 1.0): an application is configured with the issuer alone.

use foundation::http_client::{HttpClient, is_secure};
use http::{Request, StatusCode, header};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use url::Url;

use super::Fault;

/// What an application needs to know of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    /// Where the browser is sent.
    #[serde(deserialize_with = "secure")]
    pub(super) authorization_endpoint: Url,
    /// Where codes and refresh tokens are exchanged.
    #[serde(deserialize_with = "secure")]
    pub(super) token_endpoint: Url,
    /// Who the person is by now.
    #[serde(deserialize_with = "secure")]
    pub(super) userinfo_endpoint: Url,
    /// The public keys.
    #[serde(deserialize_with = "secure")]
    pub(super) jwks_uri: Url,
    /// Where the browser is sent to sign out (RP-Initiated Logout 1.0).
    #[serde(deserialize_with = "secure")]
    pub(super) end_session_endpoint: Url,
}

fn secure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .ok()
        .filter(is_secure)
        .ok_or_else(|| serde::de::Error::custom("an endpoint is not https"))
}

/// Fetches the metadata of this issuer.
pub(super) async fn fetch(http: &HttpClient, issuer: &str) -> Result<Metadata, Fault> {
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let address = format!("{base}/.well-known/openid-configuration");
    let metadata: Metadata = get_json(http, &address).await?;
    // Letter by letter (Discovery, section 4.3): otherwise one provider could speak for another.
    if metadata.issuer != issuer {
        return Err(Fault::unavailable("the metadata are of another issuer"));
    }
    Ok(metadata)
}

/// Fetches a public JSON document.
pub(super) async fn get_json<T: DeserializeOwned>(http: &HttpClient, address: &str) -> Result<T, Fault> {
    let request = Request::get(address)
        .header(header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|error| Fault::unavailable(error.to_string()))?;
    let answer = http.fetch(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(Fault::unavailable(format!("status {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(|error| Fault::unavailable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(endpoint: &str, address: &str) -> Result<Metadata, serde_json::Error> {
        let mut document = json!({ "issuer": "https://portal.example" });
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "end_session_endpoint",
        ] {
            document[name] = Value::from(format!("https://portal.example/{name}"));
        }
        document[endpoint] = address.into();
        serde_json::from_value(document)
    }

    #[test]
    fn no_endpoint_may_be_read_along() {
        assert!(read("token_endpoint", "https://portal.example/token").is_ok());
        for endpoint in [
            "token_endpoint",
            "userinfo_endpoint",
            "end_session_endpoint",
            "jwks_uri",
        ] {
            for address in ["http://portal.example/x", "javascript:alert(1)", ""] {
                assert!(read(endpoint, address).is_err(), "{endpoint} {address}");
            }
        }
    }
}
