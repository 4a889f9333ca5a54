//! The way of a member from the client through the site's pages and back.

use std::{collections::BTreeSet, time::Duration};

use crate::support::{
    Answer, Browser, CLIENT_ID, DAWEN, PASSWORD, POST_LOGOUT_URI, REDIRECT_URI, SITE, Site, XIAOQING,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::testing::Kind;
use serde_json::{Value, json};

on_both! {
    from_the_client_through_sign_in_and_consent_to_claims
    each_kind_of_member_has_its_claims
    the_second_time_nobody_is_asked
    cancelling_the_sign_in_is_access_denied
    not_agreeing_is_access_denied
    the_answer_may_travel_as_a_form
    prompt_none_prompt_login_and_max_age_are_kept
    another_member_at_the_same_browser_ends_the_first_ones_session
    signing_in_again_keeps_the_session
    signing_out_at_the_site_ends_its_tokens
    the_client_signs_out_with_its_id_token
    without_a_hint_the_member_is_asked_and_returns
    a_waiting_request_that_is_over_is_explained
    a_request_of_a_stranger_is_explained_and_sent_nowhere
    two_nodes_are_one_provider
    a_client_with_rs256_gets_it
}

fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

async fn tokens(site: &Site, answer: &Answer) -> Value {
    let redeemed = site.redeem(&answer.to_client()["code"]).await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.body);
    redeemed.json()
}

async fn user_info(site: &Site, tokens: &Value) -> Value {
    let answer = site.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

async fn from_the_client_through_sign_in_and_consent_to_claims(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let asked = browser.authorize(&[("login_hint", DAWEN)]).await;
    let sign_in = browser.get(&asked.leads_to()).await;
    for text in [
        "會員登入",
        "帳號登入",
        "您將透過『我的E政府』帳號進行『EMIC』登入",
        "取消",
        "value=\"dawen1234\"",
    ] {
        assert!(sign_in.body.contains(text), "{text}");
    }
    let id = sign_in.hidden("authorization");
    let wrong = [
        ("account", DAWEN),
        ("password", "wrong1234"),
        ("authorization", &*id),
    ];
    let again = browser.post("/sign-in", &wrong).await;
    assert!(again.body.contains("EMIC"), "a mistake does not lose the client");
    let right = [
        ("account", DAWEN),
        ("password", PASSWORD),
        ("authorization", &*id),
    ];
    let signed_in = browser.post("/sign-in", &right).await;
    assert_eq!(
        signed_in.status, 200,
        "a page that leads on, because of form-action"
    );

    let resumed = browser.get(&signed_in.leads_to()).await;
    let consent = browser.get(&resumed.leads_to()).await;
    assert!(consent.body.contains("EMIC 想要讀取您的資料"));
    assert!(consent.body.contains("電子信箱") && !consent.body.contains("身分證字號"));
    let form = [
        ("authorization", &*consent.hidden("authorization")),
        ("choice", "approve"),
    ];
    let chosen = browser.post("/consent", &form).await;
    let answer = browser.get(&chosen.leads_to()).await;
    let parameters = answer.to_client();
    assert_eq!((&*parameters["state"], &*parameters["iss"]), ("the state", SITE));

    let tokens = tokens(&site, &answer).await;
    let id_token = claims_of(tokens["id_token"].as_str().unwrap());
    assert_eq!(
        (&id_token["iss"], &id_token["aud"]),
        (&json!(SITE), &json!(CLIENT_ID))
    );
    assert_eq!(
        (&id_token["nonce"], &id_token["amr"]),
        (&json!("the nonce"), &json!(["pwd"]))
    );
    let info = user_info(&site, &tokens).await;
    assert_eq!(info["sub"], id_token["sub"]);
    assert_eq!(
        (&info["name"], &info["account"]),
        (&json!("陳大文"), &json!(DAWEN))
    );
    assert_eq!(info["account_kind"], "natural_person");
    assert_eq!(info["email"], "dawen1234@example.com");
    assert_eq!(info.get("uid"), None);
}

async fn each_kind_of_member_has_its_claims(kind: Kind) {
    let site = Site::on(kind).await;
    let every = [("scope", "openid profile email phone agency uid")];
    let info = |account: &'static str| {
        let site = &site;
        async move {
            let answer = site.browser().walk(account, &every).await;
            user_info(site, &tokens(site, &answer).await).await
        }
    };
    let servant = info(XIAOQING).await;
    assert_eq!(servant["account_kind"], "civil_servant");
    assert_eq!(servant["agency_oid"], "2.16.886.101.20003.20001.20003");
    assert_eq!(servant["agency_name"], "內政部消防署");
    assert_eq!(
        (&servant["uid"], &servant["uid_verified"]),
        (&json!("B223456782"), &json!(true))
    );
    assert_eq!(info("mingta1234").await["name"], "吳明𡘙");
    let person = info("nabu1234").await;
    let names: BTreeSet<_> = person.as_object().unwrap().keys().map(String::as_str).collect();
    assert!(
        !names.contains("agency_oid") && names.contains("uid"),
        "{names:?}"
    );
}

async fn the_second_time_nobody_is_asked(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let first = tokens(&site, &browser.walk(DAWEN, &[]).await).await;
    let second = tokens(&site, &browser.authorize(&[]).await).await;
    let sub = |tokens: &Value| claims_of(tokens["id_token"].as_str().unwrap())["sub"].clone();
    assert_eq!(sub(&first), sub(&second));
    let more = browser.authorize(&[("scope", "openid uid")]).await;
    assert!(
        more.leads_to().starts_with("/consent"),
        "more than before is asked"
    );
}

