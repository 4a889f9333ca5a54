//! Writing a message, choosing its recipients, and sending it once.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::{
    directory::{BUREAU, COUNTY},
    mail::{DRAFT, Post, button},
    support::World,
};

on_both! {
    who_may_not_send_is_told_which_role_is_missing
    the_form_offers_ones_own_agency_searches_others_and_lists_roles
    what_is_wrong_is_said_and_what_was_typed_stays
    recipients_are_shown_before_anything_is_sent
    an_agency_alone_is_without_those_below
    a_list_of_many_pages_is_read_whole_and_too_many_are_refused
    a_message_is_sent_once_however_often_the_button_is_pressed
    who_goes_back_and_changes_something_sends_another_message
    a_list_that_has_changed_is_shown_again
    the_directory_may_be_down_and_nothing_typed_is_lost
    a_directory_that_refuses_is_said_to
    the_own_token_is_kept_and_renewed
    the_response_service_has_no_messages
}

async fn who_may_not_send_is_told_which_role_is_missing(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("meihui").await;
    for answer in [
        browser.get("/messages/new").await,
        browser.post("/messages/new", &DRAFT).await,
        browser.post("/messages/preview", &DRAFT).await,
        browser.post("/messages/send", &[("form", "f")]).await,
    ] {
        assert_eq!(answer.status, 403);
        assert!(answer.has("發送訊息 <code>sender</code>"), "{}", answer.body);
    }
    assert!(
        !browser
            .get("/messages")
            .await
            .has("<a class=\"button\" href=\"/messages/new\"")
    );
    post.world.portal.knows("yating", "張雅婷", &["viewer"]);
    let refused = post.signed_in("yating").await.get("/messages").await;
    assert!(refused.status == 403 && refused.has("檢視回條 <code>receipts</code>"));
}

async fn the_form_offers_ones_own_agency_searches_others_and_lists_roles(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let page = browser.get("/messages/new").await;
    let own = format!("value=\"{}\" checked", BUREAU.0);
    assert!(
        page.has(&own) && page.has("EMIC 應變服務：災情查通報"),
        "{}",
        page.body
    );
    let asked = [
        ("subject", "主<旨>"),
        ("text", ""),
        ("query", "彰化縣政府"),
        ("search", "1"),
        ("agency", BUREAU.0),
    ];
    let found = browser.post("/messages/new", &asked).await;
    assert_eq!(found.status, 200);
    assert!(found.has(&format!("value=\"{}\"", COUNTY.0)) && found.has("value=\"主&#60;旨&#62;\""));
    let nothing = browser
        .post("/messages/new", &[("query", "沒有"), ("search", "1")])
        .await;
    assert!(nothing.has("找不到符合的機關"));
    // What was chosen stays to be chosen.
    let chosen = browser.post("/messages/new", &[("agency", COUNTY.0)]).await;
    assert!(
        chosen.has(&format!("value=\"{}\" checked", COUNTY.0)),
        "{}",
        chosen.body
    );
}

async fn what_is_wrong_is_said_and_what_was_typed_stays(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let long = "水".repeat(2001);
    let answer = browser
        .post(
            "/messages/preview",
            &[("subject", ""), ("text", &long), ("agency", ""), ("role", "")],
        )
        .await;
    assert_eq!(answer.status, 422);
    for text in [
        "請輸入主旨",
        "內容最多2000個字",
        "請選擇機關、角色或兩者",
        "role=\"alert\"",
    ] {
        assert!(answer.has(text), "{text}");
    }
    assert!(answer.has(&long));
    let mut nobody = DRAFT.to_vec();
    nobody[4] = ("role", "messages:sender");
    let answer = browser.post("/messages/preview", &nobody).await;
    assert!(
        answer.status == 422 && answer.has("沒有符合條件"),
        "{}",
        answer.body
    );
    // Nothing is looked for that is no code.
    nobody[4] = ("role", "emic:reporter&agency=x");
    assert_eq!(browser.post("/messages/preview", &nobody).await.status, 422);
}

async fn recipients_are_shown_before_anything_is_sent(kind: Kind) {
    let post = Post::on(kind).await;
    post.world.portal.lists("d", "丁四", COUNTY, &["emic:reporter"]);
    post.world.portal.moves("d", None);
    let browser = post.signed_in("dawen").await;
    let preview = post.preview(&browser).await;
    for text in [
        "將寄給 2 人",
        "甲&#60;一&#62;",
        "乙二",
        "另有 1 人沒有可用的電子信箱",
        "攜帶&#60;裝備&#62;。",
        "彰化縣政府及所屬機關，「EMIC 應變服務」的災情查通報",
    ] {
        assert!(preview.has(text), "{text} in {}", preview.body);
    }
    assert!(!preview.has("丙三") && !preview.has("丁四"));
    assert_eq!(post.world.count("messages").await, 0);
}

async fn an_agency_alone_is_without_those_below(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let alone: Vec<_> = DRAFT.into_iter().filter(|(name, _)| *name != "below").collect();
    let preview = browser.post("/messages/preview", &alone).await;
    assert!(preview.has("將寄給 1 人") && preview.has("乙二") && !preview.has("甲&#60;一&#62;"));
}

