//! Every route, called by everybody: what they may is what the table says.

use axum::http::{Method, StatusCode};
use foundation::testing::Kind;
use portal::gate::{Access, audience, routes::ROUTES};
use serde_json::{Value, json};
use shared::person::Role;
use uuid::Uuid;

use crate::support::{Browser, PASSWORD, TestPortal};

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// Who calls: the account, the agency, the post, and whether that reaches the people of the bureau, or the application
/// that they ask for.
const ACTORS: [(&str, &str, Option<Role>, bool); 6] = [
    ("responder", BUREAU, None, false),
    ("manager", COUNTY, Some(Role::AgencyManager), true),
    ("foreign", CENTRAL, Some(Role::AgencyManager), false),
    ("owner", CENTRAL, Some(Role::ApplicationOwner), true),
    ("administrator", CENTRAL, Some(Role::SystemAdministrator), true),
    ("auditor", CENTRAL, Some(Role::Auditor), false),
];

/// A request that would do something, had one the post that it takes, about somebody of the bureau who is new each time.
async fn request(portal: &TestPortal, method: &Method, path: &str, number: usize) -> (String, Option<Value>) {
    let unknown = "019ab1c2-7c00-7000-8000-00000000a001";
    let body = (*method != Method::GET && *method != Method::DELETE).then(|| json!({}));
    if audience::of(method, path).is_none() {
        let path = path.replace("{code}", "emic").replace("{oid}", COUNTY);
        return (path.replace("{id}", unknown), body);
    }
    let about = path.split('/').nth(3).unwrap();
    let grant = if path.contains("{grant}") {
        granted(portal, number).await
    } else {
        String::new()
    };
    let id = match about {
        "agency-proposals" => proposal(portal, number).await,
        "permission-requests" => asked(portal, number).await,
        "grants" => granted(portal, number).await,
        "invitations" => invited(portal, path, number).await,
        "role-conflicts" => conflict(portal, path).await,
        "managed-applications" if path.contains("/client") => registration(portal, method, path).await,
        "campaigns" if path.contains('{') => reviewed(portal, number).await,
        "campaigns" | "charts" => String::new(),
        "surge-lists" => prepared(portal, path, number).await,
        "activations" => opened(portal, path, number).await,
        _ if path.contains("{post}") => subject(portal, number, &[Role::AgencyManager]).await.to_string(),
        _ => subject(portal, number, &[]).await.to_string(),
    };
    let responder = portal.id_of("responder").await;
    let body = body.map(|body| match path.rsplit('/').next().unwrap() {
        "managed-applications" => application(&format!("shelters{number}"), 9),
        "{code}" => application("emic", 1),
        "client" => client(),
        "secrets" => json!({ "keep_old_hours": 1 }),
        "roles" => role(&format!("keeper{number}")),
        "{role}" => role("viewer"),
        "role-conflicts" => rule("reporter"),
        "campaigns" => campaign(number),
        "decide" => json!({ "verdict": "keep" }),
        "decisions" => json!({ "grants": [unknown], "verdict": "keep" }),
        "extend" => json!({ "version": 1, "due_on": "2026-12-31", "reason": "颱風應變期間。" }),
        "cancel" if about == "campaigns" => json!({ "version": 1, "reason": "範圍有誤。" }),
        "refuse" | "revoke" => json!({ "reason": "查無此員，請確認任職機關。" }),
        "return" if about == "surge-lists" => json!({ "remark": "請確認人員。" }),
        "reject" | "return" => json!({ "comment": "請補充說明輪值的日期。" }),
        "move" => json!({ "agency": COUNTY }),
        "invitations" => invitation(number),
        "import" => json!({ "csv": "帳號,姓名,電子信箱,機關OID\n", "dry_run": true }),
        "delegations" => json!({ "username": "auditor", "starts_on": "2026-11-23", "ends_on": "2026-11-24" }),
        "posts" => json!({ "role": "agency_manager", "agency": BUREAU }),
        "surge-lists" => surge_list(number),
        "level" => json!({ "level": "first" }),
        "entries" => {
            json!({ "person": responder, "application": "emic", "role": "viewer" })
        }
        "activations" => event(number),
        "preview" => json!({ "level": "second", "agencies": [{ "agency": COUNTY }] }),
        "agencies" => json!({ "agencies": [{ "agency": BUREAU }] }),
        "reviews" => json!({ "grants": [unknown], "verdict": "in_order" }),
        _ => body,
    });
    let key = format!("agency_manager:{BUREAU}");
    let query = if path.ends_with("audit-events/export") {
        "?format=jsonl"
    } else {
        ""
    };
    let entry = if path.contains("{entry}") {
        entry_of(portal, &id).await
    } else {
        String::new()
    };
    let path = path.replace("{id}", &id).replace("{entry}", &entry);
    let path = path.replace("{code}", "emic").replace("{role}", "viewer");
    let path = path.replace("{grant}", &grant);
    (path.replace("{post}", &key) + query, body)
}

