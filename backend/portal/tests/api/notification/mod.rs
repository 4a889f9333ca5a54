//! Notifications, by the API.

mod choosing;
mod grants;
mod reading;
mod stream;
mod telling;

use std::time::Duration;

use axum::http::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use shared::{date::Date, person::Role};

use crate::support::{Browser, TestPortal};

const NOTIFICATIONS: &str = "/api/v1/notifications";
const REQUESTS: &str = "/api/v1/permission-requests";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications; a responder of the fire bureau and its manager, with addresses. The demo's
/// meihui manages the county above the bureau.
async fn start(kind: foundation::testing::Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.account_of("yawen", Some(FIRE), &[]).await;
    portal
        .account_of("chief", Some(FIRE), &[Role::AgencyManager])
        .await;
    for username in ["yawen", "chief"] {
        confirmed(&portal, username).await;
    }
    portal
}

/// This account has an address, which was confirmed.
pub(crate) async fn confirmed(portal: &TestPortal, username: &str) {
    let address = format!("{username}@example.tw");
    let sql = format!(
        "UPDATE persons SET email = '{address}', confirmed_email = '{address}' \
         WHERE id = (SELECT person_id FROM local_credentials WHERE username_key = '{username}')"
    );
    portal.run(&sql).await;
}

fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

/// Asks for a role of `emic`, from today to the end of the year, a second after what was before.
async fn ask(portal: &TestPortal, browser: &mut Browser, number: u32, role: &str) {
    portal.advance(SECOND);
    let today = Date::in_taiwan(portal.now());
    let body = json!({
        "id": id(number), "application": "emic", "roles": [role], "agency": FIRE,
        "reason": "輪值應變中心，需要登打災情。", "starts_on": today, "ends_on": "2026-12-31",
    });
    let answer = browser.post(REQUESTS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

/// Does something to a request, a second after what was before.
async fn decide(portal: &TestPortal, browser: &mut Browser, number: u32, what: &str) {
    portal.advance(SECOND);
    let path = format!("{REQUESTS}/{}/{what}", id(number));
    let answer = browser
        .post(&path, json!({ "comment": "請見內部班表第三頁。" }))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

/// What somebody is told, the newest first.
pub(crate) async fn told(browser: &mut Browser) -> Vec<Value> {
    let list = browser.get(NOTIFICATIONS).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text());
    list.json()["items"].as_array().unwrap().clone()
}

/// The kinds of what somebody is told, the newest first.
pub(crate) async fn kinds(browser: &mut Browser) -> Vec<String> {
    let told = told(browser).await;
    told.iter()
        .map(|it| it["kind"].as_str().unwrap().to_owned())
        .collect()
}

/// The texts of the mails that tell this account of something, the oldest first.
pub(crate) async fn letters(portal: &TestPortal, username: &str) -> Vec<String> {
    let db = &portal.app.state.db;
    let sql = format!(
        "SELECT body FROM mails WHERE kind = 'notification' AND recipient = '{username}@example.tw' ORDER BY made_at, id"
    );
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "body").unwrap()).collect()
}
