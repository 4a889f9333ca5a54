//! What of a request is refused, and who hears of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use serde_json::json;

use crate::{
    Algorithm,
    keys::SigningKey,
    testing::{
        Answer, Bench, CHALLENGE, CLIENT, ISSUER, OTHER_CLIENT, REDIRECT_URI, VERIFIER, claims_of,
        uri_variants,
    },
};

async fn error_of(changes: &[(&str, &str)]) -> String {
    let parameters = Bench::new().authorize(changes).await.to_client();
    assert!(!parameters.contains_key("code"));
    assert_eq!(parameters["iss"], ISSUER, "RFC 9207: on errors too");
    assert_eq!(parameters["state"], "the state");
    parameters["error"].clone()
}

async fn page_of(query: &str) -> Answer {
    let answer = Bench::new().visit(&format!("/oidc/authorize?{query}")).await;
    assert_eq!(answer.header("location"), "", "nothing is sent anywhere");
    answer
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_letter_by_letter_gets_nothing() {
    for variant in uri_variants(REDIRECT_URI) {
        let answer = page_of(&Bench::query(&[("redirect_uri", &variant)])).await;
        assert_eq!(answer.body, "UnregisteredRedirectUri", "{variant}");
    }
}

#[tokio::test]
async fn an_unknown_client_gets_nothing() {
    for id in ["", "nobody", "EMIC portal", "emic"] {
        assert_eq!(
            page_of(&Bench::query(&[("client_id", id)])).await.body,
            "UnknownClient",
            "{id}"
        );
    }
}

#[tokio::test]
async fn two_clients_or_two_redirect_uris_get_nothing() {
    let sound = Bench::query(&[]);
    for twice in [
        "client_id=other",
        "redirect_uri=https%3A%2F%2Fevil.example",
        "client_id=%00",
    ] {
        assert_eq!(
            page_of(&format!("{sound}&{twice}")).await.body,
            "MalformedRequest",
            "{twice}"
        );
    }
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused_also_an_unknown_one() {
    for twice in [
        "scope=openid",
        "nonce=another",
        "prompt=none&prompt=login",
        "x=1&x=2",
        "ui_locales=%00",
    ] {
        let query = format!("{}&{twice}", Bench::query(&[]));
        let parameters = Bench::new()
            .visit(&format!("/oidc/authorize?{query}"))
            .await
            .to_client();
        assert_eq!(parameters["error"], "invalid_request", "{twice}");
    }
}

#[tokio::test]
async fn a_state_that_comes_twice_does_not_come_back() {
    let query = format!("{}&state=another", Bench::query(&[]));
    let parameters = Bench::new()
        .visit(&format!("/oidc/authorize?{query}"))
        .await
        .to_client();
    assert_eq!(parameters["error"], "invalid_request");
    assert_eq!(parameters.get("state"), None);
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let parameters = Bench::new()
        .authorize(&[("ui_locales", "en"), ("resource", "x")])
        .await
        .to_client();
    assert!(parameters.contains_key("code"));
}

#[tokio::test]
async fn only_pkce_with_s256_is_taken() {
    let padded = format!("{CHALLENGE}=");
    for changes in [
        &[("code_challenge", ""), ("code_challenge_method", "")] as &[_],
        &[("code_challenge_method", "")],
        &[("code_challenge_method", "plain")],
        &[("code_challenge_method", "plain"), ("code_challenge", VERIFIER)],
        &[("code_challenge_method", "s256")],
        &[("code_challenge", "")],
        &[("code_challenge", "short")],
        &[("code_challenge", &padded)],
    ] {
        assert_eq!(error_of(changes).await, "invalid_request", "{changes:?}");
    }
}

#[tokio::test]
async fn what_is_not_supported_has_its_error() {
    for (change, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("scope", ""), "invalid_scope"),
        (("scope", "profile"), "invalid_scope"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "create"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("request", "x"), "request_not_supported"),
        (
            ("request_uri", "https://a.example/r"),
            "request_uri_not_supported",
        ),
        (("registration", "{}"), "registration_not_supported"),
        (("id_token_hint", "x.y.z"), "invalid_request"),
    ] {
        assert_eq!(error_of(&[change]).await, error, "{change:?}");
    }
}

#[tokio::test]
async fn an_error_travels_as_the_client_asked_for() {
    let answer = Bench::new()
        .authorize(&[("response_mode", "form_post"), ("scope", "profile")])
        .await;
    let form = answer.json();
    assert_eq!(form["action"], REDIRECT_URI);
    assert_eq!(form["fields"][0], serde_json::json!(["error", "invalid_scope"]));
    assert_eq!(form["fields"][3], serde_json::json!(["iss", ISSUER]));
}

#[tokio::test]
async fn scopes_beyond_the_clients_are_left_out() {
    let bench = Bench::new();
    let tokens = bench
        .sign_in_with(&[("scope", "openid email uid offline_access root")])
        .await;
    assert_eq!(tokens["scope"], "email openid");
}

#[tokio::test]
async fn by_post_the_same_rules_hold() {
    let bench = Bench::new();
    let unregistered = [("client_id", CLIENT.0), ("redirect_uri", "https://evil.example")];
    assert_eq!(
        bench.post_form("/oidc/authorize", &unregistered).await.body,
        "UnregisteredRedirectUri"
    );
    let json = bench
        .request(
            "POST",
            "/oidc/authorize",
            &[("content-type", "application/json")],
            "{}",
        )
        .await;
    assert_eq!(json.status, StatusCode::BAD_REQUEST.as_u16());
    let plain = [
        ("client_id", CLIENT.0),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid"),
    ];
    let parameters = bench.post_form("/oidc/authorize", &plain).await.to_client();
    assert_eq!(parameters["error"], "invalid_request", "no PKCE");
}

#[tokio::test]
async fn alg_games_with_a_hint_are_lost() {
    let bench = Bench::new();
    let honest = bench.id_token().await;
    let key = bench.get("/oidc/jwks").await.json()["keys"][0].clone();
    let (head, signature) = honest.rsplit_once('.').unwrap();
    let body = head.split('.').nth(1).unwrap();
    let header = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let mut claims = claims_of(&honest);
    claims["sub"] = "another".into();
    let another = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut forged = vec![
        format!("{}.{body}.", header(json!({ "alg": "none" }))),
        format!(
            "{}.{body}.{signature}",
            header(json!({ "alg": "none", "kid": key["kid"] }))
        ),
        format!(
            "{}.{body}.{signature}",
            header(json!({ "alg": "RS256", "kid": key["kid"] }))
        ),
        format!(
            "{}.{body}.{signature}",
            header(json!({ "alg": "ES256", "kid": "another" }))
        ),
        format!("{}.{body}.{signature}", header(json!({ "alg": "ES256" }))),
        format!("{}.{another}.{signature}", head.split('.').next().unwrap()),
        format!("{head}."),
        // Signed well, by somebody else.
        SigningKey::for_tests(Algorithm::Es256)
            .sign("JWT", &claims)
            .unwrap(),
    ];
    for secret in [key.to_string(), key["x"].as_str().unwrap().to_owned()] {
        let mut hmac = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        hmac.kid = key["kid"].as_str().map(str::to_owned);
        let secret = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        forged.push(jsonwebtoken::encode(&hmac, &claims_of(&honest), &secret).unwrap());
    }
    for hint in &forged {
        let silent = [("prompt", "none"), ("id_token_hint", hint.as_str())];
        let parameters = bench.authorize(&silent).await.to_client();
        assert_eq!(parameters["error"], "invalid_request", "{hint}");
        let answer = bench
            .visit(&format!("/oidc/end-session?id_token_hint={hint}"))
            .await;
        answer.waits_at("sign-out");
    }
    let silent = [("prompt", "none"), ("id_token_hint", honest.as_str())];
    assert!(bench.authorize(&silent).await.to_client().contains_key("code"));
}

#[tokio::test]
async fn the_hint_of_another_client_is_none() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    let others = [("client_id", OTHER_CLIENT.0), ("id_token_hint", hint.as_str())];
    let parameters = bench.authorize(&others).await.to_client();
    assert_eq!(parameters["error"], "invalid_request");
}
