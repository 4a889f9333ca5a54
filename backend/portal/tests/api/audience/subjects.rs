//! What the routes are called about: somebody of the bureau, and what is theirs.

use axum::http::{Method, StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shared::{activation::REVIEW_WITHIN, person::Role};
use uuid::Uuid;

use super::{BUREAU, COUNTY};
use crate::support::{TestPortal, picture};

pub(super) fn application(code: &str, position: u32) -> Value {
    json!({
        "code": code, "name_zh": "收容所管理", "name_en": "", "description_zh": "收容所開設與人數", "description_en": "",
        "glyph": "收", "launch_url": null, "state": "announced", "owner_agency": null, "contact": "",
        "position": position,
    })
}

pub(super) fn icon() -> Value {
    json!({ "content": STANDARD.encode(picture::png(64, 64, b"")) })
}

/// The application with a picture.
pub(super) async fn pictured(portal: &TestPortal) -> String {
    let mut administrator = portal.signed_in("administrator").await;
    let path = "/api/v1/managed-applications/emic/icon";
    let set = administrator.put(path, "*", icon()).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    String::new()
}

pub(super) fn client() -> Value {
    json!({
        "redirect_uris": ["https://emic.example/callback"], "post_logout_redirect_uris": [],
        "backchannel_logout_uri": null, "initiate_login_uri": null, "authentication": "client_secret", "jwks": null,
        "signing_algorithm": "ES256", "subject_type": "public", "refresh_tokens": false, "extends_session": false,
        "reads_directory": false, "pushed_requests_only": false,
    })
}

/// The application registered, or not where the route registers it; the id of its secret.
pub(super) async fn registration(portal: &TestPortal, method: &Method, path: &str) -> String {
    const CLIENT: &str = "/api/v1/managed-applications/emic/client";
    let mut administrator = portal.signed_in("administrator").await;
    administrator.delete(CLIENT).await;
    let makes =
        (*method == Method::POST && path.ends_with("/client")) || path.ends_with("registration-token");
    if makes {
        return String::new();
    }
    let registered = administrator.post(CLIENT, client()).await;
    assert_eq!(registered.status, StatusCode::CREATED, "{}", registered.text());
    let secret = &registered.json()["client"]["secrets"][0]["id"];
    secret.as_str().unwrap().to_owned()
}

pub(super) fn role(code: &str) -> Value {
    json!({
        "code": code, "name_zh": "收容所管理", "name_en": "", "description_zh": "登錄收容人數", "description_en": "",
        "risk": "low", "max_days": 30, "second_stage": false, "agencies": [], "position": 9, "closed": false,
    })
}

pub(super) fn rule(other: &str) -> Value {
    json!({
        "application": "emic", "role": "viewer", "other_application": "emic", "other_role": other,
        "reason": "檢視與登打須分開", "strict": false,
    })
}

/// A rule of the application's roles, where the path names one.
pub(super) async fn conflict(portal: &TestPortal, path: &str) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut administrator = portal.signed_in("administrator").await;
    let set = administrator.post("/api/v1/role-conflicts", rule("centre")).await;
    assert!(set.status.is_success(), "{}", set.text());
    set.json()["id"].as_str().unwrap().to_owned()
}

/// Somebody of the bureau.
pub(super) async fn subject(portal: &TestPortal, number: usize, posts: &[Role]) -> Uuid {
    portal
        .account_of(&format!("subject{number}"), Some(BUREAU), posts)
        .await
}

pub(super) fn invitation(number: usize) -> Value {
    let username = format!("guest{number}");
    json!({ "username": username, "name": "王小明", "email": format!("{username}@example.tw"), "agency": BUREAU })
}

/// An invitation to the bureau, where the path names one.
pub(super) async fn invited(portal: &TestPortal, path: &str, number: usize) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut manager = portal.signed_in("manager").await;
    let invited = manager.post("/api/v1/invitations", invitation(number)).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text());
    invited.json()["id"].as_str().unwrap().to_owned()
}

/// What somebody without an agency proposes.
pub(super) async fn proposal(portal: &TestPortal, number: usize) -> String {
    let name = format!("newcomer{number}");
    portal.account_of(&name, None, &[]).await;
    let mut browser = portal.signed_in(&name).await;
    let proposed = browser
        .post("/api/v1/profile/agency-proposal", json!({ "agency": BUREAU }))
        .await;
    assert_eq!(proposed.status, StatusCode::CREATED);
    let open = portal
        .signed_in("manager")
        .await
        .get("/api/v1/agency-proposals")
        .await;
    open.json()["items"][0]["id"].as_str().unwrap().to_owned()
}

