use std::time::Duration;

use foundation::clock::Clock;
use serde_json::Value;

use crate::{
    Client, LoginSession, PendingId,
    testing::{
        Answer, Bench, CLIENT, OTHER_CLIENT, SID, SUBJECT, client, other_client, session, uri_variants,
    },
};

async fn push(bench: &Bench, changes: &[(&str, &str)]) -> Answer {
    let secret = url::form_urlencoded::Serializer::new(Bench::query(changes))
        .append_pair("client_secret", CLIENT.1)
        .finish();
    let form = ("content-type", "application/x-www-form-urlencoded");
    bench.request("POST", "/oidc/par", &[form], &secret).await
}

async fn pushed(bench: &Bench, changes: &[(&str, &str)]) -> String {
    let answer = push(bench, changes).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

async fn bring(bench: &Bench, client_id: &str, request_uri: &str) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client_id)
        .append_pair("request_uri", request_uri)
        .finish();
    bench.visit(&format!("/oidc/authorize?{query}")).await
}

/// One whose person has agreed to everything.
async fn bench() -> Bench {
    let bench = Bench::new();
    bench.code().await;
    bench
}

#[tokio::test]
async fn a_pushed_request_is_brought_by_its_name_alone() {
    let bench = bench().await;
    let answer = push(&bench, &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"));
    let json = answer.json();
    assert_eq!(json["expires_in"], 60);
    let uri = json["request_uri"].as_str().unwrap();
    let id = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert_eq!(id.len(), 43);
    let parameters = bring(&bench, CLIENT.0, uri).await.to_client();
    assert_eq!(parameters["state"], "the state");
    let tokens = bench.redeem(&parameters["code"], &[]).await.json();
    assert_eq!(tokens["scope"], "email openid profile");
}

#[tokio::test]
async fn what_the_browser_adds_or_changes_does_not_count() {
    let bench = bench().await;
    let uri = pushed(&bench, &[("scope", "openid")]).await;
    let query = Bench::query(&[
        ("request_uri", &uri),
        ("state", "another"),
        ("redirect_uri", "https://evil.example"),
    ]);
    let parameters = bench.visit(&format!("/oidc/authorize?{query}")).await.to_client();
    assert_eq!(parameters["state"], "the state");
    let tokens = bench.redeem(&parameters["code"], &[]).await.json();
    assert_eq!(tokens["scope"], "openid");
}

#[tokio::test]
async fn it_is_used_once_within_a_minute() {
    let bench = bench().await;
    let uri = pushed(&bench, &[]).await;
    assert!(
        bring(&bench, CLIENT.0, &uri)
            .await
            .to_client()
            .contains_key("code")
    );
    assert_eq!(bring(&bench, CLIENT.0, &uri).await.body, "Expired", "again");
    for (after, known) in [(59_999, true), (60_000, false)] {
        let uri = pushed(&bench, &[]).await;
        bench.clock.advance(Duration::from_millis(after));
        let answer = bring(&bench, CLIENT.0, &uri).await;
        assert_eq!(answer.body != "Expired", known, "after {after} ms");
    }
}

#[tokio::test]
async fn another_client_can_neither_use_it_nor_use_it_up() {
    let bench = bench().await;
    let uri = pushed(&bench, &[]).await;
    assert_eq!(bring(&bench, OTHER_CLIENT.0, &uri).await.body, "Expired");
    assert_eq!(bring(&bench, "nobody", &uri).await.body, "UnknownClient");
    assert!(
        bring(&bench, CLIENT.0, &uri)
            .await
            .to_client()
            .contains_key("code")
    );
}

#[tokio::test]
async fn requests_that_wait_for_a_person_are_no_pushed_requests() {
    let bench = bench().await;
    let id = bench
        .authorize(&[("prompt", "consent")])
        .await
        .waits_at("consent");
    let uri = format!("urn:ietf:params:oauth:request_uri:{id}");
    assert_eq!(bring(&bench, CLIENT.0, &uri).await.body, "Expired");
    let resume = bench.provider.resume_path(&PendingId::from_request(&id));
    bench.visit(&resume).await.waits_at("consent");
    let pushed = pushed(&bench, &[]).await;
    let id = pushed.rsplit(':').next().unwrap();
    let resume = bench.provider.resume_path(&PendingId::from_request(id));
    assert_eq!(bench.visit(&resume).await.body, "Expired");
}

#[tokio::test]
async fn a_sign_in_from_before_the_browser_came_is_not_the_fresh_one_that_was_asked_for() {
    let bench = bench().await;
    let uri = pushed(&bench, &[("prompt", "login")]).await;
    bench.clock.advance(Duration::from_secs(1));
    bench.host.sign_in(LoginSession {
        subject: SUBJECT.to_owned(),
        sid: SID.to_owned(),
        ..session(bench.clock.now())
    });
    bench.clock.advance(Duration::from_secs(1));
    bring(&bench, CLIENT.0, &uri).await.waits_at("sign-in");
}

#[tokio::test]
async fn by_post_the_browser_is_sent_round_with_it() {
    let bench = bench().await;
    let uri = pushed(&bench, &[]).await;
    let form = [("client_id", CLIENT.0), ("request_uri", uri.as_str())];
    let answer = bench.post_form("/oidc/authorize", &form).await;
    let answer = bench.visit(answer.header("location")).await;
    assert!(answer.to_client().contains_key("code"));
}

#[tokio::test]
async fn a_bad_request_is_told_to_the_client_at_once() {
    let bench = bench().await;
    let hint = "x.y.z";
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("scope", "profile"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("id_token_hint", hint), "invalid_request"),
        (("request", "x"), "request_not_supported"),
        (
            ("request_uri", "urn:ietf:params:oauth:request_uri:x"),
            "invalid_request",
        ),
        (("request_uri", "https://a.example/r"), "invalid_request"),
        (("redirect_uri", ""), "invalid_request"),
    ] {
        let answer = push(&bench, &[change]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &error.into()),
            "{change:?}"
        );
        assert_eq!(answer.json()["request_uri"], Value::Null);
    }
    for variant in uri_variants(crate::testing::REDIRECT_URI) {
        let answer = push(&bench, &[("redirect_uri", &variant)]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &"invalid_request".into()),
            "{variant}"
        );
    }
}

#[tokio::test]
async fn whoever_pushes_proves_who_they_are() {
    let bench = bench().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = bench
        .request("POST", "/oidc/par", &[form], &Bench::query(&[]))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (401, &"invalid_client".into())
    );
    let others = push(&bench, &[("client_id", OTHER_CLIENT.0)]).await;
    assert_eq!(
        (others.status, &others.json()["error"]),
        (401, &"invalid_client".into())
    );
    assert_eq!(bench.get("/oidc/par").await.status, 405);
}

#[tokio::test]
async fn a_client_that_is_registered_so_has_no_other_way() {
    let careful = Client {
        pushed_only: true,
        ..client()
    };
    let bench = Bench::with(vec![careful, other_client()]);
    let parameters = bench.authorize(&[]).await.to_client();
    assert_eq!(
        (&*parameters["error"], &*parameters["state"]),
        ("invalid_request", "the state")
    );
    let uri = pushed(&bench, &[]).await;
    assert!(
        bring(&bench, CLIENT.0, &uri)
            .await
            .to_client()
            .contains_key("code")
    );
}

#[tokio::test]
async fn references_of_others_are_refused_as_before() {
    let parameters = bench()
        .await
        .authorize(&[("request_uri", "https://a.example/r")])
        .await
        .to_client();
    assert_eq!(parameters["error"], "request_uri_not_supported");
}
