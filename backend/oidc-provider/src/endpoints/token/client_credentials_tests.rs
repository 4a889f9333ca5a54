use std::{sync::Arc, time::Duration};

use serde_json::Value;

use crate::{
    Client, Scopes,
    testing::{Answer, Bench, CLIENT, client, other_client},
};

fn own(scopes: &str) -> Client {
    Client {
        own_scopes: Scopes::of(scopes),
        ..client()
    }
}

fn bench() -> Bench {
    Bench::with(vec![own("directory:read directory:count"), other_client()])
}

async fn ask(bench: &Bench, scope: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT.0),
        ("client_secret", CLIENT.1),
        ("scope", scope),
    ];
    bench.post_form("/oidc/token", &form).await
}

async fn token(bench: &Bench) -> String {
    ask(bench, "").await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_client_gets_a_token_in_its_own_name_and_nothing_of_a_person() {
    let bench = bench();
    let answer = ask(&bench, "").await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let tokens = answer.json();
    assert_eq!(tokens["scope"], "directory:count directory:read");
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&"Bearer".into(), &600.into())
    );
    assert_eq!(
        (&tokens["id_token"], &tokens["refresh_token"]),
        (&Value::Null, &Value::Null)
    );
    let token = tokens["access_token"].as_str().unwrap();
    let (client, scopes) = bench.provider.client_of_token(token).await.unwrap().unwrap();
    assert_eq!(
        (client.id.as_str(), scopes),
        (CLIENT.0, Scopes::of("directory:read directory:count"))
    );
    assert_eq!(bench.userinfo(token).await.status, 401);
}

#[tokio::test]
async fn it_asks_for_what_it_may_do_or_less() {
    let bench = bench();
    assert_eq!(
        ask(&bench, "directory:read").await.json()["scope"],
        "directory:read"
    );
    for beyond in ["directory:read root", "openid", " "] {
        assert_eq!(
            ask(&bench, beyond).await.json()["error"],
            "invalid_scope",
            "{beyond}"
        );
    }
}

#[tokio::test]
async fn a_token_lives_ten_minutes_unless_it_is_revoked() {
    let bench = bench();
    let (kept, revoked) = (token(&bench).await, token(&bench).await);
    assert_eq!(
        bench.post_token("/oidc/revoke", CLIENT, &revoked).await.status,
        200
    );
    assert!(bench.provider.client_of_token(&revoked).await.unwrap().is_none());
    bench.clock.advance(Duration::from_millis(599_999));
    assert!(bench.provider.client_of_token(&kept).await.unwrap().is_some());
    bench.clock.advance(Duration::from_millis(1));
    assert!(bench.provider.client_of_token(&kept).await.unwrap().is_none());
    bench.provider.maintain().await.unwrap();
}

#[tokio::test]
async fn what_the_client_has_lost_its_tokens_have_lost_too() {
    let bench = bench();
    let token = token(&bench).await;
    let now_with = |clients| Bench::on_with(Arc::clone(&bench.storage), clients);
    let fewer = now_with(vec![own("directory:count openid")]);
    let (_, scopes) = fewer.provider.client_of_token(&token).await.unwrap().unwrap();
    assert_eq!(scopes, Scopes::of("directory:count"));
    for clients in [vec![], vec![client()]] {
        let found = now_with(clients).provider.client_of_token(&token).await.unwrap();
        assert!(found.is_none());
    }
}

#[tokio::test]
async fn tokens_of_people_are_not_the_clients_own() {
    let bench = bench();
    for token in [&bench.access_token().await, "nothing"] {
        assert!(bench.provider.client_of_token(token).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn only_clients_that_are_registered_for_it_act_in_their_own_name() {
    assert_eq!(
        ask(&Bench::new(), "").await.json()["error"],
        "unauthorized_client"
    );
    let without = Bench::plain(vec![own("directory:read")]);
    assert_eq!(ask(&without, "").await.json()["error"], "unsupported_grant_type");
}
