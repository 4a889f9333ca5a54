//! National IDs at rest, and an exchange of their keys.

use foundation::{
    database,
    testing::{Kind, TestDatabase},
};
use myegov::rotate_keys;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::{DAWEN, Site, XIAOQING, config};

on_both! {
    numbers_are_sealed_in_the_database_and_told_to_whom_they_were_told
    keys_are_exchanged_while_the_site_has_members
}

const OLD: &str = "2025:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const BOTH: &str =
    "2026:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= 2025:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

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
