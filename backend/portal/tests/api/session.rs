//! The session clock, by the API.

use std::time::Duration;

use crate::support::TestPortal;
use axum::http::{Method, StatusCode};
use serde_json::json;
use shared::{problem::ErrorCode, time::Timestamp};

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

fn time(answer: &crate::support::Answer, field: &str) -> Timestamp {
    answer.json()[field].as_str().unwrap().parse().unwrap()
}

on_each_database! {
    async fn it_lives_until_29_59_and_is_over_at_30_00(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        portal.advance(29 * MINUTE + 59 * SECOND);
        assert_eq!(browser.get("/api/v1/session").await.status, StatusCode::OK);
        portal.advance(SECOND);
        let answer = browser.get("/api/v1/session").await;
        assert_eq!(answer.problem().code, ErrorCode::SessionIdle);
    }

    async fn asking_never_extends_and_doing_does(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let begun = portal.now();
        portal.advance(10 * MINUTE);
        let asked = browser.get("/api/v1/session").await;
        assert_eq!(time(&asked, "expires_at"), begun.plus(30 * MINUTE));
        assert_eq!(asked.header("session-expires-at"), begun.plus(30 * MINUTE).to_string());
        assert_eq!(time(&asked, "server_now"), portal.now());
        let done = browser.get("/api/v1/notices").await;
        assert_eq!(done.header("session-expires-at"), portal.now().plus(30 * MINUTE).to_string());
        let extended = browser.post("/api/v1/session/extend", json!({})).await;
        assert_eq!(time(&extended, "expires_at"), portal.now().plus(30 * MINUTE));
    }

    async fn what_the_server_names_is_what_it_enforces(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        // Activity within a second of the last does not move the deadline, and the answer says so.
        portal.advance(Duration::from_millis(700));
        let named: Timestamp = browser.get("/api/v1/notices").await.header("session-expires-at").parse().unwrap();
        portal.clock.set(named.minus(Duration::from_millis(1)));
        assert_eq!(browser.get("/api/v1/session").await.status, StatusCode::OK);
        portal.clock.set(named);
        assert_eq!(browser.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_session_that_is_over_cannot_be_extended(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        portal.advance(30 * MINUTE);
        let answer = browser.post("/api/v1/session/extend", json!({})).await;
        assert_eq!(answer.problem().code, ErrorCode::SessionIdle);
        assert_eq!(browser.get("/api/v1/applications").await.problem().code, ErrorCode::SessionIdle);
        portal.advance(13 * 60 * MINUTE);
        assert_eq!(browser.get("/api/v1/session").await.problem().code, ErrorCode::SessionIdle, "also the next day");
    }

    async fn activity_never_leads_beyond_the_absolute_limit(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_SESSION_ABSOLUTE", "1h")]).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let end = portal.now().plus(60 * MINUTE);
        for _ in 0..2 {
            portal.advance(25 * MINUTE);
            browser.post("/api/v1/session/extend", json!({})).await;
        }
        assert_eq!(time(&browser.get("/api/v1/session").await, "expires_at"), end);
        portal.clock.set(end);
        assert_eq!(browser.get("/api/v1/session").await.problem().code, ErrorCode::SessionTooOld);
    }

    async fn whoever_is_active_to_the_end_is_told_of_the_absolute_limit(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_SESSION_ABSOLUTE", "31m")]).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        for step in [Duration::from_millis(59_600), Duration::from_millis(500)] {
            portal.advance(step);
            browser.post("/api/v1/session/extend", json!({})).await;
        }
        portal.advance(30 * MINUTE);
        assert_eq!(browser.get("/api/v1/session").await.problem().code, ErrorCode::SessionTooOld);
    }

    async fn signing_out_ends_it_at_once_and_takes_the_cookie(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let mut thief = browser.clone();
        assert_eq!(browser.delete("/api/v1/session").await.status, StatusCode::NO_CONTENT);
        assert_eq!(browser.get("/api/v1/session").await.problem().code, ErrorCode::NotSignedIn);
        assert_eq!(thief.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        assert_eq!(browser.delete("/api/v1/session").await.status, StatusCode::NO_CONTENT, "nothing to end is no error");
        assert_eq!(portal.count("audit_events WHERE action = 'signed_out'").await, 1);
    }

    async fn one_sees_and_ends_ones_own_sessions_and_nobody_elses(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        portal.account("meihui").await;
        let mut here = portal.signed_in("dawen").await;
        portal.advance(SECOND);
        let mut there = portal.signed_in("dawen").await;
        let mut stranger = portal.signed_in("meihui").await;
        let list = here.get("/api/v1/sessions").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        assert_eq!(list["items"][0]["current"], false, "the newest first");
        assert_eq!(list["items"][1]["current"], true);
        let path = format!("/api/v1/sessions/{}", list["items"][0]["id"].as_str().unwrap());
        assert_eq!(stranger.delete(&path).await.problem().code, ErrorCode::NotFound);
        assert_eq!(there.get("/api/v1/session").await.status, StatusCode::OK);
        assert_eq!(here.delete(&path).await.status, StatusCode::NO_CONTENT);
        assert_eq!(there.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        assert_eq!(here.delete(&path).await.problem().code, ErrorCode::NotFound, "a second end finds none");
        assert_eq!(here.get("/api/v1/session").await.status, StatusCode::OK);
    }

    async fn each_of_many_at_once_is_told_of_their_own_session(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browsers = Vec::new();
        for username in ["dawen", "meihui", "jianguo"] {
            portal.account(username).await;
            for _ in 0..3 {
                browsers.push(portal.signed_in(username).await);
            }
        }
        let mut own = Vec::new();
        for browser in &mut browsers {
            own.push(browser.get("/api/v1/session").await.json()["id"].clone());
        }
        browsers[4].delete("/api/v1/session").await;
        let calls = (0..90).map(|number| {
            let mut browser = browsers[number % browsers.len()].clone();
            async move { (number, browser.get("/api/v1/session").await) }
        });
        for (number, answer) in futures::future::join_all(calls).await {
            if answer.status == StatusCode::OK {
                assert_eq!(answer.json()["id"], own[number % own.len()]);
            } else {
                assert_eq!((number % own.len(), answer.problem().code), (4, ErrorCode::NotSignedIn));
            }
        }
    }

    async fn what_needs_no_body_takes_none(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        let path = "/api/v1/session/extend";
        for bad in [json!({ "minutes": 600 }), json!([]), json!("x")] {
            assert_eq!(browser.post(path, bad).await.problem().code, ErrorCode::MalformedBody);
        }
        let large = json!({ "x": "x".repeat(70_000) });
        assert_eq!(browser.post(path, large).await.problem().code, ErrorCode::BodyTooLarge);
        assert_eq!(browser.post(path, json!({})).await.status, StatusCode::OK);
        assert_eq!(browser.call(Method::POST, path, None).await.status, StatusCode::OK);
    }

    async fn lists_go_on_after_a_cursor(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        for _ in 0..4 {
            portal.advance(SECOND);
            portal.signed_in("dawen").await;
        }
        let mut seen = Vec::new();
        let mut path = "/api/v1/sessions?limit=2".to_owned();
        loop {
            let page = browser.get(&path).await.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => path = format!("/api/v1/sessions?limit=2&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 5);
        seen.dedup();
        assert_eq!(seen.len(), 5);
        for bad in ["limit=0", "limit=101", "limit=x", "after=x", "offset=1", "limit=1&limit=2"] {
            let answer = browser.get(&format!("/api/v1/sessions?{bad}")).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{bad}");
        }
    }

    async fn every_sign_in_has_a_new_id_and_ends_the_one_before_in_that_browser(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        portal.account("meihui").await;
        let mut browser = portal.signed_in("dawen").await;
        let mut before = browser.clone();
        assert_eq!(browser.sign_in("meihui", crate::support::PASSWORD).await.status, StatusCode::OK);
        assert_ne!(browser.cookie("__Host-emic-session"), before.cookie("__Host-emic-session"));
        assert_eq!(before.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
    }

    async fn a_planted_cookie_is_not_adopted(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.browser();
        browser.set_cookie("__Host-emic-session", "planted");
        assert_eq!(browser.get("/api/v1/session").await.problem().code, ErrorCode::NotSignedIn);
        browser.sign_in("dawen", crate::support::PASSWORD).await;
        assert_ne!(browser.cookie("__Host-emic-session"), Some("planted"));
    }

    async fn the_secret_is_not_in_the_database(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let browser = portal.signed_in("dawen").await;
        let secret = browser.cookie("__Host-emic-session").unwrap();
        assert!(secret.len() >= 43, "256 bits");
        let hash = foundation::random::hash(secret);
        let hex = hash.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let literal = match kind {
            foundation::testing::Kind::Sqlite => format!("x'{hex}'"),
            foundation::testing::Kind::Postgres => format!("'\\x{hex}'"),
        };
        assert_eq!(portal.count(&format!("sessions WHERE token_hash = {literal}")).await, 1);
    }

    async fn concurrent_activity_keeps_one_deadline(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let browser = portal.signed_in("dawen").await;
        portal.advance(MINUTE);
        let calls = (0..20).map(|_| {
            let mut browser = browser.clone();
            async move { browser.post("/api/v1/session/extend", json!({})).await }
        });
        let expected = portal.now().plus(30 * MINUTE);
        for answer in futures::future::join_all(calls).await {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            assert_eq!(time(&answer, "expires_at"), expected);
        }
    }

    async fn every_answer_to_a_signed_in_page_names_the_deadline(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        for path in ["/api/v1/session", "/api/v1/sessions", "/api/v1/applications", "/api/v1/notices"] {
            let answer = browser.get(path).await;
            assert!(answer.header("session-expires-at").parse::<Timestamp>().is_ok(), "{path}");
        }
        let refused = browser.delete("/api/v1/sessions/00000000-0000-7000-8000-000000000000").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert!(refused.header("session-expires-at").parse::<Timestamp>().is_ok());
    }

    async fn nothing_is_shown_to_strangers(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = portal.browser();
        for (method, path) in [
            (Method::GET, "/api/v1/session"),
            (Method::POST, "/api/v1/session/extend"),
            (Method::GET, "/api/v1/sessions"),
            (Method::DELETE, "/api/v1/sessions/00000000-0000-7000-8000-000000000000"),
            (Method::GET, "/api/v1/applications"),
            (Method::GET, "/api/v1/notices"),
        ] {
            let answer = browser.call(method.clone(), path, None).await;
            assert_eq!(answer.problem().code, ErrorCode::NotSignedIn, "{method} {path}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn two_nodes_on_one_database_behave_as_one() {
    let first = TestPortal::start(foundation::testing::Kind::Postgres).await;
    let second = first.second_node().await;
    first.account("dawen").await;
    let mut here = first.signed_in("dawen").await;
    let cookie = here.cookie("__Host-emic-session").unwrap().to_owned();
    let mut there = second.browser();
    there.set_cookie("__Host-emic-session", &cookie);

    first.advance(20 * MINUTE);
    there.post("/api/v1/session/extend", json!({})).await;
    first.advance(29 * MINUTE + 59 * SECOND);
    assert_eq!(here.get("/api/v1/session").await.status, StatusCode::OK);
    assert_eq!(there.get("/api/v1/session").await.status, StatusCode::OK);
    first.advance(SECOND);
    assert_eq!(
        here.get("/api/v1/session").await.problem().code,
        ErrorCode::SessionIdle
    );
    assert_eq!(
        there.get("/api/v1/session").await.problem().code,
        ErrorCode::SessionIdle
    );

    let mut again = second.signed_in("dawen").await;
    let cookie = again.cookie("__Host-emic-session").unwrap().to_owned();
    here.set_cookie("__Host-emic-session", &cookie);
    assert_eq!(
        here.delete("/api/v1/session").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        again.get("/api/v1/session").await.problem().code,
        ErrorCode::SessionEnded
    );
}
