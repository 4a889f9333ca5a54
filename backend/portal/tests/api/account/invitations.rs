//! Inviting one person, and setting the password.

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use super::{BUREAU, COUNTY, DAY, ELSEWHERE, MINUTE, NEW, World, broken, one};
use crate::support::{Answer, Browser, TestPortal};

const PATH: &str = "/api/v1/invitations";
const OPEN: &str = "/api/v1/invitations/open";
const ACCEPT: &str = "/api/v1/invitations/accept";
const ID: &str = "019ab1c2-7c00-7000-8000-00000000b001";

fn new(username: &str) -> Value {
    json!({ "username": username, "name": "王小明", "email": format!("{username}@example.tw"), "agency": BUREAU })
}

/// A portal, and the browser of a manager of the county and all below it.
async fn managed(kind: Kind) -> (World, Browser) {
    let world = World::start(kind).await;
    world
        .account("meihui", Some(COUNTY), &[Role::AgencyManager])
        .await;
    let manager = world.portal.signed_in("meihui").await;
    (world, manager)
}

async fn invited(manager: &mut Browser, body: Value) -> String {
    let answer = manager.post(PATH, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn accept(world: &World, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "password": password });
    world.portal.browser().post(ACCEPT, body).await
}

async fn state(manager: &mut Browser) -> String {
    let list = manager.get(PATH).await.json();
    list["items"][0]["state"].as_str().unwrap().to_owned()
}

