//! Signing in by the portal.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::testing::Kind;
use serde_json::{Value, json};

use crate::{
    portal::{CLIENT, Question},
    signing::SigningKey,
    support::{SITE, World, is_signed_in},
};

on_both! {
    whoever_is_not_signed_in_is_sent_to_the_portal
    one_comes_back_to_where_one_wanted_to_go
    home_says_who_how_and_since_when
    an_answer_counts_at_the_browser_that_asked_and_once
    tabs_do_not_take_each_others_sign_in_away
    an_answer_that_does_not_name_the_portal_is_not_believed
    who_turned_back_is_told_where_to_ask_for_permission
    a_token_that_is_not_right_signs_nobody_in
    a_signature_that_is_not_right_signs_nobody_in
    userinfo_about_somebody_else_signs_nobody_in
    keys_may_be_rotated
    who_signs_in_anew_ends_the_session_before
    the_portal_may_be_down_when_the_application_starts
    the_cookie_does_not_stand_in_the_database
    a_session_ends_after_half_an_hour_without_a_page
}

async fn whoever_is_not_signed_in_is_sent_to_the_portal(kind: Kind) {
    let world = World::response(kind).await;
    let answer = world.browser().get("/reports/1150007?x=%20").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let location = answer.leads_to();
    let authorize = format!("{}/oidc/authorize?", world.portal.issuer);
    assert!(location.starts_with(&authorize), "{location}");
    let question = Question::read(&location);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", &format!("{SITE}/callback")),
        ("scope", "openid profile email agency roles"),
        ("code_challenge_method", "S256"),
        ("target_link_uri", &format!("{SITE}/reports/1150007?x=%20")),
        ("login_hint", ""),
    ] {
        assert_eq!(question.get(name), value, "{name}");
    }
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(
            URL_SAFE_NO_PAD.decode(question.get(name)).unwrap().len(),
            32,
            "{name}"
        );
    }
}

async fn one_comes_back_to_where_one_wanted_to_go(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.browser();
    let back = world.sign_in(&browser, "/reports/1150007?x=%20", "meihui").await;
    assert_eq!(back.leads_to(), "/reports/1150007?x=%20");
    assert_eq!(back.header("cache-control"), "no-store");
    assert!(browser.get("/reports/1150007").await.has("土石滑落"));
    assert_eq!(browser.cookies_of("sign-in"), [], "the sign-in is over");
}

async fn home_says_who_how_and_since_when(kind: Kind) {
    let world = World::response(kind).await;
    world.portal.knows("dawen", "陳<大>文", &["reporter", "unknown"]);
    let browser = world.signed_in("dawen").await;
    let home = browser.get("/").await;
    for text in [
        "陳&#60;大&#62;文",
        "dawen@example.com",
        "彰化縣消防局",
        "2.16.886.101.90010.20002.20040",
        "一般帳號",
        "災情查通報 <code>reporter</code>",
        "<code>unknown</code>",
        "密碼、一次性密碼",
        "EMIC 註冊帳號</dd>",
        "2026-11-23 08:59",
        "2026-11-23 09:00",
    ] {
        assert!(home.has(text), "{text} in {}", home.body);
    }
    let english = browser.send("GET", "/", &[("accept-language", "en")], None).await;
    assert!(english.has("password, one-time password") && english.has("General account"));
}

async fn an_answer_counts_at_the_browser_that_asked_and_once(kind: Kind) {
    let world = World::response(kind).await;
    let (browser, other) = (world.browser(), world.browser());
    let question = Question::read(&browser.get("/").await.leads_to());
    other.get("/").await;
    let code = world.portal.agree(&question, "dawen");
    assert_eq!(
        world.answer(&other, &question, &[("code", &code)]).await.status,
        400
    );
    assert!(!is_signed_in(&other).await);
    let twin = browser.copy();
    assert_eq!(
        world.answer(&browser, &question, &[("code", &code)]).await.status,
        303
    );
    // Doubled on its way, and looked at again with the back button.
    assert_eq!(
        world.answer(&twin, &question, &[("code", &code)]).await.status,
        400
    );
    assert!(!is_signed_in(&twin).await);
    assert_eq!(
        world
            .answer(&browser, &question, &[("code", &code)])
            .await
            .leads_to(),
        "/"
    );
    assert_eq!(world.count("sessions").await, 1);
}

