//! 申請公務帳號, from the form to its end.

use std::time::Duration;

use foundation::testing::Kind;
use myegov::operate;

use crate::support::{Answer, Browser, DAWEN, PASSWORD, Site, XIAOQING};

on_both! {
    all_data_match_and_the_job_approves
    some_data_differ_and_a_reviewer_approves
    the_portal_hears_of_the_agency_at_the_next_sign_in
    bad_input_is_told_by_its_field
    without_scripts_the_question_is_a_page
    a_second_application_needs_the_form
    two_applications_at_once_are_one
    what_does_not_match_any_more_is_not_approved
    who_changes_their_data_meanwhile_reads_that_this_is_why
    a_case_that_is_late_says_so
    public_holidays_are_no_working_days
    the_form_is_printed_and_a_pdf
    only_files_of_three_kinds_are_taken
    what_does_not_come_in_time_is_closed
    a_reviewer_asks_and_rejects
    who_is_not_signed_in_is_led_to_the_sign_in
    without_the_advanced_data_one_is_led_to_them_and_back
}

pub(crate) const FIRE_AGENCY: &str = "2.16.886.101.20003.20001.20003";
pub(crate) const NABU: &str = "nabu1234";
pub(crate) const STAFF: &str = "fuwu1234";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";

impl Browser {
    pub(crate) async fn apply(&self, oid: &str) -> Answer {
        let form = [
            ("oid", oid),
            ("reason", "civil_servant"),
            ("confirmed", "yes"),
            ("sure", "yes"),
        ];
        self.post("/application", &form).await
    }

    /// Sends a file, or none when it is empty.
    async fn upload(&self, file: &[u8], said: &str) -> Answer {
        const EDGE: &str = "----edge";
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"said\"\r\n\r\n{said}\r\n--{EDGE}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"../evil.exe\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, format!("\r\n--{EDGE}--\r\n").as_bytes()].concat();
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", &*kind)];
        self.send_body("POST", "/application/documents", &headers, body)
            .await
    }
}

impl Site {
    pub(crate) async fn signed_in(&self, account: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(account, PASSWORD).await;
        browser
    }

    /// A case that waits for a reviewer; answers its address for the staff.
    pub(crate) async fn waiting_case(&self) -> String {
        let nabu = self.signed_in(NABU).await;
        nabu.apply(FIRE_AGENCY).await;
        assert_eq!(nabu.upload(PDF, "").await.status, 303);
        let queue = self.signed_in(STAFF).await.get("/staff").await.body;
        let (_, rest) = queue.split_once("href=\"/staff/cases/").unwrap();
        format!("/staff/cases/{}", rest.split_once('"').unwrap().0)
    }

    /// A reviewer does something with the case as it is.
    pub(crate) async fn decide(&self, case: &str, action: &str, said: &str) -> Answer {
        let staff = self.signed_in(STAFF).await;
        let version = staff.get(case).await.hidden("version");
        let form = [("version", &*version), ("action", action), ("said", said)];
        staff.post(case, &form).await
    }

    async fn mails(&self) -> String {
        self.browser().get("/mailbox").await.body
    }
}

async fn all_data_match_and_the_job_approves(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    assert_eq!(dawen.apply(FIRE_AGENCY).await.leads_to(), "/application");
    let page = dawen.get("/application").await.body;
    for text in [
        "審核中",
        "您的申請已進入審核程序",
        "1151123-0001",
        "民國115年11月24日",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!site.mails().await.contains("核可"), "no mail yet");
    assert_eq!(site.app.review().await.unwrap(), 1);
    assert_eq!(site.app.review().await.unwrap(), 0, "once");
    let page = dawen.get("/application").await.body;
    assert!(page.contains("已核可") && page.contains("目前所屬機關"), "{page}");
    assert!(page.contains("資料核對相符，自動核可"), "the history");
    let mails = site.mails().await;
    assert!(mails.contains("各服務網站會立即得知"));
    assert!(mails.contains("我的E政府公務帳號核可通知信") && mails.contains("dawen1234@example.com"));
    let home = dawen.get("/").await.body;
    assert!(home.contains("公務人員") && home.contains("內政部消防署"));
}

