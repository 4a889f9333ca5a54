//! Cases that time or a change of data overtakes.

use foundation::testing::Kind;
use myegov::operate;

use super::{DAY, FIRE_AGENCY, NABU, PDF, STAFF};
use crate::support::{DAWEN, Site};

on_both! {
    what_does_not_match_any_more_is_not_approved
    who_changes_their_data_meanwhile_reads_that_this_is_why
    a_case_that_is_late_says_so
    what_does_not_come_in_time_is_closed
    public_holidays_are_no_working_days
}

async fn what_does_not_match_any_more_is_not_approved(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    dawen.apply(FIRE_AGENCY).await;
    let elsewhere = "NationalId,Name,AgencyOID\nA123456789,陳大文,2.16.886.101.20003\n";
    let file = operate::hash_personnel(&site.config(), elsewhere.as_bytes()).unwrap();
    assert_eq!(operate::import_personnel(&site.config(), &file).await.unwrap(), 1);
    assert_eq!(site.app.review().await.unwrap(), 1);
    assert!(dawen.get("/application").await.body.contains("待送申請書"));
    let mails = site.mails().await;
    assert!(mails.contains("公務帳號申請書通知信") && mails.contains("有部分不符"));
}

async fn who_changes_their_data_meanwhile_reads_that_this_is_why(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    dawen.apply(FIRE_AGENCY).await;
    // The register knows them by the new name, and that alone.
    let renamed = format!("NationalId,Name,AgencyOID\nA123456789,陳大武,{FIRE_AGENCY}\n");
    let file = operate::hash_personnel(&site.config(), renamed.as_bytes()).unwrap();
    operate::import_personnel(&site.config(), &file).await.unwrap();
    site.run("UPDATE members SET name = '陳大武' WHERE account_key = 'dawen1234'")
        .await;
    assert_eq!(site.app.review().await.unwrap(), 1);
    let why = "您的會員資料或帳號狀態在申請後有變更";
    let page = dawen.get("/application").await.body;
    assert!(page.contains("待送申請書") && page.contains(why), "{page}");
    assert!(site.mails().await.contains(why));
    assert_eq!(dawen.upload(PDF, "").await.status, 303);
    let page = dawen.get("/application").await.body;
    assert!(page.contains("已收到申請書") && page.contains(why), "still");
    assert_eq!(dawen.get("/application/form").await.status, 200);
    let case = site.waiting_of(&site.signed_in(STAFF).await).await;
    let page = site.signed_in(STAFF).await.get(&case).await.body;
    assert!(page.contains("申請後會員資料或帳號狀態有變更"));
}

async fn a_case_that_is_late_says_so(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    let page = site.signed_in(NABU).await.get("/application").await.body;
    assert!(page.contains("預計於民國115年11月24日前審核完畢") && !page.contains("已逾期"));
    site.clock.advance(3 * DAY);
    let page = site.signed_in(NABU).await.get("/application").await.body;
    assert!(
        page.contains("原預計於民國115年11月24日前審核完畢，已逾期"),
        "{page}"
    );
    assert_eq!(site.decide(&case, "ask", "請補職員證背面").await.status, 303);
    site.clock.advance(31 * DAY);
    // The job has not come to it yet.
    let page = site.signed_in(NABU).await.get("/application").await.body;
    assert!(page.contains("已過，這件申請即將結案"), "{page}");
}

async fn what_does_not_come_in_time_is_closed(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    nabu.apply(FIRE_AGENCY).await;
    assert!(nabu.get("/application").await.body.contains("民國115年12月23日"));
    site.clock.advance(29 * DAY);
    assert_eq!(site.app.review().await.unwrap(), 0);
    site.clock.advance(2 * DAY);
    assert_eq!(site.app.review().await.unwrap(), 1);
    let nabu = site.signed_in(NABU).await;
    let page = nabu.get("/application").await.body;
    assert!(
        page.contains("逾期結案") && page.contains("送出資料"),
        "one may apply anew"
    );
    assert!(site.mails().await.contains("結案通知信"));
}

async fn public_holidays_are_no_working_days(kind: Kind) {
    const HEAD: &str = "\u{feff}西元日期,星期,是否放假,備註\r\n";
    let site = Site::on(kind).await;
    let import = async |rows: &str, dry_run| {
        let file = format!("{HEAD}{rows}");
        operate::import_holidays(&site.config(), file.as_bytes(), dry_run).await
    };
    // The week of 23 November 2026, a Monday: Tuesday to Friday off, and the Saturday is worked.
    let week = "20261124,二,2,示範日\r\n20261125,三,2,\r\n20261126,四,2,\r\n20261127,五,2,\r\n20261128,六,0,補行上班\r\n\
                20261129,日,2,\r\n";
    let told = "6 days: 4 off beside weekends, 1 weekend days that are worked";
    assert_eq!(import(week, true).await.unwrap(), told);
    let kept = async || site.rows("SELECT day FROM days_off").await.len();
    assert_eq!(kept().await, 0, "a dry run");
    let wrong = import("20261124,二,2,\r\n20261125,二,2,\r\n", false).await;
    let wrong = wrong.unwrap_err().to_string();
    assert!(wrong.contains("line 3: 星期"), "{wrong}");
    assert_eq!(kept().await, 0, "all or nothing");
    for _ in 0..2 {
        assert_eq!(import(week, false).await.unwrap(), told);
        assert_eq!(kept().await, 5, "the year is what the file says");
    }
    let dawen = site.signed_in(DAWEN).await;
    dawen.apply(FIRE_AGENCY).await;
    let page = dawen.get("/application").await.body;
    assert!(page.contains("民國115年11月28日"), "{page}");
    site.waiting_case().await;
    let page = site.signed_in(NABU).await.get("/application").await.body;
    assert!(page.contains("民國115年11月28日"), "a reviewer's day too");
    // Another year leaves this one alone.
    import("20270101,五,2,開國紀念日\r\n", false).await.unwrap();
    assert_eq!(kept().await, 6);
}
