//! Deciding on requests for permissions, by the API.

mod decisions;
mod looked_after;
mod posts;
mod races;
mod revoking;
mod shapes;
mod standing_in;
mod together;

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Answer, Browser, TestPortal};

const REQUESTS: &str = "/api/v1/permission-requests";
const CITY: &str = "2.16.886.101.90010.20002";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const STATION: &str = "2.16.886.101.90010.20002.20010";
const ELSEWHERE: &str = "2.16.886.101.20003.20001.20003";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications; a responder of the fire bureau, its manager, and the manager of another
/// agency. The demo's meihui manages the county above the fire bureau.
async fn start(kind: foundation::testing::Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.account_of("yawen", Some(FIRE), &[]).await;
    portal
        .account_of("chief", Some(FIRE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("stranger", Some(ELSEWHERE), &[Role::AgencyManager])
        .await;
    portal
}

fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

fn request(number: u32, application: &str, roles: &[&str]) -> Value {
    json!({
        "id": id(number),
        "application": application,
        "roles": roles,
        "agency": FIRE,
        "reason": "輪值應變中心，需要登打災情。",
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-31",
    })
}

async fn ask(browser: &mut Browser, number: u32, application: &str, roles: &[&str]) -> Value {
    let answer = browser.post(REQUESTS, request(number, application, roles)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn path(number: u32, what: &str) -> String {
    format!("{REQUESTS}/{}/{what}", id(number))
}

async fn demo(portal: &TestPortal, username: &str) -> Browser {
    let mut browser = portal.browser();
    let answer = browser.sign_in(username, portal::demo::PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    browser
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

async fn recorded(portal: &TestPortal, action: &str) -> i64 {
    portal
        .count(&format!("audit_events WHERE action = '{action}'"))
        .await
}

/// How an id of a request is written in a statement.
fn literal(kind: foundation::testing::Kind, number: u32) -> String {
    literal_of(kind, id(number).parse().unwrap())
}

/// How an id is written in a statement.
fn literal_of(kind: foundation::testing::Kind, id: uuid::Uuid) -> String {
    match kind {
        foundation::testing::Kind::Sqlite => format!("x'{}'", id.simple()),
        foundation::testing::Kind::Postgres => format!("'{id}'"),
    }
}

/// Holds the row of this request; on SQLite, everything.
async fn held(
    portal: &TestPortal,
    kind: foundation::testing::Kind,
    number: u32,
) -> sea_orm::DatabaseTransaction {
    let sql = format!(
        "UPDATE permission_requests SET state = state WHERE id = {}",
        literal(kind, number)
    );
    portal.hold(&[&sql]).await
}
