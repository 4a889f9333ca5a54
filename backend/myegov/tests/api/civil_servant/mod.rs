//! 申請公務帳號, from the form to its end.

mod form;
mod late;

use std::time::Duration;

use foundation::testing::Kind;

use crate::support::{Answer, Browser, DAWEN, PASSWORD, Site, XIAOQING};

on_both! {
    all_data_match_and_the_job_approves
    some_data_differ_and_a_reviewer_approves
    the_portal_hears_of_the_agency_at_the_next_sign_in
    a_second_application_needs_the_form
    two_applications_at_once_are_one
    a_reviewer_asks_and_rejects
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

impl Site {
    async fn waiting_of(&self, staff: &Browser) -> String {
        let queue = staff.get("/staff").await.body;
        let (_, rest) = queue.split_once("href=\"/staff/cases/").unwrap();
        format!("/staff/cases/{}", rest.split_once('"').unwrap().0)
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
