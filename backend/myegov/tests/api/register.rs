//! 政府物件識別碼(OID)查詢.

use foundation::{clock::SystemClock, testing::Kind};
use myegov::operate::{self, OperateError};

use crate::{civil_servant::FIRE_AGENCY, support::Site};

const REAL: &[u8] = include_bytes!("../../../portal/demo/agencies-gds.csv");

on_both! {
    the_public_register_is_imported_and_searched
    a_wrong_file_changes_nothing
    what_vanishes_cannot_be_chosen
    strange_searches_find_nothing
}

async fn the_public_register_is_imported_and_searched(kind: Kind) {
    let site = Site::on(kind).await;
    let lines = operate::import_agencies(&site.config(), &SystemClock, REAL)
        .await
        .unwrap();
    assert!(lines[0].ends_with("1 passed over"), "{lines:?}");
    assert_eq!(lines[1], "line 2: 內政部憑證管理中心 has no OID");
    let again = operate::import_agencies(&site.config(), &SystemClock, REAL)
        .await
        .unwrap();
    assert_eq!(
        again[0],
        "0 new, 0 changed, 1836 unchanged, 0 vanished, 1 passed over"
    );
    let browser = site.browser();
    let found = browser.get("/agencies?q=%E6%B6%88%E9%98%B2%E7%BD%B2").await.body;
    assert!(found.contains("內政部消防署") && found.contains(FIRE_AGENCY));
    assert!(!found.contains("選擇這個機關"), "there is nothing to choose for");
    let choosing = browser
        .get("/agencies?q=2.16.886.101.20003.20001.20003&for=application")
        .await
        .body;
    assert!(
        choosing.contains("選擇這個機關") && choosing.contains(&format!("/application?oid={FIRE_AGENCY}"))
    );
    assert!(choosing.contains("可選擇您上層機關的 OID"));
    let top = browser.get("/agencies").await.body;
    assert!(top.contains("行政院") && top.contains("總統府"));
    let below = browser.get("/agencies?under=2.16.886.101.20003").await.body;
    assert!(below.contains("內政部") && below.contains("下一頁"));
    let (_, rest) = below.split_once("after=").unwrap();
    let after = rest.split(['"', '&']).next().unwrap();
    let next = browser
        .get(&format!("/agencies?under=2.16.886.101.20003&after={after}"))
        .await;
    assert_eq!(next.status, 200);
    let one = browser.get(&format!("/agencies/{FIRE_AGENCY}")).await.body;
    assert!(one.contains("行政院") && one.contains(FIRE_AGENCY) && one.contains("data-copy"));
    let name = browser
        .get(&format!("/agencies/name?oid={FIRE_AGENCY}"))
        .await
        .json();
    assert_eq!(name["name"], "內政部消防署");
    assert!(browser.get("/agencies/name?oid=x").await.json()["name"].is_null());
}

async fn a_wrong_file_changes_nothing(kind: Kind) {
    let site = Site::on(kind).await;
    let file = "OrgName,OID,TEL,Address,DN,OrgCode\n甲,2.16.886.101.1,,,,\n乙,x,,,,\n";
    let refused = operate::import_agencies(&site.config(), &SystemClock, file.as_bytes()).await;
    let Err(OperateError::Refused(text)) = refused else {
        panic!("it is taken")
    };
    assert!(text.contains("line 3: x is no OID of an agency"), "{text}");
    assert!(
        site.browser()
            .get(&format!("/agencies/{FIRE_AGENCY}"))
            .await
            .status
            == 200
    );
    assert!(
        operate::import_personnel(&site.config(), b"x,y\n1,2\n")
            .await
            .is_err()
    );
}

async fn what_vanishes_cannot_be_chosen(kind: Kind) {
    let site = Site::on(kind).await;
    let file = "OrgName,OID,TEL,Address,DN,OrgCode\n行政院,2.16.886.101.20003,,,,\n";
    operate::import_agencies(&site.config(), &SystemClock, file.as_bytes())
        .await
        .unwrap();
    assert_eq!(
        site.browser()
            .get(&format!("/agencies/{FIRE_AGENCY}"))
            .await
            .status,
        404
    );
    assert!(
        !site
            .browser()
            .get("/agencies?q=%E6%B6%88%E9%98%B2")
            .await
            .body
            .contains("內政部消防署")
    );
}

async fn strange_searches_find_nothing(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let long = format!("/agencies?q={}", "x".repeat(201));
    for (path, status) in [
        ("/agencies?q=%25", 200),
        ("/agencies?q=%3Cscript%3E", 200),
        ("/agencies?q=%00", 400),
        (&long, 400),
        ("/agencies?under=x", 404),
        ("/agencies?under=2.16.886.101.9999", 404),
        ("/agencies?after=zzz", 200),
        ("/agencies/x", 404),
        ("/agencies/%00", 404),
        ("/agencies?q=a&q=b", 400),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(!answer.body.contains("<script>"), "{path}");
    }
}
