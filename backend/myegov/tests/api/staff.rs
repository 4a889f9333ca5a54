//! The service's staff: their queue, their search, and the log of their looks.

use foundation::{clock::SystemClock, database, testing::Kind};
use myegov::operate;
use sea_orm::ConnectionTrait;

use crate::{
    civil_servant::{FIRE_AGENCY, NABU, STAFF},
    support::{DAWEN, Site, XIAOQING},
};

on_both! {
    others_find_no_pages_of_the_staff
    two_reviewers_come_to_one_outcome
    nobody_decides_on_their_own_case
    only_steps_of_a_reviewer_are_taken
    a_form_that_came_by_fax_is_noted
    the_list_of_applications_is_a_look_at_each
    members_are_found_by_four_things_and_every_look_is_written_down
    a_look_opens_one_members_data_for_a_while
    staff_are_made_by_a_command
    the_name_that_was_looked_at_is_the_one_that_counts
    a_number_that_has_become_another_civil_servants_is_said_before_it_is_approved
    nobody_decides_for_a_second_account_of_theirs
}

async fn others_find_no_pages_of_the_staff(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    let dawen = site.signed_in(DAWEN).await;
    for path in ["/staff", "/staff/members", &case] {
        assert_eq!(dawen.get(path).await.status, 404, "{path}");
    }
    let form = [("version", "1"), ("action", "approve"), ("said", "")];
    assert_eq!(dawen.post(&case, &form).await.status, 404);
    assert!(
        !site
            .signed_in(NABU)
            .await
            .get("/")
            .await
            .body
            .contains("公務人員</span>")
    );
}

async fn two_reviewers_come_to_one_outcome(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    operate::set_staff(&site.config(), &SystemClock, DAWEN, true)
        .await
        .unwrap();
    let (one, other) = (site.signed_in(STAFF).await, site.signed_in(DAWEN).await);
    let version = one.get(&case).await.hidden("version");
    let approve = [("version", &*version), ("action", "approve"), ("said", "")];
    let reject = [
        ("version", &*version),
        ("action", "reject"),
        ("said", "證件看不清楚"),
    ];
    let (first, second) = tokio::join!(one.post(&case, &approve), other.post(&case, &reject));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let late = if first.status == 409 { first } else { second };
    assert!(late.body.contains("已有變動"));
    let nabu = site.signed_in(NABU).await;
    let page = nabu.get("/application").await.body;
    let approved = nabu.get("/").await.body.contains("公務人員</span>");
    assert_eq!(page.contains("已核可"), approved);
    assert_ne!(page.contains("未核可"), approved);
    let mails = site.browser().get("/mailbox").await.body;
    assert_eq!(
        mails.matches("核可通知信").count() + mails.matches("審核結果通知信").count(),
        1,
        "one letter"
    );
}

async fn nobody_decides_on_their_own_case(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    operate::set_staff(&site.config(), &SystemClock, NABU, true)
        .await
        .unwrap();
    let nabu = site.signed_in(NABU).await;
    let page = nabu.get(&case).await.body;
    assert!(page.contains("須由其他服務人員審核") && !page.contains("value=\"approve\""));
    for version in ["0", "1", "2"] {
        let form = [("version", version), ("action", "approve"), ("said", "")];
        assert_eq!(nabu.post(&case, &form).await.status, 403);
    }
}

async fn only_steps_of_a_reviewer_are_taken(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    let staff = site.signed_in(STAFF).await;
    for (action, version) in [
        ("match", "1"),
        ("withdraw", "1"),
        ("expire", "1"),
        ("x", "1"),
        ("", "1"),
        ("approve", "x"),
    ] {
        let form = [("version", version), ("action", action), ("said", "x")];
        assert_eq!(staff.post(&case, &form).await.status, 400, "{action}");
    }
    assert_eq!(staff.get("/staff/cases/x").await.status, 404);
    assert_eq!(
        staff
            .get("/staff/cases/00000000-0000-0000-0000-000000000000")
            .await
            .status,
        404
    );
    assert_eq!(staff.get("/staff?after=x").await.status, 400);
    assert_eq!(staff.get("/staff?list=applicants").await.status, 200);
    let long = "字".repeat(501);
    let form = [("version", "1"), ("action", "reject"), ("said", &*long)];
    let answer = staff.post(&case, &form).await;
    assert!(
        answer.status == 422 && answer.body.contains(&long),
        "what was written is kept"
    );
}

