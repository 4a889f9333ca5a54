//! The provider's metadata (OpenID Connect Discovery 1.0).

use foundation::http_client::{HttpClient, is_secure};
use http::{Request, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::refusal::ProviderFault;

/// How the portal shows its secret to the token endpoint (OpenID Connect Core, section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretGoes {
    /// `client_secret_post`.
    InBody,
    /// `client_secret_basic`.
    InHeader,
}

/// What the portal needs to know of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where codes are exchanged.
    pub token_endpoint: Url,
    /// How the portal authenticates there.
    pub secret_goes: SecretGoes,
    /// The public keys.
    pub jwks_uri: Url,
    /// Further claims, if the provider has any.
    pub userinfo_endpoint: Option<Url>,
    /// Where the browser is sent to sign out (RP-Initiated Logout 1.0).
    pub end_session_endpoint: Option<Url>,
    /// Whether every answer of the authorization endpoint names its issuer (RFC 9207).
    pub names_its_issuer: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Fetches the metadata of this issuer.
pub(super) async fn fetch(http: HttpClient, issuer: String) -> Result<Metadata, ProviderFault> {
    let address = format!(
        "{}/.well-known/openid-configuration",
        issuer.strip_suffix('/').unwrap_or(&issuer)
    );
    read(&get_json(&http, &address).await?, &issuer)
}

/// Fetches a public JSON document.
pub(super) async fn get_json<T: DeserializeOwned>(
    http: &HttpClient,
    address: &str,
) -> Result<T, ProviderFault> {
    let request = Request::get(address)
        .header(header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|error| ProviderFault::unavailable(error.to_string()))?;
    let answer = http.fetch(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(ProviderFault::unavailable(format!("status {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(|error| ProviderFault::unavailable(error.to_string()))
}

fn read(document: &Document, issuer: &str) -> Result<Metadata, ProviderFault> {
    // Letter by letter (Discovery, section 4.3): otherwise one provider could speak for another.
    if document.issuer != issuer {
        return Err(ProviderFault::unavailable(
            "the metadata are of another issuer than the configured one",
        ));
    }
    Ok(Metadata {
        secret_goes: secret_goes(document.token_endpoint_auth_methods_supported.as_deref())?,
        authorization_endpoint: endpoint(&document.authorization_endpoint)?,
        token_endpoint: endpoint(&document.token_endpoint)?,
        jwks_uri: endpoint(&document.jwks_uri)?,
        userinfo_endpoint: document.userinfo_endpoint.as_deref().map(endpoint).transpose()?,
        end_session_endpoint: document
            .end_session_endpoint
            .as_deref()
            .map(endpoint)
            .transpose()?,
        names_its_issuer: document.authorization_response_iss_parameter_supported,
    })
}

fn endpoint(text: &str) -> Result<Url, ProviderFault> {
    text.parse()
        .ok()
        .filter(is_secure)
        .ok_or_else(|| ProviderFault::unavailable("an endpoint is not https"))
}

/// In the body where that is possible, as MyEGov wants it, also where the metadata do not say.
fn secret_goes(methods: Option<&[String]>) -> Result<SecretGoes, ProviderFault> {
    let takes = |name| methods.is_none_or(|methods| methods.iter().any(|method| method == name));
    if takes("client_secret_post") {
        Ok(SecretGoes::InBody)
    } else if takes("client_secret_basic") {
        Ok(SecretGoes::InHeader)
    } else {
        Err(ProviderFault::unavailable(
            "the token endpoint takes no client secret",
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://egov.example";

    fn document(change: impl FnOnce(&mut Value)) -> Result<Metadata, ProviderFault> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://egov.example/authorize",
            "token_endpoint": "https://egov.example/token",
            "jwks_uri": "https://egov.example/jwks",
        });
        change(&mut document);
        read(&serde_json::from_value(document).unwrap(), ISSUER)
    }

    #[test]
    fn the_issuer_is_compared_letter_by_letter() {
        assert!(document(|_| {}).is_ok());
        for other in [
            "https://egov.example/",
            "https://EGOV.example",
            "https://evil.example",
        ] {
            assert!(document(|d| d["issuer"] = other.into()).is_err(), "{other}");
        }
    }

    #[test]
    fn no_endpoint_may_be_read_along() {
        for endpoint in ["token_endpoint", "userinfo_endpoint", "end_session_endpoint"] {
            let changed = document(|d| d[endpoint] = "http://egov.example/x".into());
            assert!(changed.is_err(), "{endpoint}");
        }
    }

    #[test]
    fn the_secret_goes_into_the_body_where_it_can() {
        let with = |methods: Value| {
            document(|d| d["token_endpoint_auth_methods_supported"] = methods)
                .map(|metadata| metadata.secret_goes)
        };
        assert_eq!(document(|_| {}).unwrap().secret_goes, SecretGoes::InBody);
        let both = json!(["client_secret_basic", "client_secret_post"]);
        assert_eq!(with(both), Ok(SecretGoes::InBody));
        assert_eq!(with(json!(["client_secret_basic"])), Ok(SecretGoes::InHeader));
        assert!(with(json!(["private_key_jwt"])).is_err());
    }
}
