//! What the provider can do (OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 9207, section 3).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::json;

use super::path;
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
    let authentication = ["client_secret_basic", "client_secret_post"];
    let document = json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.endpoint(path::AUTHORIZE),
        "token_endpoint": issuer.endpoint(path::TOKEN),
        "userinfo_endpoint": issuer.endpoint(path::USERINFO),
        "jwks_uri": issuer.endpoint(path::JWKS),
        "end_session_endpoint": issuer.endpoint(path::END_SESSION),
        "revocation_endpoint": issuer.endpoint(path::REVOCATION),
        "scopes_supported": settings.scopes.iter().collect::<Vec<_>>(),
        "claims_supported": settings.claims,
        "claim_types_supported": ["normal"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": authentication,
        "revocation_endpoint_auth_methods_supported": authentication,
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
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(document)).into_response()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Bench, ISSUER};

    #[tokio::test]
    async fn the_document_says_what_is_done_and_no_more() {
        let document = Bench::new().get("/.well-known/openid-configuration").await.json();
        assert_eq!(document["issuer"], ISSUER);
        assert_eq!(
            document["authorization_endpoint"],
            format!("{ISSUER}/oidc/authorize")
        );
        assert_eq!(document["response_types_supported"], json!(["code"]));
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(
            document["id_token_signing_alg_values_supported"],
            json!(["ES256"])
        );
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
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
