//! 職務: who gives and takes them, and from when they count.

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};
use uuid::Uuid;

use crate::support::{Answer, Browser, TestPortal};

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// The demo's agencies and applications, with people of the test.
async fn portal(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    for (name, agency, roles) in [
        ("admin", CENTRAL, &[Role::SystemAdministrator][..]),
        ("chief", COUNTY, &[Role::AgencyManager]),
        ("officer", COUNTY, &[]),
        ("fireman", BUREAU, &[]),
    ] {
        portal.account_of(name, Some(agency), roles).await;
    }
    portal
}

async fn give(browser: &mut Browser, person: Uuid, post: Value) -> Answer {
    browser
        .post(&format!("/api/v1/persons/{person}/posts"), post)
        .await
}

async fn take(browser: &mut Browser, person: Uuid, key: &str) -> Answer {
    browser
        .delete(&format!("/api/v1/persons/{person}/posts/{key}"))
        .await
}

fn manager(agency: &str, with_below: bool) -> Value {
    json!({ "role": "agency_manager", "agency": agency, "with_below": with_below })
}

async fn roles(browser: &mut Browser) -> Value {
    browser.get("/api/v1/session").await.json()["person"]["roles"].clone()
}

on_each_database! {
    async fn an_administrator_gives_and_takes_every_post_and_it_counts_at_once_on_every_node(kind) {
        let portal = portal(kind).await;
        let officer = portal.id_of("officer").await;
        let mut admin = portal.signed_in("admin").await;
        let mut theirs = portal.signed_in("officer").await;
        assert_eq!(theirs.get("/api/v1/persons").await.status, StatusCode::FORBIDDEN);
        for (post, key) in [
            (manager(COUNTY, false), format!("agency_manager:{COUNTY}")),
            (json!({ "role": "application_owner", "application": "emic" }), "application_owner:emic".to_owned()),
            (json!({ "role": "auditor" }), "auditor".to_owned()),
            (json!({ "role": "system_administrator" }), "system_administrator".to_owned()),
        ] {
            let given = give(&mut admin, officer, post.clone()).await;
            assert_eq!(given.status, StatusCode::CREATED, "{}", given.text());
            assert_eq!(given.json()["key"], key);
            assert_eq!(give(&mut admin, officer, post.clone()).await.status, StatusCode::OK, "the same again");
            assert_eq!(roles(&mut theirs).await, json!([post["role"]]));
            let again = portal.second_node().await;
            let mut elsewhere = again.browser();
            elsewhere.set_cookie("__Host-emic-session", theirs.cookie("__Host-emic-session").unwrap());
            assert_eq!(roles(&mut elsewhere).await, json!([post["role"]]));
            assert_eq!(take(&mut admin, officer, &key).await.status, StatusCode::NO_CONTENT);
            assert_eq!(take(&mut admin, officer, &key).await.problem().code, ErrorCode::NotFound);
            assert_eq!(roles(&mut theirs).await, json!([]));
        }
        assert_eq!(portal.count("audit_events WHERE action = 'post_given'").await, 4);
        assert_eq!(portal.count("audit_events WHERE action = 'post_taken'").await, 4);
    }

    async fn the_log_says_what_it_was_before(kind) {
        let portal = portal(kind).await;
        let officer = portal.id_of("officer").await;
        let mut admin = portal.signed_in("admin").await;
        give(&mut admin, officer, manager(COUNTY, false)).await;
        let wider = give(&mut admin, officer, manager(COUNTY, true)).await;
        assert_eq!((wider.status, &wider.json()["with_below"]), (StatusCode::CREATED, &json!(true)));
        let row = format!(
            "audit_events WHERE action = 'post_given' AND details LIKE '%\"before\":\"agency_manager {COUNTY}\"%' \
             AND details LIKE '%\"after\":\"agency_manager {COUNTY} and below\"%'"
        );
        assert_eq!(portal.count(&row).await, 1);
    }

    async fn a_manager_appoints_below_and_not_beside_or_above(kind) {
        let portal = portal(kind).await;
        let (officer, fireman, admin) = (
            portal.id_of("officer").await,
            portal.id_of("fireman").await,
            portal.id_of("admin").await,
        );
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(give(&mut chief, fireman, manager(BUREAU, false)).await.status, StatusCode::CREATED);
        assert_eq!(give(&mut chief, officer, manager(BUREAU, true)).await.status, StatusCode::CREATED);
        let refused = give(&mut chief, officer, manager(COUNTY, false)).await;
        assert_eq!(refused.problem().code, ErrorCode::Forbidden, "not for the own agency");
        for role in ["auditor", "system_administrator"] {
            let refused = give(&mut chief, fireman, json!({ "role": role })).await;
            assert_eq!(refused.problem().code, ErrorCode::Forbidden, "{role}");
        }
        let foreign = give(&mut chief, admin, manager(BUREAU, false)).await;
        assert_eq!(foreign.problem().code, ErrorCode::NotFound);
        // The one below has a post for the agency alone, and appoints nobody.
        let mut below = portal.signed_in("fireman").await;
        let refused = give(&mut below, fireman, manager(BUREAU, true)).await;
        assert_eq!(refused.problem().code, ErrorCode::OwnPosts);
        assert_eq!(take(&mut below, officer, &format!("agency_manager:{BUREAU}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(take(&mut chief, fireman, &format!("agency_manager:{BUREAU}")).await.status, StatusCode::NO_CONTENT);
    }

    async fn nobody_changes_the_own_posts(kind) {
        let portal = portal(kind).await;
        let (chief, admin) = (portal.id_of("chief").await, portal.id_of("admin").await);
        let mut browser = portal.signed_in("chief").await;
        assert_eq!(give(&mut browser, chief, manager(BUREAU, true)).await.problem().code, ErrorCode::OwnPosts);
        let own = take(&mut browser, chief, &format!("agency_manager:{COUNTY}")).await;
        assert_eq!(own.problem().code, ErrorCode::OwnPosts);
        let mut browser = portal.signed_in("admin").await;
        assert_eq!(take(&mut browser, admin, "system_administrator").await.problem().code, ErrorCode::OwnPosts);
    }

    async fn two_administrators_who_take_each_other_s_post_leave_one(kind) {
        let portal = portal(kind).await;
        let (one, other) = (portal.id_of("admin").await, portal.id_of("zhihao").await);
        let mut admin = portal.signed_in("admin").await;
        let mut zhihao = portal.browser();
        zhihao.sign_in("zhihao", portal::demo::PASSWORD).await;
        let (first, second) = tokio::join!(
            take(&mut admin, other, "system_administrator"),
            take(&mut zhihao, one, "system_administrator"),
        );
        let done = [first.status, second.status];
        assert_eq!(done.iter().filter(|status| **status == StatusCode::NO_CONTENT).count(), 1, "{done:?}");
        assert_eq!(portal.count("posts WHERE role = 'system_administrator'").await, 1);
    }

    async fn what_is_no_post_is_refused_with_all_its_faults(kind) {
        let portal = portal(kind).await;
        let officer = portal.id_of("officer").await;
        let mut admin = portal.signed_in("admin").await;
        for (post, field, code) in [
            (json!({ "role": "agency_manager" }), "agency", ViolationCode::Required),
            (manager("2.16.x", true), "agency", ViolationCode::Malformed),
            (manager("2.16.886.101.99999", true), "agency", ViolationCode::Unknown),
            (manager(CENTRAL, true), "agency", ViolationCode::Mismatched),
            (json!({ "role": "application_owner" }), "application", ViolationCode::Required),
            (json!({ "role": "application_owner", "application": "x\u{0}" }), "application", ViolationCode::Unknown),
            (json!({ "role": "auditor", "with_below": true }), "with_below", ViolationCode::Mismatched),
        ] {
            let problem = give(&mut admin, officer, post.clone()).await.problem();
            let violation = &problem.violations[0];
            assert_eq!((violation.field.as_str(), violation.code), (field, code), "{post}");
        }
        for body in [json!({}), json!({ "role": "king" }), json!({ "role": "auditor", "since": 1 })] {
            let refused = give(&mut admin, officer, body.clone()).await;
            assert_eq!(refused.problem().code, ErrorCode::MalformedBody, "{body}");
        }
        assert_eq!(portal.count("audit_events WHERE action = 'post_given'").await, 0);
    }

    async fn an_administrator_who_was_disabled_at_the_click_takes_nothing(kind) {
        let portal = portal(kind).await;
        let (admin, zhihao) = (portal.id_of("admin").await, portal.id_of("zhihao").await);
        let literal = |id: Uuid| match kind {
            Kind::Sqlite => format!("x'{}'", id.simple()),
            Kind::Postgres => format!("'{id}'"),
        };
        let mut browser = portal.signed_in("admin").await;
        // Zhihao disables the administrator, who takes Zhihao's post at the same moment.
        let disables = format!("UPDATE persons SET disabled_at = 1 WHERE id = {}", literal(admin));
        let holds = format!("UPDATE persons SET name = name WHERE id = {}", literal(zhihao));
        let held = portal.hold(&[&disables, &holds]).await;
        let taking = tokio::spawn(async move { take(&mut browser, zhihao, "system_administrator").await });
        portal.waiting(1).await;
        held.commit().await.unwrap();
        assert_eq!(taking.await.unwrap().status, StatusCode::NOT_FOUND);
        let left = "posts o JOIN persons p ON p.id = o.person_id WHERE o.role = 'system_administrator' AND p.disabled_at IS NULL";
        assert_eq!(portal.count(left).await, 1);
    }
}
