//! 忘記密碼.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;

use crate::{
    mailbox::{Letter, Post},
    support::NEW_PASSWORD,
};

on_both! {
    the_link_and_the_answer_lead_to_a_new_password
    five_wrong_answers_end_the_link
    a_link_is_good_once_and_for_an_hour
    known_and_unknown_accounts_are_answered_alike
    nobody_who_wants_to_sign_in_again_has_to_reckon
    an_old_password_is_not_taken_again
    who_is_not_active_gets_the_confirmation_mail_instead
}

const OTHER: &str = "efgh5678";

fn form<'a>(token: &'a str, answer: &'a str, password: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("token", token),
        ("hint_answer", answer),
        ("password", password),
        ("password_again", password),
    ]
}

async fn ask(post: &Post, account: &str) -> Vec<Letter> {
    let answer = post.browser().post("/recovery", &[("account", account)]).await;
    assert_eq!(answer.leads_to(), "/recovery/sent");
    post.letters().await
}

async fn the_link_and_the_answer_lead_to_a_new_password(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let elsewhere = post.browser();
    elsewhere.sign_in("xiaozhen1", NEW_PASSWORD).await;
    let letter = ask(&post, "xiaozhen1").await.remove(0);
    assert_eq!(letter.subject, "重新設定我的E政府密碼");
    assert!(
        !letter.raw.contains(NEW_PASSWORD) && !letter.text.contains(NEW_PASSWORD),
        "no password is mailed"
    );
    let browser = post.browser();
    let page = browser.get(&letter.link()).await;
    assert!(page.body.contains("我就讀的國小叫什麼名字?"));
    assert!(elsewhere.is_signed_in().await, "to open it changes nothing");
    let token = letter.token();
    let mismatch = browser
        .post(
            "/recovery/new",
            &[
                ("token", &*token),
                ("hint_answer", "中正國小"),
                ("password", OTHER),
                ("password_again", "x"),
            ],
        )
        .await;
    assert_eq!(mismatch.status, 422);
    let done = browser
        .post("/recovery/new", &form(&token, "中正國小", OTHER))
        .await;
    assert_eq!(done.status, 200);
    assert!(done.body.contains("密碼已重新設定"));
    assert!(!elsewhere.is_signed_in().await, "other sessions end");
    assert_eq!(browser.sign_in("xiaozhen1", NEW_PASSWORD).await.status, 422);
    assert_eq!(browser.sign_in("xiaozhen1", OTHER).await.status, 303);
    assert_eq!(post.letters().await[0].subject, "您的我的E政府密碼已變更");
}

async fn five_wrong_answers_end_the_link(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let token = ask(&post, "xiaozhen1").await[0].token();
    let wrong = form(&token, "中山國小", OTHER);
    let browsers: Vec<_> = (0..8).map(|_| post.browser()).collect();
    let answers = join_all(
        browsers
            .iter()
            .map(|browser| browser.post("/recovery/new", &wrong)),
    )
    .await;
    let told = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((told(422), told(410)), (5, 3));
    let right = post
        .browser()
        .post("/recovery/new", &form(&token, "中正國小", OTHER))
        .await;
    assert_eq!(right.status, 410);
    assert_eq!(
        post.browser().sign_in("xiaozhen1", NEW_PASSWORD).await.status,
        303
    );
}

async fn a_link_is_good_once_and_for_an_hour(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let first = ask(&post, "xiaozhen1").await.remove(0);
    let second = ask(&post, "xiaozhen1").await.remove(0);
    assert_eq!(
        post.browser().get(&first.link()).await.status,
        410,
        "a newer one took its place"
    );
    post.clock().advance(Duration::from_secs(60 * 60));
    assert_eq!(post.browser().get(&second.link()).await.status, 410);
    let third = ask(&post, "xiaozhen1").await.remove(0);
    let token = third.token();
    let good = form(&token, "中正國小", OTHER);
    let browsers: Vec<_> = (0..4).map(|_| post.browser()).collect();
    let answers = join_all(
        browsers
            .iter()
            .map(|browser| browser.post("/recovery/new", &good)),
    )
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(post.browser().get("/recovery/new?token=x").await.status, 404);
}

async fn known_and_unknown_accounts_are_answered_alike(kind: Kind) {
    let post = Post::on(kind).await;
    let mut answers = Vec::new();
    for account in ["dawen1234", "nobody1234"] {
        let answer = post.browser().post("/recovery", &[("account", account)]).await;
        answers.push((answer.status, answer.leads_to(), answer.body));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(post.letters().await.len(), 1);
}

async fn an_old_password_is_not_taken_again(kind: Kind) {
    let post = Post::on(kind).await;
    post.member("xiaozhen1").await;
    let answer = "中正國小";
    for password in [OTHER, "ijkl9012"] {
        let token = ask(&post, "xiaozhen1").await[0].token();
        assert_eq!(
            post.browser()
                .post("/recovery/new", &form(&token, answer, password))
                .await
                .status,
            200
        );
        post.letters().await;
    }
    let token = ask(&post, "xiaozhen1").await[0].token();
    for old in [NEW_PASSWORD, OTHER, "ijkl9012"] {
        let refused = post
            .browser()
            .post("/recovery/new", &form(&token, answer, old))
            .await;
        assert_eq!(refused.status, 422, "{old}");
        assert!(refused.body.contains("最近3次"));
    }
}

async fn who_is_not_active_gets_the_confirmation_mail_instead(kind: Kind) {
    let post = Post::on(kind).await;
    post.register("xiaozhen1").await;
    post.letters().await;
    assert_eq!(ask(&post, "xiaozhen1").await[0].subject, "我的E政府會員確認信");
}

async fn nobody_who_wants_to_sign_in_again_has_to_reckon(kind: Kind) {
    let post = Post::on(kind).await;
    let page = post.browser().get("/recovery").await;
    assert!(page.status == 200 && !page.body.contains("name=\"answer\""));
    assert!(
        post.browser()
            .get("/activation/resend")
            .await
            .body
            .contains("name=\"answer\"")
    );
    let refused = post.browser().post("/recovery", &[("account", "1")]).await;
    assert!(refused.status == 422 && refused.body.contains("id=\"account-wrong\""));
}