/// What somebody of the bureau asks for.
pub(super) async fn asked(portal: &TestPortal, number: usize) -> String {
    subject(portal, number, &[]).await;
    let id = format!("019ab0c2-5c00-7a31-9d5e-{number:012x}");
    let body = json!({
        "id": id, "application": "emic", "roles": ["viewer"], "agency": BUREAU,
        "reason": "輪值應變中心，需要檢視災情。", "starts_on": "2026-11-23", "ends_on": "2026-12-31",
    });
    let mut browser = portal.signed_in(&format!("subject{number}")).await;
    let asked = browser.post("/api/v1/permission-requests", body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
    id
}

/// The same, granted.
pub(super) async fn granted(portal: &TestPortal, number: usize) -> String {
    let id = asked(portal, number).await;
    let path = format!("/api/v1/permission-requests/{id}/approve");
    let approved = portal.signed_in("manager").await.post(&path, json!({})).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let mut browser = portal.signed_in(&format!("subject{number}")).await;
    let grants = browser.get("/api/v1/grants").await.json();
    grants["items"][0]["id"].as_str().unwrap().to_owned()
}

pub(super) fn campaign(number: usize) -> Value {
    json!({
        "id": format!("019ab0c2-5c00-7a31-8d5e-{number:012x}"), "name": "權限清查", "application": "emic",
        "due_on": "2026-12-01",
    })
}

/// A campaign over what people have of the application then.
pub(super) async fn reviewed(portal: &TestPortal, number: usize) -> String {
    let mut administrator = portal.signed_in("administrator").await;
    let opened = administrator.post("/api/v1/campaigns", campaign(number)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    opened.json()["id"].as_str().unwrap().to_owned()
}

pub(super) fn surge_list(number: usize) -> Value {
    json!({ "id": format!("019ab0c2-5c00-7a31-9d5f-{number:012x}"), "agency": COUNTY, "name": "進駐編組", "level": "second" })
}

pub(super) fn new_event(number: usize) -> Value {
    let id = format!("019ab0c2-5c00-7a31-9d60-{number:012x}");
    json!({ "id": id, "name": "海葵颱風", "level": "second", "agencies": [{ "agency": COUNTY, "with_below": true }] })
}

/// A list of the county with somebody in a role of the owner's application, where the path names one; submitted where it
/// is to be decided on.
pub(super) async fn prepared(portal: &TestPortal, path: &str, number: usize) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut manager = portal.signed_in("manager").await;
    let begun = manager.post("/api/v1/surge-lists", surge_list(number)).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
    let id = begun.json()["list"]["id"].as_str().unwrap().to_owned();
    let person = subject(portal, number, &[]).await;
    let entry = json!({ "person": person, "application": "emic", "role": "centre" });
    let path_of = |what: &str| format!("/api/v1/surge-lists/{id}/{what}");
    assert_eq!(
        manager.post(&path_of("entries"), entry).await.status,
        StatusCode::OK
    );
    if ["approve", "return", "recall"].contains(&path.rsplit('/').next().unwrap()) {
        assert_eq!(
            manager.post(&path_of("submit"), json!({})).await.status,
            StatusCode::OK
        );
    }
    id
}

/// The entry of such a list.
pub(super) async fn entry_of(portal: &TestPortal, list: &str) -> String {
    let mut manager = portal.signed_in("manager").await;
    let details = manager.get(&format!("/api/v1/surge-lists/{list}")).await.json();
    details["entries"][0]["id"].as_str().unwrap().to_owned()
}

/// A closed event, and what it has given to somebody of the bureau, whose review is overdue: all who look after the bureau may
/// mark it now.
pub(super) async fn closed(portal: &TestPortal, number: usize) -> (String, String) {
    let list = prepared(portal, "/api/v1/surge-lists/{id}/approve", number).await;
    for name in ["administrator", "owner"] {
        let path = format!("/api/v1/surge-lists/{list}/approve");
        let approved = portal.signed_in(name).await.post(&path, json!({})).await;
        assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    }
    let event = opened(portal, "/api/v1/activations/{id}/close", number).await;
    let path = format!("/api/v1/activations/{event}");
    let mut manager = portal.signed_in("manager").await;
    let given = manager.get(&format!("{path}/grants?limit=100")).await.json();
    let person = json!(portal.id_of(&format!("subject{number}")).await);
    let mut given = given["items"].as_array().unwrap().iter();
    let grant = given.find(|it| it["person"]["id"] == person).unwrap()["id"].clone();
    let closed = manager.post(&format!("{path}/close"), json!({})).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text());
    let days = REVIEW_WITHIN.as_millis();
    portal
        .run(&format!("UPDATE activations SET closed_at = closed_at - {days}"))
        .await;
    (event, grant.as_str().unwrap().to_owned())
}

/// An event of the county, where the path names one.
pub(super) async fn opened(portal: &TestPortal, path: &str, number: usize) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut manager = portal.signed_in("manager").await;
    let opened = manager.post("/api/v1/activations", new_event(number)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    opened.json()["id"].as_str().unwrap().to_owned()
}