async fn tabs_do_not_take_each_others_sign_in_away(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.browser();
    let first = Question::read(&browser.get("/reports/1150001").await.leads_to());
    let second = Question::read(&browser.get("/reports/1150002").await.leads_to());
    for (question, place) in [(first, "/reports/1150001"), (second, "/reports/1150002")] {
        let code = world.portal.agree(&question, "meihui");
        let back = world.answer(&browser, &question, &[("code", &code)]).await;
        assert_eq!(back.leads_to(), place);
    }
    assert_eq!(world.count("sessions").await, 1);
}

async fn an_answer_that_does_not_name_the_portal_is_not_believed(kind: Kind) {
    let world = World::response(kind).await;
    for issuer in [None, Some("https://evil.example")] {
        for answer in ["code", "error"] {
            let browser = world.browser();
            let question = Question::read(&browser.get("/").await.leads_to());
            let code = world.portal.agree(&question, "dawen");
            let named = issuer.map_or_else(String::new, |issuer| format!("&iss={issuer}"));
            let path = format!("/callback?state={}&{answer}={code}{named}", question.get("state"));
            assert_eq!(browser.get(&path).await.status, 502, "{path}");
            assert!(!is_signed_in(&browser).await);
        }
    }
    assert_eq!(world.portal.asked("/oidc/token"), 0);
}

async fn who_turned_back_is_told_where_to_ask_for_permission(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.browser();
    let question = Question::read(&browser.get("/").await.leads_to());
    let answer = world
        .answer(&browser, &question, &[("error", "access_denied")])
        .await;
    assert_eq!(answer.status, 403);
    let form = format!("{}/applications?wanted=the+application", world.portal.issuer);
    assert!(answer.has(&format!("href=\"{form}\"")), "{}", answer.body);
    let question = Question::read(&browser.get("/").await.leads_to());
    let answer = world
        .answer(&browser, &question, &[("error", "server_error")])
        .await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    let question = Question::read(&browser.get("/").await.leads_to());
    let twice = [("code", "a"), ("code", "b")];
    assert_eq!(world.answer(&browser, &question, &twice).await.status, 400);
}

async fn a_token_that_is_not_right_signs_nobody_in(kind: Kind) {
    let world = World::response(kind).await;
    let now = 1_795_395_600;
    for (claim, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("aud", json!([CLIENT, "another"])),
        ("azp", json!("another")),
        ("sub", Value::Null),
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("exp", json!(now - 60)),
        ("iat", json!(now + 61)),
        ("nbf", json!(now + 61)),
        ("at_hash", json!("bm90IGl0")),
    ] {
        let browser = world.browser();
        let question = Question::read(&browser.get("/").await.leads_to());
        let code = world
            .portal
            .agree_with(&question, "dawen", |claims| match &value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
                value => claims[claim] = value.clone(),
            });
        let answer = world.answer(&browser, &question, &[("code", &code)]).await;
        assert_eq!(answer.status, 502, "{claim}: {value}");
        assert!(!is_signed_in(&browser).await, "{claim}: {value}");
    }
}