fn application(code: &str, position: u32) -> Value {
    json!({
        "code": code, "name_zh": "收容所管理", "name_en": "", "description_zh": "收容所開設與人數", "description_en": "",
        "glyph": "收", "launch_url": null, "state": "announced", "owner_agency": null, "contact": "",
        "position": position,
    })
}

fn client() -> Value {
    json!({
        "redirect_uris": ["https://emic.example/callback"], "post_logout_redirect_uris": [],
        "backchannel_logout_uri": null, "initiate_login_uri": null, "authentication": "client_secret", "jwks": null,
        "signing_algorithm": "ES256", "subject_type": "public", "refresh_tokens": false, "extends_session": false,
        "reads_directory": false, "pushed_requests_only": false,
    })
}

/// The application registered, or not where the route registers it; the id of its secret.
async fn registration(portal: &TestPortal, method: &Method, path: &str) -> String {
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

fn role(code: &str) -> Value {
    json!({
        "code": code, "name_zh": "收容所管理", "name_en": "", "description_zh": "登錄收容人數", "description_en": "",
        "risk": "low", "max_days": 30, "second_stage": false, "agencies": [], "position": 9, "closed": false,
    })
}

fn rule(other: &str) -> Value {
    json!({
        "application": "emic", "role": "viewer", "other_application": "emic", "other_role": other,
        "reason": "檢視與登打須分開", "strict": false,
    })
}

/// A rule of the application's roles, where the path names one.
async fn conflict(portal: &TestPortal, path: &str) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut administrator = portal.signed_in("administrator").await;
    let set = administrator.post("/api/v1/role-conflicts", rule("centre")).await;
    assert!(set.status.is_success(), "{}", set.text());
    set.json()["id"].as_str().unwrap().to_owned()
}

/// Somebody of the bureau.
async fn subject(portal: &TestPortal, number: usize, posts: &[Role]) -> Uuid {
    portal
        .account_of(&format!("subject{number}"), Some(BUREAU), posts)
        .await
}

fn invitation(number: usize) -> Value {
    let username = format!("guest{number}");
    json!({ "username": username, "name": "王小明", "email": format!("{username}@example.tw"), "agency": BUREAU })
}

/// An invitation to the bureau, where the path names one.
async fn invited(portal: &TestPortal, path: &str, number: usize) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut manager = portal.signed_in("manager").await;
    let invited = manager.post("/api/v1/invitations", invitation(number)).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text());
    invited.json()["id"].as_str().unwrap().to_owned()
}

