//! What a search shows, and what stays of a look.

use std::time::Duration;

use foundation::{database, testing::Kind};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::{
    civil_servant::STAFF,
    support::{Browser, DAWEN, PASSWORD, Site},
};

on_both! {
    a_search_leafs_through_all_who_have_a_name
    who_is_found_by_two_things_is_shown_once
    what_the_staff_wrote_of_somebody_goes_with_them
}

const NAME: &str = "陳怡君";
const REASON: &str = "來電詢問陳先生";

/// Members of one name.
async fn namesakes(site: &Site, count: u128) {
    const SQL: &str = "INSERT INTO members \
         (id, account, account_key, password_hash, name, kind, email, created_at) \
         VALUES ($1, $2, $2, 'none', $3, 'natural_person', $4, 0)";
    let db = database::connect(&site.database().url(), 1).await.unwrap();
    for number in 0..count {
        // Made in another order than that of their ids.
        let id = Uuid::from_u128((number * 7 % count + 1) << 64);
        let values = [
            id.into(),
            format!("yijun{number:02}").into(),
            NAME.into(),
            "office@example.org".into(),
        ];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
        db.execute_raw(statement).await.unwrap();
    }
    db.close().await.unwrap();
}

/// The accounts on all pages of a search.
async fn leafed_through(staff: &Browser, wanted: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut after = String::new();
    loop {
        let form = [("wanted", wanted), ("reason", REASON), ("after", &after)];
        let page = staff.post("/staff/members", &form).await;
        let accounts = page.body.split("<tr><th scope=\"row\">").skip(1);
        let accounts = accounts.map(|rest| rest.split_once('<').unwrap().0.to_owned());
        pages.push(accounts.collect());
        if !page.body.contains("name=\"after\"") {
            return pages;
        }
        after = page.hidden("after");
    }
}

async fn a_search_leafs_through_all_who_have_a_name(kind: Kind) {
    let site = Site::on(kind).await;
    namesakes(&site, 45).await;
    let staff = site.signed_in(STAFF).await;
    for wanted in [NAME, "Office@example.org"] {
        let pages = leafed_through(&staff, wanted).await;
        assert_eq!(
            pages.iter().map(Vec::len).collect::<Vec<_>>(),
            [20, 20, 5],
            "{wanted}"
        );
        let mut accounts = pages.concat();
        accounts.sort_unstable();
        accounts.dedup();
        assert_eq!(accounts.len(), 45, "{wanted}");
    }
    let looks = site
        .rows("SELECT member_id, count(*) FROM looks GROUP BY member_id")
        .await;
    assert_eq!(looks.len(), 45);
    for look in looks {
        assert_eq!(look.try_get_by_index::<i64>(1).unwrap(), 2, "one look each time");
    }
}

async fn who_is_found_by_two_things_is_shown_once(kind: Kind) {
    let site = Site::on(kind).await;
    site.run(&format!(
        "UPDATE members SET name = '{DAWEN}' WHERE account_key = '{DAWEN}'"
    ))
    .await;
    let staff = site.signed_in(STAFF).await;
    assert_eq!(leafed_through(&staff, DAWEN).await, [[DAWEN]]);
}

async fn what_the_staff_wrote_of_somebody_goes_with_them(kind: Kind) {
    let site = Site::on(kind).await;
    let staff = site.signed_in(STAFF).await;
    let dawen = site.signed_in(DAWEN).await;
    for wanted in [DAWEN, "xiaoqing1234"] {
        leafed_through(&staff, wanted).await;
        // Ids of one moment are in no order.
        site.clock.advance(Duration::from_secs(1));
    }
    let reasons = async || {
        let rows = site.rows("SELECT reason FROM looks ORDER BY id").await;
        let reasons = rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap());
        reasons.collect::<Vec<_>>()
    };
    assert_eq!(reasons().await, [REASON, REASON]);
    let form = [("understood", "1"), ("present_password", PASSWORD)];
    let gone = dawen.post("/profile/delete", &form).await;
    assert!(gone.body.contains("帳號已刪除"), "{}", gone.body);
    assert_eq!(reasons().await, ["", REASON], "who looked and when stays");
}
