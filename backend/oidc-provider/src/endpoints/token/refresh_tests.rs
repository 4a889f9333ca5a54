use std::{sync::Arc, time::Duration};

use foundation::clock::Clock;
use futures::future::join_all;
use serde_json::Value;

use crate::{
    Client, Ended, Scopes,
    testing::{Bench, CLIENT, OTHER_CLIENT, SID, SUBJECT, claims_of, client, other_client},
};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn refreshing(client: Client) -> Client {
    Client {
        refresh: true,
        ..client
    }
}

fn bench() -> Bench {
    Bench::with(vec![refreshing(client()), refreshing(other_client())])
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

async fn is_refused(bench: &Bench, token: &str) {
    let answer = bench.refresh(token, &[]).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (400, &"invalid_grant".into())
    );
}

#[tokio::test]
async fn a_refresh_token_becomes_new_tokens_that_speak_of_the_same_sign_in() {
    let bench = bench();
    let first = bench.sign_in_with(&[]).await;
    bench.clock.advance(Duration::from_secs(3600));
    let answer = bench.refresh(text(&first, "refresh_token"), &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let second = answer.json();
    for name in ["access_token", "refresh_token", "id_token"] {
        assert_ne!(first[name], second[name], "{name}");
    }
    assert_eq!(second["scope"], first["scope"]);
    assert_eq!(bench.userinfo(text(&second, "access_token")).await.status, 200);
    let (before, after) = (
        claims_of(text(&first, "id_token")),
        claims_of(text(&second, "id_token")),
    );
    for claim in ["iss", "sub", "aud", "azp", "sid", "auth_time", "amr"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert_eq!(after["iat"], bench.clock.now().as_seconds());
    assert_eq!(after["nonce"], Value::Null, "it answers no request");
    assert_ne!(before["at_hash"], after["at_hash"]);
    assert_eq!(bench.host.at_work(), [SID], "the host hears of it");
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_revokes_its_whole_family() {
    let bench = bench();
    let first = bench.sign_in_with(&[]).await;
    let second = bench.refresh(text(&first, "refresh_token"), &[]).await.json();
    let third = bench.refresh(text(&second, "refresh_token"), &[]).await.json();
    let another_sign_in = bench.sign_in_with(&[]).await;
    is_refused(&bench, text(&first, "refresh_token")).await;
    for tokens in [&first, &second, &third] {
        assert_eq!(bench.userinfo(text(tokens, "access_token")).await.status, 401);
    }
    is_refused(&bench, text(&third, "refresh_token")).await;
    assert_eq!(bench.host.at_work().len(), 2, "a replay is nobody's work");
    assert_eq!(
        bench
            .refresh(text(&another_sign_in, "refresh_token"), &[])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn of_fifty_at_once_one_gets_tokens_and_the_rest_revoke_them() {
    let bench = Arc::new(bench());
    let token: Arc<str> = text(&bench.sign_in_with(&[]).await, "refresh_token").into();
    let all = (0..50).map(|_| {
        let (bench, token) = (Arc::clone(&bench), Arc::clone(&token));
        tokio::spawn(async move { bench.refresh(&token, &[]).await })
    });
    let answers: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    let tokens = won[0].json();
    assert_eq!(bench.userinfo(text(&tokens, "access_token")).await.status, 401);
    is_refused(&bench, text(&tokens, "refresh_token")).await;
}

#[tokio::test]
async fn the_scope_may_be_narrower_once_and_never_wider() {
    let bench = bench();
    let first = bench.sign_in_with(&[("scope", "openid email")]).await;
    let token = text(&first, "refresh_token");
    for wider in ["openid email profile", "root"] {
        let answer = bench.refresh(token, &[("scope", wider)]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &"invalid_scope".into()),
            "{wider}"
        );
    }
    let narrow = bench.refresh(token, &[("scope", "openid")]).await.json();
    assert_eq!(narrow["scope"], "openid");
    let claims = bench.userinfo(text(&narrow, "access_token")).await.json();
    assert_eq!(
        (&claims["sub"], &claims["email"]),
        (&SUBJECT.into(), &Value::Null)
    );
    let wide = bench.refresh(text(&narrow, "refresh_token"), &[]).await.json();
    assert_eq!(
        wide["scope"], "email openid",
        "the grant itself is as it was (RFC 6749, section 6)"
    );
    assert!(bench.userinfo(text(&wide, "access_token")).await.json()["email"].is_string());
}

#[tokio::test]
async fn without_openid_there_is_no_id_token_and_no_userinfo() {
    let bench = bench();
    let first = bench.sign_in_with(&[]).await;
    let changes = [("scope", "email")];
    let tokens = bench
        .refresh(text(&first, "refresh_token"), &changes)
        .await
        .json();
    assert_eq!(tokens["id_token"], Value::Null);
    let answer = bench.userinfo(text(&tokens, "access_token")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.header("www-authenticate").contains("insufficient_scope"));
}

#[tokio::test]
async fn it_is_bound_to_its_client_and_others_do_not_spend_it() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[]).await;
    let token = text(&tokens, "refresh_token");
    let other = [("client_id", OTHER_CLIENT.0), ("client_secret", OTHER_CLIENT.1)];
    assert_eq!(
        bench.refresh(token, &other).await.json()["error"],
        "invalid_grant"
    );
    let guess = [("client_secret", "guess")];
    assert_eq!(
        bench.refresh(token, &guess).await.json()["error"],
        "invalid_client"
    );
    assert_eq!(bench.refresh(token, &[]).await.status, 200);
}

#[tokio::test]
async fn it_dies_with_its_session_and_with_the_access_to_the_client() {
    for ended in [
        Ended::Session(SID),
        Ended::Person(SUBJECT),
        Ended::Access {
            subject: SUBJECT,
            client_id: CLIENT.0,
        },
    ] {
        let bench = bench();
        let tokens = bench.sign_in_with(&[]).await;
        bench.storage.end(ended, bench.clock.now()).await.unwrap();
        is_refused(&bench, text(&tokens, "refresh_token")).await;
    }
}

#[tokio::test]
async fn it_dies_at_its_time_however_often_it_was_refreshed() {
    let bench = bench();
    let mut tokens = bench.sign_in_with(&[]).await;
    for _ in 0..29 {
        bench.clock.advance(DAY);
        tokens = bench.refresh(text(&tokens, "refresh_token"), &[]).await.json();
    }
    bench.clock.advance(DAY);
    is_refused(&bench, text(&tokens, "refresh_token")).await;
    let bench = self::bench();
    let tokens = bench.sign_in_with(&[]).await;
    bench
        .clock
        .advance(Duration::from_millis(30 * 24 * 3_600_000 - 1));
    bench.provider.maintain().await.unwrap();
    assert_eq!(
        bench.refresh(text(&tokens, "refresh_token"), &[]).await.status,
        200
    );
}

#[tokio::test]
async fn the_host_can_refuse_and_admit_again() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[]).await;
    let token = text(&tokens, "refresh_token");
    bench.host.shut_out(SUBJECT, CLIENT.0);
    is_refused(&bench, token).await;
    bench.host.let_in(SUBJECT, CLIENT.0);
    let tokens = bench.refresh(token, &[]).await.json();
    bench.host.let_expire(SID);
    is_refused(&bench, text(&tokens, "refresh_token")).await;
    assert_eq!(bench.host.at_work().len(), 1);
}

