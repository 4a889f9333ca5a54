//! What every answer has in common, the pages, and what the first screens show.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use foundation::testing::Kind;
use shared::problem::ErrorCode;

use crate::support::{PASSWORD, TestPortal};

/// A portal with built pages in a folder of its own.
async fn with_pages(kind: Kind, settings: &[(&str, &str)]) -> (TestPortal, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "index.html",
        "<!doctype html><title>EMIC</title><script type=\"module\">start()</script>",
    );
    write("app-0123456789abcdef.js", "start()");
    write("app-0123456789abcdef.js.br", "not really brotli");
    write("notes.txt", "notes");
    let path = folder.path().to_str().unwrap().to_owned();
    let mut all = vec![("EMIC_ASSETS", path.as_str())];
    all.extend_from_slice(settings);
    (TestPortal::with(kind, &all).await, folder)
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let (portal, _folder) = with_pages(Kind::Sqlite, &[]).await;
    let mut browser = portal.browser();
    for path in [
        "/",
        "/login",
        "/nothing.js",
        "/api/nothing",
        "/api/v1/session",
        "/api/docs",
        "/health/live",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(policy.contains(" 'sha256-"), "the hash of the page's own script");
        for rule in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{path}");
        }
        assert!(!policy.contains("unsafe-inline"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin-allow-popups",
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            answer
                .header("strict-transport-security")
                .contains("max-age=31536000"),
            "{path}"
        );
        assert!(!answer.header("referrer-policy").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_of_the_api_is_a_json_404_and_never_a_page() {
    let (portal, _folder) = with_pages(Kind::Sqlite, &[]).await;
    let mut browser = portal.browser();
    for path in ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/session"] {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let answer = browser.call(method, path, None).await;
            assert_eq!(answer.problem().code, ErrorCode::NotFound, "{path}");
        }
    }
    let answer = browser.call(Method::PUT, "/api/v1/site", None).await;
    assert_eq!(answer.problem().code, ErrorCode::MethodNotAllowed);
}

