//! What the provider can do (OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 9207, section 3).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::json;

use super::{client_assertion::ALGORITHMS, path};
use crate::provider::Provider;

/// `GET /.well-known/openid-configuration`.
pub(crate) async fn get(State(provider): State<Provider>) -> Response {
    let settings = provider.settings();
    let issuer = provider.issuer();
    let algorithms: Vec<_> = settings
        .algorithms
        .iter()
        .map(|algorithm| algorithm.name())
        .collect();
    let authentication = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    let mut grants = vec!["authorization_code"];
    grants.extend(settings.refresh.then_some("refresh_token"));
    grants.extend(settings.client_credentials.then_some("client_credentials"));
    let mut subjects = vec!["public"];
    subjects.extend(settings.pairwise_key.as_ref().map(|_| "pairwise"));
    let mut document = json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.endpoint(path::AUTHORIZE),
        "token_endpoint": issuer.endpoint(path::TOKEN),
        "userinfo_endpoint": issuer.endpoint(path::USERINFO),
        "jwks_uri": issuer.endpoint(path::JWKS),
        "end_session_endpoint": issuer.endpoint(path::END_SESSION),
        "revocation_endpoint": issuer.endpoint(path::REVOCATION),
        "introspection_endpoint": issuer.endpoint(path::INTROSPECTION),
        "pushed_authorization_request_endpoint": issuer.endpoint(path::PUSHED),
        "require_pushed_authorization_requests": false,
        "scopes_supported": settings.scopes.iter().collect::<Vec<_>>(),
        "claims_supported": settings.claims,
        "claim_types_supported": ["normal"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": grants,
        "subject_types_supported": subjects,
        "id_token_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": settings.ui_locales,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    });
    for endpoint in ["token", "revocation", "introspection"] {
        document[format!("{endpoint}_endpoint_auth_methods_supported")] = json!(authentication);
        document[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")] = json!(ALGORITHMS);
    }
    if settings.registration {
        document["registration_endpoint"] = json!(issuer.endpoint(path::REGISTRATION));
    }
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(document)).into_response()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Bench, ISSUER};

    async fn document(bench: &Bench) -> serde_json::Value {
        bench.get("/.well-known/openid-configuration").await.json()
    }

    #[tokio::test]
    async fn the_document_says_what_is_done_and_no_more() {
        let document = document(&Bench::new()).await;
        let at = |path: &str| json!(format!("{ISSUER}{path}"));
        let authentication = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
        let algorithms = json!(["ES256", "RS256", "PS256"]);
        for (name, value) in [
            ("issuer", json!(ISSUER)),
            ("authorization_endpoint", at("/oidc/authorize")),
            ("introspection_endpoint", at("/oidc/introspect")),
            ("pushed_authorization_request_endpoint", at("/oidc/par")),
            ("response_types_supported", json!(["code"])),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("id_token_signing_alg_values_supported", json!(["ES256"])),
            ("authorization_response_iss_parameter_supported", json!(true)),
            ("require_pushed_authorization_requests", json!(false)),
            ("request_uri_parameter_supported", json!(false)),
            ("subject_types_supported", json!(["public", "pairwise"])),
            (
                "grant_types_supported",
                json!(["authorization_code", "refresh_token", "client_credentials"]),
            ),
            ("token_endpoint_auth_methods_supported", authentication.clone()),
            (
                "revocation_endpoint_auth_methods_supported",
                authentication.clone(),
            ),
            ("introspection_endpoint_auth_methods_supported", authentication),
            (
                "token_endpoint_auth_signing_alg_values_supported",
                algorithms.clone(),
            ),
            (
                "revocation_endpoint_auth_signing_alg_values_supported",
                algorithms.clone(),
            ),
            (
                "introspection_endpoint_auth_signing_alg_values_supported",
                algorithms,
            ),
        ] {
            assert_eq!(document[name], value, "{name}");
        }
        assert!(
            document.get("registration_endpoint").is_none(),
            "the host has none"
        );
    }

    #[tokio::test]
    async fn what_the_host_does_not_offer_is_not_in_it() {
        let document = document(&Bench::plain(vec![crate::testing::client()])).await;
        assert_eq!(document["grant_types_supported"], json!(["authorization_code"]));
        assert_eq!(document["subject_types_supported"], json!(["public"]));
    }

    #[tokio::test]
    async fn the_hosts_own_registration_is_named() {
        let bench = Bench::changed(vec![crate::testing::client()], |settings| {
            settings.registration = true;
        });
        let document = document(&bench).await;
        assert_eq!(
            document["registration_endpoint"],
            format!("{ISSUER}/oidc/register")
        );
    }

    #[tokio::test]
    async fn every_endpoint_of_the_document_is_there() {
        let bench = Bench::new();
        let document = bench.get("/.well-known/openid-configuration").await.json();
        for (name, address) in document.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let path = address.as_str().unwrap().strip_prefix(ISSUER).unwrap();
                assert_ne!(bench.get(path).await.status, 404, "{name}");
            }
        }
    }
}