#[tokio::test]
async fn to_revoke_it_revokes_all_that_came_of_the_sign_in() {
    let bench = bench();
    let first = bench.sign_in_with(&[]).await;
    let second = bench.refresh(text(&first, "refresh_token"), &[]).await.json();
    let token = text(&second, "refresh_token");
    let theirs = bench.post_token("/oidc/revoke", OTHER_CLIENT, token).await;
    assert_eq!(theirs.json()["error"], "invalid_grant");
    assert_eq!(bench.post_token("/oidc/revoke", CLIENT, token).await.status, 200);
    assert_eq!(
        bench.post_token("/oidc/revoke", CLIENT, token).await.status,
        200,
        "again"
    );
    is_refused(&bench, token).await;
    for tokens in [&first, &second] {
        assert_eq!(bench.userinfo(text(tokens, "access_token")).await.status, 401);
    }
}

#[tokio::test]
async fn other_tokens_are_not_refresh_tokens_and_it_is_no_other_token() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[]).await;
    let code = bench.code().await;
    for wrong in [
        "nothing",
        text(&tokens, "access_token"),
        text(&tokens, "id_token"),
        &code,
    ] {
        is_refused(&bench, wrong).await;
    }
    let token = text(&tokens, "refresh_token");
    assert_eq!(bench.userinfo(token).await.status, 401);
    assert_eq!(bench.redeem(token, &[]).await.json()["error"], "invalid_grant");
    let missing = bench.refresh("", &[("refresh_token", "")]).await;
    assert_eq!(missing.json()["error"], "invalid_request");
}

#[tokio::test]
async fn only_clients_that_are_registered_for_it_are_given_one() {
    let plain = Bench::new();
    assert_eq!(plain.sign_in_with(&[]).await["refresh_token"], Value::Null);
    assert_eq!(
        plain.refresh("x", &[]).await.json()["error"],
        "unauthorized_client"
    );
    let without = Bench::plain(vec![refreshing(client())]);
    assert_eq!(without.sign_in_with(&[]).await["refresh_token"], Value::Null);
    assert_eq!(
        without.refresh("x", &[]).await.json()["error"],
        "unsupported_grant_type"
    );
}

#[tokio::test]
async fn what_the_client_has_lost_its_tokens_have_lost_too() {
    let bench = bench();
    let tokens = bench.sign_in_with(&[]).await;
    let fewer = Client {
        scopes: Scopes::of("openid email"),
        ..refreshing(client())
    };
    let bench = Bench::on_with(Arc::clone(&bench.storage), vec![fewer]);
    let told = bench.userinfo(text(&tokens, "access_token")).await.json();
    assert!(told["email"].is_string() && told["name"].is_null());
    let told = bench
        .post_token("/oidc/introspect", CLIENT, text(&tokens, "access_token"))
        .await
        .json();
    assert_eq!(told["scope"], "email openid");
    let token = text(&tokens, "refresh_token");
    let before = bench.refresh(token, &[("scope", "openid profile")]).await;
    assert_eq!(before.json()["error"], "invalid_scope");
    assert_eq!(bench.refresh(token, &[]).await.json()["scope"], "email openid");
}
