//! 會員登入 at the site itself.

use std::{sync::Arc, time::Duration};

use crate::support::{Browser, DAWEN, PASSWORD, SITE, Site, XIAOQING};
use foundation::testing::Kind;
use futures::future::join_all;

on_both! {
    the_right_password_signs_in_and_the_home_page_says_who
    a_wrong_password_and_an_unknown_account_are_told_alike
    large_and_small_letters_of_the_account_are_the_same_but_not_of_the_password
    empty_fields_are_named
    after_five_failures_the_account_waits_fifteen_minutes
    unknown_accounts_wait_too
    fifty_guesses_at_once_get_five_attempts
    a_success_begins_the_count_anew
    another_site_cannot_sign_in_or_out
    a_session_ends_after_half_an_hour_without_a_page
    a_session_ends_after_twelve_hours
    every_sign_in_makes_a_new_cookie
    strange_input_is_refused_without_harm
}

const MINUTE: Duration = Duration::from_secs(60);

async fn the_right_password_signs_in_and_the_home_page_says_who(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    assert!(browser.get("/").await.body.contains("會員登入"));
    let answer = browser.sign_in(XIAOQING, PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-myegov-session="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    let home = browser.get("/").await.body;
    for text in [
        "Hi, <b>林小晴</b> 您好",
        "會員登出",
        "公務人員</span>",
        "內政部消防署",
    ] {
        assert!(home.contains(text), "{text}");
    }
    assert_eq!(
        browser.get("/sign-in").await.header("location"),
        "/",
        "already signed in"
    );

    let rare = site.browser();
    rare.sign_in("nabu1234", PASSWORD).await;
    let home = rare.get("/").await.body;
    assert!(home.contains("𠀋·那布") && home.contains("自然人"));
    assert!(!home.contains("所屬機關"));
}

async fn a_wrong_password_and_an_unknown_account_are_told_alike(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    let wrong = browser.sign_in(DAWEN, "wrong1234").await;
    let unknown = browser.sign_in("nobody1234", "wrong1234").await;
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert!(wrong.body.contains("帳號或密碼不正確"));
    assert_eq!(
        wrong.body.replace(DAWEN, ""),
        unknown.body.replace("nobody1234", "")
    );
    assert_eq!(browser.cookie(), None);
    assert!(
        !wrong.body.contains("wrong1234"),
        "the password does not come back"
    );
}

async fn large_and_small_letters_of_the_account_are_the_same_but_not_of_the_password(kind: Kind) {
    let site = Site::on(kind).await;
    assert_eq!(site.browser().sign_in("DaWen1234", PASSWORD).await.status, 303);
    assert_eq!(
        site.browser()
            .sign_in(DAWEN, &PASSWORD.to_uppercase())
            .await
            .status,
        422
    );
}

async fn empty_fields_are_named(kind: Kind) {
    let site = Site::on(kind).await;
    for (account, password) in [("", ""), (DAWEN, ""), ("  ", PASSWORD)] {
        let answer = site.browser().sign_in(account, password).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("請輸入帳號與密碼"));
    }
}

async fn after_five_failures_the_account_waits_fifteen_minutes(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    for _ in 0..5 {
        assert_eq!(browser.sign_in(DAWEN, "wrong1234").await.status, 422);
        site.clock.advance(MINUTE);
    }
    // The fifth failure was a minute ago.
    let delayed = browser.sign_in(DAWEN, PASSWORD).await;
    assert_eq!((delayed.status, delayed.header("retry-after")), (429, "840"));
    assert!(delayed.body.contains("14 分鐘後再試"));
    assert_eq!(
        browser.sign_in(XIAOQING, PASSWORD).await.status,
        303,
        "others do not wait"
    );
    site.clock.advance(Duration::from_millis(14 * 60_000 - 1));
    assert_eq!(
        site.browser().sign_in(DAWEN, PASSWORD).await.status,
        429,
        "waiting is not prolonged"
    );
    site.clock.advance(Duration::from_millis(1));
    assert_eq!(site.browser().sign_in(DAWEN, PASSWORD).await.status, 303);
}

async fn unknown_accounts_wait_too(kind: Kind) {
    let site = Site::on(kind).await;
    for account in ["nobody1234", "not an account"] {
        let statuses: Vec<_> =
            join_all((0..6).map(async |_| site.browser().sign_in(account, "wrong1234").await.status)).await;
        assert_eq!(
            statuses.iter().filter(|status| **status == 429).count(),
            1,
            "{account}"
        );
    }
}