async fn a_signature_that_is_not_right_signs_nobody_in(kind: Kind) {
    let world = World::response(kind).await;
    let key = world.portal.key();
    let sign: [&dyn Fn(&Value) -> String; 5] = [
        &|claims| key.unsigned(claims),
        &|claims| key.sign_with_public_key(claims),
        &|claims| SigningKey::es256("first").sign(claims),
        &|claims| SigningKey::es256("unknown").sign(claims),
        &|claims| {
            key.sign_with(
                &json!({ "alg": "ES256", "kid": "first", "crit": ["x"], "x": 1 }),
                claims,
            )
        },
    ];
    for (number, sign) in sign.iter().enumerate() {
        let browser = world.browser();
        let question = Question::read(&browser.get("/").await.leads_to());
        let now = 1_795_395_600;
        let claims = json!({
            "iss": world.portal.issuer, "aud": CLIENT, "sub": "dawen", "nonce": question.get("nonce"),
            "exp": now + 300, "iat": now,
        });
        let tokens = json!({ "access_token": "a", "token_type": "Bearer", "id_token": sign(&claims) });
        world.portal.lets("/oidc/token", 200, tokens);
        let answer = world.answer(&browser, &question, &[("code", "c")]).await;
        assert_eq!(answer.status, 502, "{number}: {}", answer.body);
        assert!(!is_signed_in(&browser).await, "{number}");
    }
}

async fn userinfo_about_somebody_else_signs_nobody_in(kind: Kind) {
    let world = World::response(kind).await;
    let somebody_else = json!({ "sub": "meihui", "name": "林美惠", "roles": ["centre"] });
    world.portal.lets("/oidc/userinfo", 200, somebody_else);
    let browser = world.browser();
    assert_eq!(world.sign_in(&browser, "/", "dawen").await.status, 502);
    // The session at the portal ended between the code and this question.
    world.portal.lets("/oidc/userinfo", 401, Value::Null);
    assert_eq!(world.sign_in(&browser, "/", "dawen").await.status, 400);
    assert_eq!(world.count("sessions").await, 0);
}

async fn keys_may_be_rotated(kind: Kind) {
    let world = World::response(kind).await;
    world.signed_in("dawen").await;
    world.clock.advance(Duration::from_secs(10));
    world.portal.held().keys.insert(0, SigningKey::rs256("second"));
    world.signed_in("dawen").await;
    assert_eq!(world.portal.asked("/oidc/jwks"), 2);
    world.signed_in("dawen").await;
    assert_eq!(world.portal.asked("/oidc/jwks"), 2);
}

async fn who_signs_in_anew_ends_the_session_before(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let before = browser.copy();
    let path = format!("/login/initiate?iss={}", world.portal.issuer);
    world.sign_in(&browser, &path, "meihui").await;
    assert!(browser.get("/").await.has("林美惠"));
    assert!(!is_signed_in(&before).await);
}

async fn the_portal_may_be_down_when_the_application_starts(kind: Kind) {
    let world = World::response(kind).await;
    let discovery = "/.well-known/openid-configuration";
    world.portal.lets(discovery, 503, Value::Null);
    let answer = world.browser().get("/reports/1150001").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    assert!(
        answer.has("<a class=\"button\" href=\"/reports/1150001\">再試一次</a>"),
        "{}",
        answer.body
    );
    assert_eq!(world.browser().get("/health/ready").await.status, 200);
    world
        .portal
        .lets(discovery, 200, json!({ "issuer": "https://evil.example" }));
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.browser().get("/").await.status, 503);
    world.portal.mend(discovery);
    world.clock.advance(Duration::from_secs(1));
    world.signed_in("dawen").await;
}

async fn the_cookie_does_not_stand_in_the_database(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let (_, secret) = browser.cookies_of("session").remove(0);
    let is_in = |column: &str| match kind {
        Kind::Sqlite => format!("instr({column}, CAST('{secret}' AS BLOB)) > 0"),
        Kind::Postgres => format!("position('{secret}'::bytea IN {column}) > 0"),
    };
    let shown = format!("sessions WHERE {} OR {}", is_in("token_hash"), is_in("tokens"));
    assert_eq!(world.count(&shown).await, 0);
}

async fn a_session_ends_after_half_an_hour_without_a_page(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    world.clock.advance(Duration::from_secs(29 * 60));
    assert!(is_signed_in(&browser).await);
    world.clock.advance(Duration::from_secs(30 * 60));
    assert!(!is_signed_in(&browser).await);
    world.app.maintain().await.unwrap();
    assert_eq!(world.count("sessions").await, 0);
}