on_each_database! {
    async fn the_invited_person_sets_the_password_and_has_an_account(kind) {
        let (world, mut manager) = managed(kind).await;
        let answer = manager.post(PATH, new("xiaoming")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let made = answer.json();
        assert_eq!((&made["state"], &made["agency"]["name"]), (&json!("waiting"), &json!("彰化縣消防局")));
        assert_eq!(made["invited_by"], "林測試");
        let letter = world.letter("invitation").await;
        assert_eq!(letter.to, "xiaoming@example.tw");
        assert!(letter.body.contains("https://portal.example/account/activate#"), "{}", letter.body);
        let token = letter.secret();
        for _ in 0..2 {
            let opened = world.portal.browser().post(OPEN, json!({ "token": token })).await.json();
            assert_eq!((&opened["username"], &opened["name"]), (&json!("xiaoming"), &json!("王小明")));
        }
        assert_eq!(world.portal.count("persons WHERE name = '王小明'").await, 0);
        assert_eq!(broken(&accept(&world, &token, "xiaoming").await), one("password", ViolationCode::IsAccountName));
        let done = accept(&world, &token, NEW).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text());
        let mut browser = world.portal.browser();
        let session = browser.sign_in("xiaoming", NEW).await.json();
        assert_eq!(session["person"]["agency"]["oid"], BUREAU);
        assert_eq!(browser.get("/api/v1/profile").await.json()["email"], "xiaoming@example.tw");
        assert_eq!(state(&mut manager).await, "accepted");
        assert_eq!(world.portal.count("audit_events WHERE action = 'invitation_sent'").await, 1);
        let created = "audit_events WHERE action = 'account_created' AND details LIKE '%invitation%'";
        assert_eq!(world.portal.count(created).await, 1);
    }

    async fn of_fifty_who_accept_at_once_one_does(kind) {
        let (world, mut manager) = managed(kind).await;
        invited(&mut manager, new("xiaoming")).await;
        let token = world.letter("invitation").await.secret();
        let tries = (0..50).map(|_| accept(&world, &token, NEW));
        let statuses: Vec<_> = futures::future::join_all(tries).await.iter().map(|it| it.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [204, 410].contains(status)), "{statuses:?}");
        assert_eq!(world.portal.count("persons WHERE name = '王小明'").await, 1);
    }

    async fn it_expires_after_seven_days_and_is_sent_once_more_with_another_link(kind) {
        let (world, mut manager) = managed(kind).await;
        let id = invited(&mut manager, new("xiaoming")).await;
        let first = world.letter("invitation").await.secret();
        world.portal.advance(7 * DAY);
        let mut manager = world.portal.signed_in("meihui").await;
        assert_eq!(state(&mut manager).await, "expired");
        assert_eq!(accept(&world, &first, NEW).await.problem().code, ErrorCode::LinkOver);
        let resent = manager.post(&format!("{PATH}/{id}/resend"), json!({})).await;
        assert_eq!(resent.json()["state"], "waiting", "{}", resent.text());
        let second = world.letter("invitation").await.secret();
        manager.post(&format!("{PATH}/{id}/resend"), json!({})).await;
        let third = world.letter("invitation").await.secret();
        for over in [first, second] {
            assert_eq!(accept(&world, &over, NEW).await.problem().code, ErrorCode::LinkOver);
        }
        world.portal.advance(6 * DAY + 23 * 60 * MINUTE);
        assert_eq!(accept(&world, &third, NEW).await.status, StatusCode::NO_CONTENT);
    }

    async fn one_that_was_taken_back_is_over(kind) {
        let (world, mut manager) = managed(kind).await;
        let id = invited(&mut manager, new("xiaoming")).await;
        let token = world.letter("invitation").await.secret();
        let cancelled = manager.post(&format!("{PATH}/{id}/cancel"), json!({})).await;
        assert_eq!(cancelled.json()["state"], "cancelled", "{}", cancelled.text());
        assert_eq!(accept(&world, &token, NEW).await.problem().code, ErrorCode::LinkOver);
        for deed in ["cancel", "resend"] {
            let late = manager.post(&format!("{PATH}/{id}/{deed}"), json!({})).await;
            assert_eq!(late.problem().code, ErrorCode::Conflict, "{deed}");
        }
        // The name is free again.
        invited(&mut manager, new("xiaoming")).await;
    }

    async fn a_name_belongs_to_one_account_or_one_invitation_that_waits(kind) {
        let (world, mut manager) = managed(kind).await;
        let first = invited(&mut manager, new("xiaoming")).await;
        for name in ["XiaoMing", "ｘｉａｏｍｉｎｇ", "meihui"] {
            assert_eq!(broken(&manager.post(PATH, new(name)).await), one("username", ViolationCode::Taken), "{name}");
        }
        // One whose time is over holds its name no longer, and is not sent again beside a newer one.
        world.portal.advance(7 * DAY);
        let mut manager = world.portal.signed_in("meihui").await;
        invited(&mut manager, new("xiaoming")).await;
        let beside = manager.post(&format!("{PATH}/{first}/resend"), json!({})).await;
        assert_eq!(beside.problem().code, ErrorCode::Conflict);
    }

    async fn of_twenty_invitations_of_one_name_at_once_one_is_made(kind) {
        let (world, manager) = managed(kind).await;
        let tries = (0..20).map(|_| {
            let mut manager = manager.clone();
            async move { manager.post(PATH, new("xiaoming")).await.status.as_u16() }
        });
        let statuses = futures::future::join_all(tries).await;
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 422].contains(status)), "{statuses:?}");
        assert_eq!(world.letters("invitation").await.len(), 1);
    }

    async fn a_retry_of_the_same_makes_no_second_one(kind) {
        let (world, mut manager) = managed(kind).await;
        let mut body = new("xiaoming");
        body["id"] = json!(ID);
        invited(&mut manager, body.clone()).await;
        let again = manager.post(PATH, body.clone()).await;
        assert_eq!((again.status, &again.json()["id"]), (StatusCode::OK, &json!(ID)));
        body["name"] = json!("王大明");
        assert_eq!(manager.post(PATH, body).await.problem().code, ErrorCode::Conflict);
        assert_eq!(world.portal.count("invitations").await, 1);
        assert_eq!(world.letters("invitation").await.len(), 1);
    }

    async fn managers_invite_to_their_own_agencies_and_see_those_alone(kind) {
        let (world, mut manager) = managed(kind).await;
        let id = invited(&mut manager, new("xiaoming")).await;
        let mut foreign = new("other");
        foreign["agency"] = json!(ELSEWHERE);
        let mut unknown = new("other");
        unknown["agency"] = json!("2.16.886.101.99999");
        for body in [foreign.clone(), unknown] {
            assert_eq!(broken(&manager.post(PATH, body).await), one("agency", ViolationCode::Unknown));
        }
        world.account("ministry", Some(ELSEWHERE), &[Role::AgencyManager]).await;
        world.account("zhihao", Some(ELSEWHERE), &[Role::SystemAdministrator]).await;
        world.account("yating", Some(COUNTY), &[Role::Auditor]).await;
        world.account("dawen", Some(BUREAU), &[]).await;
        let mut other = world.portal.signed_in("ministry").await;
        assert_eq!(other.get(PATH).await.json()["items"], json!([]));
        for deed in ["cancel", "resend"] {
            let answer = other.post(&format!("{PATH}/{id}/{deed}"), json!({})).await;
            assert_eq!(answer.problem().code, ErrorCode::NotFound, "{deed}");
        }
        let mut administrator = world.portal.signed_in("zhihao").await;
        assert_eq!(administrator.get(PATH).await.json()["items"].as_array().unwrap().len(), 1);
        invited(&mut administrator, foreign).await;
        for nobody in ["yating", "dawen"] {
            let mut browser = world.portal.signed_in(nobody).await;
            assert_eq!(browser.get(PATH).await.problem().code, ErrorCode::Forbidden, "{nobody}");
            assert_eq!(browser.post(PATH, new("x")).await.problem().code, ErrorCode::Forbidden, "{nobody}");
        }
        assert_eq!(manager.get(PATH).await.json()["items"].as_array().unwrap().len(), 1, "not the ministry's");
    }

    async fn the_list_goes_on_after_its_cursor(kind) {
        let (world, mut manager) = managed(kind).await;
        for number in 0..5 {
            world.portal.advance(MINUTE);
            invited(&mut manager, new(&format!("p{number}"))).await;
        }
        let first = manager.get(&format!("{PATH}?limit=2")).await.json();
        assert_eq!(first["items"][0]["username"], "p4");
        let next = first["next"].as_str().unwrap();
        let second = manager.get(&format!("{PATH}?limit=3&after={next}")).await.json();
        let names: Vec<_> = second["items"].as_array().unwrap().iter().map(|it| it["username"].clone()).collect();
        assert_eq!(names, ["p2", "p1", "p0"]);
        assert_eq!(second["next"], Value::Null);
    }

    async fn an_account_made_meanwhile_keeps_its_name(kind) {
        let (world, mut manager) = managed(kind).await;
        invited(&mut manager, new("xiaoming")).await;
        let token = world.letter("invitation").await.secret();
        world.portal.account("xiaoming").await;
        assert_eq!(broken(&accept(&world, &token, NEW).await), one("username", ViolationCode::Taken));
        assert_eq!(world.portal.count("persons WHERE name = '王小明'").await, 0, "nothing is written");
    }

    async fn without_a_mail_server_nobody_is_invited(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account_of("meihui", Some(COUNTY), &[Role::AgencyManager]).await;
        let refused = portal.signed_in("meihui").await.post(PATH, new("xiaoming")).await;
        assert_eq!(refused.problem().code, ErrorCode::MailOff);
    }

    async fn all_violations_come_at_once(kind) {
        let (_world, mut manager) = managed(kind).await;
        let body = json!({ "id": "019ab1c2-7c00-4000-8000-00000000b001", "username": "a b", "name": "", "email": "x",
            "agency": "" });
        let expected = [
            ("id", ViolationCode::Malformed),
            ("username", ViolationCode::ForbiddenCharacters),
            ("name", ViolationCode::Required),
            ("email", ViolationCode::Malformed),
            ("agency", ViolationCode::Required),
        ];
        assert_eq!(broken(&manager.post(PATH, body).await), expected.map(|(field, code)| (field.to_owned(), code)));
    }
}
