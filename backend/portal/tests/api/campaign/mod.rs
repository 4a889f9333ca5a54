//! Review campaigns, by the API.

mod deadline;
mod deciding;
mod running;
mod telling;

use std::time::Duration;

use axum::http::StatusCode;
use foundation::{clock::TestClock, testing::Kind};
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Browser, TestPortal};

const CAMPAIGNS: &str = "/api/v1/campaigns";
const CITY: &str = "2.16.886.101.90010.20002";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const ELSEWHERE: &str = "2.16.886.101.20003.20001.20003";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications and nobody's permissions but those that the test gives; a responder of the fire
/// bureau, its manager, an administrator, and the manager of another agency. The demo's meihui manages the county above.
async fn start(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.run("DELETE FROM grants").await;
    portal.account_of("yawen", Some(FIRE), &[]).await;
    portal
        .account_of("chief", Some(FIRE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("stranger", Some(ELSEWHERE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("admin", Some(ELSEWHERE), &[Role::SystemAdministrator])
        .await;
    portal
}

fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

fn of_agency(number: u32) -> Value {
    json!({
        "id": id(number),
        "name": "115年權限清查",
        "instructions": "請逐一確認。",
        "agency": CITY,
        "due_on": "2026-11-30",
    })
}

async fn open(browser: &mut Browser, new: Value) -> Value {
    let answer = browser.post(CAMPAIGNS, new).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn part(number: u32, what: &str) -> String {
    format!("{CAMPAIGNS}/{}/{what}", id(number))
}

/// Gives somebody a role for this agency until the end of this day, by a request that is approved.
async fn grant(portal: &TestPortal, username: &str, role: &str, ends_on: &str) -> String {
    let request = foundation::id::new(&portal.clock).to_string();
    let body = json!({
        "id": request, "application": "emic", "roles": [role], "agency": FIRE,
        "reason": "輪值應變中心，需要登打災情。", "starts_on": "2026-11-23", "ends_on": ends_on,
    });
    let mut browser = portal.signed_in(username).await;
    let asked = browser.post("/api/v1/permission-requests", body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
    approve(portal, username, &request).await
}

/// Approves by whoever may; the grant that this makes.
async fn approve(portal: &TestPortal, username: &str, request: &str) -> String {
    let path = format!("/api/v1/permission-requests/{request}/approve");
    let mut decider = if username == "chief" {
        demo(portal, "meihui").await
    } else {
        portal.signed_in("chief").await
    };
    let approved = decider.post(&path, json!({})).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let mut browser = portal.signed_in(username).await;
    let grants = browser.get("/api/v1/grants").await.json();
    let items = grants["items"].as_array().unwrap();
    let made = items.iter().find(|grant| grant["request"] == request).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

async fn demo(portal: &TestPortal, username: &str) -> Browser {
    let mut browser = portal.browser();
    let answer = browser.sign_in(username, portal::demo::PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    browser
}

/// The permissions in a list, with where they stand.
fn standing(page: &Value) -> Vec<(&str, &str)> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| (item["grant"].as_str().unwrap(), item["state"].as_str().unwrap()))
        .collect()
}

async fn decide(browser: &mut Browser, grant: &str, verdict: &str) -> crate::support::Answer {
    let path = part(1, &format!("items/{grant}/decide"));
    browser
        .post(&path, json!({ "verdict": verdict, "reason": "已調離應變中心" }))
        .await
}

async fn recorded(portal: &TestPortal, action: &str) -> i64 {
    portal
        .count(&format!("audit_events WHERE action = '{action}'"))
        .await
}

/// Gives the responder so many grants at once.
async fn many(portal: &TestPortal, kind: Kind, count: u32) {
    let id = match kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let sql = format!(
        "INSERT INTO grants (id, person_id, role_id, agency_oid, starts_at, ends_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT {id}, p.person_id, r.id, '{FIRE}', 0, 4000000000000 FROM n \
         JOIN local_credentials p ON p.username = 'yawen' JOIN application_roles r ON r.code = 'viewer' \
         JOIN applications a ON a.id = r.application_id AND a.code = 'emic'"
    );
    portal.run(&sql).await;
}
