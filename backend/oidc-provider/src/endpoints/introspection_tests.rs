use std::time::Duration;

use foundation::clock::Clock;
use serde_json::json;

use crate::{
    Client, Ended, Scopes,
    testing::{Bench, CLIENT, ISSUER, OTHER_CLIENT, SID, SUBJECT, client, other_client},
};

fn bench() -> Bench {
    let client = Client {
        refresh: true,
        own_scopes: Scopes::of("directory:read"),
        ..client()
    };
    Bench::with(vec![client, other_client()])
}

async fn introspect(bench: &Bench, client: (&str, &str), token: &str) -> serde_json::Value {
    let answer = bench.post_token("/oidc/introspect", client, token).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    answer.json()
}

async fn own_token(bench: &Bench) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT.0),
        ("client_secret", CLIENT.1),
    ];
    let answer = bench.post_form("/oidc/token", &form).await.json();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_learns_what_its_own_tokens_are_worth() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[("scope", "openid email")]).await;
    let now = bench.clock.now().as_seconds();
    let access = introspect(&bench, CLIENT, tokens["access_token"].as_str().unwrap()).await;
    let of_access = json!({
        "active": true, "token_type": "Bearer", "iss": ISSUER, "client_id": CLIENT.0, "sub": SUBJECT, "sid": SID,
        "scope": "email openid", "exp": now + 600,
    });
    assert_eq!(access, of_access);
    let refresh = introspect(&bench, CLIENT, tokens["refresh_token"].as_str().unwrap()).await;
    let of_refresh = json!({
        "active": true, "iss": ISSUER, "client_id": CLIENT.0, "sub": SUBJECT, "sid": SID,
        "scope": "email openid", "exp": now + 30 * 24 * 3600,
    });
    assert_eq!(refresh, of_refresh);
    let own = introspect(&bench, CLIENT, &own_token(&bench).await).await;
    let of_own = json!({
        "active": true, "token_type": "Bearer", "iss": ISSUER, "client_id": CLIENT.0,
        "scope": "directory:read", "exp": now + 600,
    });
    assert_eq!(own, of_own);
}

#[tokio::test]
async fn of_others_and_of_dead_ones_it_learns_nothing() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[]).await;
    let own = own_token(&bench).await;
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    let id_token = tokens["id_token"].as_str().unwrap();
    let code = bench.code().await;
    let nothing = json!({ "active": false });
    for token in [access, refresh, &own] {
        assert_eq!(introspect(&bench, OTHER_CLIENT, token).await, nothing);
    }
    for token in ["nothing", id_token, &code] {
        assert_eq!(introspect(&bench, CLIENT, token).await, nothing);
    }
    let next = bench.refresh(refresh, &[]).await.json();
    assert_eq!(introspect(&bench, CLIENT, refresh).await, nothing, "used");
    bench.clock.advance(Duration::from_secs(600));
    for token in [access, &own] {
        assert_eq!(introspect(&bench, CLIENT, token).await, nothing, "expired");
    }
    bench
        .storage
        .end(Ended::Session(SID), bench.clock.now())
        .await
        .unwrap();
    let next = next["refresh_token"].as_str().unwrap();
    assert_eq!(introspect(&bench, CLIENT, next).await, nothing, "revoked");
}

#[tokio::test]
async fn a_host_that_no_longer_admits_makes_them_worthless_at_once() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[]).await;
    bench.host.shut_out(SUBJECT, CLIENT.0);
    for name in ["access_token", "refresh_token"] {
        let told = introspect(&bench, CLIENT, tokens[name].as_str().unwrap()).await;
        assert_eq!(told, json!({ "active": false }), "{name}");
    }
}

#[tokio::test]
async fn whoever_asks_proves_who_they_are_and_names_a_token() {
    let bench = bench();
    let stranger = bench
        .post_token("/oidc/introspect", (CLIENT.0, "guess"), "x")
        .await;
    assert_eq!(
        (stranger.status, &stranger.json()["error"]),
        (401, &"invalid_client".into())
    );
    let without = bench.post_token("/oidc/introspect", CLIENT, "").await;
    assert_eq!(
        (without.status, &without.json()["error"]),
        (400, &"invalid_request".into())
    );
    assert_eq!(bench.get("/oidc/introspect?token=x").await.status, 405);
}
