//! What every answer of the site has in common.

use crate::support::Site;
use foundation::testing::Kind;

on_both! {
    every_answer_carries_the_security_headers
    pages_have_no_inline_scripts_or_styles
    health_is_told
    assets_are_there
}

async fn every_answer_carries_the_security_headers(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    for path in [
        "/",
        "/sign-in",
        "/nowhere",
        "/oidc/authorize",
        "/oidc/userinfo",
        "/oidc/jwks",
        "/assets/style.css",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            answer.header("strict-transport-security").starts_with("max-age="),
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    assert!(
        browser
            .get("/")
            .await
            .header("content-security-policy")
            .contains("form-action 'self'")
    );
}

async fn pages_have_no_inline_scripts_or_styles(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let place = browser.authorize(&[]).await.leads_to();
    for path in ["/", "/sign-in", "/signed-out", "/nowhere", &*place] {
        let body = browser.get(path).await.body;
        for forbidden in ["<style", "style=\"", "<script", "onclick", "javascript:"] {
            assert!(!body.contains(forbidden), "{path}: {forbidden}");
        }
        assert!(body.contains("<html lang=\"zh-Hant-TW\">"), "{path}");
    }
}

async fn health_is_told(kind: Kind) {
    let site = Site::on(kind).await;
    assert_eq!(site.browser().get("/health/live").await.status, 200);
    assert_eq!(site.browser().get("/health/ready").await.status, 200);
}

async fn assets_are_there(kind: Kind) {
    let site = Site::on(kind).await;
    for (path, kind) in [
        ("/assets/style.css", "text/css"),
        ("/assets/form-post.js", "text/javascript"),
        ("/assets/mark.svg", "image/svg+xml"),
    ] {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").starts_with(kind));
    }
}
