//! The account that one wants: free, taken, wanted by two at once; and who is held off.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;

use super::account;
use crate::{
    mailbox::Post,
    support::{Browser, DAWEN, answered, fill_in, register},
};

on_both! {
    an_account_that_is_taken_costs_no_password
    the_question_holds_off_who_does_not_answer_it
    of_two_who_want_one_account_one_gets_it
    a_second_click_makes_no_second_member
    an_account_is_said_to_be_free_or_taken_while_one_types
    an_address_that_is_known_already_is_answered_alike
    who_is_held_off_while_they_type_is_told_so
}

async fn an_account_that_is_taken_costs_no_password(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    let taken = browser.post("/join/account", &account(DAWEN)).await;
    assert!(taken.status == 422 && taken.body.contains("密碼已設定"));
    let other = browser.post("/join/account", &[("account", "xiaozhen1")]).await;
    assert_eq!(other.leads_to(), "/join/basics");
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
