//! 確認信, its link, 重寄確認信 and the reminder.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;

use crate::{
    mailbox::Post,
    support::{DAWEN, NEW_PASSWORD, answered},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

on_both! {
    to_open_the_link_uses_nothing_up_and_the_button_activates
    a_link_clicked_twice_activates_once
    a_link_is_good_for_seven_days
    a_newer_mail_takes_the_place_of_the_older
    a_resend_that_comes_with_the_click_harms_nobody
    a_reminder_comes_on_day_five
    resending_is_answered_alike_for_known_and_unknown_accounts
    resending_is_limited_by_account
    links_that_are_none_say_what_to_do
}

async fn resend(post: &Post, account: &str) {
    let answer = answered(&post.browser(), "/activation/resend", &[("account", account)]).await;
    assert_eq!(answer.leads_to(), "/activation/resent");
}

async fn to_open_the_link_uses_nothing_up_and_the_button_activates(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    let letter = post.letters().await.remove(0);
    for _ in 0..3 {
        let page = post.browser().get(&letter.link()).await;
        assert_eq!(
            (page.status, page.header("referrer-policy")),
            (200, "same-origin")
        );
        assert!(page.body.contains("<button class=\"button\">啟用帳號</button>"));
    }
    assert_eq!(
        post.browser().sign_in("xiaozhen1", NEW_PASSWORD).await.status,
        422
    );
    let done = post
        .browser()
        .post("/activation", &[("token", &letter.token())])
        .await;
    assert!(done.body.contains("帳號已啟用成功") && done.body.contains("您已註冊成功"));
    assert_eq!(
        post.browser().sign_in("xiaozhen1", NEW_PASSWORD).await.status,
        303
    );
    assert!(
        post.browser()
            .get(&letter.link())
            .await
            .body
            .contains("帳號早已啟用")
    );
}

async fn a_link_clicked_twice_activates_once(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    let token = post.letters().await[0].token();
    let form = [("token", &*token)];
    let browsers: Vec<_> = (0..6).map(|_| post.browser()).collect();
    let answers = join_all(browsers.iter().map(|browser| browser.post("/activation", &form))).await;
    let told = |text: &str| answers.iter().filter(|answer| answer.body.contains(text)).count();
    assert_eq!((told("帳號已啟用成功"), told("帳號早已啟用")), (1, 5));
}

async fn a_link_is_good_for_seven_days(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    let letter = post.letters().await.remove(0);
    post.clock()
        .advance(Duration::from_millis(7 * 24 * 60 * 60_000 - 1));
    assert_eq!(post.browser().get(&letter.link()).await.status, 200);
    post.clock().advance(Duration::from_millis(1));
    let over = post.browser().get(&letter.link()).await;
    assert_eq!(over.status, 410);
    assert!(over.body.contains("超過七日") && over.body.contains("href=\"/activation/resend\""));
    assert_eq!(
        post.browser()
            .post("/activation", &[("token", &letter.token())])
            .await
            .status,
        410
    );
    post.letters().await;
    resend(&post, "xiaozhen1").await;
    let token = post.letters().await[0].token();
    let done = post.browser().post("/activation", &[("token", &token)]).await;
    assert!(done.body.contains("帳號已啟用成功"));
}

async fn a_newer_mail_takes_the_place_of_the_older(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    let first = post.letters().await.remove(0);
    resend(&post, "XiaoZhen1").await;
    let second = post.letters().await.remove(0);
    assert_eq!(second.to, "xiaozhen1@example.org");
    let over = post
        .browser()
        .post("/activation", &[("token", &first.token())])
        .await;
    assert_eq!(over.status, 410);
    assert!(over.body.contains("已有較新的確認信"));
    let done = post
        .browser()
        .post("/activation", &[("token", &second.token())])
        .await;
    assert!(done.body.contains("帳號已啟用成功"));
    let older = post.browser().get(&first.link()).await;
    assert!(
        older.status == 200 && older.body.contains("帳號早已啟用"),
        "nobody is sent for a mail that they do not need"
    );
}

async fn a_resend_that_comes_with_the_click_harms_nobody(kind: Kind) {
    for _ in 0..3 {
        let post = Post::on(kind).await;
        post.register("xiaozhen1").await;
        let first = post.letters().await.remove(0);
        resend(&post, "xiaozhen1").await;
        let browser = post.browser();
        let form = [("token", &*first.token())];
        let (activated, _) = futures::join!(browser.post("/activation", &form), post.deliver());
        let letters = post.letters().await;
        if activated.status == 200 {
            assert_eq!(
                post.browser().sign_in("xiaozhen1", NEW_PASSWORD).await.status,
                303
            );
            // The mail that follows says so, or has a link that finds the account active.
            let [letter] = &letters[..] else {
                panic!("{} letters", letters.len());
            };
            if letter.subject == "我的E政府會員確認信" {
                let opened = post.browser().get(&letter.link()).await;
                assert!(opened.body.contains("帳號早已啟用"), "{}", opened.body);
            } else {
                assert_eq!(letter.subject, "您的我的E政府會員帳號已經啟用");
            }
        } else {
            let done = post
                .browser()
                .post("/activation", &[("token", &letters[0].token())])
                .await;
            assert!(done.body.contains("帳號已啟用成功"));
        }
    }
}

async fn a_reminder_comes_on_day_five(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    post.register("xiaozhen2").await;
    let letters = post.letters().await;
    let second = letters
        .iter()
        .find(|letter| letter.to.starts_with("xiaozhen2"))
        .unwrap();
    post.browser()
        .post("/activation", &[("token", &second.token())])
        .await;
    post.clock()
        .advance(Duration::from_millis(5 * 24 * 60 * 60_000 - 1));
    assert!(post.letters().await.is_empty());
    post.clock().advance(Duration::from_millis(1));
    let reminders = post.letters().await;
    assert_eq!(reminders.len(), 1, "who is active is not reminded");
    assert_eq!(reminders[0].subject, "提醒您啟用我的E政府會員帳號");
    assert!(
        reminders[0].text.contains("民國115年11月30日"),
        "{}",
        reminders[0].text
    );
    assert!(post.letters().await.is_empty(), "once");
    // Both links are good, until the seventh day.
    let first = letters
        .iter()
        .find(|letter| letter.to.starts_with("xiaozhen1"))
        .unwrap();
    assert_eq!(post.browser().get(&first.link()).await.status, 200);
    let done = post
        .browser()
        .post("/activation", &[("token", &reminders[0].token())])
        .await;
    assert!(done.body.contains("帳號已啟用成功"));
    assert!(
        post.browser()
            .get(&first.link())
            .await
            .body
            .contains("帳號早已啟用")
    );
    let again = post
        .browser()
        .post("/activation", &[("token", &first.token())])
        .await;
    assert!(again.body.contains("帳號早已啟用"));
    // Also when its seven days are over.
    post.clock().advance(3 * DAY);
    let late = post.browser().get(&first.link()).await;
    assert!(late.status == 200 && late.body.contains("帳號早已啟用"));
}

async fn resending_is_answered_alike_for_known_and_unknown_accounts(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    post.letters().await;
    let mut answers = Vec::new();
    for account in ["xiaozhen1", "nobody1234", DAWEN] {
        let browser = post.browser();
        let answer = answered(&browser, "/activation/resend", &[("account", account)]).await;
        assert_eq!(answer.header("set-cookie"), "");
        answers.push((answer.status, answer.leads_to(), answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let mut letters = post.letters().await;
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    let subjects: Vec<_> = letters.iter().map(|letter| &*letter.subject).collect();
    assert_eq!(subjects, ["您的我的E政府會員帳號已經啟用", "我的E政府會員確認信"]);
}

async fn resending_is_limited_by_account(kind: Kind) {
    let post = Post::on(kind).await;
    for account in ["xiaozhen1", "nobody1234"] {
        for _ in 0..5 {
            resend(&post, account).await;
        }
        let browser = post.browser();
        let answer = answered(&browser, "/activation/resend", &[("account", account)]).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, "3600"),
            "{account}"
        );
    }
    post.clock().advance(Duration::from_secs(3600));
    resend(&post, "xiaozhen1").await;
}

async fn links_that_are_none_say_what_to_do(kind: Kind) {
    let post = Post::on(kind).await;
    for path in [
        "/activation",
        "/activation?token=",
        "/activation?token=%00",
        "/activation?token=abc",
    ] {
        let answer = post.browser().get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("重寄確認信"));
    }
    assert_eq!(
        post.browser().get("/activation?token=a&token=b").await.status,
        400
    );
    assert_eq!(
        post.browser().post("/activation", &[("token", "x")]).await.status,
        404
    );
}