#[tokio::test]
async fn addresses_of_the_app_are_its_page_and_missing_files_are_not() {
    let (portal, _folder) = with_pages(Kind::Sqlite, &[]).await;
    let mut browser = portal.browser();
    browser.set_cookie("__Host-emic-session", "of some time ago");
    for path in ["/", "/login", "/sessions?x=1"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
    for path in [
        "/missing.js",
        "/app-0123456789abcdef.js.br",
        "/..%2fsecret.txt",
        "/auth/nothing",
        "/oidc/nothing",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        browser.call(Method::POST, "/login", None).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn people_who_navigate_to_nothing_see_the_page_and_programs_the_problem() {
    let (portal, _folder) = with_pages(Kind::Sqlite, &[]).await;
    let mut browser = portal.browser();
    assert_eq!(
        browser.get("/downloads/nothing.pdf").await.problem().code,
        ErrorCode::NotFound
    );
    let request = Request::get("/downloads/nothing.pdf")
        .header("accept", "text/html,*/*")
        .body(Body::empty())
        .unwrap();
    let page = browser.send(request).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("<title>EMIC"));
}

#[tokio::test]
async fn a_browser_without_a_session_is_given_the_login_page_in_its_own_bundle() {
    let (portal, folder) = with_pages(Kind::Sqlite, &[]).await;
    let mut browser = portal.browser();
    assert_eq!(browser.get("/").await.header("location"), "/login");
    let asked = browser.get("/sessions?x=1").await;
    assert_eq!(asked.header("location"), "/login?return_to=%2Fsessions%3Fx%3D1");
    assert_eq!(browser.get("/about").await.status, StatusCode::OK);
    let without_bundle = browser.get("/login").await.text();
    assert!(without_bundle.contains("start()"), "the app has a login page too");
    std::fs::create_dir(folder.path().join("entrance")).unwrap();
    std::fs::write(
        folder.path().join("entrance/index.html"),
        "<title>entrance</title>",
    )
    .unwrap();
    assert!(
        browser
            .get("/login?reason=idle")
            .await
            .text()
            .contains("entrance")
    );
}

#[tokio::test]
async fn the_home_page_is_given_in_its_own_bundle_and_the_app_for_every_other() {
    let (portal, folder) = with_pages(Kind::Sqlite, &[]).await;
    portal.account("dawen").await;
    let mut browser = portal.browser();
    browser.sign_in("dawen", PASSWORD).await;
    assert!(
        browser.get("/").await.text().contains("start()"),
        "the app has a home page too"
    );
    std::fs::create_dir(folder.path().join("hall")).unwrap();
    std::fs::write(folder.path().join("hall/index.html"), "<title>hall</title>").unwrap();
    assert!(browser.get("/").await.text().contains("hall"));
    assert!(browser.get("/sessions").await.text().contains("start()"));
}

#[tokio::test]
async fn the_console_is_a_bundle_of_its_own_at_each_of_its_addresses() {
    let (portal, folder) = with_pages(Kind::Sqlite, &[]).await;
    portal.account("dawen").await;
    let mut browser = portal.browser();
    let asked = browser.get("/manage").await;
    assert_eq!(asked.header("location"), "/login?return_to=%2Fmanage");
    browser.sign_in("dawen", PASSWORD).await;
    assert!(browser.get("/manage").await.text().contains("start()"));
    std::fs::create_dir(folder.path().join("console")).unwrap();
    std::fs::write(folder.path().join("console/index.html"), "<title>console</title>").unwrap();
    for path in [
        "/manage",
        "/manage/people?query=x",
        "/manage/nothing",
        "/review/019a",
    ] {
        assert!(browser.get(path).await.text().contains("console"), "{path}");
    }
    for path in ["/", "/manager", "/access/manage"] {
        assert!(browser.get(path).await.text().contains("start()"), "{path}");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_a_year_and_sent_compressed() {
    let (portal, _folder) = with_pages(Kind::Sqlite, &[]).await;
    let mut browser = portal.browser();
    let plain = browser.get("/app-0123456789abcdef.js").await;
    assert_eq!(
        (plain.text().as_str(), plain.header("content-encoding")),
        ("start()", "")
    );
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(plain.header("vary"), "accept-encoding");
    let get = |name: &'static str, value: String| {
        let request = Request::get("/app-0123456789abcdef.js")
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        let mut browser = browser.clone();
        async move { browser.send(request).await }
    };
    let compressed = get("accept-encoding", "gzip, br".to_owned()).await;
    assert_eq!(compressed.header("content-encoding"), "br");
    assert_eq!(
        compressed.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        get("accept-encoding", "br;q=0".to_owned())
            .await
            .header("content-encoding"),
        ""
    );
    let known = get("if-none-match", plain.header("etag").to_owned()).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn the_contract_is_there_for_programs_and_for_people() {
    let portal = TestPortal::start(Kind::Sqlite).await;
    let mut browser = portal.browser();
    let document = browser.get("/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in [
        "/api/v1/session",
        "/api/v1/session/extend",
        "/api/v1/sessions",
        "/api/v1/sessions/{id}",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let page = browser.get("/api/docs").await.text();
    assert!(page.contains("/api/v1/session/extend") && page.contains("too_many_attempts"));
    // Examples name other sites; nothing is fetched from one.
    assert!(!page.contains("=\"http"), "nothing from elsewhere");
    let group = browser.get("/api/docs/session").await.text();
    assert!(group.contains("id=\"signOut\"") && group.contains("id=\"schema-SessionView\""));
    assert!(!group.contains("=\"http"), "nothing from elsewhere");
    assert_eq!(browser.get("/api/docs/style.css").await.status, StatusCode::OK);
}

on_each_database! {
    async fn demo_data_come_once_and_into_an_empty_database(kind) {
        let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
        let again = portal.second_node().await;
        assert_eq!(again.count("persons").await, 4);
        assert_eq!(again.count("notices").await, 2);
        let mut browser = again.browser();
        assert_eq!(browser.sign_in("dawen", portal::demo::PASSWORD).await.status, StatusCode::OK);
        let person = browser.get("/api/v1/session").await.json()["person"].clone();
        assert_eq!(person["agency"]["name"], "彰化縣消防局");
        let applications = browser.get("/api/v1/applications?limit=2").await.json();
        assert_eq!(applications["items"][0]["code"], "emic");
        let next = applications["next"].as_str().unwrap();
        let rest = browser.get(&format!("/api/v1/applications?after={next}")).await.json();
        assert_eq!(rest["items"][0]["code"], "myegov");
        assert_eq!(rest["next"], serde_json::Value::Null);
        let notices = browser.get("/api/v1/notices").await.json();
        assert_eq!(notices["items"].as_array().unwrap().len(), 2);
    }

    async fn an_application_starts_for_those_who_are_signed_in(kind) {
        use sea_orm::ConnectionTrait;
        let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
        let db = &portal.app.state.db;
        db.execute_unprepared("UPDATE applications SET launch_url = 'https://app.example/start', state = 'open' WHERE code = 'emic'").await.unwrap();
        db.execute_unprepared("UPDATE applications SET launch_url = 'http://app.example/', state = 'open' WHERE code = 'myegov'").await.unwrap();
        let mut browser = portal.browser();
        let stranger = browser.get("/launch/emic").await;
        assert_eq!(stranger.header("location"), "/login?return_to=%2Flaunch%2Femic");
        browser.sign_in("dawen", portal::demo::PASSWORD).await;
        assert_eq!(browser.get("/launch/emic").await.header("location"), "https://app.example/start");
        for code in ["messages", "myegov", "nothing", "%00", "a%2F..%2Fb"] {
            assert_eq!(browser.get(&format!("/launch/{code}")).await.status, StatusCode::NOT_FOUND, "{code}");
        }
    }
}

#[tokio::test]
async fn downloads_are_the_files_of_the_folder_and_nothing_else() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("downloads");
    std::fs::create_dir_all(folder.join("inner")).unwrap();
    std::fs::write(outer.path().join("secret.txt"), "secret").unwrap();
    std::fs::write(folder.join("操作 手冊.txt"), "手冊").unwrap();
    std::fs::write(folder.join(".hidden"), "x").unwrap();
    std::os::unix::fs::symlink(outer.path().join("secret.txt"), folder.join("link.txt")).unwrap();
    let portal = TestPortal::with(Kind::Sqlite, &[("EMIC_DOWNLOADS", folder.to_str().unwrap())]).await;
    let mut browser = portal.browser();
    let list = browser.get("/api/v1/downloads").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    let href = list["items"][0]["href"].as_str().unwrap().to_owned();
    let file = browser.get(&href).await;
    assert_eq!(file.text(), "手冊");
    assert!(
        file.header("content-disposition")
            .starts_with("attachment; filename*=UTF-8''%E6%93%8D")
    );
    for path in [
        "..%2Fsecret.txt",
        "link.txt",
        ".hidden",
        "inner",
        "%2e%2e",
        "nothing.txt",
        "a%00b",
    ] {
        assert_eq!(
            browser.get(&format!("/downloads/{path}")).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn without_a_folder_there_is_nothing_to_download() {
    let portal = TestPortal::start(Kind::Sqlite).await;
    let list = portal.browser().get("/api/v1/downloads").await.json();
    assert_eq!(list, serde_json::json!({"items": [], "next": null}));
}
