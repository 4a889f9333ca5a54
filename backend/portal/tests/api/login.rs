//! Signing in with an account of EMIC, by the API.

use std::time::Duration;

use crate::support::{ORIGIN, PASSWORD, TestPortal};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::json;
use shared::problem::ErrorCode;

fn raw(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri("/api/v1/session")
        .header(header::CONTENT_TYPE, content_type)
        .header(header::ORIGIN, ORIGIN)
        .body(body.into())
        .unwrap()
}

on_each_database! {
    async fn the_right_password_signs_in(kind) {
        let portal = TestPortal::start(kind).await;
        let person = portal.account("dawen").await;
        let mut browser = portal.browser();
        let answer = browser.sign_in(" ＤＡＷＥＮ", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK);
        let view = answer.json();
        assert_eq!(view["person"]["id"], person.to_string());
        assert_eq!(view["person"]["account_kind"], "emic");
        assert_eq!(view["signed_in_with"], "emic");
        let cookie = answer.headers.get_all(header::SET_COOKIE).iter()
            .map(|value| value.to_str().unwrap()).find(|value| value.starts_with("__Host-emic-session=")).unwrap();
        for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"));
        assert_eq!(portal.count("audit_events WHERE action = 'signed_in'").await, 1);
    }

    async fn an_unknown_account_answers_as_a_wrong_password_does(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.browser();
        let wrong = browser.sign_in("dawen", "not the password").await;
        let unknown = browser.sign_in("nobody", "not the password").await;
        assert_eq!(wrong.problem().code, ErrorCode::WrongCredentials);
        let same = |answer: &crate::support::Answer| {
            let mut problem = answer.problem();
            problem.request_id = String::new();
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            (problem, names)
        };
        assert_eq!(same(&wrong), same(&unknown));
    }

    async fn five_failures_wait_fifteen_minutes_the_sixth_right_or_wrong(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.browser();
        for _ in 0..5 {
            assert_eq!(browser.sign_in("dawen", "wrong").await.status, StatusCode::UNAUTHORIZED);
        }
        let refused = browser.sign_in("Dawen", PASSWORD).await;
        assert_eq!(refused.problem().code, ErrorCode::TooManyAttempts);
        assert_eq!(refused.header("retry-after"), "900");
        assert_eq!(refused.problem().retry_after, Some(900));
        portal.advance(Duration::from_secs(15 * 60 - 1));
        assert_eq!(browser.sign_in("dawen", PASSWORD).await.header("retry-after"), "1", "waiting is not begun anew");
        portal.advance(Duration::from_secs(1));
        assert_eq!(browser.sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
        assert_eq!(browser.sign_in("dawen", "wrong").await.status, StatusCode::UNAUTHORIZED, "counted from nothing again");
    }

    async fn an_unknown_account_waits_too(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = portal.browser();
        for _ in 0..5 {
            browser.sign_in("nobody", "wrong").await;
        }
        assert_eq!(browser.sign_in("nobody", "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_parallel_burst_cannot_overshoot(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let attempts = (0..40).map(|_| {
            let mut browser = portal.browser();
            async move { browser.sign_in("dawen", "wrong").await.status }
        });
        let statuses = futures::future::join_all(attempts).await;
        assert_eq!(statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count(), 5);
        assert_eq!(statuses.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count(), 35);
    }

    async fn an_owner_on_many_machines_at_once_is_no_burst(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let attempts = (0..12).map(|_| {
            let mut browser = portal.browser();
            async move { browser.sign_in("dawen", PASSWORD).await.status }
        });
        for status in futures::future::join_all(attempts).await {
            assert_eq!(status, StatusCode::OK);
        }
    }

    async fn people_who_sign_in_on_two_nodes_at_once_all_get_in(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let other = portal.second_node().await;
        for name in ["meihui", "zhihao"] {
            portal.account(name).await;
        }
        for _ in 0..20 {
            let attempts = [&portal, &other].into_iter().flat_map(|node| {
                ["dawen", "meihui", "zhihao"].map(|name| {
                    let mut browser = node.browser();
                    async move { browser.sign_in(name, PASSWORD).await.status }
                })
            });
            for status in futures::future::join_all(attempts).await {
                assert_eq!(status, StatusCode::OK);
            }
        }
    }

    async fn the_owner_on_a_known_device_still_gets_in(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut owner = portal.signed_in("dawen").await;
        owner.delete("/api/v1/session").await;
        let mut stranger = portal.browser();
        for _ in 0..6 {
            stranger.sign_in("dawen", "wrong").await;
        }
        assert_eq!(owner.sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
        assert_eq!(stranger.sign_in("dawen", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        let mut thief = owner.clone();
        for _ in 0..5 {
            thief.sign_in("dawen", "wrong").await;
        }
        assert_eq!(thief.sign_in("dawen", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS, "a device waits too");
    }

    async fn a_device_of_another_account_helps_nobody(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        portal.account("meihui").await;
        let mut browser = portal.signed_in("meihui").await;
        for _ in 0..5 {
            browser.sign_in("dawen", "wrong").await;
        }
        let mut other = portal.signed_in("meihui").await;
        assert_eq!(other.sign_in("dawen", "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_source_that_tries_many_accounts_waits(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_SIGN_IN_SOURCE_FAILURES", "7")]).await;
        portal.account("dawen").await;
        let mut browser = portal.browser();
        for number in 0..7 {
            assert_eq!(browser.sign_in(&format!("guess{number}"), "wrong").await.status, StatusCode::UNAUTHORIZED);
        }
        // More than an account may have: none of them counts against it.
        for _ in 0..8 {
            assert_eq!(browser.sign_in("dawen", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(portal.count("audit_events WHERE action = 'sign_in_throttled'").await, 1);
        let mut elsewhere = portal.browser();
        elsewhere.source = String::from("198.51.100.9");
        assert_eq!(elsewhere.sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
    }

    async fn the_throttle_survives_a_restart(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.browser();
        for _ in 0..5 {
            browser.sign_in("dawen", "wrong").await;
        }
        let restarted = portal.second_node().await;
        let mut browser = restarted.browser();
        assert_eq!(browser.sign_in("dawen", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_cheaper_hash_is_replaced_at_the_next_sign_in(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_ARGON2_MEMORY", "8"), ("EMIC_ARGON2_PASSES", "1")]).await;
        portal.account("dawen").await;
        let dearer = TestPortal::with(kind, &[]).await;
        drop(dearer);
        assert_eq!(portal.count("local_credentials WHERE password_hash LIKE '%m=8,t=1%'").await, 1);
        let mut config = (*portal.app.state.config).clone();
        config.sign_in.cost.memory = 16;
        let clock = std::sync::Arc::new(portal.clock.clone());
        let app = portal::build(config, clock).await.unwrap();
        let dearer = TestPortal { app, ..portal };
        assert_eq!(dearer.browser().sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
        assert_eq!(dearer.count("local_credentials WHERE password_hash LIKE '%m=16,t=1%'").await, 1);
        assert_eq!(dearer.browser().sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
    }

    async fn a_disabled_person_is_told_only_with_the_right_password(kind) {
        use sea_orm::ConnectionTrait;
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut signed_in = portal.signed_in("dawen").await;
        portal.app.state.db.execute_unprepared("UPDATE persons SET disabled_at = 1").await.unwrap();
        let mut browser = portal.browser();
        assert_eq!(browser.sign_in("dawen", "wrong").await.problem().code, ErrorCode::WrongCredentials);
        assert_eq!(browser.sign_in("dawen", PASSWORD).await.problem().code, ErrorCode::Forbidden);
        portal.advance(Duration::from_secs(1));
        assert_eq!(signed_in.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
    }

    async fn bad_bodies_are_refused_by_a_code(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = portal.browser();
        let json = "application/json";
        for (content_type, body, code) in [
            (json, String::new(), ErrorCode::MalformedBody),
            (json, "{".to_owned(), ErrorCode::MalformedBody),
            (json, "[]".to_owned(), ErrorCode::MalformedBody),
            (json, r#"{"username":"a"}"#.to_owned(), ErrorCode::MalformedBody),
            (json, r#"{"username":"a","password":1}"#.to_owned(), ErrorCode::MalformedBody),
            (json, r#"{"username":"a","password":"b","role":"admin"}"#.to_owned(), ErrorCode::MalformedBody),
            (json, r#"{"username":"a","username":"b","password":"c"}"#.to_owned(), ErrorCode::MalformedBody),
            (json, r#"{"username":"\ud800","password":"c"}"#.to_owned(), ErrorCode::MalformedBody),
            (json, "[".repeat(10_000), ErrorCode::MalformedBody),
            (json, format!(r#"{{"username":"a","password":"{}"}}"#, "x".repeat(1_000_000)), ErrorCode::BodyTooLarge),
            (json, r#"{"username":"","password":""}"#.to_owned(), ErrorCode::Invalid),
            (json, format!(r#"{{"username":"a","password":"{}"}}"#, "x".repeat(129)), ErrorCode::Invalid),
            ("text/plain", r#"{"username":"a","password":"b"}"#.to_owned(), ErrorCode::UnsupportedMediaType),
            ("application/x-www-form-urlencoded", "username=a&password=b".to_owned(), ErrorCode::UnsupportedMediaType),
            ("multipart/form-data; boundary=x", "--x--".to_owned(), ErrorCode::UnsupportedMediaType),
        ] {
            let answer = browser.send(raw(content_type, body.clone())).await;
            assert_eq!(answer.problem().code, code, "{}", body.chars().take(60).collect::<String>());
        }
        // A NUL in a name is a wrong name, whatever the database thinks of it.
        let answer = browser.sign_in("da\0wen", "x").await;
        assert_eq!(answer.problem().code, ErrorCode::WrongCredentials);
        assert_eq!(portal.count("sessions").await, 0);
    }

    async fn every_violation_comes_at_once(kind) {
        let portal = TestPortal::start(kind).await;
        let answer = portal.browser().post("/api/v1/session", json!({"username": " ", "password": ""})).await;
        let fields: Vec<_> = answer.problem().violations.into_iter().map(|violation| violation.field).collect();
        assert_eq!(fields, ["username", "password"]);
    }

    async fn requests_of_other_sites_are_refused_signing_in_and_out_too(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let body = json!({"username": "dawen", "password": PASSWORD}).to_string();
        for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")] {
            for (method, path) in [(Method::POST, "/api/v1/session"), (Method::DELETE, "/api/v1/session"), (Method::POST, "/api/v1/session/extend")] {
                let request = Request::builder().method(method.clone()).uri(path)
                    .header(header::CONTENT_TYPE, "application/json").header(name, value)
                    .body(Body::from(body.clone())).unwrap();
                let answer = browser.send(request).await;
                assert_eq!(answer.problem().code, ErrorCode::CrossSite, "{method} {path} {name}: {value}");
            }
        }
        assert_eq!(browser.get("/api/v1/session").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_further_origin_may_change_state_when_the_operator_says_so() {
    let portal = TestPortal::with(
        foundation::testing::Kind::Sqlite,
        &[("EMIC_FURTHER_ORIGINS", "http://localhost:8090")],
    )
    .await;
    for (origin, status) in [
        ("http://localhost:8090", StatusCode::UNAUTHORIZED),
        (ORIGIN, StatusCode::UNAUTHORIZED),
        ("http://localhost:8091", StatusCode::FORBIDDEN),
    ] {
        let mut request = raw("application/json", r#"{"username":"a","password":"b"}"#);
        request
            .headers_mut()
            .insert(header::ORIGIN, origin.parse().unwrap());
        assert_eq!(portal.browser().send(request).await.status, status, "{origin}");
    }
}
