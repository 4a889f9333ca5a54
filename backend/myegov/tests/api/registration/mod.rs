//! 加入會員: the five steps, forward and back.

mod account;
mod typed;

use foundation::{clock::Clock, testing::Kind};

use crate::{
    mailbox::Post,
    support::{NEW_PASSWORD, RECOVERY, answered, fill_in, register},
};

on_both! {
    an_ordinary_member_registers_and_waits_for_the_mail
    a_member_with_further_data_registers
    nobody_skips_a_step
    districts_are_chosen_without_scripts
    without_consent_there_is_no_member
    cancelling_forgets_everything
    pages_of_the_steps_have_no_inline_scripts
    the_member_centre_begins_as_the_manual_does
}

pub(crate) const DETAILS: [(&str, &str); 12] = [
    ("birth_year", "70"),
    ("birth_month", "01"),
    ("birth_day", "01"),
    ("id_kind", "national"),
    ("id_number", "A123456789"),
    ("gender", "female"),
    ("county", "臺北市"),
    ("district", "文山區"),
    ("postal_code", ""),
    ("street", "示範路1號"),
    ("phone", "0223456789"),
    ("phone_extension", "12"),
];

pub(crate) fn account(name: &str) -> [(&str, &str); 3] {
    [
        ("account", name),
        ("password", NEW_PASSWORD),
        ("password_again", NEW_PASSWORD),
    ]
}

pub(crate) fn basics<'a>(email: &'a str, membership: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", "許小真"),
        ("nickname", "小真"),
        ("membership", membership),
        ("email", email),
        ("email_again", email),
    ]
}

async fn an_ordinary_member_registers_and_waits_for_the_mail(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    let answer = register(&browser, "Xiaozhen1", "xiaozhen@example.org").await;
    assert_eq!((answer.status, &*answer.leads_to()), (303, "/join/done"));
    let done = browser.get("/join/done").await.body;
    for text in [
        "一般會員註冊成功",
        "系統會發送「確認信」到您的電子信箱",
        "十分鐘內",
        "垃圾信件匣",
    ] {
        assert!(done.contains(text), "{text}");
    }
    let rows = post
        .site
        .rows("SELECT terms_version, privacy_version, consented_at FROM members WHERE account_key = 'xiaozhen1'")
        .await;
    let text = |column| rows[0].try_get::<String>("", column).unwrap();
    for (column, path) in [("terms_version", "/terms"), ("privacy_version", "/privacy")] {
        let shown = browser.get(path).await.body;
        assert!(
            shown.contains(&text(column)),
            "{column}: the version that the page says"
        );
    }
    assert_eq!(
        rows[0].try_get::<i64>("", "consented_at").unwrap(),
        post.clock().now().as_millis()
    );
    let letters = post.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (&*letters[0].to, &*letters[0].subject),
        ("xiaozhen@example.org", "我的E政府會員確認信")
    );
    // The password is right, and the account not active yet: told to who knows it, and to nobody else.
    let waiting = browser.sign_in("xiaozhen1", NEW_PASSWORD).await;
    assert_eq!(waiting.status, 422);
    assert!(waiting.body.contains("尚未啟用") && waiting.body.contains("/activation/resend"));
    assert!(
        !browser
            .sign_in("xiaozhen1", "wrong1234")
            .await
            .body
            .contains("尚未啟用")
    );
    assert_eq!(
        browser.get("/join").await.leads_to(),
        "/join/account",
        "the draft is gone"
    );
}

async fn a_member_with_further_data_registers(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    browser.post("/join/account", &account("xiaozhen1")).await;
    let next = browser
        .post("/join/basics", &basics("x@example.org", "advanced"))
        .await;
    assert_eq!(next.leads_to(), "/join/details");
    assert!(
        browser
            .get("/join/details")
            .await
            .body
            .contains("繼續完成公務轉換申請步驟")
    );
    assert_eq!(
        browser.post("/join/details", &DETAILS).await.leads_to(),
        "/join/recovery"
    );
    browser.post("/join/recovery", &RECOVERY).await;
    let confirm = browser.get("/join/confirm").await.body;
    assert!(
        confirm.contains("A12345****") && !confirm.contains("A123456789"),
        "masked"
    );
    assert!(confirm.contains("臺北市文山區示範路1號"));
    assert_eq!(
        answered(&browser, "/join/confirm", &[("agreed", "1")])
            .await
            .leads_to(),
        "/join/done"
    );
    let token = post.letters().await[0].token();
    browser.post("/activation", &[("token", &token)]).await;
    browser.sign_in("xiaozhen1", NEW_PASSWORD).await;
    let profile = browser.get("/profile").await.body;
    for text in [
        "許小真",
        "小真",
        "自然人",
        "民國70年1月1日",
        "A12345****",
        "女性",
        "116 臺北市文山區示範路1號",
        "02-23456789 分機 12",
    ] {
        assert!(profile.contains(text), "{text}: {profile}");
    }
    assert!(!profile.contains("A123456789"));
}

