//! 應用系統管理, by the API.

use axum::http::StatusCode;
use foundation::testing::Kind;
use serde_json::{Value, json};
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};

use crate::support::{Answer, Browser, TestPortal};

const MANAGED: &str = "/api/v1/managed-applications";
const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// The demo's applications, an administrator, the owner of one application, and a responder.
async fn portal(kind: Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    portal
        .account_of("admin", Some(CENTRAL), &[Role::SystemAdministrator])
        .await;
    let owner = portal.account_of("owner", Some(CENTRAL), &[]).await;
    portal.owns(owner, "emic").await;
    portal.account_of("fireman", Some(BUREAU), &[]).await;
    portal
}

fn shelters() -> Value {
    json!({
        "code": "shelters", "name_zh": " 收容所管理 ", "name_en": "Shelters", "description_zh": "收容所開設與人數",
        "description_en": "", "glyph": "收", "launch_url": "https://shelters.example.gov.tw/", "state": "open",
        "owner_agency": CENTRAL, "contact": "災害管理組", "position": 9,
    })
}

fn keeper() -> Value {
    json!({
        "code": "keeper", "name_zh": "收容登錄", "name_en": "", "description_zh": "登錄收容人數", "description_en": "",
        "risk": "medium", "max_days": 60, "second_stage": false,
        "agencies": [{ "oid": COUNTY, "with_below": true }], "position": 4, "closed": false,
    })
}

/// The same with this field changed.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn read(browser: &mut Browser, path: &str) -> (Value, String) {
    let answer = browser.get(&format!("{MANAGED}/{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let tag = answer.header("etag").to_owned();
    (answer.json()["data"].clone(), tag)
}

async fn put(browser: &mut Browser, path: &str, tag: &str, body: Value) -> Answer {
    browser.put(&format!("{MANAGED}/{path}"), tag, body).await
}

fn broken(answer: &Answer) -> Vec<(String, ViolationCode)> {
    let violations = answer.problem().violations.into_iter();
    violations.map(|it| (it.field, it.code)).collect()
}

async fn codes(browser: &mut Browser, path: &str) -> Vec<String> {
    let page = browser.get(path).await.json();
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["code"].as_str().unwrap().to_owned())
        .collect()
}

fn request(number: u32, application: &str, role: &str, agency: &str) -> Value {
    json!({
        "id": format!("019ab0c2-5c00-7a31-9d5e-{number:012x}"), "application": application, "roles": [role],
        "agency": agency, "reason": "輪值應變中心，需要登打災情。", "starts_on": "2026-11-23", "ends_on": "2026-12-01",
    })
}

async fn recorded(portal: &TestPortal, condition: &str) -> i64 {
    portal.count(&format!("audit_events WHERE {condition}")).await
}