async fn fifty_guesses_at_once_get_five_attempts(kind: Kind) {
    let site = Arc::new(Site::on(kind).await);
    let other = site.another_node().await;
    let all = (0..50).map(|number| {
        let (site, other) = (Arc::clone(&site), other.clone());
        tokio::spawn(async move {
            let node = if number % 2 == 0 {
                site.router.clone()
            } else {
                other
            };
            Browser::at(node, site.clock.clone())
                .sign_in(DAWEN, &format!("wrong{number}"))
                .await
                .status
        })
    });
    let statuses: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 45);
}

async fn a_success_begins_the_count_anew(kind: Kind) {
    let site = Site::on(kind).await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(site.browser().sign_in(DAWEN, "wrong1234").await.status, 422);
        }
        assert_eq!(site.browser().sign_in(DAWEN, PASSWORD).await.status, 303);
    }
}

async fn another_site_cannot_sign_in_or_out(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    browser.sign_in(DAWEN, PASSWORD).await;
    let forms: [(&str, &[(&str, &str)]); 4] = [
        ("/sign-in", &[("account", XIAOQING), ("password", PASSWORD)]),
        ("/sign-out", &[]),
        ("/consent", &[("authorization", "x"), ("choice", "approve")]),
        ("/sign-in/cancel", &[("authorization", "x")]),
    ];
    for (path, form) in forms {
        for headers in [
            [
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
            [("sec-fetch-site", "same-site"), ("origin", SITE)],
            [("sec-fetch-site", "same-origin"), ("origin", "null")],
        ] {
            let answer = browser.send("POST", path, &headers, Some(form)).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    assert!(browser.get("/").await.body.contains("陳大文"));
}

async fn a_session_ends_after_half_an_hour_without_a_page(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    browser.sign_in(DAWEN, PASSWORD).await;
    site.clock.advance(Duration::from_millis(30 * 60_000 - 1));
    assert!(browser.is_signed_in().await);
    site.clock.advance(Duration::from_millis(30 * 60_000 - 1));
    assert!(browser.is_signed_in().await, "a page begins it anew");
    site.clock.advance(30 * MINUTE);
    assert!(!browser.is_signed_in().await);
}

async fn a_session_ends_after_twelve_hours(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    browser.sign_in(DAWEN, PASSWORD).await;
    for _ in 0..(12 * 60 / 20 - 1) {
        site.clock.advance(20 * MINUTE);
        assert!(browser.is_signed_in().await);
    }
    site.clock.advance(20 * MINUTE);
    assert!(!browser.is_signed_in().await);
}

async fn every_sign_in_makes_a_new_cookie(kind: Kind) {
    let site = Site::on(kind).await;
    let browser = site.browser();
    browser.sign_in(DAWEN, PASSWORD).await;
    let first = browser.cookie().unwrap();
    browser.sign_in(DAWEN, PASSWORD).await;
    assert_ne!(browser.cookie().unwrap(), first);
    let stolen = format!("__Host-myegov-session={first}");
    let answer = site
        .browser()
        .send("GET", "/", &[("cookie", &stolen)], None)
        .await;
    assert!(answer.body.contains("會員登入"), "the old one is worth nothing");
}

async fn strange_input_is_refused_without_harm(kind: Kind) {
    let site = Site::on(kind).await;
    let long = "x".repeat(70_000);
    for (account, password) in [
        ("dawen\0", PASSWORD),
        ("\u{202e}dawen", PASSWORD),
        (DAWEN, "\0"),
        (DAWEN, &long[..5000]),
    ] {
        assert_eq!(
            site.browser().sign_in(account, password).await.status,
            422,
            "{account:?}"
        );
    }
    assert_eq!(
        site.browser().sign_in(DAWEN, &long).await.status,
        400,
        "a large form is not read"
    );
    let escaped = site.browser().sign_in("\"><script>alert(1)</script>", "x").await;
    assert!(!escaped.body.contains("<script>"));
    let twice = [("account", DAWEN), ("account", XIAOQING), ("password", PASSWORD)];
    assert_eq!(site.browser().post("/sign-in", &twice).await.status, 400);
    assert_eq!(site.browser().get("/sign-in?authorization=%00").await.status, 400);
    assert_eq!(site.browser().get("/nowhere").await.status, 404);
}
