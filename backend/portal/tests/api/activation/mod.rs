//! 應變中心開設, by the API: a county with a fire bureau, people of both, and somebody who approves.

mod apart;
mod events;
mod lists;
mod races;
mod review;
mod telling;

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::person::Role;
use uuid::Uuid;

use crate::support::{Browser, TestPortal};

const LISTS: &str = "/api/v1/surge-lists";
const EVENTS: &str = "/api/v1/activations";
const REVIEWS: &str = "/api/v1/activation-reviews";
const COUNTY: &str = "2.16.886.101.90010.20002";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const TOWN: &str = "2.16.886.101.90010.90001.20002";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// A portal with the demo's applications and without its list: `county` manages the county and all below it, `chief` the
/// fire bureau alone, `root` and `deputy` are system administrators, `foreign` manages another agency; `one` and `two` are of the bureau.
async fn start(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal.run("DELETE FROM surge_lists").await;
    let manager = [Role::AgencyManager];
    portal.account_of("county", Some(COUNTY), &manager).await;
    portal.account_of("chief", Some(FIRE), &manager).await;
    let alone = format!("UPDATE posts SET with_below = FALSE WHERE scope = '{FIRE}'");
    portal.run(&alone).await;
    portal.account_of("foreign", Some(CENTRAL), &manager).await;
    portal
        .account_of("root", Some(CENTRAL), &[Role::SystemAdministrator])
        .await;
    portal
        .account_of("deputy", Some(CENTRAL), &[Role::SystemAdministrator])
        .await;
    for name in ["one", "two"] {
        portal.account_of(name, Some(FIRE), &[]).await;
    }
    portal
}

fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

fn new_list(number: u32, agency: &str, level: &str) -> Value {
    json!({ "id": id(number), "agency": agency, "name": "進駐編組", "level": level })
}

fn new_event(number: u32, level: &str, agencies: &[&str]) -> Value {
    let agencies: Vec<_> = agencies
        .iter()
        .map(|oid| json!({ "agency": oid, "with_below": false }))
        .collect();
    json!({ "id": id(number), "name": "海葵颱風", "level": level, "agencies": agencies })
}

/// Does something that must be done; the answer.
async fn done(browser: &mut Browser, path: &str, body: Value) -> Value {
    let answer = browser.post(path, body).await;
    assert!(
        answer.status.is_success(),
        "{path}: {} {}",
        answer.status,
        answer.text()
    );
    answer.json()
}

/// A draft for the county with these people in this role of EMIC, prepared by the county's manager.
async fn draft(portal: &TestPortal, number: u32, level: &str, people: &[&str], role: &str) {
    let mut county = portal.signed_in("county").await;
    done(&mut county, LISTS, new_list(number, COUNTY, level)).await;
    for name in people {
        add(portal, &mut county, number, name, role).await;
    }
}

async fn add(portal: &TestPortal, by: &mut Browser, number: u32, name: &str, role: &str) -> Value {
    let entry = json!({ "person": portal.id_of(name).await, "application": "emic", "role": role });
    done(by, &list(number, "entries"), entry).await
}

/// The same, submitted and approved.
async fn approved(portal: &TestPortal, number: u32, level: &str, people: &[&str], role: &str) {
    draft(portal, number, level, people, role).await;
    done(
        &mut portal.signed_in("county").await,
        &list(number, "submit"),
        json!({}),
    )
    .await;
    let details = done(
        &mut portal.signed_in("root").await,
        &list(number, "approve"),
        json!({}),
    )
    .await;
    assert_eq!(details["list"]["state"], "approved", "{details}");
}

fn list(number: u32, what: &str) -> String {
    format!("{LISTS}/{}/{what}", id(number))
}

fn event(number: u32, what: &str) -> String {
    format!("{EVENTS}/{}/{what}", id(number))
}

/// Opens an event for the county, by its manager.
async fn open(portal: &TestPortal, number: u32, level: &str) {
    let mut county = portal.signed_in("county").await;
    let opened = county.post(EVENTS, new_event(number, level, &[COUNTY])).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
}

/// The roles of EMIC that this person holds now, by their codes, each with the name of the event that it is by.
async fn held(portal: &TestPortal, name: &str) -> Vec<(String, Option<String>)> {
    let mut browser = portal.signed_in(name).await;
    let application = browser.get("/api/v1/applications/emic").await.json();
    let roles = application["roles"].as_array().unwrap();
    let held = roles.iter().filter(|role| !role["grant"].is_null());
    held.map(|role| {
        let by = role["grant"]["activation"].as_str().map(str::to_owned);
        (role["code"].as_str().unwrap().to_owned(), by)
    })
    .collect()
}

/// Of these items, the one about this person.
async fn about(portal: &TestPortal, page: &Value, items: &str, name: &str) -> Value {
    let id = json!(portal.id_of(name).await);
    let mut found = page[items].as_array().unwrap().iter();
    found.find(|item| item["person"]["id"] == id).unwrap().clone()
}

/// Whether the person holds the role of the centre now, by an event.
async fn serves(portal: &TestPortal, name: &str) -> bool {
    held(portal, name)
        .await
        .contains(&("centre".to_owned(), Some("海葵颱風".to_owned())))
}

async fn audited(portal: &TestPortal, action: &str) -> i64 {
    portal
        .count(&format!("audit_events WHERE action = '{action}'"))
        .await
}
