//! Changing the password that one knows.

use std::time::Duration;

use axum::http::StatusCode;
use foundation::testing::Kind;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::problem::{ErrorCode, ViolationCode};

use super::{NEW, World, broken, one};
use crate::support::{Answer, Browser, PASSWORD};

const PATH: &str = "/api/v1/profile/password";

async fn change(browser: &mut Browser, current: &str, new: &str) -> Answer {
    browser
        .post(PATH, json!({ "current": current, "new": new }))
        .await
}

on_each_database! {
    async fn the_other_sessions_end_and_this_one_stays(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut here = world.portal.signed_in("dawen").await;
        let mut elsewhere = world.portal.signed_in("dawen").await;
        let done = change(&mut here, PASSWORD, NEW).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text());
        assert_eq!(here.get("/api/v1/session").await.status, StatusCode::OK);
        assert_eq!(elsewhere.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        assert_eq!(elsewhere.sign_in("dawen", NEW).await.status, StatusCode::OK);
        assert_eq!(world.letter("password_changed").await.to, "dawen@example.tw");
        assert_eq!(world.portal.count("audit_events WHERE action = 'password_changed'").await, 1);
    }

    async fn a_wrong_present_password_counts_and_keeps_nobody_from_signing_in(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        for _ in 0..5 {
            assert_eq!(broken(&change(&mut browser, "wrong", NEW).await), one("current", ViolationCode::Wrong));
        }
        let refused = change(&mut browser, PASSWORD, NEW).await;
        assert_eq!((refused.problem().code, refused.header("retry-after")), (ErrorCode::TooManyAttempts, "900"));
        assert_eq!(world.portal.browser().sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
        world.portal.advance(Duration::from_secs(15 * 60));
        assert_eq!(change(&mut browser, PASSWORD, NEW).await.status, StatusCode::NO_CONTENT);
    }

    async fn the_present_password_and_the_three_before_it_are_not_taken_again(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        let passwords = [PASSWORD, "first night shift", "second night shift", "third night shift", "fourth night shift"];
        for pair in passwords.windows(2) {
            world.portal.advance(Duration::from_secs(1));
            assert_eq!(change(&mut browser, pair[0], pair[1]).await.status, StatusCode::NO_CONTENT, "{pair:?}");
        }
        for before in &passwords[1..] {
            let refused = change(&mut browser, passwords[4], before).await;
            assert_eq!(broken(&refused), one("new", ViolationCode::UsedBefore), "{before}");
        }
        assert_eq!(change(&mut browser, passwords[4], PASSWORD).await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.portal.count("password_history").await, 3);
    }

    async fn all_rules_count_and_nothing_is_cut_off(kind) {
        let world = World::start(kind).await;
        world.account("dawen.chen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen.chen").await;
        for (new, code) in [
            ("1234567", ViolationCode::TooShort),
            (&*"字a".repeat(65), ViolationCode::TooLong),
            ("12345678\u{0}", ViolationCode::ForbiddenCharacters),
            ("dawen.chen", ViolationCode::IsAccountName),
            ("emicemic1", ViolationCode::Guessable),
        ] {
            let codes: Vec<_> = broken(&change(&mut browser, PASSWORD, new).await).into_iter().map(|it| it.1).collect();
            assert!(codes.contains(&code), "{new}: {codes:?}");
        }
        assert_eq!(broken(&change(&mut browser, "", NEW).await), one("current", ViolationCode::Required));
        let long = "颱風a".repeat(43) + "字";
        let long = long.chars().take(128).collect::<String>();
        assert_eq!(change(&mut browser, PASSWORD, &long).await.status, StatusCode::NO_CONTENT);
        let cut: String = long.chars().take(127).collect();
        assert_eq!(browser.sign_in("dawen.chen", &cut).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.sign_in("dawen.chen", &long).await.status, StatusCode::OK);
    }

    async fn of_two_changes_at_once_one_counts(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let browser = world.portal.signed_in("dawen").await;
        let (mut one, mut two) = (browser.clone(), browser);
        let (first, second) = futures::join!(
            change(&mut one, PASSWORD, "first night shift"),
            change(&mut two, PASSWORD, "second night shift"),
        );
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 204);
        assert!([409, 422].contains(&statuses[1]), "{statuses:?}");
        assert_eq!(world.portal.count("audit_events WHERE action = 'password_changed'").await, 1);
    }

    async fn a_sign_in_with_the_old_password_that_is_under_way_comes_to_nothing(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let portal = &world.portal;
        for (change, code) in [
            ("UPDATE local_credentials SET password_hash = 'another', password_changed_at = 1", ErrorCode::WrongCredentials),
            ("UPDATE persons SET disabled_at = 1", ErrorCode::Forbidden),
        ] {
            let held = portal.hold(if kind == Kind::Postgres { &["SELECT id FROM persons FOR UPDATE"] } else { &[] }).await;
            let mut browser = portal.browser();
            let under_way = tokio::spawn(async move { browser.sign_in("dawen", PASSWORD).await });
            portal.waiting(1).await;
            held.execute_unprepared(change).await.unwrap();
            held.commit().await.unwrap();
            assert_eq!(under_way.await.unwrap().problem().code, code, "{change}");
            assert_eq!(portal.count("sessions").await, 0);
            portal.run("DELETE FROM local_credentials").await;
            portal.run("DELETE FROM persons").await;
            world.account("dawen", None, &[]).await;
        }
    }

    async fn what_an_ended_session_has_under_way_leaves_no_way_back(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let portal = &world.portal;
        let stranger = portal.signed_in("dawen").await;
        let held = portal.hold(&["UPDATE persons SET name = name", "UPDATE sessions SET ended_at = 1, ended_by = 'password_changed'"]).await;
        let mut browser = stranger.clone();
        let token = tokio::spawn(async move {
            let new = json!({ "name": "同步", "scopes": ["profile:read"], "expires_in_days": 30 });
            browser.post("/api/v1/tokens", new).await
        });
        let mut browser = stranger.clone();
        let email = tokio::spawn(async move {
            let tag = browser.get("/api/v1/profile").await.header("etag").to_owned();
            browser.patch("/api/v1/profile", &tag, json!({ "email": "stranger@example.tw" })).await
        });
        portal.waiting(2).await;
        held.commit().await.unwrap();
        for answer in [token.await.unwrap(), email.await.unwrap()] {
            assert_eq!(answer.problem().code, ErrorCode::SessionEnded);
        }
        assert_eq!(portal.count("access_tokens").await, 0);
        assert_eq!(portal.count("account_links").await, 0);
    }
}
