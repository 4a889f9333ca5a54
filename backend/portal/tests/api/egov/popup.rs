//! The pop-up's last page.

use axum::http::StatusCode;

use super::{World, form, is_signed_in};
use crate::support::Answer;

fn is_last_page(answer: &Answer, message: &str) {
    assert_eq!(answer.status, StatusCode::OK);
    let page = answer.text();
    assert!(page.contains("data-channel=\"emic-session\""), "{page}");
    assert!(page.contains(&format!("data-message=\"{message}\"")), "{page}");
    assert!(page.contains("<script src=\"/auth/egov/done.js\" defer></script>"));
    assert!(page.contains("可關閉此視窗") && page.contains("this window can be closed"));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<style") && !page.contains("style="));
    assert_eq!(answer.header("cache-control"), "no-store");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        "same-origin-allow-popups"
    );
}

on_each_database! {
    async fn it_tells_the_others_and_says_that_it_can_be_closed(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "mode=popup&return_to=/x").await;
        let code = world.provider.agree(&question, "7");
        let answer = browser.get(&world.callback(&question, &code)).await;
        is_last_page(&answer, "signed-in");
        assert!(answer.text().contains("登入完成") && answer.text().contains("You are signed in"));
        assert!(is_signed_in(&mut browser).await);
    }

    async fn refusals_are_told_in_it_too(kind) {
        let world = World::start(kind).await;
        let mut browser = world.portal.browser();
        let question = world.ask(&mut browser, "mode=popup").await;
        let (state, issuer) = (question.get("state"), world.provider.issuer.as_str());
        let denied = form(&[("error", "access_denied"), ("state", state), ("iss", issuer)]);
        let callback = format!("/auth/egov/callback?{denied}");
        is_last_page(&browser.get(&callback).await, "refused:egov_denied");
        // Used, so that nobody knows it any more; but its window is still a pop-up.
        is_last_page(&browser.get(&callback).await, "refused:egov_stale");
        world.provider.describe("issuer", "https://another.example");
        world.portal.advance(std::time::Duration::from_secs(600));
        let answer = browser.get("/auth/egov/login?mode=popup").await;
        is_last_page(&answer, "refused:egov_unavailable");
    }

    async fn its_script_is_a_file_of_this_site(kind) {
        let world = World::start(kind).await;
        let script = world.portal.browser().get("/auth/egov/done.js").await;
        assert_eq!(script.status, StatusCode::OK);
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert!(script.text().contains("new BroadcastChannel(channel).postMessage(message)"));
        // Whoever opened the window is not asked for anything.
        assert!(!script.text().contains("window.opener"));
    }
}
