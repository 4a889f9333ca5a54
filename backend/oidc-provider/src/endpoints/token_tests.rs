use std::{collections::HashSet, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::clock::Clock;
use futures::future::join_all;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    Client,
    keys::Algorithm,
    testing::{Bench, CLIENT, ISSUER, OTHER_CLIENT, REDIRECT_URI, SID, SUBJECT, VERIFIER, client, session},
};

fn part(token: &str, number: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(number).unwrap())
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_code_becomes_tokens() {
    let bench = Bench::new();
    let code = bench.code().await;
    let answer = bench.redeem(&code, &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens["scope"], "email openid profile");

    let id_token = tokens["id_token"].as_str().unwrap();
    let access_token = tokens["access_token"].as_str().unwrap();
    let now = bench.clock.now().as_seconds();
    assert_eq!(part(id_token, 0)["typ"], "JWT");
    assert_eq!(
        part(id_token, 1),
        json!({
            "iss": ISSUER, "sub": SUBJECT, "aud": CLIENT.0, "azp": CLIENT.0, "iat": now, "exp": now + 600,
            "auth_time": now, "nonce": "the nonce", "sid": SID, "amr": ["pwd"],
            "at_hash": URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]),
        })
    );
}

#[tokio::test]
async fn each_client_has_its_algorithm() {
    let rsa = Client {
        algorithm: Algorithm::Rs256,
        ..client()
    };
    let bench = Bench::of(vec![rsa]);
    bench.host.sign_in(session(bench.clock.now()));
    let id_token = bench.id_token().await;
    assert_eq!(part(&id_token, 0)["alg"], "RS256");
    let keys = bench.get("/oidc/jwks").await.json();
    let kid = &part(&id_token, 0)["kid"];
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == *kid)
        .unwrap();
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.set_audience(&[CLIENT.0]);
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    assert!(jsonwebtoken::decode::<Value>(&id_token, &key, &validation).is_ok());
}

#[tokio::test]
async fn of_fifty_at_once_one_gets_tokens_and_the_replays_revoke_them() {
    let bench = Arc::new(Bench::new());
    let code: Arc<str> = bench.code().await.into();
    let all = (0..50).map(|_| {
        let (bench, code) = (Arc::clone(&bench), Arc::clone(&code));
        tokio::spawn(async move { bench.redeem(&code, &[]).await })
    });
    let answers: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 49));
    assert!(
        lost.iter()
            .all(|answer| answer.json()["error"] == "invalid_grant")
    );
    let token = won[0].json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(bench.userinfo(&token).await.status, 401);
}

#[tokio::test]
async fn a_replay_revokes_the_tokens_also_after_the_codes_minute() {
    let bench = Bench::new();
    let code = bench.code().await;
    let token = bench.redeem(&code, &[]).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.clock.advance(Duration::from_secs(90));
    assert_eq!(bench.userinfo(&token).await.status, 200);
    assert_eq!(bench.redeem(&code, &[]).await.json()["error"], "invalid_grant");
    assert_eq!(bench.userinfo(&token).await.status, 401);
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    for (after, status) in [(59_999, 200), (60_000, 400)] {
        let bench = Bench::new();
        let code = bench.code().await;
        bench.clock.advance(Duration::from_millis(after));
        assert_eq!(bench.redeem(&code, &[]).await.status, status, "after {after} ms");
    }
}

#[tokio::test]
async fn a_code_is_bound_to_redirect_uri_and_verifier_and_a_wrong_one_spends_it() {
    let other_verifier = "a".repeat(43);
    for change in [
        ("redirect_uri", "https://portal.example/auth/callback/"),
        ("redirect_uri", ""),
        ("code_verifier", &*other_verifier),
        ("code_verifier", ""),
        ("code_verifier", &VERIFIER[1..]),
    ] {
        let bench = Bench::new();
        let code = bench.code().await;
        let answer = bench.redeem(&code, &[change]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &"invalid_grant".into()),
            "{change:?}"
        );
        assert_eq!(bench.redeem(&code, &[]).await.status, 400, "{change:?}");
    }
}

#[tokio::test]
async fn a_code_is_bound_to_its_client_and_others_cannot_spend_it() {
    let bench = Bench::new();
    let code = bench.code().await;
    let other = [("client_id", OTHER_CLIENT.0), ("client_secret", OTHER_CLIENT.1)];
    let answer = bench.redeem(&code, &other).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (400, &"invalid_grant".into())
    );
    assert_eq!(bench.redeem(&code, &[]).await.status, 200);
}

#[tokio::test]
async fn other_tokens_are_not_codes() {
    let bench = Bench::new();
    let tokens = bench.sign_in_with(&[]).await;
    for wrong in [
        "nothing",
        tokens["access_token"].as_str().unwrap(),
        tokens["id_token"].as_str().unwrap(),
    ] {
        assert_eq!(bench.redeem(wrong, &[]).await.json()["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn what_is_missing_or_unknown_has_its_error() {
    let bench = Bench::new();
    let code = bench.code().await;
    for (change, error) in [
        (("grant_type", ""), "invalid_request"),
        (("code", ""), "invalid_request"),
        (("grant_type", "refresh_token"), "unsupported_grant_type"),
        (("grant_type", "password"), "unsupported_grant_type"),
        (("grant_type", "client_credentials"), "unsupported_grant_type"),
    ] {
        let answer = bench.redeem(&code, &[change]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &error.into()),
            "{change:?}"
        );
    }
    assert_eq!(bench.redeem(&code, &[("unknown", "x")]).await.status, 200);
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused_and_spends_nothing() {
    let bench = Bench::new();
    let code = bench.code().await;
    let mut errors = HashSet::new();
    for (name, value) in [
        ("code", "x"),
        ("client_id", "x"),
        ("grant_type", "authorization_code"),
        ("x", "y"),
    ] {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
            ("client_id", CLIENT.0),
            ("client_secret", CLIENT.1),
            ("x", "y"),
            (name, value),
        ];
        errors.insert(bench.post_form("/oidc/token", &form).await.json()["error"].to_string());
    }
    assert_eq!(errors, HashSet::from(["\"invalid_request\"".to_owned()]));
    assert_eq!(bench.redeem(&code, &[]).await.status, 200);
}

#[tokio::test]
async fn only_forms_are_read_and_only_from_the_body() {
    let bench = Bench::new();
    let json = bench
        .request(
            "POST",
            "/oidc/token",
            &[("content-type", "application/json")],
            "{}",
        )
        .await;
    assert_eq!(
        (json.status, &json.json()["error"]),
        (400, &"invalid_request".into())
    );
    let large = "x".repeat(70_000);
    let form = ("content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        bench.request("POST", "/oidc/token", &[form], &large).await.status,
        400
    );
    let query = format!(
        "/oidc/token?grant_type=authorization_code&client_id={}&client_secret=x",
        OTHER_CLIENT.0
    );
    assert_eq!(bench.request("POST", &query, &[form], "").await.status, 401);
    assert_eq!(bench.get("/oidc/token").await.status, 405);
}

#[tokio::test]
async fn the_end_of_the_session_spends_its_codes() {
    let bench = Bench::new();
    let code = bench.code().await;
    bench.provider.session_ended(SID).await.unwrap();
    assert_eq!(bench.redeem(&code, &[]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn who_was_shut_out_on_the_way_back_gets_no_tokens() {
    let bench = Bench::new();
    let code = bench.code().await;
    bench.host.shut_out(SUBJECT, CLIENT.0);
    assert_eq!(bench.redeem(&code, &[]).await.json()["error"], "invalid_grant");
}