async fn a_form_that_came_by_fax_is_noted(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    let form = [
        ("oid", "2.16.886.101.20003"),
        ("reason", "civil_servant"),
        ("confirmed", "yes"),
        ("sure", "yes"),
    ];
    nabu.post("/application", &form).await;
    let staff = site.signed_in(STAFF).await;
    let case = staff.get("/staff?number=1151123-0001").await.leads_to();
    assert_eq!(site.decide(&case, "receive", "傳真").await.status, 303);
    assert!(nabu.get("/application").await.body.contains("已收到申請書"));
    assert!(staff.get("/staff").await.body.contains("1151123-0001"));
}

async fn the_list_of_applications_is_a_look_at_each(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    nabu.apply(FIRE_AGENCY).await;
    let staff = site.signed_in(STAFF).await;
    let line = "公務帳號審核清單";
    staff.get("/staff").await;
    assert!(
        !nabu.get("/profile/looks").await.body.contains(line),
        "another list"
    );
    let list = staff.get("/staff?list=applicants").await.body;
    assert!(list.contains("𠀋·那布"));
    let looks = nabu.get("/profile/looks").await.body;
    assert_eq!(looks.matches(line).count(), 1);
    staff.get("/staff?list=applicants").await;
    let looks = nabu.get("/profile/looks").await.body;
    assert_eq!(looks.matches(line).count(), 2);
}

async fn members_are_found_by_four_things_and_every_look_is_written_down(kind: Kind) {
    let site = Site::on(kind).await;
    let staff = site.signed_in(STAFF).await;
    let refused = staff
        .post("/staff/members", &[("wanted", DAWEN), ("reason", " ")])
        .await;
    assert!(refused.status == 422 && refused.body.contains("請填寫查詢事由"));
    let looks = || async { site.signed_in(DAWEN).await.get("/profile/looks").await.body };
    assert!(looks().await.contains("目前沒有人看過您的資料"));
    for wanted in ["DaWen1234", "陳大文", "dawen1234@example.com", "a123456789"] {
        let found = staff
            .post("/staff/members", &[("wanted", wanted), ("reason", "來電詢問")])
            .await
            .body;
        assert!(
            found.contains("dawen1234") && found.contains("d***@example.com"),
            "{wanted}"
        );
        assert!(
            !found.contains("A123456789") && !found.contains("xiaoqing"),
            "{wanted}"
        );
    }
    let page = looks().await;
    assert_eq!(page.matches("來電詢問").count(), 4);
    for wanted in [
        "dawen",
        "陳大",
        "A12345",
        "%",
        "A123456788",
        "\u{202e}",
        "' OR 1=1 --",
    ] {
        let found = staff
            .post("/staff/members", &[("wanted", wanted), ("reason", "測試")])
            .await;
        assert!(found.status == 200 && found.body.contains("查無會員"), "{wanted}");
    }
    assert!(
        !site
            .signed_in(XIAOQING)
            .await
            .get("/profile/looks")
            .await
            .body
            .contains("來電詢問")
    );
}

