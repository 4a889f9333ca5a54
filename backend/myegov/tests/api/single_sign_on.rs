//! One session for several requests, and its end.

use std::time::Duration;

use foundation::testing::Kind;
use serde_json::Value;

use crate::support::*;

on_both! {
    prompt_none_prompt_login_and_max_age_are_kept
    another_member_at_the_same_browser_ends_the_first_ones_session
    signing_in_again_keeps_the_session
    signing_out_at_the_site_ends_its_tokens
    the_client_signs_out_with_its_id_token
    without_a_hint_the_member_is_asked_and_returns
}

async fn prompt_none_prompt_login_and_max_age_are_kept(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let none = [("prompt", "none")];
    assert_eq!(
        browser.authorize(&none).await.to_client()["error"],
        "login_required"
    );
    browser.sign_in(DAWEN, PASSWORD).await;
    assert_eq!(
        browser.authorize(&none).await.to_client()["error"],
        "consent_required"
    );
    site.clock.advance(Duration::from_secs(10));
    browser.walk(DAWEN, &[("prompt", "login")]).await.to_client();
    assert!(browser.authorize(&none).await.to_client().contains_key("code"));

    site.clock.advance(Duration::from_secs(100));
    for change in [("prompt", "login"), ("max_age", "99"), ("max_age", "0")] {
        let asked = browser.authorize(&[change]).await;
        assert!(asked.leads_to().starts_with("/sign-in"), "{change:?}");
        let page = browser.get(&asked.leads_to()).await;
        assert!(page.body.contains("密碼"), "the form, although signed in");
        let by_passed = format!(
            "/oidc/authorize/resume?authorization={}",
            page.hidden("authorization")
        );
        assert!(
            browser.get(&by_passed).await.leads_to().starts_with("/sign-in"),
            "{change:?}"
        );
    }
    assert!(
        browser
            .authorize(&[("max_age", "100")])
            .await
            .to_client()
            .contains_key("code")
    );
}

async fn another_member_at_the_same_browser_ends_the_first_ones_session(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let tokens = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    site.clock.advance(Duration::from_secs(1));
    browser
        .walk(XIAOQING, &[("prompt", "select_account")])
        .await
        .to_client();
    let token = &tokens["access_token"];
    assert_eq!(site.userinfo(token).await.status, 401);
    assert!(browser.get("/").await.body.contains("林小晴"));
}

async fn signing_in_again_keeps_the_session(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let first = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    site.clock.advance(Duration::from_secs(1));
    let second = browser.walk(DAWEN, &[("prompt", "login")]).await;
    let second = site.tokens(&second).await;
    let sid = |tokens: &Value| part_of(&tokens["id_token"], 1)["sid"].clone();
    assert_eq!(sid(&first), sid(&second));
    assert_eq!(site.userinfo(&first["access_token"]).await.status, 200);
}

async fn signing_out_at_the_site_ends_its_tokens(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let tokens = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    assert!(browser.get("/sign-out").await.body.contains("確定要登出"));
    assert!(
        browser.is_signed_in().await,
        "looking at the question does nothing"
    );
    let cookie = browser.cookie().unwrap();
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.header("location"), "/signed-out");
    assert_eq!(browser.cookie(), None);
    let stolen = format!("__Host-myegov-session={cookie}");
    let again = site
        .browser()
        .send("GET", "/", &[("cookie", &stolen)], None)
        .await;
    assert!(
        again.body.contains("會員登入"),
        "the session is over, not only the cookie"
    );
    assert_eq!(site.userinfo(&tokens["access_token"]).await.status, 401);
    assert!(browser.get("/signed-out").await.body.contains("您已登出"));
    assert_eq!(
        browser.post("/sign-out", &[]).await.header("location"),
        "/signed-out",
        "again"
    );
}

async fn the_client_signs_out_with_its_id_token(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let tokens = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let path =
        format!("/oidc/end-session?id_token_hint={hint}&post_logout_redirect_uri={POST_LOGOUT_URI}&state=s");
    let answer = browser.get(&path).await;
    assert_eq!(answer.leads_to(), format!("{POST_LOGOUT_URI}?state=s"));
    assert_eq!(browser.cookie(), None);
    assert!(!browser.is_signed_in().await);

    // The same hint at the browser of somebody else signs nobody out.
    let other = site.browser();
    other.sign_in(XIAOQING, PASSWORD).await;
    assert!(other.get(&path).await.leads_to().starts_with("/sign-out?logout="));
    assert!(other.is_signed_in().await);
}

async fn without_a_hint_the_member_is_asked_and_returns(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    browser.sign_in(DAWEN, PASSWORD).await;
    let path = format!("/oidc/end-session?client_id={CLIENT_ID}&post_logout_redirect_uri={POST_LOGOUT_URI}");
    let asked = browser.get(&path).await;
    let page = browser.get(&asked.leads_to()).await;
    assert!(page.body.contains("您從『EMIC』要求登出") && page.body.contains("不登出"));
    let answer = browser
        .post("/sign-out", &[("logout", &page.hidden("logout"))])
        .await;
    assert_eq!(
        (answer.status, answer.leads_to()),
        (200, POST_LOGOUT_URI.to_owned())
    );
    assert!(!browser.is_signed_in().await);
    let stranger = browser
        .get("/oidc/end-session?post_logout_redirect_uri=https://evil.example")
        .await;
    assert!(stranger.status == 400 && stranger.body.contains("無法辨識要求登出的網站"));
}