async fn some_data_differ_and_a_reviewer_approves(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    assert_eq!(nabu.apply(FIRE_AGENCY).await.leads_to(), "/application/form");
    assert_eq!(site.app.review().await.unwrap(), 0, "it is no case of the job's");
    let page = nabu.get("/application").await.body;
    assert!(
        page.contains("待送申請書") && page.contains("有部分不符"),
        "{page}"
    );
    assert!(
        !page.contains("機關與人事資料不符"),
        "which datum differs is not told"
    );
    assert_eq!(nabu.upload(PDF, "請查收").await.status, 303);
    assert!(nabu.get("/application").await.body.contains("已收到申請書"));
    let case = site.waiting_of(&site.signed_in(STAFF).await).await;
    let page = site.signed_in(STAFF).await.get(&case).await.body;
    assert!(page.contains("機關與人事資料不符"), "the reviewer is told");
    assert!(page.contains("V12345****") && !page.contains("V123456787"));
    assert_eq!(site.decide(&case, "take_up", "").await.status, 303);
    assert!(nabu.get("/application").await.body.contains("人工審核中"));
    assert_eq!(site.decide(&case, "approve", "").await.status, 303);
    assert!(nabu.get("/application").await.body.contains("已核可"));
    assert!(site.mails().await.contains("核可通知信"));
}

impl Site {
    async fn waiting_of(&self, staff: &Browser) -> String {
        let queue = staff.get("/staff").await.body;
        let (_, rest) = queue.split_once("href=\"/staff/cases/").unwrap();
        format!("/staff/cases/{}", rest.split_once('"').unwrap().0)
    }
}

async fn the_portal_hears_of_the_agency_at_the_next_sign_in(kind: Kind) {
    let site = Site::on(kind).await;
    let before = site
        .member(&site.tokens(&site.browser().walk(DAWEN, &[]).await).await)
        .await;
    assert_eq!(before["account_kind"], "natural_person");
    site.signed_in(DAWEN).await.apply(FIRE_AGENCY).await;
    site.app.review().await.unwrap();
    let after = site
        .member(&site.tokens(&site.browser().walk(DAWEN, &[]).await).await)
        .await;
    assert_eq!(after["account_kind"], "civil_servant");
    assert_eq!(after["agency_oid"], FIRE_AGENCY);
    assert_eq!(after["agency_name"], "內政部消防署");
}

async fn bad_input_is_told_by_its_field(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    let empty = dawen.post("/application", &[("sure", "yes")]).await;
    assert_eq!(empty.status, 422);
    for text in [
        "請輸入新機關OID",
        "請選擇申請原因",
        "並勾選此項",
        "href=\"#oid\"",
        "aria-describedby=\"oid-wrong",
    ] {
        assert!(empty.body.contains(text), "{text}");
    }
    for oid in [
        "2.16.886.101.9999",
        "x",
        "2.16.886.101.20003\0",
        "\u{202e}",
        "\"><script>",
        &"1.".repeat(5000),
    ] {
        let answer = dawen.apply(oid).await;
        assert_eq!(answer.status, 422, "{oid}");
        assert!(
            answer.body.contains("查無這個機關OID") && !answer.body.contains("<script>"),
            "{oid}"
        );
        assert!(
            answer.body.contains("value=\"civil_servant\" selected"),
            "what was chosen is kept"
        );
    }
    let own = site.signed_in(XIAOQING).await.apply(FIRE_AGENCY).await;
    assert!(own.status == 422 && own.body.contains("已屬於這個機關"));
    assert_eq!(
        dawen
            .post("/application", &[("oid", "a"), ("oid", "b")])
            .await
            .status,
        400
    );
}

async fn without_scripts_the_question_is_a_page(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    let form = dawen.get(&format!("/application?oid={FIRE_AGENCY}")).await.body;
    assert!(form.contains(&format!("value=\"{FIRE_AGENCY}\"")) && form.contains("內政部消防署"));
    let named = dawen
        .post(
            "/application",
            &[("oid", FIRE_AGENCY), ("step", "name"), ("sure", "")],
        )
        .await;
    assert!(named.status == 200 && named.body.contains("內政部消防署"));
    let form = [
        ("oid", FIRE_AGENCY),
        ("reason", "civil_servant"),
        ("confirmed", "yes"),
        ("sure", ""),
    ];
    let asked = dawen.post("/application", &form).await;
    assert!(asked.status == 200 && asked.body.contains("請確認是否要申請？"));
    let back = [&form[..3], &[("sure", "yes"), ("step", "back")]].concat();
    let back = dawen.post("/application", &back).await;
    assert!(
        back.body.contains("送出資料") && back.body.contains("checked"),
        "nothing is lost"
    );
    assert!(!dawen.get("/application").await.body.contains("審核中"));
    assert_eq!(asked.hidden("sure"), "yes");
}

