//! What was typed: each fault is tied to its field, and nothing is lost on the way.

use std::time::Duration;

use foundation::testing::Kind;

use super::{DETAILS, account, basics};
use crate::{
    mailbox::Post,
    support::{DAWEN, RECOVERY, answered},
};

on_both! {
    every_fault_is_tied_to_its_field_and_nothing_typed_is_lost
    going_back_and_forth_loses_nothing
    secrets_of_a_step_that_is_left_half_done_are_kept
    a_registration_can_be_gone_on_with_for_a_day_in_the_same_browser
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