on_each_database! {
    async fn an_administrator_creates_an_application_with_a_role_and_it_can_be_started_and_asked_for(kind) {
        let portal = portal(kind).await;
        let mut admin = portal.signed_in("admin").await;
        let mut fireman = portal.signed_in("fireman").await;
        let created = admin.post(MANAGED, shelters()).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        assert_eq!(created.header("etag"), "\"1\"");
        let view = created.json();
        assert_eq!(view["data"]["name_zh"], "收容所管理", "without the spaces around it");
        assert_eq!(view["owner_agency_name"], "內政部消防署");
        assert_eq!(broken(&admin.post(MANAGED, shelters()).await), [("code".to_owned(), ViolationCode::Taken)]);
        let started = fireman.get("/launch/shelters").await;
        assert_eq!(started.header("location"), "https://shelters.example.gov.tw/");

        let added = admin.post(&format!("{MANAGED}/shelters/roles"), keeper()).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
        assert_eq!(added.json()["agencies"][0]["name"], "彰化縣政府");
        let refused = fireman.get("/launch/shelters").await;
        assert_eq!(refused.header("location"), "/applications?wanted=shelters", "its roles are asked for from now on");
        let again = admin.post(&format!("{MANAGED}/shelters/roles"), keeper()).await;
        assert_eq!(broken(&again), [("code".to_owned(), ViolationCode::Taken)]);
        let seen = fireman.get("/api/v1/applications/shelters").await.json();
        assert_eq!(seen["availability"], "permission_needed");
        assert_eq!(seen["roles"][0]["code"], "keeper");
        assert_eq!(seen["roles"][0]["agencies"], json!([{ "oid": COUNTY, "with_below": true }]));
        let asked = fireman.post("/api/v1/permission-requests", request(1, "shelters", "keeper", BUREAU)).await;
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
        assert_eq!(recorded(&portal, "action = 'application_created' AND details LIKE '%shelters%'").await, 1);
        assert_eq!(recorded(&portal, "action = 'application_role_added' AND details LIKE '%keeper%'").await, 1);
    }

    async fn an_owner_changes_the_own_application_and_sees_no_other(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        assert_eq!(codes(&mut owner, MANAGED).await, ["emic"]);
        let (data, tag) = read(&mut owner, "emic").await;
        let wanted = with(with(data.clone(), "name_zh", json!("EMIC 應變")), "launch_url", json!("http://localhost:9/"));
        let changed = put(&mut owner, "emic", &tag, with(wanted, "state", json!("open"))).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
        assert_eq!((changed.header("etag"), &changed.json()["may_place"]), ("\"2\"", &json!(false)));
        assert_eq!(changed.json()["owners"][0]["name"], "林測試");
        let row = "action = 'application_changed' AND details LIKE '%EMIC 應變服務%' AND details LIKE '%\"after\"%'";
        assert_eq!(recorded(&portal, row).await, 1);

        let moved = put(&mut owner, "emic", "*", with(data, "position", json!(99))).await;
        assert_eq!(broken(&moved), [("position".to_owned(), ViolationCode::Locked)]);
        assert_eq!(owner.post(MANAGED, shelters()).await.problem().code, ErrorCode::Forbidden);
        // What is another's is as what is not there.
        for path in ["messages", "nothing", "no%20code", "messages/roles/sender", "emic/roles/nothing", "emic/roles/%00"] {
            let foreign = owner.get(&format!("{MANAGED}/{path}")).await.problem();
            assert_eq!(foreign.code, ErrorCode::NotFound, "{path}");
        }
        let foreign = put(&mut owner, "messages", "*", with(shelters(), "code", json!("messages"))).await;
        assert_eq!(foreign.problem().code, ErrorCode::NotFound);
        let foreign = put(&mut owner, "messages/roles/sender", "*", with(keeper(), "code", json!("sender"))).await;
        assert_eq!(foreign.problem().code, ErrorCode::NotFound);
        let foreign = owner.post(&format!("{MANAGED}/messages/roles"), keeper()).await;
        assert_eq!(foreign.problem().code, ErrorCode::NotFound);
        let mut fireman = portal.signed_in("fireman").await;
        assert_eq!(fireman.get(MANAGED).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(fireman.get(&format!("{MANAGED}/emic")).await.problem().code, ErrorCode::NotFound);
    }

    async fn nobody_overwrites_what_they_have_not_seen(kind) {
        let portal = portal(kind).await;
        let (mut owner, mut admin) = (portal.signed_in("owner").await, portal.signed_in("admin").await);
        for (path, field) in [("emic", "name_en"), ("emic/roles/viewer", "name_en")] {
            let (data, tag) = read(&mut owner, path).await;
            let unnamed = owner.call(axum::http::Method::PUT, &format!("{MANAGED}/{path}"), Some(data.clone())).await;
            assert_eq!(unnamed.problem().code, ErrorCode::PreconditionRequired);
            let same = put(&mut owner, path, &tag, data.clone()).await;
            assert_eq!((same.status, same.header("etag")), (StatusCode::OK, tag.as_str()), "nothing changed");
            // Two who have read the same at once, on two nodes.
            let mut elsewhere = portal.second_node().await.signed_in("admin").await;
            let (first, second) = tokio::join!(
                put(&mut owner, path, &tag, with(data.clone(), field, json!("One"))),
                put(&mut elsewhere, path, &tag, with(data.clone(), field, json!("Other"))),
            );
            let statuses = [first.status, second.status];
            assert!(statuses.contains(&StatusCode::OK) && statuses.contains(&StatusCode::PRECONDITION_FAILED), "{statuses:?}");
            let stale = put(&mut admin, path, &tag, data).await;
            assert_eq!(stale.problem().code, ErrorCode::PreconditionFailed);
        }
        let changes = "action IN ('application_changed', 'application_role_changed')";
        assert_eq!(recorded(&portal, changes).await, 2);
    }

    async fn an_owner_whose_post_was_taken_at_the_click_changes_nothing(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let (data, tag) = read(&mut owner, "emic").await;
        portal.run("DELETE FROM posts WHERE role = 'application_owner'").await;
        let refused = put(&mut owner, "emic", &tag, with(data, "name_en", json!("Mine"))).await;
        assert_eq!(refused.problem().code, ErrorCode::NotFound);
    }

    async fn what_breaks_rules_is_named_all_at_once(kind) {
        let portal = portal(kind).await;
        let mut admin = portal.signed_in("admin").await;
        for (field, value, code) in [
            ("code", json!("EMIC"), ViolationCode::Malformed),
            ("name_zh", json!(" "), ViolationCode::Required),
            ("description_zh", json!("a\u{0}b"), ViolationCode::ForbiddenCharacters),
            ("name_en", json!("x".repeat(61)), ViolationCode::TooLong),
            ("glyph", json!("收容"), ViolationCode::TooLong),
            ("launch_url", json!("http://shelters.example.gov.tw/"), ViolationCode::Malformed),
            ("launch_url", json!("https://me:secret@example.gov.tw/"), ViolationCode::Malformed),
            ("launch_url", json!("javascript:alert(1)"), ViolationCode::Malformed),
            ("launch_url", Value::Null, ViolationCode::Required),
            ("owner_agency", json!("2.16.886.101.99999"), ViolationCode::Unknown),
            ("owner_agency", Value::Null, ViolationCode::Required),
            ("position", json!(10_000), ViolationCode::OutOfRange),
        ] {
            let refused = admin.post(MANAGED, with(shelters(), field, value.clone())).await;
            assert_eq!(broken(&refused), [(field.to_owned(), code)], "{value}");
        }
        let two = with(with(shelters(), "name_zh", json!("")), "owner_agency", json!("2.16.x"));
        assert_eq!(broken(&admin.post(MANAGED, two).await).len(), 2);
        for (field, value) in [("more", json!(1)), ("state", json!("gone")), ("position", json!(-1)), ("glyph", json!(1))] {
            let refused = admin.post(MANAGED, with(shelters(), field, value)).await;
            assert_eq!(refused.problem().code, ErrorCode::MalformedBody, "{field}");
        }
        let roles = format!("{MANAGED}/emic/roles");
        for (field, value, code) in [
            ("code", json!("-x"), ViolationCode::Malformed),
            ("max_days", json!(0), ViolationCode::OutOfRange),
            ("agencies", json!([{ "oid": "2.16.886.101.99999", "with_below": true }]), ViolationCode::Unknown),
            ("agencies", json!([{ "oid": "here", "with_below": true }]), ViolationCode::Malformed),
        ] {
            let refused = admin.post(&roles, with(keeper(), field, value.clone())).await;
            assert_eq!(broken(&refused), [(field.to_owned(), code)], "{value}");
        }
        let inner = json!([{ "oid": COUNTY, "with_below": true, "more": 1 }]);
        let refused = admin.post(&roles, with(keeper(), "agencies", inner)).await;
        assert_eq!(refused.problem().code, ErrorCode::MalformedBody);
        let (data, tag) = read(&mut admin, "emic/roles/viewer").await;
        let renamed = put(&mut admin, "emic/roles/viewer", &tag, with(data, "code", json!("reader"))).await;
        assert_eq!(broken(&renamed), [("code".to_owned(), ViolationCode::Locked)]);
        let (data, tag) = read(&mut admin, "emic").await;
        let renamed = put(&mut admin, "emic", &tag, with(data, "code", json!("emic2"))).await;
        assert_eq!(broken(&renamed), [("code".to_owned(), ViolationCode::Locked)]);
        assert_eq!(recorded(&portal, "action LIKE 'application%'").await, 0);
    }

    async fn a_role_is_asked_for_on_behalf_of_its_agencies_alone(kind) {
        let portal = portal(kind).await;
        let (mut owner, mut fireman) = (portal.signed_in("owner").await, portal.signed_in("fireman").await);
        let (data, tag) = read(&mut owner, "emic/roles/viewer").await;
        let county = |below: bool| json!([{ "oid": COUNTY, "with_below": below }]);
        put(&mut owner, "emic/roles/viewer", &tag, with(data.clone(), "agencies", county(false))).await;
        let refused = fireman.post("/api/v1/permission-requests", request(1, "emic", "viewer", BUREAU)).await;
        let violation = refused.problem().violations.remove(0);
        assert_eq!((violation.field.as_str(), violation.code), ("roles", ViolationCode::NotForAgency));
        assert_eq!(violation.params["role"], "viewer");
        put(&mut owner, "emic/roles/viewer", "*", with(data, "agencies", county(true))).await;
        let taken = fireman.post("/api/v1/permission-requests", request(1, "emic", "viewer", BUREAU)).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text());
        assert_eq!(portal.count("application_role_agencies").await, 1);
    }

    async fn a_closed_role_is_not_asked_for_and_what_is_granted_runs_on(kind) {
        let portal = portal(kind).await;
        let mut owner = portal.signed_in("owner").await;
        let mut dawen = portal.browser();
        dawen.sign_in("dawen", portal::demo::PASSWORD).await;
        let (data, tag) = read(&mut owner, "emic/roles/reporter").await;
        let closed = put(&mut owner, "emic/roles/reporter", &tag, with(data.clone(), "closed", json!(true))).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.text());
        let grants = dawen.get("/api/v1/grants").await.json();
        assert_eq!((&grants["items"][0]["state"], &grants["items"][0]["may"]), (&json!("active"), &json!([])));
        let own = dawen.get("/api/v1/applications/emic").await.json();
        let reporter = own["roles"].as_array().unwrap().iter().find(|role| role["code"] == "reporter");
        assert_eq!(reporter.unwrap()["closed"], true);
        let mut fireman = portal.signed_in("fireman").await;
        let theirs = fireman.get("/api/v1/applications/emic").await.json();
        assert!(theirs["roles"].as_array().unwrap().iter().all(|role| role["code"] != "reporter"));
        let refused = fireman.post("/api/v1/permission-requests", request(1, "emic", "reporter", BUREAU)).await;
        assert_eq!(broken(&refused), [("roles".to_owned(), ViolationCode::RoleClosed)]);
        put(&mut owner, "emic/roles/reporter", "*", data).await;
        let taken = fireman.post("/api/v1/permission-requests", request(1, "emic", "reporter", BUREAU)).await;
        assert_eq!(taken.status, StatusCode::CREATED, "opened again");
    }

    async fn a_closed_application_is_there_for_those_who_keep_it_alone(kind) {
        let portal = portal(kind).await;
        let (mut admin, mut fireman) = (portal.signed_in("admin").await, portal.signed_in("fireman").await);
        admin.post(MANAGED, shelters()).await;
        admin.post(&format!("{MANAGED}/shelters/roles"), keeper()).await;
        put(&mut admin, "shelters", "*", with(shelters(), "state", json!("closed"))).await;
        assert!(!codes(&mut fireman, "/api/v1/applications").await.contains(&"shelters".to_owned()));
        assert_eq!(fireman.get("/api/v1/applications/shelters").await.status, StatusCode::NOT_FOUND);
        assert_eq!(fireman.get("/launch/shelters").await.status, StatusCode::NOT_FOUND);
        let refused = fireman.post("/api/v1/permission-requests", request(1, "shelters", "keeper", BUREAU)).await;
        assert_eq!(broken(&refused), [("application".to_owned(), ViolationCode::Unknown)]);
        assert_eq!(codes(&mut admin, &format!("{MANAGED}?state=closed")).await, ["shelters"]);
    }

    async fn the_list_is_searched_and_comes_page_by_page(kind) {
        let portal = portal(kind).await;
        let mut admin = portal.signed_in("admin").await;
        admin.post(MANAGED, shelters()).await;
        let all = codes(&mut admin, MANAGED).await;
        assert_eq!(all, ["emic", "messages", "myegov", "shelters"]);
        let first = admin.get(&format!("{MANAGED}?limit=3")).await.json();
        let next = first["next"].as_str().unwrap();
        assert_eq!(codes(&mut admin, &format!("{MANAGED}?limit=3&after={next}")).await, ["shelters"]);
        let item = &first["items"][0];
        assert_eq!((&item["roles"], &item["owners"]), (&json!(3), &json!(1)));
        for (query, found) in [("SHEL", &["shelters"][..]), ("%E6%94%B6%E5%AE%B9", &["shelters"]), ("%25", &[]), ("plat", &["messages"])] {
            assert_eq!(codes(&mut admin, &format!("{MANAGED}?query={query}")).await, found, "{query}");
        }
        for query in ["after=x", "state=gone", "query=%00", "limit=0", "sort=name"] {
            let refused = admin.get(&format!("{MANAGED}?{query}")).await;
            assert_eq!(refused.problem().code, ErrorCode::MalformedParameter, "{query}");
        }
    }
}
