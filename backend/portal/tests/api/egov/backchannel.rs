//! Signing out at MyEGov: it tells the portal, and the portal can send people there.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{
    Answer, SECRET, World, form, is_signed_in, post_form,
    signing::{SigningKey, sign_with_secret},
};

const PATH: &str = "/auth/egov/backchannel-logout";

/// The provider tells the portal, without a browser.
async fn tell(world: &World, token: &str) -> Answer {
    post_form(
        &mut world.portal.browser(),
        PATH,
        form(&[("logout_token", token)]),
    )
    .await
}

async fn tell_claiming(world: &World, change: impl FnOnce(&mut Value)) -> Answer {
    tell(world, &world.provider.logout_token(change)).await
}

fn assert_refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
    assert_eq!(answer.header("content-type"), "application/json", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert_eq!(answer.json()["error"], "invalid_request", "{what}");
}

on_each_database! {
    async fn a_session_that_is_named_ends_and_no_other(kind) {
        let world = World::start(kind).await;
        let (mut named, mut other) = (world.signed_in("7").await, world.signed_in("8").await);
        assert!(is_signed_in(&mut named).await);
        let answer = tell_claiming(&world, |claims| claims["sid"] = json!("session-of-7")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let ended = named.get("/api/v1/session").await;
        assert_eq!(ended.problem().code, shared::problem::ErrorCode::SessionEnded);
        assert!(is_signed_in(&mut other).await);
        let audited = "audit_events WHERE action = 'session_ended_by_egov'";
        assert_eq!(world.portal.count(audited).await, 1);
    }

    async fn a_subject_that_is_named_is_signed_out_everywhere(kind) {
        let world = World::start(kind).await;
        let mut sessions = [world.signed_in("7").await, world.signed_in("7").await];
        let mut other = world.signed_in("8").await;
        assert_eq!(tell_claiming(&world, |claims| claims["sub"] = json!("7")).await.status, StatusCode::OK);
        for browser in &mut sessions {
            assert!(!is_signed_in(browser).await);
        }
        assert!(is_signed_in(&mut other).await);
    }

    async fn a_session_of_a_subject_ends_where_both_are_named(kind) {
        let world = World::start(kind).await;
        let mut browser = world.signed_in("7").await;
        let both = |claims: &mut Value, subject: &str, session: &str| {
            claims["sub"] = json!(subject);
            claims["sid"] = json!(session);
        };
        for (subject, session) in [("8", "session-of-7"), ("7", "another")] {
            let answer = tell_claiming(&world, |claims| both(claims, subject, session)).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(is_signed_in(&mut browser).await);
        }
        tell_claiming(&world, |claims| both(claims, "7", "session-of-7")).await;
        assert!(!is_signed_in(&mut browser).await);
    }

    async fn a_session_of_an_account_of_emic_is_none_of_myegovs(kind) {
        let world = World::start(kind).await;
        let person = world.portal.account("dawen").await;
        let mut browser = world.portal.signed_in("dawen").await;
        tell_claiming(&world, |claims| claims["sub"] = json!(person.to_string())).await;
        assert!(is_signed_in(&mut browser).await);
    }

    async fn every_flaw_is_a_400_and_the_session_stays(kind) {
        let world = World::start(kind).await;
        let mut browser = world.signed_in("7").await;
        let now = world.portal.now().as_seconds();
        let flaws = [
            ("iss", json!("https://evil.example")),
            ("iss", Value::Null),
            ("aud", json!("another-client")),
            ("aud", json!(["emic-portal", "another-client"])),
            ("aud", Value::Null),
            ("azp", json!("another-client")),
            ("iat", json!(now + 61)),
            ("iat", Value::Null),
            ("exp", json!(now - 60)),
            ("exp", Value::Null),
            ("nbf", json!(now + 61)),
            ("jti", Value::Null),
            ("jti", json!("")),
            ("events", Value::Null),
            ("events", json!({})),
            ("events", json!({ "http://schemas.openid.net/event/backchannel-logout": "yes" })),
            ("nonce", json!("n")),
            ("sub", Value::Null),
            ("sub", json!(7)),
            ("sid", json!(["session-of-7"])),
        ];
        for (name, value) in flaws {
            let answer = tell_claiming(&world, |claims| {
                claims["sub"] = json!("7");
                match &value {
                    Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                    value => claims[name] = value.clone(),
                }
            })
            .await;
            assert_refused(&answer, &format!("{name}: {value}"));
        }
        assert!(is_signed_in(&mut browser).await);
        assert_eq!(world.portal.count("egov_logout_tokens").await, 0);
    }

    async fn only_the_providers_signature_counts(kind) {
        let world = World::start(kind).await;
        let mut browser = world.signed_in("7").await;
        let key = world.provider.key();
        let claims = || world.provider.logout_claims(|claims| claims["sub"] = json!("7"));
        for (what, token) in [
            ("none", key.unsigned(&claims())),
            ("the public key", key.sign_with_public_key(&claims())),
            ("the secret", sign_with_secret("first", SECRET.as_bytes(), &claims())),
            ("another key of this name", SigningKey::es256("first").sign(&claims())),
            ("another key", SigningKey::es256("second").sign(&claims())),
            ("another kind", key.sign_with(&json!({ "alg": "ES256", "kid": "first", "typ": "at+jwt" }), &claims())),
            ("no token", "a.b.c".to_owned()),
            ("nothing", String::new()),
        ] {
            assert_refused(&tell(&world, &token).await, what);
        }
        let mut anybody = world.portal.browser();
        assert_refused(&post_form(&mut anybody, PATH, String::new()).await, "no parameter");
        let good = key.sign(&claims());
        let twice = form(&[("logout_token", &good), ("logout_token", &good)]);
        assert_refused(&post_form(&mut anybody, PATH, twice).await, "twice");
        assert!(is_signed_in(&mut browser).await);
    }

    async fn the_kind_of_the_token_may_be_written_in_each_way_that_providers_do(kind) {
        let world = World::start(kind).await;
        let key = world.provider.key();
        for typ in ["logout+jwt", "application/logout+jwt", "JWT"] {
            let mut browser = world.signed_in("7").await;
            let claims = world.provider.logout_claims(|claims| claims["sub"] = json!("7"));
            let token = key.sign_with(&json!({ "alg": "ES256", "kid": "first", "typ": typ }), &claims);
            assert_eq!(tell(&world, &token).await.status, StatusCode::OK, "{typ}");
            assert!(!is_signed_in(&mut browser).await);
        }
    }

    async fn an_id_token_signs_nobody_out(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "").await;
        let mut token = String::new();
        let code = world.provider.agree_with(&question, "7", |_| {}, |grant| token.clone_from(&grant.id_token));
        browser.get(&world.callback(&question, &code)).await;
        assert_refused(&tell(&world, &token).await, "an ID token");
        assert!(is_signed_in(&mut browser).await);
    }

    async fn a_token_counts_once(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        let token = world.provider.logout_token(|claims| claims["sub"] = json!("7"));
        assert_eq!(tell(&world, &token).await.status, StatusCode::OK);
        let mut again = world.signed_in("7").await;
        assert_refused(&tell(&world, &token).await, "the same token");
        assert!(is_signed_in(&mut again).await);
        // It is forgotten when it cannot be shown any more, and not before.
        let egov = world.portal.app.state.egov.clone().unwrap();
        world.portal.advance(Duration::from_secs(179));
        egov.purge().await.unwrap();
        assert_refused(&tell(&world, &token).await, "the same token, later");
        world.portal.advance(Duration::from_secs(1));
        egov.purge().await.unwrap();
        assert_eq!(world.portal.count("egov_logout_tokens").await, 0);
        assert_refused(&tell(&world, &token).await, "the same token, too late");
        assert!(is_signed_in(&mut again).await);
    }

    async fn of_many_at_once_one_counts(kind) {
        let world = World::start(kind).await;
        world.signed_in("7").await;
        let token = world.provider.logout_token(|claims| claims["sub"] = json!("7"));
        let answers = futures::future::join_all((0..8).map(|_| tell(&world, &token))).await;
        let counted = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!(counted, 1);
    }

    async fn it_reaches_every_node(kind) {
        let world = World::start(kind).await;
        let other = world.portal.second_node().await;
        let browser = world.signed_in("7").await;
        let mut there = other.browser();
        there.set_cookie(crate::egov::SESSION_COOKIE, browser.cookie(crate::egov::SESSION_COOKIE).unwrap());
        tell_claiming(&world, |claims| claims["sub"] = json!("7")).await;
        assert!(!is_signed_in(&mut there).await);
    }

    async fn people_are_sent_to_myegovs_own_sign_out(kind) {
        let world = World::start(kind).await;
        let answer = world.portal.browser().get("/auth/egov/logout").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let location = answer.header("location");
        let back = "post_logout_redirect_uri=https%3A%2F%2Fportal.example%2Flogin";
        let expected = format!("{}/end?kept=1&client_id=emic-portal&{back}", world.provider.issuer);
        assert_eq!(location, expected);
    }

    async fn or_to_the_login_page_where_there_is_none(kind) {
        let world = World::start(kind).await;
        world.provider.describe("end_session_endpoint", Value::Null);
        assert_eq!(world.portal.browser().get("/auth/egov/logout").await.header("location"), "/login");
        let site = world.portal.browser().get("/api/v1/site").await.json();
        assert_eq!(site["egov_sign_out"], false);
    }
}
