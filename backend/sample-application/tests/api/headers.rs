//! What every answer has in common.

use foundation::testing::Kind;

use crate::support::World;

on_both! {
    every_answer_carries_the_security_headers
    pages_have_no_scripts_and_no_inline_styles
    health_is_told_and_assets_are_there
    forms_of_other_sites_are_refused
}

async fn every_answer_carries_the_security_headers(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for path in [
        "/",
        "/reports",
        "/nowhere",
        "/signed-out",
        "/callback",
        "/login/initiate",
        "/assets/style.css",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains("script-src"),
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            answer.header("strict-transport-security").starts_with("max-age="),
            "{path}"
        );
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

async fn pages_have_no_scripts_and_no_inline_styles(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for path in ["/", "/reports", "/reports/1150001", "/nowhere", "/signed-out"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        for forbidden in ["<style", "style=\"", "<script", "onclick", "javascript:"] {
            assert!(!answer.has(forbidden), "{path}: {forbidden}");
        }
        assert!(
            answer.has("<html lang=\"zh-Hant-TW\" class=\"response\">"),
            "{path}"
        );
    }
}

async fn health_is_told_and_assets_are_there(kind: Kind) {
    let world = World::response(kind).await;
    for (path, expected) in [
        ("/health/live", "text/plain"),
        ("/health/ready", "text/plain"),
        ("/assets/style.css", "text/css"),
        ("/assets/response.svg", "image/svg+xml"),
        ("/assets/messages.svg", "image/svg+xml"),
    ] {
        let answer = world.browser().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with(expected), "{path}");
    }
}

async fn forms_of_other_sites_are_refused(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let form = [("text", "x"), ("form", "f")];
    for headers in [
        [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        [
            ("sec-fetch-site", "same-site"),
            ("origin", "https://other.application.example"),
        ],
        [("sec-fetch-site", "same-origin"), ("origin", "null")],
    ] {
        let answer = browser
            .send("POST", "/reports/1150001/notes", &headers, Some(&form))
            .await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(world.count("notes").await, 0);
}