async fn a_second_application_needs_the_form(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    dawen.apply(FIRE_AGENCY).await;
    assert!(
        dawen
            .get("/application/withdraw")
            .await
            .body
            .contains("1151123-0001")
    );
    assert_eq!(dawen.post("/application/withdraw", &[]).await.status, 303);
    assert!(dawen.get("/application").await.body.contains("已取消"));
    assert_eq!(site.app.review().await.unwrap(), 0);
    assert_eq!(dawen.apply(FIRE_AGENCY).await.leads_to(), "/application/form");
    assert!(dawen.get("/application").await.body.contains("不是第一次申請"));
    // Somebody who is a civil servant already changes their agency in the same way.
    let xiaoqing = site.signed_in(XIAOQING).await;
    assert_eq!(
        xiaoqing.apply("2.16.886.101.20003").await.leads_to(),
        "/application/form"
    );
    let form = xiaoqing.get("/application/form").await.body;
    assert!(form.contains("公務人員轉換機關") && !form.contains("自然人轉公務員"));
    // Also when they have become what they applied for.
    let form = dawen.get("/application/form").await.body;
    assert!(form.contains("自然人轉公務員"));
    dawen.upload(PDF, "").await;
    let case = site.waiting_of(&site.signed_in(STAFF).await).await;
    assert_eq!(site.decide(&case, "approve", "").await.status, 303);
    let form = dawen.get("/application/form").await.body;
    assert!(form.contains("自然人轉公務員"), "{form}");
}

