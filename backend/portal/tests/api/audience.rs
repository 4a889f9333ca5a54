//! Every route, called by everybody: what they may is what the table says.

use axum::http::{Method, StatusCode};
use foundation::testing::Kind;
use portal::gate::{
    access::{Access, ROUTES},
    audience,
};
use serde_json::{Value, json};
use shared::person::Role;
use uuid::Uuid;

use crate::support::{Browser, PASSWORD, TestPortal};

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// Who calls: the account, the agency, the post, and whether that reaches the people of the bureau.
const ACTORS: [(&str, &str, Option<Role>, bool); 6] = [
    ("responder", BUREAU, None, false),
    ("manager", COUNTY, Some(Role::AgencyManager), true),
    ("foreign", CENTRAL, Some(Role::AgencyManager), false),
    ("owner", CENTRAL, Some(Role::ApplicationOwner), false),
    ("administrator", CENTRAL, Some(Role::SystemAdministrator), true),
    ("auditor", CENTRAL, Some(Role::Auditor), false),
];

/// A request that would do something, had one the post that it takes, about somebody of the bureau who is new each time.
async fn request(portal: &TestPortal, method: &Method, path: &str, number: usize) -> (String, Option<Value>) {
    let unknown = "019ab1c2-7c00-7000-8000-00000000a001";
    let mut body = (*method != Method::GET && *method != Method::DELETE).then(|| json!({}));
    if audience::of(method, path).is_none() {
        let path = path.replace("{code}", "emic").replace("{oid}", COUNTY);
        return (path.replace("{id}", unknown), body);
    }
    let subject = subject(portal, number).await;
    let mut id = subject.to_string();
    if path.starts_with("/api/v1/agency-proposals/") {
        id = proposal(portal, number).await.to_string();
    }
    if path.ends_with("/refuse") {
        body = Some(json!({ "reason": "查無此員" }));
    }
    if method == Method::POST && path.ends_with("/posts") {
        body = Some(json!({ "role": "agency_manager", "agency": BUREAU }));
    }
    let key = format!("agency_manager:{BUREAU}");
    (path.replace("{id}", &id).replace("{post}", &key), body)
}

/// Somebody of the bureau, who manages it.
async fn subject(portal: &TestPortal, number: usize) -> Uuid {
    let name = format!("subject{number}");
    portal
        .account_of(&name, Some(BUREAU), &[Role::AgencyManager])
        .await
}

/// What somebody without an agency proposes.
async fn proposal(portal: &TestPortal, number: usize) -> Uuid {
    let name = format!("newcomer{number}");
    portal.account_of(&name, None, &[]).await;
    let mut browser = portal.signed_in(&name).await;
    let proposed = browser
        .post("/api/v1/profile/agency-proposal", json!({ "agency": BUREAU }))
        .await;
    assert_eq!(proposed.status, StatusCode::CREATED);
    let mut manager = portal.signed_in("manager").await;
    let open = manager.get("/api/v1/agency-proposals").await.json();
    open["items"].as_array().unwrap().last().unwrap()["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

async fn call(mut browser: Browser, method: &Method, path: &str, body: Option<Value>) -> StatusCode {
    browser.call(method.clone(), path, body).await.status
}

fn may(role: Option<Role>, reaches: bool, path: &str, posts: &[Role]) -> bool {
    role.is_some_and(|role| posts.contains(&role)) && (reaches || !path.contains('{'))
}

async fn run(kind: Kind) {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    for (name, agency, role, _) in ACTORS {
        portal.account_of(name, Some(agency), role.as_slice()).await;
    }
    let mut number = 0;
    for (method, path, access) in ROUTES {
        let mut answers = Vec::new();
        for (name, _, role, reaches) in ACTORS {
            number += 1;
            let mut browser = portal.browser();
            browser.sign_in(name, PASSWORD).await;
            let (address, body) = request(&portal, method, path, number).await;
            let status = call(browser, method, &address, body.clone()).await;
            answers.push(status);
            if let Some(posts) = audience::of(method, path) {
                let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status);
                let may = may(role, reaches, path, posts);
                assert_eq!(!refused, may, "{method} {path} as {name}: {status}");
            }
            if !matches!(access, Access::Open | Access::SignIn) {
                let stranger = call(portal.browser(), method, &address, body).await;
                assert_eq!(stranger, StatusCode::UNAUTHORIZED, "{method} {path} as nobody");
            }
        }
        if audience::of(method, path).is_none() {
            let first = answers[0];
            let alike = answers.iter().all(|status| *status == first);
            assert!(
                alike,
                "{method} {path} takes a post that the table does not name: {answers:?}"
            );
        }
    }
}

#[tokio::test]
async fn everybody_may_what_the_table_says_on_sqlite() {
    run(Kind::Sqlite).await;
}

#[tokio::test]
async fn everybody_may_what_the_table_says_on_postgres() {
    run(Kind::Postgres).await;
}
