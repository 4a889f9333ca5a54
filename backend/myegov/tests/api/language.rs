//! Both languages, on every page.

use crate::support::{DAWEN, PASSWORD, Site};
use foundation::testing::Kind;

on_both! {
    pages_speak_the_language_that_the_browser_asks_for
    the_link_switches_and_leads_back_to_the_page
    no_other_site_is_led_to
    faults_are_told_in_both_languages
    who_is_not_signed_in_is_led_back_after_signing_in
}

async fn pages_speak_the_language_that_the_browser_asks_for(kind: Kind) {
    let site = Site::on(kind).await;
    let english = [("accept-language", "en-GB,en;q=0.9")];
    let browser = site.browser();
    let page = browser.send("GET", "/sign-in", &english, None).await.body;
    assert!(page.contains("<html lang=\"en\">") && page.contains("<h1>Member sign-in</h1>"));
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains("<html lang=\"zh-Hant-TW\">") && page.contains("<h1>會員登入</h1>"));
}

async fn the_link_switches_and_leads_back_to_the_page(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let page = browser.get("/sign-in?next=%2Fprofile").await;
    let link = page.link_of("English");
    let switched = browser.get(&link).await;
    assert_eq!(
        (switched.status, switched.header("location")),
        (303, "/sign-in?next=%2Fprofile")
    );
    let cookie = switched.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-myegov-language=en;") && cookie.contains("; Secure; HttpOnly;"),
        "{cookie}"
    );
    let page = browser.get("/sign-in").await;
    assert!(page.body.contains("<html lang=\"en\">"));
    browser.get(&page.link_of("中文")).await;
    assert!(browser.get("/").await.body.contains("<html lang=\"zh-Hant-TW\">"));
}

async fn no_other_site_is_led_to(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    for back in ["//evil.example", "https://evil.example", "%5C%5Cevil.example", ""] {
        let switched = browser.get(&format!("/language?to=en&back={back}")).await;
        assert_eq!(switched.header("location"), "/", "{back}");
    }
    let form = [
        ("account", DAWEN),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    assert_eq!(browser.post("/sign-in", &form).await.header("location"), "/");
    assert_eq!(browser.get("/language?to=fr").await.status, 400);
    assert_eq!(browser.get("/language").await.status, 400);
}

async fn faults_are_told_in_both_languages(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    for path in ["/nowhere", "/oidc/authorize", "/language"] {
        assert!(
            browser
                .get(path)
                .await
                .body
                .contains("<html lang=\"zh-Hant-TW\">"),
            "{path}"
        );
    }
    browser.get("/language?to=en").await;
    for (path, status, heading) in [
        ("/nowhere", 404, "There is no such page"),
        (
            "/oidc/authorize",
            400,
            "The site that asks you to sign in is unknown",
        ),
        ("/language", 400, "This request cannot be read"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(heading), "{path}: {}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

async fn who_is_not_signed_in_is_led_back_after_signing_in(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let page = browser.get("/sign-in?next=%2Fmailbox%3Fx%3D1").await;
    let form = [
        ("account", DAWEN),
        ("password", PASSWORD),
        ("next", &*page.hidden("next")),
    ];
    assert_eq!(
        browser.post("/sign-in", &form).await.header("location"),
        "/mailbox?x=1"
    );
}
