//! A new address of an account: it counts when it was confirmed.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::problem::ErrorCode;

use super::{DAY, World};
use crate::support::{Answer, Browser, TestPortal};

const PROFILE: &str = "/api/v1/profile";
const CONFIRM: &str = "/api/v1/email-changes/confirm";

async fn change(browser: &mut Browser, patch: Value) -> Answer {
    let tag = browser.get(PROFILE).await.header("etag").to_owned();
    browser.patch(PROFILE, &tag, patch).await
}

async fn confirm(world: &World, token: &str) -> Answer {
    world
        .portal
        .browser()
        .post(CONFIRM, json!({ "token": token }))
        .await
}

on_each_database! {
    async fn until_it_is_confirmed_the_old_address_counts(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        let asked = change(&mut browser, json!({ "email": "new@example.tw", "job_title": "組長" })).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
        let profile = asked.json();
        assert_eq!(profile["email"], "dawen@example.tw");
        assert_eq!(profile["pending_email"], "new@example.tw");
        assert_eq!(profile["job_title"], "組長", "the rest counts at once");
        let told = world.letters("email_changed").await;
        assert_eq!((told.len(), told[0].to.as_str()), (1, "dawen@example.tw"));
        assert!(!told[0].body.contains('#'), "the old address gets no link");
        let letter = world.letter("email_change").await;
        assert_eq!(letter.to, "new@example.tw");
        let done = confirm(&world, &letter.secret()).await;
        assert_eq!(done.json(), json!({ "email": "new@example.tw" }));
        let profile = browser.get(PROFILE).await.json();
        assert_eq!((&profile["email"], &profile["pending_email"]), (&json!("new@example.tw"), &Value::Null));
        assert_eq!(world.letter("email_changed").await.to, "dawen@example.tw");
        assert_eq!(confirm(&world, &letter.secret()).await.problem().code, ErrorCode::LinkOver);
        for action in ["email_change_requested", "email_changed", "profile_changed"] {
            assert_eq!(world.portal.count(&format!("audit_events WHERE action = '{action}'")).await, 1, "{action}");
        }
        let fields = "audit_events WHERE action = 'profile_changed' AND details LIKE '%\"job_title\"%'";
        assert_eq!(world.portal.count(fields).await, 1, "the address has not changed yet");
    }

    async fn a_link_is_over_after_a_day_and_when_another_address_was_asked_for(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        change(&mut browser, json!({ "email": "one@example.tw" })).await;
        let older = world.letter("email_change").await.secret();
        change(&mut browser, json!({ "email": "two@example.tw" })).await;
        let newer = world.letter("email_change").await.secret();
        assert_eq!(confirm(&world, &older).await.problem().code, ErrorCode::LinkOver);
        world.portal.advance(DAY);
        assert_eq!(confirm(&world, &newer).await.problem().code, ErrorCode::LinkOver);
        let mut browser = world.portal.signed_in("dawen").await;
        let profile = browser.get(PROFILE).await.json();
        assert_eq!((&profile["email"], &profile["pending_email"]), (&json!("dawen@example.tw"), &Value::Null));
    }

    async fn of_twenty_who_confirm_at_once_one_does(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        change(&mut browser, json!({ "email": "new@example.tw" })).await;
        let token = world.letter("email_change").await.secret();
        let tries = (0..20).map(|_| confirm(&world, &token));
        let statuses: Vec<_> = futures::future::join_all(tries).await.iter().map(|it| it.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
    }

    async fn an_address_that_is_taken_away_is_told_so(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        change(&mut browser, json!({ "email": "new@example.tw" })).await;
        let token = world.letter("email_change").await.secret();
        let emptied = change(&mut browser, json!({ "email": null })).await.json();
        assert_eq!((&emptied["email"], &emptied["pending_email"]), (&Value::Null, &Value::Null));
        assert_eq!(world.letter("email_changed").await.to, "dawen@example.tw");
        assert_eq!(confirm(&world, &token).await.problem().code, ErrorCode::LinkOver);
    }

    async fn nobody_sends_mail_to_strangers_again_and_again(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        let mut browser = world.portal.signed_in("dawen").await;
        for number in 0..5 {
            let asked = change(&mut browser, json!({ "email": format!("p{number}@example.tw") })).await;
            assert_eq!(asked.status, StatusCode::OK);
        }
        let refused = change(&mut browser, json!({ "email": "p6@example.tw" })).await;
        assert_eq!(refused.problem().code, ErrorCode::TooManyAttempts);
        assert_eq!(change(&mut browser, json!({ "fax": "02-12345678" })).await.status, StatusCode::OK);
    }

    async fn a_first_address_needs_no_mail_and_another_one_does(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        assert_eq!(change(&mut browser, json!({ "email": "dawen@example.tw" })).await.json()["email"], "dawen@example.tw");
        let refused = change(&mut browser, json!({ "email": "new@example.tw" })).await;
        assert_eq!(refused.problem().code, ErrorCode::MailOff);
    }

    async fn a_program_changes_no_address_that_new_passwords_go_to(kind) {
        let world = World::start(kind).await;
        world.account("dawen", None, &[]).await;
        world.portal.account("noaddress").await;
        for (name, emails) in [("dawen", [json!("other@example.tw"), Value::Null]), ("noaddress", [json!("other@example.tw"), json!("x@example.tw")])] {
            let mut browser = world.portal.signed_in(name).await;
            let new = json!({ "name": "同步", "scopes": ["profile:read", "profile:write"], "expires_in_days": 30 });
            let secret = browser.post("/api/v1/tokens", new).await.json()["secret"].as_str().unwrap().to_owned();
            let mut program = world.portal.program(&secret);
            let mut patch = async |body: Value| {
                let request = axum::http::Request::builder()
                    .method("PATCH")
                    .uri(PROFILE)
                    .header("authorization", format!("Bearer {secret}"))
                    .header("content-type", "application/json")
                    .header("if-match", program.get(PROFILE).await.header("etag"))
                    .body(body.to_string().into())
                    .unwrap();
                program.browser.send(request).await
            };
            for email in emails {
                assert_eq!(patch(json!({ "email": email })).await.problem().code, ErrorCode::SessionRequired, "{email}");
            }
            assert_eq!(patch(json!({ "job_title": "組長" })).await.status, StatusCode::OK);
        }
        assert_eq!(world.portal.count("account_links").await, 0);
        assert_eq!(world.portal.count("mails").await, 0);
    }
}
