//! National IDs at rest, and an exchange of their keys.

use foundation::{
    database,
    testing::{Kind, TestDatabase},
};
use myegov::rotate_keys;
use sea_orm::{ConnectionTrait, Statement};

use crate::{
    registration::{self, DETAILS},
    support::{Browser, DAWEN, RECOVERY, Site, XIAOQING, answered, config},
};

on_both! {
    numbers_are_sealed_in_the_database_and_told_to_whom_they_were_told
    keys_are_exchanged_while_the_site_has_members
    a_registration_outlives_an_exchange_of_keys
    a_number_whose_key_has_gone_is_asked_for_once_more
}

const OLD: &str = "2025:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const BOTH: &str =
    "2026:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= 2025:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

const NEW: &str = "2026:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

async fn sealed(database: &TestDatabase) -> Vec<String> {
    let db = database::connect(&database.url(), 1).await.unwrap();
    let statement = Statement::from_string(
        db.get_database_backend(),
        "SELECT id_sealed FROM members WHERE id_sealed IS NOT NULL",
    );
    let rows = db.query_all_raw(statement).await.unwrap();
    let found = rows
        .iter()
        .map(|row| row.try_get("", "id_sealed").unwrap())
        .collect();
    db.close().await.unwrap();
    found
}

async fn numbers_are_sealed_in_the_database_and_told_to_whom_they_were_told(kind: Kind) {
    let site = Site::on(kind).await;
    let sealed = sealed(site.database()).await;
    assert!(!sealed.is_empty());
    assert!(
        sealed
            .iter()
            .all(|text| text.starts_with("demo.") && !text.contains("A123456789"))
    );
    let scope = [("scope", "openid uid")];
    let answer = site.browser().walk(DAWEN, &scope).await;
    let tokens = site.tokens(&answer).await;
    assert_eq!(site.member(&tokens).await["uid"], "A123456789");
    let answer = site
        .browser()
        .walk(XIAOQING, &[("scope", "openid profile")])
        .await;
    let tokens = site.tokens(&answer).await;
    assert!(site.member(&tokens).await.get("uid").is_none());
}

async fn keys_are_exchanged_while_the_site_has_members(kind: Kind) {
    let site = Site::with(kind, &[("MYEGOV_ID_KEYS", OLD)]).await;
    let before = sealed(site.database()).await;
    assert!(before.iter().all(|text| text.starts_with("2025.")));
    let new = config(site.database(), &[("MYEGOV_ID_KEYS", BOTH)]);
    assert_eq!(rotate_keys(&new).await.unwrap(), before.len());
    assert_eq!(rotate_keys(&new).await.unwrap(), 0, "there is nothing left to do");
    let after = sealed(site.database()).await;
    assert!(after.iter().all(|text| text.starts_with("2026.")));
    // Without the key that they were sealed with, it stops and says whose number it is.
    let wrong = config(site.database(), &[("MYEGOV_ID_KEYS", OLD)]);
    assert!(
        rotate_keys(&wrong)
            .await
            .unwrap_err()
            .to_string()
            .contains("the number of member")
    );
}

/// A site with the old key, and a browser whose registration is ready for 建立我的帳戶.
async fn under_way(kind: Kind) -> (Site, Browser) {
    let site = Site::with(kind, &[("MYEGOV_ID_KEYS", OLD)]).await;
    let browser = site.browser();
    let account = registration::account("xiaozhen1");
    browser.post("/join/account", &account).await;
    let basics = registration::basics("x@example.org", "advanced");
    browser.post("/join/basics", &basics).await;
    browser.post("/join/details", &DETAILS).await;
    let answer = browser.post("/join/recovery", &RECOVERY).await;
    assert_eq!(answer.leads_to(), "/join/confirm");
    (site, browser)
}

/// What is stored of the new member's number.
async fn of_the_new_member(site: &Site) -> String {
    let rows = site
        .rows("SELECT id_sealed FROM members WHERE account_key = 'xiaozhen1'")
        .await;
    rows[0].try_get("", "id_sealed").unwrap()
}

async fn a_registration_outlives_an_exchange_of_keys(kind: Kind) {
    let (site, browser) = under_way(kind).await;
    let both = [("MYEGOV_ID_KEYS", BOTH)];
    let browser = browser.moved_to(site.another_node_with(&both).await);
    rotate_keys(&config(site.database(), &both)).await.unwrap();
    let done = answered(&browser, "/join/confirm", &[("agreed", "1")]).await;
    assert_eq!(done.leads_to(), "/join/done");
    assert!(of_the_new_member(&site).await.starts_with("2026."));
    // The old key can go.
    let new = config(site.database(), &[("MYEGOV_ID_KEYS", NEW)]);
    assert_eq!(rotate_keys(&new).await.unwrap(), 0);
}

async fn a_number_whose_key_has_gone_is_asked_for_once_more(kind: Kind) {
    let (site, browser) = under_way(kind).await;
    rotate_keys(&config(site.database(), &[("MYEGOV_ID_KEYS", BOTH)]))
        .await
        .unwrap();
    let new = site.another_node_with(&[("MYEGOV_ID_KEYS", NEW)]).await;
    let browser = browser.moved_to(new);
    let sent = browser.post("/join/confirm", &[("agreed", "1")]).await;
    assert_eq!(sent.leads_to(), "/join/details");
    let page = browser.get("/join/details").await.body;
    assert!(
        page.contains("value=\"示範路1號\"") && !page.contains("已填寫"),
        "nothing else is lost: {page}"
    );
    let mut without = DETAILS.to_vec();
    without.retain(|(field, _)| *field != "id_number");
    assert_eq!(browser.post("/join/details", &without).await.status, 422);
    browser.post("/join/details", &DETAILS).await;
    let done = answered(&browser, "/join/confirm", &[("agreed", "1")]).await;
    assert_eq!(done.leads_to(), "/join/done");
    assert!(of_the_new_member(&site).await.starts_with("2026."));
}