async fn cancelling_the_sign_in_is_access_denied(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let page = browser.get(&browser.authorize(&[]).await.leads_to()).await;
    let form = [("authorization", &*page.hidden("authorization"))];
    let cancelled = browser.post("/sign-in/cancel", &form).await;
    let parameters = browser.get(&cancelled.leads_to()).await.to_client();
    assert_eq!(
        (&*parameters["error"], &*parameters["iss"]),
        ("access_denied", SITE)
    );
    assert_eq!(parameters["state"], "the state");
    assert_eq!(
        browser.post("/sign-in/cancel", &form).await.status,
        400,
        "it is answered"
    );
}

async fn not_agreeing_is_access_denied(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    browser.sign_in(DAWEN, PASSWORD).await;
    let consent = browser.get(&browser.authorize(&[]).await.leads_to()).await;
    let form = [
        ("authorization", &*consent.hidden("authorization")),
        ("choice", "deny"),
    ];
    let denied = browser.post("/consent", &form).await;
    assert_eq!(
        browser.get(&denied.leads_to()).await.to_client()["error"],
        "access_denied"
    );
    assert!(browser.is_signed_in().await);
    let asked_again = browser.authorize(&[]).await;
    assert!(
        asked_again.leads_to().starts_with("/consent"),
        "a no is not remembered"
    );
}

async fn the_answer_may_travel_as_a_form(kind: Kind) {
    let site = Site::on(kind).await;
    let page = site
        .browser()
        .walk(DAWEN, &[("response_mode", "form_post"), ("state", "<\"&>")])
        .await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(&format!("action=\"{REDIRECT_URI}\"")),
        "{}",
        page.body
    );
    assert_eq!(page.hidden("state"), "<\"&>");
    assert_eq!(page.hidden("iss"), SITE);
    assert!(page.body.contains("<noscript>") && page.body.contains("src=\"/assets/form-post.js\""));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("form-action"),
        "{policy}"
    );
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(site.redeem(&page.hidden("code")).await.status, 200);
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
    let tokens = tokens(&site, &browser.walk(DAWEN, &[]).await).await;
    site.clock.advance(Duration::from_secs(1));
    browser
        .walk(XIAOQING, &[("prompt", "select_account")])
        .await
        .to_client();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(site.userinfo(token).await.status, 401);
    assert!(browser.get("/").await.body.contains("林小晴"));
}

async fn signing_in_again_keeps_the_session(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let first = tokens(&site, &browser.walk(DAWEN, &[]).await).await;
    site.clock.advance(Duration::from_secs(1));
    let second = browser.walk(DAWEN, &[("prompt", "login")]).await;
    let second = tokens(&site, &second).await;
    let sid = |tokens: &Value| claims_of(tokens["id_token"].as_str().unwrap())["sid"].clone();
    assert_eq!(sid(&first), sid(&second));
    assert_eq!(
        site.userinfo(first["access_token"].as_str().unwrap())
            .await
            .status,
        200
    );
}

async fn signing_out_at_the_site_ends_its_tokens(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let tokens = tokens(&site, &browser.walk(DAWEN, &[]).await).await;
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
    assert_eq!(
        site.userinfo(tokens["access_token"].as_str().unwrap())
            .await
            .status,
        401
    );
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
    let tokens = tokens(&site, &browser.walk(DAWEN, &[]).await).await;
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

async fn a_waiting_request_that_is_over_is_explained(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let place = browser.authorize(&[]).await.leads_to();
    site.clock.advance(Duration::from_secs(30 * 60));
    for path in [&*place, "/sign-in?authorization=x", "/consent?authorization=x"] {
        let answer = browser.get(path).await;
        assert!(
            answer.status == 400 && answer.body.contains("這次登入已經結束"),
            "{path}"
        );
    }
    assert_eq!(browser.get("/consent").await.status, 400);
}

async fn a_request_of_a_stranger_is_explained_and_sent_nowhere(kind: Kind) {
    let site = Site::on(kind).await;
    let browser: Browser = site.browser();
    for change in [
        ("client_id", "nobody"),
        ("redirect_uri", "https://evil.example/cb"),
    ] {
        let answer = browser.authorize(&[change]).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""));
        assert!(answer.body.contains("無法辨識要求登入的網站"));
    }
}

async fn two_nodes_are_one_provider(kind: Kind) {
    let site = Site::on(kind).await;
    let other = site.another_node().await;
    let answer = site.browser().walk(DAWEN, &[]).await;
    let there = Browser::at(other, site.clock.clone());
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*answer.to_client()["code"]),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", crate::support::VERIFIER),
        ("client_id", CLIENT_ID),
        ("client_secret", crate::support::CLIENT_SECRET),
    ];
    let tokens = there.send("POST", "/oidc/token", &[], Some(&form)).await;
    assert_eq!(tokens.status, 200);
    assert_eq!(user_info(&site, &tokens.json()).await["account"], DAWEN);
    assert_eq!(
        there.get("/oidc/jwks").await.body,
        site.browser().get("/oidc/jwks").await.body
    );
}

async fn a_client_with_rs256_gets_it(kind: Kind) {
    let site = Site::with(kind, &[("MYEGOV_CLIENT_ALG", "RS256")]).await;
    let tokens = tokens(&site, &site.browser().walk(DAWEN, &[]).await).await;
    let header = tokens["id_token"]
        .as_str()
        .unwrap()
        .split('.')
        .next()
        .unwrap()
        .to_owned();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(header["alg"], "RS256");
}