/// What somebody without an agency proposes.
async fn proposal(portal: &TestPortal, number: usize) -> String {
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
async fn asked(portal: &TestPortal, number: usize) -> String {
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
async fn granted(portal: &TestPortal, number: usize) -> String {
    let id = asked(portal, number).await;
    let path = format!("/api/v1/permission-requests/{id}/approve");
    let approved = portal.signed_in("manager").await.post(&path, json!({})).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let mut browser = portal.signed_in(&format!("subject{number}")).await;
    let grants = browser.get("/api/v1/grants").await.json();
    grants["items"][0]["id"].as_str().unwrap().to_owned()
}

fn campaign(number: usize) -> Value {
    json!({
        "id": format!("019ab0c2-5c00-7a31-8d5e-{number:012x}"), "name": "權限清查", "application": "emic",
        "due_on": "2026-12-01",
    })
}

/// A campaign over what people have of the application then.
async fn reviewed(portal: &TestPortal, number: usize) -> String {
    let mut administrator = portal.signed_in("administrator").await;
    let opened = administrator.post("/api/v1/campaigns", campaign(number)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    opened.json()["id"].as_str().unwrap().to_owned()
}

fn surge_list(number: usize) -> Value {
    json!({ "id": format!("019ab0c2-5c00-7a31-9d5f-{number:012x}"), "agency": COUNTY, "name": "進駐編組", "level": "second" })
}

fn event(number: usize) -> Value {
    let id = format!("019ab0c2-5c00-7a31-9d60-{number:012x}");
    json!({ "id": id, "name": "海葵颱風", "level": "second", "agencies": [{ "agency": COUNTY, "with_below": true }] })
}

/// A list of the county with somebody in a role of the owner's application, where the path names one; submitted where it
/// is to be decided on.
async fn prepared(portal: &TestPortal, path: &str, number: usize) -> String {
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
async fn entry_of(portal: &TestPortal, list: &str) -> String {
    let mut manager = portal.signed_in("manager").await;
    let details = manager.get(&format!("/api/v1/surge-lists/{list}")).await.json();
    details["entries"][0]["id"].as_str().unwrap().to_owned()
}

/// An event of the county, where the path names one.
async fn opened(portal: &TestPortal, path: &str, number: usize) -> String {
    if !path.contains('{') {
        return String::new();
    }
    let mut manager = portal.signed_in("manager").await;
    let opened = manager.post("/api/v1/activations", event(number)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    opened.json()["id"].as_str().unwrap().to_owned()
}

async fn call(mut browser: Browser, method: &Method, path: &str, body: Option<Value>) -> StatusCode {
    // The status alone: one of the routes answers for as long as the session lives.
    let mut request = Browser::request(method.clone(), path, body);
    if *method == Method::PUT {
        // Of whatever version.
        request.headers_mut().insert("if-match", "*".parse().unwrap());
    }
    browser.begin(request).await.status()
}

fn may(role: Option<Role>, reaches: bool, path: &str, posts: &[Role]) -> bool {
    if audience::decides(path) {
        // The nearest manager's turn it is.
        return role == Some(Role::AgencyManager) && reaches;
    }
    role.is_some_and(|role| posts.contains(&role)) && (reaches || !path.contains('{'))
}

/// A portal of its own, so that nobody whom another route has made manager stands nearer.
async fn with_actors(kind: Kind) -> (TestPortal, tempfile::TempDir) {
    use sea_orm::ConnectionTrait;
    let mail = tempfile::tempdir().unwrap();
    let settings = [
        ("EMIC_DEMO", "1"),
        ("EMIC_MAIL_FOLDER", mail.path().to_str().unwrap()),
    ];
    let portal = TestPortal::with(kind, &settings).await;
    for (name, agency, role, _) in ACTORS {
        portal.account_of(name, Some(agency), role.as_slice()).await;
    }
    let emic = portal
        .signed_in("responder")
        .await
        .get("/api/v1/applications/emic")
        .await
        .json();
    let sql = format!(
        "UPDATE posts SET scope = '{}' WHERE role = 'application_owner' AND scope = ''",
        emic["id"].as_str().unwrap()
    );
    portal.app.state.db.execute_unprepared(&sql).await.unwrap();
    (portal, mail)
}

async fn run(kind: Kind) {
    let (common, _mail) = with_actors(kind).await;
    let mut number = 0;
    for (method, path, access) in ROUTES {
        let own = match audience::of(method, path) {
            Some(_) => Some(with_actors(kind).await),
            None => None,
        };
        let portal = own.as_ref().map_or(&common, |(portal, _)| portal);
        let mut answers = Vec::new();
        for (name, _, role, reaches) in ACTORS {
            number += 1;
            let mut browser = portal.browser();
            browser.sign_in(name, PASSWORD).await;
            let (address, body) = request(portal, method, path, number).await;
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
    Box::pin(run(Kind::Sqlite)).await;
}

#[tokio::test]
async fn everybody_may_what_the_table_says_on_postgres() {
    Box::pin(run(Kind::Postgres)).await;
}