async fn nobody_skips_a_step(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    for step in ["basics", "details", "recovery", "confirm"] {
        assert_eq!(
            browser.get(&format!("/join/{step}")).await.leads_to(),
            "/join/account"
        );
    }
    browser.post("/join/account", &account("xiaozhen1")).await;
    assert_eq!(
        browser.post("/join/confirm", &[("agreed", "1")]).await.leads_to(),
        "/join/basics"
    );
    assert!(post.letters().await.is_empty());
}

async fn districts_are_chosen_without_scripts(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    browser.post("/join/account", &account("xiaozhen1")).await;
    browser
        .post("/join/basics", &basics("x@example.org", "advanced"))
        .await;
    let chosen = [("county", "連江縣"), ("street", "1號"), ("choose", "county")];
    let page = browser.post("/join/details", &chosen).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("南竿鄉") && !page.body.contains("文山區") && page.body.contains("value=\"1號\"")
    );
    let table = browser.get("/assets/districts.json").await.json();
    assert_eq!(table.as_array().unwrap().len(), 371);
}

async fn without_consent_there_is_no_member(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    fill_in(&browser, "xiaozhen1", "x@example.org").await;
    let refused = answered(&browser, "/join/confirm", &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("請閱讀並同意"));
    // A page that was open when a new text came into force.
    let page = browser.get("/join/confirm").await;
    let (question, answer) = (page.hidden("question"), crate::support::answer_to(&page));
    for versions in ["2020-01-01 2020-01-01", ""] {
        let form = [
            ("question", &*question),
            ("answer", &*answer),
            ("agreed", "1"),
            ("versions", versions),
        ];
        let refused = browser.post("/join/confirm", &form).await;
        assert!(refused.status == 422 && refused.body.contains("請閱讀新的內容後再勾選同意"));
        assert!(!refused.body.contains(" checked"), "it is asked again");
    }
    assert!(post.letters().await.is_empty());
}

async fn cancelling_forgets_everything(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    browser.post("/join/account", &account("xiaozhen1")).await;
    assert_eq!(browser.post("/join/cancel", &[]).await.leads_to(), "/");
    assert_eq!(browser.get("/join").await.leads_to(), "/join/account");
    assert!(!browser.get("/join/account").await.body.contains("xiaozhen1\""));
}

async fn pages_of_the_steps_have_no_inline_scripts(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    fill_in(&browser, "xiaozhen1", "x@example.org").await;
    for path in [
        "/join/account",
        "/join/basics",
        "/join/confirm",
        "/activation/resend",
        "/recovery",
        "/member-centre",
        "/terms",
        "/privacy",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        let body = answer
            .body
            .replace("<script src=\"/assets/registration.js\" defer></script>", "");
        for forbidden in ["<style", "style=\"", "<script", "onclick", "javascript:"] {
            assert!(!body.contains(forbidden), "{path}: {forbidden}");
        }
    }
}

async fn the_member_centre_begins_as_the_manual_does(kind: Kind) {
    let post = Post::on(kind).await;
    let page = post.browser().get("/member-centre").await;
    for text in [
        "欲申請「公務帳號」，須先申請「一般帳號」。",
        "若有帳號申請上任何疑問，請電我的E政府客服中心：(02)2192-7111。",
        "我的E政府帳號常見問題請參考",
        "id=\"faq\"",
    ] {
        assert_eq!(page.body.matches(text).count(), 1, "{text}");
    }
    assert_eq!(page.link_of("常見問題"), "#faq");
}
