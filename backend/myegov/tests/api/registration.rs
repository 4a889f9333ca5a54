//! 加入會員: the five steps, forward and back.

use std::time::Duration;

use foundation::{clock::Clock, testing::Kind};
use futures::future::join_all;

use crate::{
    mailbox::Post,
    support::{Browser, DAWEN, NEW_PASSWORD, RECOVERY, answered, fill_in, register},
};

on_both! {
    an_ordinary_member_registers_and_waits_for_the_mail
    a_member_with_further_data_registers
    every_fault_is_tied_to_its_field_and_nothing_typed_is_lost
    going_back_and_forth_loses_nothing
    secrets_of_a_step_that_is_left_half_done_are_kept
    an_account_that_is_taken_costs_no_password
    a_registration_can_be_gone_on_with_for_a_day_in_the_same_browser
    nobody_skips_a_step
    districts_are_chosen_without_scripts
    the_question_holds_off_who_does_not_answer_it
    without_consent_there_is_no_member
    cancelling_forgets_everything
    of_two_who_want_one_account_one_gets_it
    a_second_click_makes_no_second_member
    an_account_is_said_to_be_free_or_taken_while_one_types
    an_address_that_is_known_already_is_answered_alike
    who_is_held_off_while_they_type_is_told_so
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

async fn every_fault_is_tied_to_its_field_and_nothing_typed_is_lost(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    let wrong = |field: &str| {
        [
            format!("<a href=\"#{field}\">"),
            format!("id=\"{field}-wrong\""),
            format!("aria-describedby=\"{field}-wrong"),
        ]
    };
    let form = [
        ("account", "1xiaozhen"),
        ("password", "abcd"),
        ("password_again", "abcd"),
    ];
    let answer = browser.post("/join/account", &form).await;
    assert_eq!(answer.status, 422);
    for part in ["account", "password"].iter().flat_map(|field| wrong(field)) {
        assert!(answer.body.contains(&part), "{part}: {}", answer.body);
    }
    assert!(answer.body.contains("value=\"1xiaozhen\"") && answer.body.contains("<title>錯誤："));
    assert!(
        !answer.body.contains("value=\"abcd\""),
        "passwords do not come back"
    );
    let taken = browser.post("/join/account", &account(DAWEN)).await;
    assert!(taken.body.contains("這個帳號已有人使用"));
    browser.post("/join/account", &account("xiaozhen1")).await;
    let form = [
        ("name", "\u{202e}真"),
        ("email", "nobody"),
        ("email_again", "x"),
        ("nickname", "暱"),
        ("membership", ""),
    ];
    let answer = browser.post("/join/basics", &form).await;
    for part in ["name", "email", "membership"]
        .iter()
        .flat_map(|field| wrong(field))
    {
        assert!(answer.body.contains(&part), "{part}");
    }
    assert!(answer.body.contains("value=\"nobody\"") && answer.body.contains("value=\"暱\""));
    let mut form = basics("a@example.org", "advanced");
    form[4].1 = "b@example.org";
    assert!(
        browser
            .post("/join/basics", &form)
            .await
            .body
            .contains("確認電子信箱與電子信箱不同")
    );
    browser
        .post("/join/basics", &basics("x@example.org", "advanced"))
        .await;
    let answer = browser
        .post(
            "/join/details",
            &[("id_kind", "national"), ("id_number", "A123456788")],
        )
        .await;
    for part in ["birth_year", "id_number", "gender", "county", "district", "phone"]
        .iter()
        .flat_map(|field| wrong(field))
    {
        assert!(answer.body.contains(&part), "{part}");
    }
    assert!(answer.body.contains("value=\"A123456788\""));
    let twice = [("name", "a"), ("name", "b")];
    assert_eq!(browser.post("/join/basics", &twice).await.status, 400);
    assert_eq!(browser.post("/join/nothing", &[]).await.status, 404);
}

async fn going_back_and_forth_loses_nothing(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    browser.post("/join/account", &account("xiaozhen1")).await;
    browser
        .post("/join/basics", &basics("x@example.org", "advanced"))
        .await;
    // Half of a step, and back.
    let half = [("birth_year", "70"), ("street", "半路"), ("back", "1")];
    assert_eq!(
        browser.post("/join/details", &half).await.leads_to(),
        "/join/basics"
    );
    let page = browser.get("/join/basics").await.body;
    assert!(page.contains("value=\"許小真\"") && page.contains("value=\"advanced\" checked"));
    assert_eq!(
        browser
            .post("/join/basics", &basics("x@example.org", "advanced"))
            .await
            .leads_to(),
        "/join/details"
    );
    let page = browser.get("/join/details").await.body;
    assert!(page.contains("value=\"70\"") && page.contains("value=\"半路\""));
    browser.post("/join/details", &DETAILS).await;
    browser.post("/join/recovery", &RECOVERY).await;
    // The secrets need not be typed again.
    let page = browser.get("/join/account").await.body;
    assert!(page.contains("value=\"xiaozhen1\"") && page.contains("密碼已設定"));
    assert_eq!(
        browser
            .post("/join/account", &[("account", "xiaozhen1")])
            .await
            .leads_to(),
        "/join/basics"
    );
    assert!(
        browser
            .get("/join/details")
            .await
            .body
            .contains("已填寫 A12345****")
    );
    let mut known = DETAILS.to_vec();
    known.retain(|(field, _)| *field != "id_number");
    assert_eq!(
        browser.post("/join/details", &known).await.leads_to(),
        "/join/recovery"
    );
    let known = [("hint_question", "我就讀的國小叫什麼名字?")];
    assert_eq!(
        browser.post("/join/recovery", &known).await.leads_to(),
        "/join/confirm"
    );
    // Nor for another account, unless the password is that.
    let answer = browser.post("/join/account", &[("account", "ABCD1234")]).await;
    assert!(answer.status == 422 && answer.body.contains("密碼不得與帳號相同"));
    let answer = browser.post("/join/account", &[("account", "xiaozhen2")]).await;
    assert_eq!(answer.leads_to(), "/join/basics");
    assert_eq!(
        answered(&browser, "/join/confirm", &[("agreed", "1")])
            .await
            .leads_to(),
        "/join/done"
    );
}

async fn secrets_of_a_step_that_is_left_half_done_are_kept(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    browser.post("/join/account", &account("xiaozhen1")).await;
    browser
        .post("/join/basics", &basics("x@example.org", "advanced"))
        .await;
    let half = [
        ("id_kind", "national"),
        ("id_number", "A123456789"),
        ("back", "1"),
    ];
    let back = browser.post("/join/details", &half).await;
    assert_eq!(back.leads_to(), "/join/basics");
    browser
        .post("/join/basics", &basics("x@example.org", "advanced"))
        .await;
    let page = browser.get("/join/details").await.body;
    assert!(page.contains("已填寫 A12345****") && !page.contains("A123456789"));
    // What is no number takes the place of none.
    let wrong = [
        ("id_kind", "national"),
        ("id_number", "A123456788"),
        ("back", "1"),
    ];
    browser.post("/join/details", &wrong).await;
    let mut known = DETAILS.to_vec();
    known.retain(|(field, _)| *field != "id_number");
    assert_eq!(
        browser.post("/join/details", &known).await.leads_to(),
        "/join/recovery"
    );
    let half = [("hint_answer", "中正國小"), ("back", "1")];
    let back = browser.post("/join/recovery", &half).await;
    assert_eq!(back.leads_to(), "/join/details");
    browser.post("/join/details", &known).await;
    let page = browser.get("/join/recovery").await.body;
    assert!(page.contains("已填寫；不更改請留白") && !page.contains("中正國小"));
    let known = [("hint_question", "我就讀的國小叫什麼名字?")];
    assert_eq!(
        browser.post("/join/recovery", &known).await.leads_to(),
        "/join/confirm"
    );
}

async fn an_account_that_is_taken_costs_no_password(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    let taken = browser.post("/join/account", &account(DAWEN)).await;
    assert!(taken.status == 422 && taken.body.contains("密碼已設定"));
    let other = browser.post("/join/account", &[("account", "xiaozhen1")]).await;
    assert_eq!(other.leads_to(), "/join/basics");
}

async fn a_registration_can_be_gone_on_with_for_a_day_in_the_same_browser(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    browser.post("/join/account", &account("xiaozhen1")).await;
    post.clock().advance(Duration::from_millis(24 * 60 * 60_000 - 1));
    assert_eq!(browser.get("/join").await.leads_to(), "/join/basics");
    assert_eq!(
        post.browser().get("/join").await.leads_to(),
        "/join/account",
        "another browser"
    );
    post.clock().advance(Duration::from_millis(1));
    assert_eq!(browser.get("/join").await.leads_to(), "/join/account");
    let late = browser
        .post("/join/basics", &basics("x@example.org", "ordinary"))
        .await;
    assert_eq!(late.leads_to(), "/join/account");
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

async fn the_question_holds_off_who_does_not_answer_it(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    fill_in(&browser, "xiaozhen1", "x@example.org").await;
    let page = browser.get("/join/confirm").await;
    let (question, versions) = (page.hidden("question"), page.hidden("versions"));
    let form = |answer| {
        [
            ("versions", &*versions),
            ("question", &*question),
            ("answer", answer),
            ("website", ""),
            ("agreed", "1"),
        ]
    };
    let wrong = browser.post("/join/confirm", &form("99")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("驗證問題的答案不正確") && wrong.body.contains(" checked"));
    let right = crate::support::answer_to(&page);
    let used = browser.post("/join/confirm", &form(&right)).await;
    assert_eq!(used.status, 422, "each question is asked once");
    let trapped = answered(&browser, "/join/confirm", &[("agreed", "1")]).await;
    assert_eq!(trapped.leads_to(), "/join/done");
    let browser = post.browser();
    fill_in(&browser, "xiaozhen2", "x@example.org").await;
    let page = browser.get("/join/confirm").await;
    let (question, answer) = (page.hidden("question"), crate::support::answer_to(&page));
    let form = [
        ("question", &*question),
        ("answer", &*answer),
        ("website", "http://spam"),
        ("agreed", "1"),
    ];
    assert_eq!(
        browser.post("/join/confirm", &form).await.status,
        422,
        "people do not see that field"
    );
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

async fn of_two_who_want_one_account_one_gets_it(kind: Kind) {
    let post = Post::on(kind).await;
    let browsers: Vec<Browser> = (0..4).map(|_| post.browser()).collect();
    for (number, browser) in browsers.iter().enumerate() {
        // Large and small letters are the same account.
        let account = if number % 2 == 0 { "xiaozhen1" } else { "XiaoZhen1" };
        fill_in(browser, account, &format!("x{number}@example.org")).await;
    }
    let agreed = [("agreed", "1")];
    let answers = join_all(
        browsers
            .iter()
            .map(|browser| answered(browser, "/join/confirm", &agreed)),
    )
    .await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409]);
    let lost = answers.iter().find(|answer| answer.status == 409).unwrap();
    assert!(lost.body.contains("這個帳號已有人使用") && lost.body.contains("action=\"/join/account\""));
    assert_eq!(post.letters().await.len(), 1);
    // Nothing but the account is to be typed anew.
    let at = answers.iter().position(|answer| answer.status == 409).unwrap();
    assert_eq!(
        browsers[at]
            .post("/join/account", &[("account", "xiaozhen9")])
            .await
            .leads_to(),
        "/join/basics"
    );
    assert_eq!(
        answered(&browsers[at], "/join/confirm", &agreed).await.leads_to(),
        "/join/done"
    );
}

async fn a_second_click_makes_no_second_member(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    fill_in(&browser, "xiaozhen1", "x@example.org").await;
    let agreed = [("agreed", "1")];
    let answers = join_all((0..2).map(|_| answered(&browser, "/join/confirm", &agreed))).await;
    for answer in answers {
        assert!(
            matches!(&*answer.leads_to(), "/join/done" | "/join/account"),
            "{}",
            answer.leads_to()
        );
    }
    assert_eq!(post.letters().await.len(), 1);
}

async fn an_account_is_said_to_be_free_or_taken_while_one_types(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    for (account, state) in [
        ("xiaozhen1", "free"),
        ("DaWen1234", "taken"),
        ("1a", "malformed"),
        ("", "malformed"),
    ] {
        let answer = browser
            .get(&format!("/join/account-name?account={account}"))
            .await;
        assert_eq!(answer.json()["state"], state);
    }
    let mut last = 0;
    for _ in 0..60 {
        last = browser.get("/join/account-name?account=xiaozhen1").await.status;
    }
    assert_eq!(last, 429, "who asks for all names is held off");
    post.clock().advance(Duration::from_secs(60));
    assert_eq!(
        browser.get("/join/account-name?account=xiaozhen1").await.status,
        200
    );
}

async fn an_address_that_is_known_already_is_answered_alike(kind: Kind) {
    let post = Post::on(kind).await;
    let known = register(&post.browser(), "xiaozhen1", "dawen1234@example.com").await;
    let unknown = register(&post.browser(), "xiaozhen2", "nobody@example.org").await;
    assert_eq!(
        (known.status, known.leads_to()),
        (unknown.status, unknown.leads_to())
    );
    assert_eq!(known.body, unknown.body);
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

async fn who_is_held_off_while_they_type_is_told_so(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    let page = browser.get("/join/account").await.body;
    assert!(page.contains("data-later=\"查詢太頻繁"));
    let script = browser.get("/assets/registration.js").await.body;
    for reads in ["answer.headers.get(\"Retry-After\")", "tell(\"later\")"] {
        assert!(script.contains(reads), "{reads}");
    }
    let mut last = browser.get("/join/account-name?account=xiaozhen1").await;
    for _ in 0..60 {
        last = browser.get("/join/account-name?account=xiaozhen1").await;
    }
    assert_eq!((last.status, last.header("retry-after")), (429, "60"));
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
