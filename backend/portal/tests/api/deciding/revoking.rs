//! Taking permissions back, and what goes on from them.

use super::*;

const GRANTS: &str = "/api/v1/grants";
const REASON: &str = "職務未變動，仍須登打災情案件。";

/// Asks for the newest grant to go on, a second after what was before.
async fn renew(portal: &TestPortal, browser: &mut Browser, number: u32) {
    portal.advance(Duration::from_secs(1));
    let grant = newest(browser).await;
    let body = json!({ "id": id(number), "reason": REASON });
    let answer = browser.post(&format!("{GRANTS}/{grant}/renew"), body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

async fn newest(browser: &mut Browser) -> String {
    let grants = browser.get(GRANTS).await.json();
    grants["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn approve(browser: &mut Browser, number: u32) {
    let answer = browser.post(&path(number, "approve"), json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

/// The states of one's grants, the newest first.
async fn states(browser: &mut Browser) -> Vec<Value> {
    let grants = browser.get(GRANTS).await.json();
    let items = grants["items"].as_array().unwrap();
    items.iter().map(|grant| grant["state"].clone()).collect()
}

async fn kinds(browser: &mut Browser) -> Vec<Value> {
    let told = browser.get("/api/v1/notifications").await.json();
    let items = told["items"].as_array().unwrap();
    items.iter().map(|it| it["kind"].clone()).collect()
}

on_each_database! {
    async fn what_goes_on_from_a_permission_is_taken_back_with_it(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        approve(&mut chief, 1).await;
        let grant = newest(&mut yawen).await;
        for number in [2, 3] {
            renew(&portal, &mut yawen, number).await;
            approve(&mut chief, number).await;
        }
        assert_eq!(states(&mut yawen).await, ["scheduled", "scheduled", "active"]);
        portal.advance(Duration::from_secs(1));
        let revoke = format!("{GRANTS}/{grant}/revoke");
        let revoked = chief.post(&revoke, json!({ "reason": "已調離" })).await;
        assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.text());
        assert_eq!(revoked.json()["id"], grant);
        assert_eq!(states(&mut yawen).await, ["revoked", "revoked", "revoked"]);
        let grants = yawen.get(GRANTS).await.json();
        let reasons = grants["items"].as_array().unwrap().iter().map(|it| &it["revoked"]["reason"]);
        assert!(reasons.into_iter().all(|reason| reason == "已調離"), "{grants}");
        assert_eq!(recorded(&portal, "grant_revoked").await, 3);
        let told = kinds(&mut yawen).await;
        assert_eq!(told.iter().filter(|kind| *kind == "grant_revoked").count(), 1, "they are told once");
        assert_eq!(chief.post(&revoke, json!({ "reason": "再一次" })).await.problem().code, ErrorCode::Conflict);

        portal.advance(45 * DAY);
        portal.app.state.access.tell_of_grants().await.unwrap();
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(states(&mut yawen).await, ["revoked", "revoked", "revoked"], "the renewal's days have come");
        assert_eq!(kinds(&mut yawen).await, told);
    }

    async fn a_later_permission_that_is_taken_back_leaves_the_running_one(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        approve(&mut chief, 1).await;
        renew(&portal, &mut yawen, 2).await;
        approve(&mut chief, 2).await;
        let renewal = newest(&mut yawen).await;
        let revoked = chief.post(&format!("{GRANTS}/{renewal}/revoke"), json!({ "reason": "已調離" })).await;
        assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.text());
        assert_eq!(states(&mut yawen).await, ["revoked", "active"]);
        assert_eq!(recorded(&portal, "grant_revoked").await, 1);
    }

    async fn what_is_approved_after_the_revocation_stands_for_itself(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        approve(&mut chief, 1).await;
        let grant = newest(&mut yawen).await;
        renew(&portal, &mut yawen, 2).await;
        let revoked = chief.post(&format!("{GRANTS}/{grant}/revoke"), json!({ "reason": "已調離" })).await;
        assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.text());
        assert_eq!(chief.get(&path(2, "review")).await.json()["grants"], json!([]));
        approve(&mut chief, 2).await;
        assert_eq!(states(&mut yawen).await, ["scheduled", "revoked"]);
        assert_eq!(portal.count("grants WHERE renewed_by IS NOT NULL").await, 0);
    }
}