async fn two_applications_at_once_are_one(kind: Kind) {
    let site = Site::on(kind).await;
    let (one, other) = (site.signed_in(DAWEN).await, site.signed_in(DAWEN).await);
    let (first, second) = tokio::join!(one.apply(FIRE_AGENCY), other.apply(FIRE_AGENCY));
    assert!(
        first.status == 303 && second.status == 303,
        "{} {}",
        first.body,
        second.body
    );
    let page = one.get("/application").await.body;
    assert!(page.contains("審核中") && !page.contains("待送申請書"));
    assert_eq!(site.app.review().await.unwrap(), 1);
    assert_eq!(site.app.review().await.unwrap(), 0);
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

async fn the_form_is_printed_and_a_pdf(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    assert_eq!(
        nabu.get("/application/form").await.status,
        404,
        "nothing was applied for"
    );
    nabu.apply(FIRE_AGENCY).await;
    let page = nabu.get("/application/form").await.body;
    for text in [
        "我的E政府公務帳號申請書",
        "𠀋·那布",
        "nabu1234",
        "1151123-0001",
        "民國115年11月23日",
        FIRE_AGENCY,
        "內政部消防署",
        "服務證件影本（正面）",
        "本人簽名",
        "【注意事項】",
        "(02)2192-7186",
        "處理完畢時間",
        "列印",
        "取消申請",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let pdf = nabu.get("/application/form.pdf").await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(
        pdf.header("content-disposition")
            .starts_with("attachment; filename*=UTF-8")
    );
    assert!(pdf.body.starts_with("%PDF-1."));
    // The code on it leads the reviewer to the case.
    let (_, rest) = page.split_once("案件查詢碼</th><td>").unwrap();
    let code = rest.split_once('<').unwrap().0.to_lowercase().replace('-', "%20");
    let staff = site.signed_in(STAFF).await;
    assert!(
        staff
            .get(&format!("/staff?number={code}"))
            .await
            .leads_to()
            .starts_with("/staff/cases/")
    );
    assert!(
        staff
            .get("/staff?number=1151123-0001")
            .await
            .leads_to()
            .starts_with("/staff/cases/")
    );
    assert!(
        staff
            .get("/staff?number=nothing")
            .await
            .body
            .contains("查無這個編號")
    );
}

async fn only_files_of_three_kinds_are_taken(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    nabu.apply(FIRE_AGENCY).await;
    let large = [PDF, &vec![b' '; 5 * 1024 * 1024], b"%%EOF"].concat();
    let huge = vec![b' '; 11 * 1024 * 1024];
    for (file, text) in [
        (b"MZ\x90".as_slice(), "只接受 PDF、PNG 或 JPEG"),
        (b"<svg onload=alert(1)>", "只接受 PDF、PNG 或 JPEG"),
        (b"", "請選擇已簽名的申請書檔案"),
        (&large, "檔案最大 5 MB"),
        (&huge, "檔案最大 5 MB"),
    ] {
        let answer = nabu.upload(file, "我的說明").await;
        assert!(
            answer.status == 422 && answer.body.contains(text),
            "{} {text}",
            answer.status
        );
    }
    let long = nabu.upload(PDF, &"字".repeat(501)).await;
    assert!(long.status == 422 && long.body.contains("說明最多 500 個字"));
    assert!(
        nabu.get("/application").await.body.contains("待送申請書"),
        "nothing came in"
    );
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    assert_eq!(
        nabu.send_body("POST", "/application/documents", &headers, b"nothing".to_vec())
            .await
            .status,
        400
    );
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    assert_eq!(
        nabu.send_body("POST", "/application/documents", &foreign, Vec::new())
            .await
            .status,
        403
    );
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

async fn a_reviewer_asks_and_rejects(kind: Kind) {
    let site = Site::on(kind).await;
    let case = site.waiting_case().await;
    assert_eq!(
        site.decide(&case, "ask", " ").await.status,
        422,
        "a reason is needed"
    );
    assert_eq!(site.decide(&case, "ask", "請補職員證背面").await.status, 303);
    let nabu = site.signed_in(NABU).await;
    let page = nabu.get("/application").await.body;
    assert!(page.contains("待補件") && page.contains("請補職員證背面"));
    assert!(site.mails().await.contains("補件通知信"));
    assert_eq!(
        site.decide(&case, "approve", "").await.status,
        409,
        "it is the applicant's turn"
    );
    assert_eq!(
        nabu.upload(b"", "背面沒有印字").await.status,
        303,
        "words are an answer too"
    );
    assert!(
        site.signed_in(STAFF)
            .await
            .get(&case)
            .await
            .body
            .contains("背面沒有印字")
    );
    assert_eq!(site.decide(&case, "reject", "證件不符").await.status, 303);
    let page = nabu.get("/application").await.body;
    assert!(page.contains("未核可") && page.contains("證件不符") && page.contains("送出資料"));
    // What led to it stays: why the form was needed, and all that was asked and answered.
    for text in ["有部分不符", "處理經過", "請補職員證背面", "背面沒有印字"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(site.mails().await.contains("審核結果通知信"));
    assert!(!nabu.get("/").await.body.contains("公務人員</span>"));
}

async fn who_is_not_signed_in_is_led_to_the_sign_in(kind: Kind) {
    let site = Site::on(kind).await;
    for path in [
        "/application",
        "/application/form",
        "/application/form.pdf",
        "/application/withdraw",
        "/staff",
        "/profile/looks",
    ] {
        assert!(
            site.browser().get(path).await.leads_to().starts_with("/sign-in"),
            "{path}"
        );
    }
}

async fn without_the_advanced_data_one_is_led_to_them_and_back(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    site.run("UPDATE members SET id_sealed = NULL, id_hash = NULL, id_kind = NULL, birthdate = NULL WHERE account_key = 'dawen1234'").await;
    let page = dawen.get("/application").await.body;
    assert!(page.contains("請先填寫進階資料") && !page.contains("送出資料"));
    assert_eq!(dawen.apply(FIRE_AGENCY).await.leads_to(), "/application");
    let edit = dawen.get("/profile/edit?details=true&next=%2Fapplication").await;
    assert_eq!(edit.hidden("next"), "/application");
    let elsewhere = dawen
        .get("/profile/edit?next=https%3A%2F%2Fevil.example")
        .await
        .body;
    assert!(!elsewhere.contains("name=\"next\""), "no other site's address");
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
