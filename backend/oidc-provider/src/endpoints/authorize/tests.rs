//! From a sound request to the answer: sign-in, consent, prompts.

use std::time::Duration;

use foundation::clock::Clock;

use crate::{
    LoginSession, PendingId,
    testing::{Answer, Bench, CLIENT, ISSUER, REDIRECT_URI, SUBJECT, session},
};

const HOUR: Duration = Duration::from_secs(3600);

async fn ask(bench: &Bench, changes: &[(&str, &str)]) -> Answer {
    bench
        .visit(&format!("/oidc/authorize?{}", Bench::query(changes)))
        .await
}

async fn resume(bench: &Bench, id: &str) -> Answer {
    bench
        .visit(&bench.provider.resume_path(&PendingId::from_request(id)))
        .await
}

fn sign_in_again(bench: &Bench, subject: &str) {
    bench.clock.advance(Duration::from_secs(1));
    let now = bench.clock.now();
    bench.host.sign_in(LoginSession {
        subject: subject.to_owned(),
        ..session(now)
    });
}

#[tokio::test]
async fn who_is_signed_in_and_has_agreed_goes_straight_back_with_a_code() {
    let answer = Bench::new().authorize(&[]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let parameters = answer.to_client();
    assert_eq!(parameters["state"], "the state");
    assert_eq!(parameters["iss"], ISSUER);
    assert_eq!(parameters["code"].len(), 43);
    assert_eq!(parameters.len(), 3);
}

#[tokio::test]
async fn the_answer_keeps_the_query_of_the_redirect_uri() {
    let mut client = crate::testing::client();
    let with_query = format!("{REDIRECT_URI}?tenant=a%20b");
    client
        .redirect_uris
        .push(crate::RegisteredUri::parse(&with_query).unwrap());
    let bench = Bench::of(vec![client]);
    let answer = bench
        .authorize(&[("redirect_uri", &with_query), ("prompt", "none")])
        .await;
    assert!(
        answer
            .header("location")
            .starts_with(&format!("{with_query}&error=login_required&"))
    );
}

#[tokio::test]
async fn the_answer_may_travel_as_a_form() {
    let form = Bench::new()
        .authorize(&[("response_mode", "form_post")])
        .await
        .json();
    assert_eq!(form["action"], REDIRECT_URI);
    let names: Vec<_> = form["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field[0].clone())
        .collect();
    assert_eq!(names, ["code", "state", "iss"]);
}

#[tokio::test]
async fn who_is_not_signed_in_signs_in_agrees_and_gets_a_code_once() {
    let bench = Bench::of(vec![crate::testing::client()]);
    let id = ask(&bench, &[("login_hint", "dawen1234")])
        .await
        .waits_at("sign-in");
    let waiting = bench
        .provider
        .authorization(&PendingId::from_request(&id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(waiting.request.login_hint.as_deref(), Some("dawen1234"));
    assert_eq!(
        resume(&bench, &id).await.waits_at("sign-in"),
        id,
        "nothing has happened yet"
    );

    sign_in_again(&bench, SUBJECT);
    assert_eq!(resume(&bench, &id).await.waits_at("consent"), id);
    bench
        .provider
        .approve(&PendingId::from_request(&id), SUBJECT)
        .await
        .unwrap();
    let code = resume(&bench, &id).await.to_client()["code"].clone();
    assert_eq!(bench.redeem(&code, &[]).await.status, 200);

    assert_eq!(
        resume(&bench, &id).await.body,
        "Expired",
        "the request is answered"
    );
    assert!(
        ask(&bench, &[]).await.to_client().contains_key("code"),
        "the consent is remembered"
    );
}

#[tokio::test]
async fn consent_covers_what_was_asked_for_and_no_more() {
    let bench = Bench::new();
    let id = ask(&bench, &[("scope", "openid email")])
        .await
        .waits_at("consent");
    bench
        .provider
        .approve(&PendingId::from_request(&id), SUBJECT)
        .await
        .unwrap();
    assert!(
        ask(&bench, &[("scope", "openid")])
            .await
            .to_client()
            .contains_key("code")
    );
    ask(&bench, &[]).await.waits_at("consent");
}

#[tokio::test]
async fn who_does_not_agree_sends_access_denied() {
    let bench = Bench::new();
    let id = ask(&bench, &[]).await.waits_at("consent");
    bench.provider.deny(&PendingId::from_request(&id)).await.unwrap();
    let parameters = resume(&bench, &id).await.to_client();
    assert_eq!(parameters["error"], "access_denied");
    assert_eq!(
        (&*parameters["iss"], &*parameters["state"]),
        (ISSUER, "the state")
    );
}

#[tokio::test]
async fn an_approval_of_somebody_else_does_not_count() {
    let bench = Bench::new();
    let id = ask(&bench, &[]).await.waits_at("consent");
    bench
        .provider
        .approve(&PendingId::from_request(&id), "somebody else")
        .await
        .unwrap();
    resume(&bench, &id).await.waits_at("consent");
}

#[tokio::test]
async fn a_waiting_request_expires() {
    let bench = Bench::new();
    let id = ask(&bench, &[]).await.waits_at("consent");
    bench.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(resume(&bench, &id).await.body, "Expired");
    assert_eq!(bench.visit("/oidc/authorize/resume").await.body, "Expired");
}

#[tokio::test]
async fn prompt_none_answers_at_once() {
    let bench = Bench::new();
    assert!(
        bench
            .authorize(&[("prompt", "none")])
            .await
            .to_client()
            .contains_key("code")
    );
    let nobody = bench
        .get(&format!(
            "/oidc/authorize?{}",
            Bench::query(&[("prompt", "none")])
        ))
        .await;
    assert_eq!(nobody.to_client()["error"], "login_required");
    let stranger = Bench::new();
    assert_eq!(
        ask(&stranger, &[("prompt", "none")]).await.to_client()["error"],
        "consent_required"
    );
}

#[tokio::test]
async fn prompt_login_and_a_low_max_age_want_a_fresh_proof() {
    for change in [
        ("prompt", "login"),
        ("prompt", "select_account"),
        ("max_age", "0"),
        ("max_age", "3599"),
    ] {
        let bench = Bench::new();
        bench.clock.advance(HOUR);
        let id = bench.authorize(&[change]).await.waits_at("sign-in");
        assert_eq!(
            resume(&bench, &id).await.waits_at("sign-in"),
            id,
            "{change:?} by-passed"
        );
        sign_in_again(&bench, SUBJECT);
        // A person may take their time to read the consent page.
        bench.clock.advance(Duration::from_secs(60));
        assert!(
            resume(&bench, &id).await.to_client().contains_key("code"),
            "{change:?}"
        );
    }
    let bench = Bench::new();
    bench.clock.advance(HOUR);
    assert!(
        bench
            .authorize(&[("max_age", "3600")])
            .await
            .to_client()
            .contains_key("code")
    );
}

#[tokio::test]
async fn prompt_consent_asks_again() {
    let bench = Bench::new();
    let id = bench
        .authorize(&[("prompt", "consent")])
        .await
        .waits_at("consent");
    bench
        .provider
        .approve(&PendingId::from_request(&id), SUBJECT)
        .await
        .unwrap();
    assert!(resume(&bench, &id).await.to_client().contains_key("code"));
}

#[tokio::test]
async fn the_hint_of_another_person_is_no_sign_in_for_this_one() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    assert!(
        bench
            .authorize(&[("id_token_hint", &hint)])
            .await
            .to_client()
            .contains_key("code")
    );

    bench.host.sign_in(LoginSession {
        subject: "other".to_owned(),
        ..session(bench.clock.now())
    });
    let silent = bench
        .authorize(&[("id_token_hint", &hint), ("prompt", "none")])
        .await;
    assert_eq!(silent.to_client()["error"], "login_required");

    let id = bench
        .authorize(&[("id_token_hint", &hint)])
        .await
        .waits_at("sign-in");
    sign_in_again(&bench, "other");
    assert_eq!(resume(&bench, &id).await.to_client()["error"], "login_required");
}

#[tokio::test]
async fn by_post_the_browser_is_sent_round_to_fetch_its_cookie() {
    let bench = Bench::new();
    bench.code().await;
    let body = Bench::query(&[]);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = bench.request("POST", "/oidc/authorize", &[form], &body).await;
    let (address, _) = answer.redirect();
    assert_eq!(address, format!("{ISSUER}/oidc/authorize/resume"));
    assert!(
        bench
            .visit(answer.header("location"))
            .await
            .to_client()
            .contains_key("code")
    );
}

#[tokio::test]
async fn who_is_not_admitted_hears_so_and_goes_on_when_that_has_changed() {
    let bench = Bench::new();
    bench.host.shut_out(SUBJECT, CLIENT.0);
    let id = bench
        .authorize(&[("target_link_uri", "https://portal.example/deep?a=b")])
        .await
        .waits_at("not-admitted");
    let waiting = bench
        .provider
        .authorization(&PendingId::from_request(&id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        waiting.request.target_link_uri.as_deref(),
        Some("https://portal.example/deep?a=b")
    );
    assert_eq!(resume(&bench, &id).await.waits_at("not-admitted"), id);
    bench.host.let_in(SUBJECT, CLIENT.0);
    assert!(resume(&bench, &id).await.to_client().contains_key("code"));
}

#[tokio::test]
async fn the_client_hears_of_it_when_nobody_may_be_asked_and_when_the_person_gives_up() {
    let bench = Bench::new();
    bench.host.shut_out(SUBJECT, CLIENT.0);
    let silent = bench.authorize(&[("prompt", "none")]).await;
    assert_eq!(silent.to_client()["error"], "access_denied");
    let id = bench.authorize(&[]).await.waits_at("not-admitted");
    bench.provider.deny(&PendingId::from_request(&id)).await.unwrap();
    assert_eq!(resume(&bench, &id).await.to_client()["error"], "access_denied");
}
