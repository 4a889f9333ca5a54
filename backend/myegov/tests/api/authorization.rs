//! The way of a member from the client through the site's pages and back.

use std::{collections::BTreeSet, time::Duration};

use foundation::testing::Kind;
use serde_json::{Value, json};

use crate::support::*;

on_both! {
    from_the_client_through_sign_in_and_consent_to_claims
    each_kind_of_member_has_its_claims
    the_second_time_nobody_is_asked
    cancelling_the_sign_in_is_access_denied
    not_agreeing_is_access_denied
    the_answer_may_travel_as_a_form
    a_waiting_request_that_is_over_is_explained
    a_request_of_a_stranger_is_explained_and_sent_nowhere
    two_nodes_are_one_provider
    a_client_with_rs256_gets_it
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

    let tokens = site.tokens(&answer).await;
    let id_token = part_of(&tokens["id_token"], 1);
    assert_eq!(
        (&id_token["iss"], &id_token["aud"]),
        (&json!(SITE), &json!(CLIENT_ID))
    );
    assert_eq!(
        (&id_token["nonce"], &id_token["amr"]),
        (&json!("the nonce"), &json!(["pwd"]))
    );
    let info = site.member(&tokens).await;
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
            site.member(&site.tokens(&answer).await).await
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
    let first = site.tokens(&browser.walk(DAWEN, &[]).await).await;
    let second = site.tokens(&browser.authorize(&[]).await).await;
    let sub = |tokens: &Value| part_of(&tokens["id_token"], 1)["sub"].clone();
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
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ];
    let tokens = there.send("POST", "/oidc/token", &[], Some(&form)).await;
    assert_eq!(tokens.status, 200);
    assert_eq!(site.member(&tokens.json()).await["account"], DAWEN);
    assert_eq!(
        there.get("/oidc/jwks").await.body,
        site.browser().get("/oidc/jwks").await.body
    );
}

async fn a_client_with_rs256_gets_it(kind: Kind) {
    let site = Site::with(kind, &[("MYEGOV_CLIENT_ALG", "RS256")]).await;
    let tokens = site.tokens(&site.browser().walk(DAWEN, &[]).await).await;
    assert_eq!(part_of(&tokens["id_token"], 0)["alg"], "RS256");
}