async fn a_look_opens_one_members_data_for_a_while(kind: Kind) {
    let site = Site::on(kind).await;
    let staff = site.signed_in(STAFF).await;
    let found = staff
        .post("/staff/members", &[("wanted", DAWEN), ("reason", "來電詢問")])
        .await
        .body;
    let (_, rest) = found.split_once("action=\"/staff/members/").unwrap();
    let member = format!("/staff/members/{}", rest.split_once('"').unwrap().0);
    let look = staff.post(&member, &[("reason", "來電詢問")]).await.leads_to();
    let page = staff.get(&look).await.body;
    for text in ["陳大文", "A12345****", "民國69年3月5日", "dawen1234@example.com"] {
        assert!(page.contains(text), "{text}");
    }
    for secret in ["A123456789", "argon2", "中正國小"] {
        assert!(!page.contains(secret), "{secret}");
    }
    // A line in the search, the look, and each time that it is opened again.
    let seen = async || {
        let rows = site.rows("SELECT kind FROM looks ORDER BY kind").await;
        let kinds = rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(seen().await, ["member", "search"]);
    site.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(staff.get(&look).await.status, 200);
    assert_eq!(seen().await, ["member", "member", "search"]);
    operate::set_staff(&site.config(), &SystemClock, NABU, true)
        .await
        .unwrap();
    assert_eq!(
        site.signed_in(NABU).await.get(&look).await.status,
        404,
        "another's look"
    );
    site.clock.advance(std::time::Duration::from_secs(14 * 60));
    assert_eq!(staff.get(&look).await.status, 404, "an old one");
    assert_eq!(seen().await.len(), 3, "what shows nothing is no look");
    assert!(
        site.signed_in(DAWEN)
            .await
            .get("/profile/looks")
            .await
            .body
            .contains("會員資料")
    );
}

async fn staff_are_made_by_a_command(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    operate::set_staff(&site.config(), &SystemClock, "DaWen1234", true)
        .await
        .unwrap();
    assert_eq!(dawen.get("/staff").await.status, 200, "at once");
    operate::set_staff(&site.config(), &SystemClock, DAWEN, false)
        .await
        .unwrap();
    assert_eq!(dawen.get("/staff").await.status, 404);
    assert!(
        operate::set_staff(&site.config(), &SystemClock, "nobody1", true)
            .await
            .is_err()
    );
}

impl Site {
    async fn execute(&self, sql: &str) {
        let db = database::connect(&self.database().url(), 1).await.unwrap();
        db.execute_unprepared(sql).await.unwrap();
        db.close().await.unwrap();
    }

    /// This member has the number of [`NABU`].
    async fn share_the_number(&self, account: &str) {
        let of_nabu =
            |column: &str| format!("{column} = (SELECT {column} FROM members WHERE account_key = '{NABU}')");
        let columns = ["id_kind", "id_sealed", "id_hash"].map(of_nabu).join(", ");
        self.execute(&format!(
            "UPDATE members SET {columns} WHERE account_key = '{account}'"
        ))
        .await;
    }
}

async fn the_name_that_was_looked_at_is_the_one_that_counts(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    site.execute(&format!(
        "UPDATE members SET name = '冒名者' WHERE account_key = '{NABU}'"
    ))
    .await;
    assert_eq!(site.decide(&case, "approve", "").await.status, 303);
    let page = site.signed_in(NABU).await.get("/profile").await.body;
    assert!(page.contains("𠀋·那布") && !page.contains("冒名者"), "{page}");
}

async fn a_number_that_has_become_another_civil_servants_is_said_before_it_is_approved(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    site.share_the_number(XIAOQING).await;
    let refused = site.decide(&case, "approve", "").await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.body.contains("同一證號的其他會員帳號已是公務帳號"),
        "{}",
        refused.body
    );
    // The reviewer has read it now.
    assert_eq!(site.decide(&case, "approve", "").await.status, 303);
}

async fn nobody_decides_for_a_second_account_of_theirs(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    site.share_the_number(STAFF).await;
    assert_eq!(site.decide(&case, "approve", "").await.status, 403);
    assert!(
        !site
            .signed_in(NABU)
            .await
            .get("/application")
            .await
            .body
            .contains("已核可")
    );
}
