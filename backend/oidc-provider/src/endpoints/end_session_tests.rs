use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::clock::Clock;
use serde_json::{Value, json};

use crate::{
    LoginSession, PendingId,
    testing::{
        Answer, BACKCHANNEL_URI, Bench, CLIENT, ISSUER, OTHER_CLIENT, POST_LOGOUT_URI, SID, SUBJECT, session,
        uri_variants,
    },
};

async fn end(bench: &Bench, parameters: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    bench.visit(&format!("/oidc/end-session?{query}")).await
}

async fn is_signed_in(bench: &Bench) -> bool {
    bench
        .authorize(&[("prompt", "none")])
        .await
        .to_client()
        .contains_key("code")
}

#[tokio::test]
async fn with_a_hint_of_this_session_one_is_signed_out_and_returns() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    let parameters = [
        ("id_token_hint", &*hint),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "a b"),
    ];
    let answer = end(&bench, &parameters).await;
    assert_eq!(answer.header("location"), format!("{POST_LOGOUT_URI}?state=a+b"));
    assert_eq!(answer.header("set-cookie"), "sid=; Max-Age=0");
    assert!(!is_signed_in(&bench).await);
    // Once more: nobody is signed in, and the client still proves that it knew them.
    assert_eq!(end(&bench, &parameters).await.redirect().0, POST_LOGOUT_URI);
}

#[tokio::test]
async fn without_an_address_one_stays_at_the_provider() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    assert_eq!(
        end(&bench, &[("id_token_hint", &hint)]).await.header("location"),
        "/signed-out"
    );
}

#[tokio::test]
async fn an_expired_hint_is_as_good() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    bench.clock.advance(Duration::from_secs(24 * 3600));
    end(&bench, &[("id_token_hint", &hint)]).await;
    assert!(!is_signed_in(&bench).await);
}

#[tokio::test]
async fn without_a_valid_hint_one_is_asked() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    let (body, signature) = hint.rsplit_once('.').unwrap();
    let forged = format!(
        "{body}.{}{}",
        if signature.starts_with('A') { "B" } else { "A" },
        &signature[1..]
    );
    let access_token = bench.access_token().await;
    let with_hint = |hint| vec![("id_token_hint", hint)];
    for parameters in [
        vec![],
        vec![
            ("client_id", CLIENT.0),
            ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ],
        with_hint(&*forged),
        with_hint("nothing"),
        with_hint(&access_token),
    ] {
        end(&bench, &parameters).await.waits_at("sign-out");
        assert!(is_signed_in(&bench).await, "{parameters:?}");
    }
}

#[tokio::test]
async fn the_hint_of_another_person_or_session_does_not_sign_out_this_one() {
    for (subject, sid) in [("other", "theirs"), (SUBJECT, "another session"), ("other", SID)] {
        let bench = Bench::new();
        let hint = bench.id_token().await;
        let theirs = LoginSession {
            sid: sid.into(),
            subject: subject.into(),
            ..session(bench.clock.now())
        };
        bench.host.sign_in(theirs);
        let address = format!("/oidc/end-session?id_token_hint={hint}");
        let cookie = format!("sid={sid}");
        let answer = bench.request("GET", &address, &[("cookie", &cookie)], "").await;
        answer.waits_at("sign-out");
        assert_eq!(answer.header("set-cookie"), "", "{subject} {sid}");
    }
}

#[tokio::test]
async fn the_answer_to_the_question_leads_back() {
    let bench = Bench::new();
    let parameters = [
        ("client_id", CLIENT.0),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
        ("state", "s"),
    ];
    let id = PendingId::from_request(&end(&bench, &parameters).await.waits_at("sign-out"));
    let waiting = bench.provider.logout(&id).await.unwrap().unwrap();
    assert_eq!(waiting.client_id.as_deref(), Some(CLIENT.0));
    let address = bench.provider.finish_logout(&id).await.unwrap();
    assert_eq!(address, Some(format!("{POST_LOGOUT_URI}?state=s")));
    assert_eq!(bench.provider.finish_logout(&id).await.unwrap(), None, "once");
}

#[tokio::test]
async fn an_address_that_is_not_registered_letter_by_letter_is_refused_and_nobody_is_signed_out() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    for variant in uri_variants("https://portal.example/callback-signed-out")
        .iter()
        .skip(1)
    {
        let parameters = [("id_token_hint", &*hint), ("post_logout_redirect_uri", variant)];
        assert_eq!(
            end(&bench, &parameters).await.body,
            "UnregisteredLogoutUri",
            "{variant}"
        );
    }
    let without_client = [("post_logout_redirect_uri", POST_LOGOUT_URI)];
    assert_eq!(end(&bench, &without_client).await.body, "UnregisteredLogoutUri");
    assert!(is_signed_in(&bench).await);
}

#[tokio::test]
async fn contradictions_and_repetitions_are_refused() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    for (parameters, fault) in [
        (
            vec![("id_token_hint", &*hint), ("client_id", OTHER_CLIENT.0)],
            "UnknownClient",
        ),
        (vec![("client_id", "nobody")], "UnknownClient"),
        (vec![("state", "a"), ("state", "b")], "MalformedRequest"),
    ] {
        assert_eq!(end(&bench, &parameters).await.body, fault);
    }
    assert!(is_signed_in(&bench).await);
}

#[tokio::test]
async fn by_post_the_browser_is_sent_round_to_fetch_its_cookie() {
    let bench = Bench::new();
    let hint = bench.id_token().await;
    let form = [
        ("id_token_hint", &*hint),
        ("post_logout_redirect_uri", POST_LOGOUT_URI),
    ];
    let answer = bench.post_form("/oidc/end-session", &form).await;
    assert!(is_signed_in(&bench).await, "not yet");
    assert_eq!(
        bench.visit(answer.header("location")).await.header("location"),
        POST_LOGOUT_URI
    );
    assert!(!is_signed_in(&bench).await);
    assert_eq!(
        bench.visit("/oidc/end-session/resume?logout=x").await.body,
        "Expired"
    );
}

#[tokio::test]
async fn the_clients_of_the_session_are_told_in_the_background() {
    let bench = Bench::new();
    bench.access_token().await;
    bench.access_token().await;
    bench.provider.session_ended(SID).await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    let (uri, token) = bench.logouts.lock().await.try_recv().unwrap();
    assert_eq!(uri, BACKCHANNEL_URI);

    let part = |number| -> Value {
        let part = token.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (header, mut claims): (Value, Value) = (part(0), part(1));
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("logout+jwt"), &json!("ES256"))
    );
    let jti = claims.as_object_mut().unwrap().remove("jti");
    assert!(jti.is_some_and(|jti| jti.as_str().is_some_and(|jti| jti.len() == 36)));
    let now = bench.clock.now().as_seconds();
    assert_eq!(
        claims,
        json!({
            "iss": ISSUER, "aud": CLIENT.0, "sub": SUBJECT, "sid": SID, "iat": now, "exp": now + 120,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    );
    let hint = bench
        .get(&format!("/oidc/end-session?id_token_hint={token}"))
        .await;
    hint.waits_at("sign-out");

    bench.provider.session_ended(SID).await.unwrap();
    bench.provider.tell_of_ends().await.unwrap();
    assert!(
        bench.logouts.lock().await.try_recv().is_err(),
        "once, however many grants and endings"
    );
}
