//! What is limited by address and by source.

use std::time::Duration;

use foundation::testing::Kind;

use crate::{
    mailbox::Post,
    support::{Browser, Site, answered, fill_in, register},
};

on_both! {
    a_subscriber_of_ipv6_is_one_source
    each_address_of_ipv4_is_a_source
    who_is_no_trusted_proxy_names_no_source
    letters_of_registrations_are_limited_by_address
    what_sends_no_letter_leaves_the_address_its_letters
    registrations_are_limited_by_source
    letters_that_are_asked_for_are_limited_by_source
}

const BEHIND_A_PROXY: [(&str, &str); 1] = [("MYEGOV_TRUSTED_PROXIES", "127.0.0.0/8")];
/// Checks of an account's name in a minute.
const CHECKS: u32 = 60;

/// Whether a source may check an account's name.
async fn may_check(browser: &Browser, source: &str) -> bool {
    let headers = [("x-forwarded-for", source)];
    let path = "/join/account-name?account=xiaozhen1";
    let answer = browser.send("GET", path, &headers, None).await;
    assert!(matches!(answer.status, 200 | 429), "{}", answer.body);
    answer.status == 200
}

async fn a_subscriber_of_ipv6_is_one_source(kind: Kind) {
    let site = Site::with(kind, &BEHIND_A_PROXY).await;
    let browser = site.browser();
    for number in 1..=CHECKS {
        // From one end of the network to the other.
        let source = format!("2001:db8:0:7:{:x}::{number:x}", number * 1000);
        assert!(may_check(&browser, &source).await, "{source}");
    }
    assert!(!may_check(&browser, "2001:db8:0:7:ffff:ffff:ffff:ffff").await);
    assert!(
        may_check(&browser, "2001:db8:0:8::1").await,
        "the neighbour is not held up"
    );
    site.clock.advance(Duration::from_secs(60));
    assert!(may_check(&browser, "2001:db8:0:7::1").await);
}

async fn each_address_of_ipv4_is_a_source(kind: Kind) {
    let site = Site::with(kind, &BEHIND_A_PROXY).await;
    let browser = site.browser();
    for number in 0..CHECKS {
        // Also as IPv6 writes it (RFC 4291, 2.5.5.2).
        let source = ["192.0.2.1", "::ffff:192.0.2.1"][usize::from(number % 2 == 0)];
        assert!(may_check(&browser, source).await, "{number}");
    }
    assert!(!may_check(&browser, "192.0.2.1").await);
    assert!(may_check(&browser, "192.0.2.2").await);
}

async fn who_is_no_trusted_proxy_names_no_source(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    for number in 0..CHECKS {
        assert!(may_check(&browser, &format!("192.0.2.{number}")).await);
    }
    assert!(!may_check(&browser, "198.51.100.1").await);
}

async fn letters_of_registrations_are_limited_by_address(kind: Kind) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let post = Post::on(kind).await;
    for number in 0..5 {
        let account = format!("xiaozhen{number}");
        let answer = register(&post.browser(), &account, "office@example.org").await;
        assert_eq!(answer.leads_to(), "/join/done");
    }
    assert_eq!(post.letters().await.len(), 5);
    let browser = post.browser();
    fill_in(&browser, "xiaozhen6", "Office@Example.ORG").await;
    let refused = answered(&browser, "/join/confirm", &[("agreed", "1")]).await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, "86400"),
        "however it is written"
    );
    let elsewhere = register(&post.browser(), "xiaozhen7", "other@example.org").await;
    assert_eq!(elsewhere.leads_to(), "/join/done");
    assert_eq!(post.letters().await.len(), 1);
    // The registration is kept for a day, to the second; just before, the letters' day is not over.
    post.clock().advance(DAY);
    let answer = register(&post.browser(), "xiaozhen6", "office@example.org").await;
    assert_eq!(answer.leads_to(), "/join/done");
}

async fn what_sends_no_letter_leaves_the_address_its_letters(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    fill_in(&browser, "xiaozhen1", "office@example.org").await;
    for _ in 0..5 {
        let wrong = [("question", "none"), ("answer", "99"), ("agreed", "1")];
        assert_eq!(browser.post("/join/confirm", &wrong).await.status, 422);
        let refused = answered(&browser, "/join/confirm", &[]).await;
        assert_eq!(refused.status, 422, "without consent");
    }
    let done = answered(&browser, "/join/confirm", &[("agreed", "1")]).await;
    assert_eq!(done.leads_to(), "/join/done");
    assert_eq!(post.letters().await.len(), 1);
}

/// Sends a form that is wrong as often as one source may in an hour, and once more.
async fn asked_too_often(post: &Post, browser: &Browser, path: &str) {
    const ASKED: u32 = 30;
    let wrong = [("account", "1"), ("question", "none"), ("answer", "99")];
    for number in 0..ASKED {
        assert_eq!(browser.post(path, &wrong).await.status, 422, "{number}");
    }
    let refused = browser.post(path, &wrong).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "3600"));
    post.clock().advance(Duration::from_secs(60 * 60));
    assert_eq!(browser.post(path, &wrong).await.status, 422);
    post.clock().advance(Duration::from_secs(60 * 60));
}

async fn registrations_are_limited_by_source(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.browser();
    fill_in(&browser, "xiaozhen1", "office@example.org").await;
    asked_too_often(&post, &browser, "/join/confirm").await;
}

async fn letters_that_are_asked_for_are_limited_by_source(kind: Kind) {
    let post = Post::on(kind).await;
    asked_too_often(&post, &post.browser(), "/recovery").await;
    asked_too_often(&post, &post.browser(), "/activation/resend").await;
}
