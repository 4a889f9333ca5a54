//! Forgotten passwords.

use std::time::Duration;

use axum::http::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared::problem::{ErrorCode, ViolationCode};

use super::{DAY, NEW, World, broken, one};
use crate::support::{Answer, PASSWORD, TestPortal};

const ASK: &str = "/api/v1/password-resets";
const OPEN: &str = "/api/v1/password-resets/open";
const REDEEM: &str = "/api/v1/password-resets/redeem";

async fn ask(world: &World, account: &str) -> Answer {
    world
        .portal
        .browser()
        .post(ASK, json!({ "account": account }))
        .await
}

/// Asks, and lets the worker answer.
async fn asked(world: &World, account: &str) {
    let answer = ask(world, account).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    world.portal.app.state.passwords.answer_resets().await.unwrap();
}

async fn redeem(world: &World, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "password": password });
    world.portal.browser().post(REDEEM, body).await
}

/// What an answer shows but for what differs in every answer.
fn shown(answer: &Answer) -> (StatusCode, Value, Vec<String>) {
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status, answer.json(), names)
}

on_each_database! {
    async fn a_forgotten_password_is_replaced_and_everything_else_ends(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut elsewhere = world.portal.signed_in("dawen").await;
        let new = json!({ "name": "值班表", "scopes": ["notice:read"], "expires_in_days": 30 });
        let secret = elsewhere.post("/api/v1/tokens", new).await.json()["secret"].as_str().unwrap().to_owned();
        asked(&world, "ＤＡＷＥＮ").await;
        let letter = world.letter("password_reset").await;
        assert_eq!(letter.to, "dawen@example.tw");
        assert!(letter.body.contains("https://portal.example/account/reset#"), "{}", letter.body);
        let token = letter.secret();
        // Looking at the link uses nothing up.
        for _ in 0..3 {
            let opened = world.portal.browser().post(OPEN, json!({ "token": token })).await;
            assert_eq!(opened.json(), json!({ "username": "dawen" }));
        }
        let done = redeem(&world, &token, NEW).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text());
        assert_eq!(elsewhere.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        assert_eq!(world.portal.program(&secret).get("/api/v1/notices").await.problem().code, ErrorCode::TokenRevoked);
        assert_eq!(world.portal.count("known_devices").await, 0);
        assert_eq!(elsewhere.sign_in("dawen", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(elsewhere.sign_in("dawen", NEW).await.status, StatusCode::OK);
        assert_eq!(world.letter("password_changed").await.to, "dawen@example.tw");
        for action in ["password_reset_requested", "password_reset"] {
            assert_eq!(world.portal.count(&format!("audit_events WHERE action = '{action}'")).await, 1, "{action}");
        }
        assert_eq!(redeem(&world, &token, "another good one").await.problem().code, ErrorCode::LinkOver);
    }

    async fn known_and_unknown_are_answered_by_the_same_deeds(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let answers = [ask(&world, "dawen").await, ask(&world, "nobody").await, ask(&world, "dawen@example.tw").await];
        assert_eq!(shown(&answers[0]), shown(&answers[1]));
        assert_eq!(shown(&answers[0]), shown(&answers[2]));
        // Neither was looked up yet: one row each, and nothing else.
        assert_eq!(world.portal.count("password_reset_requests").await, 3);
        assert_eq!(world.portal.count("account_links").await, 0);
        assert_eq!(world.portal.count("mails").await, 0);
        world.portal.app.state.passwords.answer_resets().await.unwrap();
        assert_eq!(world.portal.count("password_reset_requests").await, 0, "what was typed is kept no longer");
        assert_eq!(world.portal.count("mails").await, 2);
        let asked = "audit_events WHERE action = 'password_reset_requested' AND subject IS NOT NULL";
        assert_eq!(world.portal.count(asked).await, 2);
    }

    async fn an_address_is_found_in_any_case_and_one_without_an_account_gets_nothing(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        world.portal.account("noaddress").await;
        asked(&world, "DAWEN@EXAMPLE.TW").await;
        asked(&world, "noaddress").await;
        asked(&world, "other@example.tw").await;
        assert_eq!(world.letters("password_reset").await.len(), 1);
        assert_eq!(world.portal.count("audit_events WHERE details LIKE '%no_address%'").await, 1);
    }

    async fn of_fifty_who_use_a_link_at_once_one_does(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        asked(&world, "dawen").await;
        let token = world.letter("password_reset").await.secret();
        let tries = (0..50).map(|number| {
            let (world, token) = (&world, token.clone());
            async move { redeem(world, &token, &format!("night shift number {number}")).await.status.as_u16() }
        });
        let mut statuses = futures::future::join_all(tries).await;
        statuses.sort_unstable();
        assert_eq!(statuses[0], 204);
        assert!(statuses[1..].iter().all(|status| [409, 410].contains(status)), "{statuses:?}");
        assert_eq!(world.portal.count("audit_events WHERE action = 'password_reset'").await, 1);
        assert_eq!(world.portal.count("mails WHERE kind = 'password_changed'").await, 1);
    }

    async fn a_link_is_over_after_thirty_minutes_and_when_a_newer_one_came(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        asked(&world, "dawen").await;
        let older = world.letter("password_reset").await.secret();
        asked(&world, "dawen").await;
        let newer = world.letter("password_reset").await.secret();
        assert_eq!(redeem(&world, &older, NEW).await.problem().code, ErrorCode::LinkOver);
        world.portal.advance(Duration::from_millis(30 * 60_000 - 1));
        let open = json!({ "token": newer });
        assert_eq!(world.portal.browser().post(OPEN, open.clone()).await.status, StatusCode::OK);
        world.portal.advance(Duration::from_millis(1));
        assert_eq!(world.portal.browser().post(OPEN, open).await.problem().code, ErrorCode::LinkOver);
        assert_eq!(redeem(&world, &newer, NEW).await.problem().code, ErrorCode::LinkOver);
        for nothing in ["", "x", &"x".repeat(129), "\u{0}"] {
            assert_eq!(redeem(&world, nothing, NEW).await.problem().code, ErrorCode::LinkOver);
        }
        world.portal.app.state.passwords.purge().await.unwrap();
        assert_eq!(world.portal.count("account_links").await, 0);
    }

    async fn a_password_that_breaks_a_rule_leaves_the_link_good(kind) {
        let world = World::start(kind).await;
        world.account("dawen.chen", None, &[]).await;
        asked(&world, "dawen.chen").await;
        let token = world.letter("password_reset").await.secret();
        for (password, code) in [
            ("short", ViolationCode::TooShort),
            ("Typhoon119", ViolationCode::Guessable),
            ("Dawen.Chen", ViolationCode::IsAccountName),
            (PASSWORD, ViolationCode::UsedBefore),
        ] {
            assert_eq!(broken(&redeem(&world, &token, password).await), one("password", code), "{password}");
        }
        assert_eq!(redeem(&world, &token, NEW).await.status, StatusCode::NO_CONTENT);
    }

    async fn the_owner_gets_in_by_a_link_while_strangers_guess(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut stranger = world.portal.browser();
        for _ in 0..6 {
            stranger.sign_in("dawen", "wrong").await;
        }
        asked(&world, "dawen").await;
        let token = world.letter("password_reset").await.secret();
        assert_eq!(redeem(&world, &token, NEW).await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.portal.browser().sign_in("dawen", NEW).await.status, StatusCode::OK);
    }

    async fn asking_is_slowed_down_for_any_name_alike(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        for name in ["dawen", "nobody"] {
            for _ in 0..5 {
                assert_eq!(ask(&world, name).await.status, StatusCode::ACCEPTED);
            }
            let refused = ask(&world, name).await;
            assert_eq!(refused.problem().code, ErrorCode::TooManyAttempts, "{name}");
            assert_eq!(refused.header("retry-after"), "900");
        }
        // Nobody's sign-in waits for that.
        assert_eq!(world.portal.browser().sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
    }

    async fn a_disabled_account_gets_no_link_and_one_that_it_has_is_over(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        asked(&world, "dawen").await;
        let token = world.letter("password_reset").await.secret();
        let db = &world.portal.app.state.db;
        db.execute_unprepared("UPDATE persons SET disabled_at = 1").await.unwrap();
        assert_eq!(redeem(&world, &token, NEW).await.problem().code, ErrorCode::LinkOver);
        asked(&world, "dawen").await;
        assert_eq!(world.letters("password_reset").await.len(), 0);
    }

    async fn a_mail_whose_link_is_over_is_not_sent(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        asked(&world, "dawen").await;
        world.portal.advance(DAY);
        assert_eq!(world.portal.app.state.mail.deliver_due().await.unwrap().sent, 0);
        assert_eq!(world.sent(), 0);
        assert_eq!(world.portal.count("mails WHERE body = ''").await, 1);
    }

    async fn without_a_mail_server_it_says_so(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let refused = portal.browser().post(ASK, json!({ "account": "dawen" })).await;
        assert_eq!(refused.problem().code, ErrorCode::MailOff);
        assert_eq!(portal.count("password_reset_requests").await, 0);
    }

    async fn what_cannot_be_an_account_is_refused_with_its_reason(kind) {
        let world = World::start(kind).await;
        assert_eq!(broken(&ask(&world, " ").await), one("account", ViolationCode::Required));
        assert_eq!(broken(&ask(&world, &"a".repeat(255)).await), one("account", ViolationCode::TooLong));
        assert_eq!(broken(&ask(&world, "a\u{0}").await), one("account", ViolationCode::ForbiddenCharacters));
        let more = world.portal.browser().post(ASK, json!({ "account": "dawen", "x": 1 })).await;
        assert_eq!(more.problem().code, ErrorCode::MalformedBody);
    }

    async fn whoever_had_the_account_does_not_get_it_back_by_an_address_that_waits(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        // A stranger in an unlocked browser wants the mail for themself.
        let mut stranger = world.portal.signed_in("dawen").await;
        let tag = stranger.get("/api/v1/profile").await.header("etag").to_owned();
        stranger.patch("/api/v1/profile", &tag, json!({ "email": "stranger@example.tw" })).await;
        let link = world.letter("email_change").await.secret();
        asked(&world, "dawen").await;
        let token = world.letter("password_reset").await.secret();
        assert_eq!(redeem(&world, &token, NEW).await.status, StatusCode::NO_CONTENT);
        let confirmed = world.portal.browser().post("/api/v1/email-changes/confirm", json!({ "token": link })).await;
        assert_eq!(confirmed.problem().code, ErrorCode::LinkOver);
        assert_eq!(world.portal.count("account_links").await, 0);
    }

    async fn a_link_that_went_to_the_old_address_is_over_when_it_counts_no_more(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        for email in [json!("new@example.tw"), json!(null)] {
            asked(&world, "dawen").await;
            let token = world.letter("password_reset").await.secret();
            let tag = browser.get("/api/v1/profile").await.header("etag").to_owned();
            browser.patch("/api/v1/profile", &tag, json!({ "email": email })).await;
            if !email.is_null() {
                let link = world.letter("email_change").await.secret();
                let confirmed = world.portal.browser().post("/api/v1/email-changes/confirm", json!({ "token": link })).await;
                assert_eq!(confirmed.status, StatusCode::OK);
            }
            assert_eq!(redeem(&world, &token, NEW).await.problem().code, ErrorCode::LinkOver, "{email}");
        }
    }
}