async fn a_list_of_many_pages_is_read_whole_and_too_many_are_refused(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    for number in 0..250 {
        post.world.portal.lists(
            &format!("p{number}"),
            &format!("人員{number:03}"),
            COUNTY,
            &["emic:reporter"],
        );
    }
    let preview = post.preview(&browser).await;
    assert!(
        preview.has("將寄給 252 人") && preview.has("以及另外 52 人"),
        "{}",
        preview.body
    );
    let place = browser
        .press("/messages/send", &button(&preview))
        .await
        .leads_to();
    assert_eq!(post.world.count("recipients").await, 252);
    let first = browser.get(&place).await;
    assert!(first.has("人員000") && first.has("after=100#recipients") && !first.has("人員150"));
    assert!(
        browser
            .get(&format!("{place}?show=all&after=100"))
            .await
            .has("人員150")
    );
    for number in 250..2000 {
        post.world
            .portal
            .lists(&format!("p{number}"), "人員", COUNTY, &["emic:reporter"]);
    }
    let answer = browser.post("/messages/preview", &DRAFT).await;
    assert!(answer.status == 422 && answer.has("收件人超過2000人"));
}

async fn a_message_is_sent_once_however_often_the_button_is_pressed(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let form = button(&post.preview(&browser).await);
    let answers = join_all((0..10).map(|_| browser.press("/messages/send", &form))).await;
    let places: Vec<_> = answers.iter().map(crate::browser::Answer::leads_to).collect();
    assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
    assert_eq!(browser.press("/messages/send", &form).await.leads_to(), places[0]);
    assert_eq!(post.world.count("messages").await, 1);
    assert_eq!(post.world.count("recipients").await, 2);
    assert_eq!(post.letters().await.len(), 2);
    // Another person's button is another one, also with the same token.
    post.world.portal.knows("other", "王小明", &["sender"]);
    let other = post.signed_in("other").await;
    assert_ne!(other.press("/messages/send", &form).await.leads_to(), places[0]);
}

async fn who_goes_back_and_changes_something_sends_another_message(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let first = post.send(&browser).await;
    let second = post.send(&browser).await;
    assert_ne!(first, second);
    assert_eq!(post.world.count("messages").await, 2);
    let form = button(&post.preview(&browser).await);
    let back = browser.press("/messages/new", &form).await;
    assert!(
        back.has("攜帶&#60;裝備&#62;。") && back.has("value=\"emic:reporter\" selected"),
        "{}",
        back.body
    );
    assert_eq!(browser.post("/messages/send", &DRAFT).await.status, 400);
    for path in ["/messages/preview", "/messages/send"] {
        assert_eq!(browser.get(path).await.leads_to(), "/messages/new");
    }
}

async fn a_list_that_has_changed_is_shown_again(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let form = button(&post.preview(&browser).await);
    post.world.portal.lists("d", "丁四", COUNTY, &["emic:reporter"]);
    let again = browser.press("/messages/send", &form).await;
    assert!(again.status == 200 && again.has("收件人名單在您預覽之後有變動") && again.has("丁四"));
    assert_eq!(post.world.count("messages").await, 0);
    let place = browser.press("/messages/send", &button(&again)).await.leads_to();
    assert!(browser.get(&place).await.has("丁四"));
}

async fn the_directory_may_be_down_and_nothing_typed_is_lost(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let form = button(&post.preview(&browser).await);
    for path in ["/api/v1/directory/people", "/api/v1/directory/roles"] {
        post.world.portal.lets(path, 503, Value::Null);
    }
    let page = browser.get("/messages/new").await;
    assert!(
        page.status == 503 && page.has("href=\"/messages/new\">再試一次"),
        "{}",
        page.body
    );
    for path in ["/messages/new", "/messages/preview", "/messages/send"] {
        let again = browser.press(path, &form).await;
        assert_eq!(again.status, 503, "{path}");
        assert!(again.has(&format!("action=\"{path}\"")));
        for (name, value) in &form {
            assert_eq!(again.kept(name), *value, "{path} {name}");
        }
    }
    for path in ["/api/v1/directory/people", "/api/v1/directory/roles"] {
        post.world.portal.mend(path);
    }
    assert_eq!(browser.press("/messages/send", &form).await.status, 303);
    // The session may be over too.
    post.world.clock.advance(Duration::from_secs(31 * 60));
    let again = browser.post("/messages/preview", &DRAFT).await;
    assert!(again.status == 401 && again.kept("text") == DRAFT[1].1);
}

async fn a_directory_that_refuses_is_said_to(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    post.world
        .portal
        .lets("/api/v1/directory/people", 403, Value::Null);
    let again = browser.post("/messages/preview", &DRAFT).await;
    assert!(
        again.status == 503 && again.has("拒絕了本系統的查詢"),
        "{}",
        again.body
    );
    post.world.portal.mend("/api/v1/directory/people");
    post.world
        .portal
        .lets("/oidc/token", 400, json!({ "error": "invalid_scope" }));
    post.world.portal.held().own.clear();
    assert_eq!(browser.post("/messages/preview", &DRAFT).await.status, 503);
}

async fn the_own_token_is_kept_and_renewed(kind: Kind) {
    let post = Post::on(kind).await;
    let browser = post.signed_in("dawen").await;
    let own_tokens = || post.world.portal.held().own.len();
    for _ in 0..3 {
        post.preview(&browser).await;
    }
    assert_eq!(own_tokens(), 1);
    // Thirty seconds before it expires.
    post.world.clock.advance(Duration::from_secs(270));
    post.preview(&browser).await;
    assert_eq!(own_tokens(), 2);
    // The portal has forgotten it.
    post.world.portal.held().own.clear();
    post.preview(&browser).await;
    assert_eq!(own_tokens(), 1);
}

async fn the_response_service_has_no_messages(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for path in ["/messages", "/messages/new", "/receipts/x"] {
        assert_eq!(browser.get(path).await.status, 404);
    }
    let messages = Post::on(kind).await;
    assert_eq!(
        messages.signed_in("dawen").await.get("/reports").await.status,
        404
    );
}
