//! 回條簽收.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;

use crate::mail::Post;

on_both! {
    to_open_the_link_confirms_nothing_and_the_button_does
    fifty_clicks_at_once_are_one_confirmation
    a_link_that_nobody_sent_opens_nothing
    another_site_confirms_nothing
}

async fn to_open_the_link_confirms_nothing_and_the_button_does(kind: Kind) {
    let post = Post::on(kind).await;
    let sender = post.signed_in("dawen").await;
    let place = post.send(&sender).await;
    let link = post.letters().await[0].link();
    // Nobody is signed in for it.
    let reader = post.world.browser();
    for _ in 0..3 {
        let page = reader.get(&link).await;
        assert_eq!(page.status, 200);
        for text in [
            "甲&#60;一&#62;",
            "集結通知",
            "攜帶&#60;裝備&#62;。",
            "彰化縣消防局 陳大文",
            "確認簽收",
        ] {
            assert!(page.has(text), "{text} in {}", page.body);
        }
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(!page.has("乙二") && !page.has("登出"));
    }
    assert!(sender.get(&place).await.has("已簽收 <b>0</b>"));
    post.world.clock.advance(Duration::from_secs(60));
    assert!(reader.post(&link, &[]).await.has("已完成簽收"));
    post.world.clock.advance(Duration::from_secs(60));
    let again = reader.post(&link, &[]).await;
    assert!(
        again.has("您已於 2026-11-23 09:01 簽收") && !again.has("<form"),
        "{}",
        again.body
    );
    let seen = sender.get(&place).await;
    for text in [
        "已簽收 <b>1</b>",
        "未簽收 <b>1</b>",
        "已簽收</span> 2026-11-23 09:01",
        "已寄送，未簽收</span> 2026-11-23 09:00",
    ] {
        assert!(seen.has(text), "{text} in {}", seen.body);
    }
    let of = async |which: &str| sender.get(&format!("{place}?show={which}")).await;
    assert!(of("confirmed").await.has("甲&#60;一&#62;") && !of("confirmed").await.has("乙二"));
    assert!(of("unconfirmed").await.has("乙二") && !of("unconfirmed").await.has("甲&#60;一&#62;"));
    let english = reader
        .send("GET", &link, &[("accept-language", "en")], None)
        .await;
    assert!(english.has("You confirmed this at 2026-11-23 09:01"));
}

async fn fifty_clicks_at_once_are_one_confirmation(kind: Kind) {
    let post = Post::on(kind).await;
    post.send(&post.signed_in("dawen").await).await;
    let link = post.letters().await[0].link();
    let reader = post.world.browser();
    let answers = join_all((0..50).map(|_| reader.post(&link, &[]))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let first = answers.iter().filter(|answer| answer.has("已完成簽收")).count();
    let later = answers
        .iter()
        .filter(|answer| answer.has("您已於 2026-11-23 09:00 簽收"))
        .count();
    assert_eq!((first, later), (1, 49));
    assert_eq!(
        post.world
            .count("recipients WHERE confirmed_at IS NOT NULL")
            .await,
        1
    );
}

async fn a_link_that_nobody_sent_opens_nothing(kind: Kind) {
    let post = Post::on(kind).await;
    post.send(&post.signed_in("dawen").await).await;
    post.letters().await;
    let reader = post.world.browser();
    for link in ["/receipts/x", "/receipts/%00", "/receipts/%FF", "/receipts/"] {
        let status = reader.get(link).await.status;
        assert!((400..=404).contains(&status), "{link}: {status}");
        let status = reader.post(link, &[]).await.status;
        assert!((400..=404).contains(&status), "{link}: {status}");
    }
    assert_eq!(
        post.world
            .count("recipients WHERE confirmed_at IS NOT NULL")
            .await,
        0
    );
}

async fn another_site_confirms_nothing(kind: Kind) {
    let post = Post::on(kind).await;
    post.send(&post.signed_in("dawen").await).await;
    let link = post.letters().await[0].link();
    for site in ["cross-site", "same-site"] {
        let headers = [("sec-fetch-site", site)];
        let answer = post
            .world
            .browser()
            .send("POST", &link, &headers, Some(&[]))
            .await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(
        post.world
            .count("recipients WHERE confirmed_at IS NOT NULL")
            .await,
        0
    );
}
