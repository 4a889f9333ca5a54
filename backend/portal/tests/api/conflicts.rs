//! 職務衝突 (separation of duties), by the API.

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Answer, Browser, TestPortal};

const RULES: &str = "/api/v1/role-conflicts";
const REQUESTS: &str = "/api/v1/permission-requests";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// The demo's applications; an administrator, the owner of one of them, a responder and the manager who decides.
async fn portal(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal
        .account_of("admin", Some(CENTRAL), &[Role::SystemAdministrator])
        .await;
    let owner = portal.account_of("owner", Some(CENTRAL), &[]).await;
    portal.owns(owner, "emic").await;
    portal.account_of("yawen", Some(FIRE), &[]).await;
    portal
        .account_of("chief", Some(FIRE), &[Role::AgencyManager])
        .await;
    portal
}

fn rule(one: (&str, &str), other: (&str, &str), strict: bool) -> Value {
    json!({
        "application": one.0, "role": one.1, "other_application": other.0, "other_role": other.1,
        "reason": "通報與發送不得為同一人。", "strict": strict,
    })
}

const VIEWER: (&str, &str) = ("emic", "viewer");
const REPORTER: (&str, &str) = ("emic", "reporter");
const RECEIPTS: (&str, &str) = ("messages", "receipts");

async fn set(portal: &TestPortal, one: (&str, &str), other: (&str, &str), strict: bool) -> Value {
    let answer = portal
        .signed_in("admin")
        .await
        .post(RULES, rule(one, other, strict))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn path(number: u32, what: &str) -> String {
    format!("{REQUESTS}/019ab0c2-5c00-7a31-9d5e-{number:012x}{what}")
}

/// Asks for these roles of an application, for these days.
async fn ask_for(browser: &mut Browser, number: u32, application: &str, roles: &[&str], days: (&str, &str)) {
    let body = json!({
        "id": format!("019ab0c2-5c00-7a31-9d5e-{number:012x}"), "application": application, "roles": roles,
        "agency": FIRE, "reason": "輪值應變中心，需要登打災情。", "starts_on": days.0, "ends_on": days.1,
    });
    let asked = browser.post(REQUESTS, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
}

async fn ask(browser: &mut Browser, number: u32, (application, role): (&str, &str)) {
    ask_for(
        browser,
        number,
        application,
        &[role],
        ("2026-11-23", "2026-12-31"),
    )
    .await;
}

async fn approve(browser: &mut Browser, number: u32, body: Value) -> Answer {
    browser.post(&path(number, "/approve"), body).await
}

fn despite() -> Value {
    json!({ "comment": "人力不足，由分隊長覆核。", "despite_conflicts": true })
}

async fn conflicts(browser: &mut Browser, number: u32) -> Value {
    browser.get(&path(number, "/review")).await.json()["conflicts"].clone()
}

on_each_database! {
    async fn a_conflict_is_shown_and_approved_only_by_who_says_so_and_why(kind) {
        let portal = portal(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let rule = set(&portal, VIEWER, RECEIPTS, false).await;
        ask(&mut yawen, 1, VIEWER).await;
        assert_eq!(conflicts(&mut chief, 1).await, json!([]));
        assert_eq!(approve(&mut chief, 1, json!({})).await.status, StatusCode::OK);
        ask(&mut yawen, 2, RECEIPTS).await;
        let shown = conflicts(&mut chief, 2).await;
        assert_eq!(shown.as_array().unwrap().len(), 1);
        assert_eq!((&shown[0]["standing"], &shown[0]["strict"]), (&json!("held"), &json!(false)));
        assert_eq!((&shown[0]["asked"]["code"], &shown[0]["other"]["role"]["code"]), (&json!("receipts"), &json!("viewer")));
        assert_eq!((&shown[0]["reason"], &shown[0]["rule"]), (&rule["reason"], &rule["id"]));

        assert_eq!(approve(&mut chief, 2, json!({ "comment": "好" })).await.problem().code, ErrorCode::RoleConflict);
        let bulk = json!({ "requests": ["019ab0c2-5c00-7a31-9d5e-000000000002"], "verdict": "approve" });
        let bulk = chief.post(&format!("{REQUESTS}/decisions"), bulk).await.json();
        assert_eq!(bulk["results"][0]["refused"], "role_conflict");
        let wordless = approve(&mut chief, 2, json!({ "despite_conflicts": true })).await.problem();
        assert_eq!(wordless.violations[0].code, ViolationCode::Required);
        let approved = approve(&mut chief, 2, despite()).await;
        assert_eq!(approved.json()["state"], "approved", "{}", approved.text());
        let row = "audit_events WHERE action = 'permission_approved' AND details LIKE '%\"despite_conflicts\":\"emic/viewer\"%' \
             AND details LIKE '%人力不足%'";
        assert_eq!(portal.count(row).await, 1);
    }

    async fn a_strict_rule_lets_nobody_approve(kind) {
        let portal = portal(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        set(&portal, VIEWER, RECEIPTS, true).await;
        ask(&mut yawen, 1, VIEWER).await;
        ask(&mut yawen, 2, RECEIPTS).await;
        // What is only asked for elsewhere can still be rejected there: the decider says that they know of it.
        assert_eq!(conflicts(&mut chief, 1).await[0]["standing"], "open");
        assert_eq!(approve(&mut chief, 1, json!({})).await.problem().code, ErrorCode::RoleConflict);
        assert_eq!(approve(&mut chief, 1, despite()).await.status, StatusCode::OK);
        assert_eq!(approve(&mut chief, 2, despite()).await.problem().code, ErrorCode::RoleConflictStrict);
        let grants = portal.signed_in("yawen").await.get("/api/v1/grants").await.json();
        let revoke = format!("/api/v1/grants/{}/revoke", grants["items"][0]["id"].as_str().unwrap());
        assert_eq!(chief.post(&revoke, json!({ "reason": "改任通報" })).await.status, StatusCode::OK);
        assert_eq!(approve(&mut chief, 2, json!({})).await.status, StatusCode::OK, "what was taken back is no conflict");
    }

    async fn roles_of_one_request_and_of_other_days_are_judged_too(kind) {
        let portal = portal(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        set(&portal, VIEWER, REPORTER, true).await;
        ask_for(&mut yawen, 1, "emic", &["viewer", "reporter"], ("2026-11-23", "2026-12-31")).await;
        let shown = conflicts(&mut chief, 1).await;
        assert_eq!((shown.as_array().unwrap().len(), &shown[0]["standing"]), (1, &json!("same_request")));
        assert_eq!(approve(&mut chief, 1, despite()).await.problem().code, ErrorCode::RoleConflictStrict);
        assert_eq!(chief.post(&path(1, "/reject"), json!({ "comment": "請擇一" })).await.status, StatusCode::OK);
        // One after the other is no conflict.
        ask_for(&mut yawen, 2, "emic", &["viewer"], ("2026-11-23", "2026-11-30")).await;
        assert_eq!(approve(&mut chief, 2, json!({})).await.status, StatusCode::OK);
        ask_for(&mut yawen, 3, "emic", &["reporter"], ("2026-12-01", "2026-12-31")).await;
        assert_eq!(approve(&mut chief, 3, json!({})).await.status, StatusCode::OK);
    }

    async fn who_agrees_first_knows_of_the_conflict_too(kind) {
        let portal = portal(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut owner = portal.signed_in("owner").await;
        set(&portal, VIEWER, ("emic", "centre"), false).await;
        ask(&mut yawen, 1, VIEWER).await;
        approve(&mut chief, 1, json!({})).await;
        ask(&mut yawen, 2, ("emic", "centre")).await;
        assert_eq!(approve(&mut chief, 2, json!({})).await.problem().code, ErrorCode::RoleConflict);
        assert_eq!(approve(&mut chief, 2, despite()).await.json()["stage"], "owner");
        assert_eq!(approve(&mut owner, 2, json!({})).await.problem().code, ErrorCode::RoleConflict, "one consent is not the other");
        assert_eq!(approve(&mut owner, 2, despite()).await.json()["state"], "approved");
        let row = "audit_events WHERE action = 'permission_endorsed' AND details LIKE '%despite_conflicts%'";
        assert_eq!(portal.count(row).await, 1);
    }

    async fn of_two_approvals_at_once_on_two_nodes_one_sees_the_other(kind) {
        let portal = portal(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        set(&portal, VIEWER, RECEIPTS, true).await;
        ask(&mut yawen, 1, VIEWER).await;
        ask(&mut yawen, 2, RECEIPTS).await;
        let node = portal.second_node().await;
        let (mut here, mut there) = (portal.signed_in("chief").await, node.signed_in("chief").await);
        // Both decide, and neither can write the log's row, which is the last of a deed.
        let held = portal.hold(&["UPDATE audit_chains SET number = number"]).await;
        let one = tokio::spawn(async move { approve(&mut here, 1, despite()).await });
        let other = tokio::spawn(async move { approve(&mut there, 2, despite()).await });
        if kind == Kind::Postgres {
            let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while portal.count(waiting).await < 2 {
                tokio::task::yield_now().await;
            }
        }
        held.commit().await.unwrap();
        let (one, other) = (one.await.unwrap(), other.await.unwrap());
        let refused = if one.status == StatusCode::OK { other } else { one };
        assert_eq!(refused.problem().code, ErrorCode::RoleConflictStrict);
        assert_eq!(portal.count("grants WHERE request_id IS NOT NULL").await, 1);
    }

    async fn a_rule_is_of_two_roles_in_either_order_and_is_changed_and_removed(kind) {
        let portal = portal(kind).await;
        let mut admin = portal.signed_in("admin").await;
        let first = set(&portal, VIEWER, RECEIPTS, false).await;
        assert_eq!(admin.post(RULES, rule(RECEIPTS, VIEWER, false)).await.status, StatusCode::OK, "the same");
        let changed = admin.post(RULES, rule(RECEIPTS, VIEWER, true)).await;
        assert_eq!((changed.status, &changed.json()["strict"]), (StatusCode::OK, &json!(true)));
        assert_eq!(changed.json()["id"], first["id"]);
        assert_eq!(portal.count("role_conflicts").await, 1);
        let row = "audit_events WHERE action = 'role_conflict_set' AND details LIKE '%\"before\"%' AND details LIKE '%strict: %'";
        assert_eq!(portal.count(row).await, 1);
        let one = format!("{RULES}/{}", first["id"].as_str().unwrap());
        assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
        assert_eq!(admin.delete(&one).await.problem().code, ErrorCode::NotFound);
        assert_eq!(portal.count("audit_events WHERE action = 'role_conflict_removed'").await, 1);
    }

    async fn owners_keep_the_rules_between_roles_of_their_own(kind) {
        let portal = portal(kind).await;
        let (mut owner, mut chief) = (portal.signed_in("owner").await, portal.signed_in("chief").await);
        let across = set(&portal, VIEWER, RECEIPTS, false).await;
        let foreign = set(&portal, RECEIPTS, ("messages", "sender"), false).await;
        let own = owner.post(RULES, rule(VIEWER, REPORTER, false)).await;
        assert_eq!(own.status, StatusCode::CREATED, "{}", own.text());
        let listed = owner.get(RULES).await.json();
        let seen = |rule: &Value| listed["items"].as_array().unwrap().iter().find(|it| it["id"] == rule["id"]).cloned();
        assert_eq!(seen(&across).unwrap()["may_change"], false);
        assert_eq!(seen(&own.json()).unwrap()["may_change"], true);
        assert_eq!(seen(&foreign), None);
        assert_eq!(owner.get(&format!("{RULES}?application=messages")).await.json()["items"].as_array().unwrap().len(), 1);

        let refused = owner.post(RULES, rule(VIEWER, ("messages", "sender"), false)).await.problem();
        let unknown = owner.post(RULES, rule(VIEWER, ("messages", "nothing"), false)).await.problem();
        assert_eq!(refused.violations, unknown.violations, "what is another's is as what is not there");
        assert_eq!(unknown.violations[0].code, ViolationCode::Unknown);
        let id = |rule: &Value| format!("{RULES}/{}", rule["id"].as_str().unwrap());
        assert_eq!(owner.delete(&id(&across)).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(owner.delete(&id(&foreign)).await.problem().code, ErrorCode::NotFound);
        assert_eq!(owner.delete(&id(&own.json())).await.status, StatusCode::NO_CONTENT);
        assert_eq!(chief.get(RULES).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(chief.post(RULES, rule(VIEWER, REPORTER, false)).await.problem().code, ErrorCode::Forbidden);
    }

    async fn what_is_no_rule_is_refused(kind) {
        let portal = portal(kind).await;
        let mut admin = portal.signed_in("admin").await;
        for (body, field, code) in [
            (rule(VIEWER, VIEWER, false), "other_role", ViolationCode::SameRole),
            (rule(VIEWER, ("emic", "x\u{0}"), false), "other_role", ViolationCode::Malformed),
            (rule(("nothing", "viewer"), RECEIPTS, false), "role", ViolationCode::Unknown),
            ({ let mut it = rule(VIEWER, RECEIPTS, false); it["reason"] = json!(" "); it }, "reason", ViolationCode::Required),
            ({ let mut it = rule(VIEWER, RECEIPTS, false); it["reason"] = json!("字".repeat(301)); it }, "reason", ViolationCode::TooLong),
        ] {
            let problem = admin.post(RULES, body).await.problem();
            assert_eq!((problem.violations[0].field.as_str(), problem.violations[0].code), (field, code));
        }
        let mut more = rule(VIEWER, RECEIPTS, false);
        more["more"] = json!(1);
        assert_eq!(admin.post(RULES, more).await.problem().code, ErrorCode::MalformedBody);
        assert_eq!(admin.get(&format!("{RULES}?application=EMIC")).await.problem().code, ErrorCode::MalformedParameter);
    }
}
