//! Asking for permissions, by the API.

mod asking;
mod reading;
mod withdrawing;

use std::{collections::BTreeSet, time::Duration};

use axum::http::{Method, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared::{
    problem::{ErrorCode, ViolationCode},
    time::Timestamp,
};

use crate::support::{Answer, Browser, TestPortal};

const REQUESTS: &str = "/api/v1/permission-requests";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications and agencies, and two people who have nothing yet.
async fn start(kind: foundation::testing::Kind) -> (TestPortal, Browser) {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.account("yawen").await;
    portal.account("other").await;
    let browser = portal.signed_in("yawen").await;
    (portal, browser)
}

/// A UUIDv7 that ends with this number.
fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

/// A request that breaks no rule on 2026-11-23, the test clock's day.
fn request(number: u32) -> Value {
    json!({
        "id": id(number),
        "application": "emic",
        "roles": ["reporter"],
        "agency": "2.16.886.101.90010.20002.20040",
        "reason": "輪值應變中心，需要登打災情。",
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-31",
    })
}

fn with(number: u32, field: &str, value: impl Into<Value>) -> Value {
    let mut body = request(number);
    body[field] = value.into();
    body
}

/// The one violation of an answer.
#[track_caller]
fn violation(answer: &Answer) -> (String, ViolationCode) {
    let problem = answer.problem();
    assert_eq!(problem.code, ErrorCode::Invalid);
    assert_eq!(problem.violations.len(), 1, "{}", answer.text());
    (problem.violations[0].field.clone(), problem.violations[0].code)
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn asked(portal: &TestPortal, what: &str) -> i64 {
    portal
        .count(&format!("audit_events WHERE action = '{what}'"))
        .await
}
