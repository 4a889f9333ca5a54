//! 災情案件 and their notes.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;

use crate::support::World;

on_both! {
    who_may_look_sees_all_reports_and_may_not_write
    who_may_report_adds_a_note_that_others_see
    who_lacks_a_role_is_told_which_and_where_to_ask
    a_note_that_is_wrong_is_kept_to_be_mended
    a_form_that_is_sent_twice_is_one_note
    what_was_typed_survives_the_end_of_the_session
    pages_speak_english_too
}

async fn who_may_look_sees_all_reports_and_may_not_write(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("meihui").await;
    let list = browser.get("/reports").await;
    assert_eq!(list.status, 200);
    for number in 1_150_001..=1_150_010 {
        assert!(list.has(&format!("href=\"/reports/{number}\"")), "{number}");
        assert_eq!(browser.get(&format!("/reports/{number}")).await.status, 200);
    }
    assert_eq!(browser.get("/reports/1150011").await.status, 404);
    let report = browser.get("/reports/1150001").await;
    assert!(
        report.has("目前沒有備註") && !report.has("<textarea"),
        "{}",
        report.body
    );
    let refused = browser
        .post("/reports/1150001/notes", &[("text", "x"), ("form", "f")])
        .await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.has("災情查通報 <code>reporter</code>"),
        "{}",
        refused.body
    );
    assert_eq!(world.count("notes").await, 0);
}

async fn who_may_report_adds_a_note_that_others_see(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let page = browser.get("/reports/1150001").await;
    let form = [
        ("text", "已<派員>前往。\r\n預計七點到達。"),
        ("form", &page.hidden("form")),
    ];
    let written = browser.post("/reports/1150001/notes", &form).await;
    assert_eq!(written.leads_to(), "/reports/1150001#notes");
    let seen = world.signed_in("meihui").await.get("/reports/1150001").await;
    for text in [
        "已&#60;派員&#62;前往。",
        "陳大文",
        "彰化縣消防局",
        "2026-11-23 09:00",
    ] {
        assert!(seen.has(text), "{text} in {}", seen.body);
    }
    assert!(!browser.get("/reports/1150002").await.has("派員&#62;前往"));
}

async fn who_lacks_a_role_is_told_which_and_where_to_ask(kind: Kind) {
    let world = World::response(kind).await;
    world.portal.knows("yating", "張雅婷", &["sender"]);
    let browser = world.signed_in("yating").await;
    assert_eq!(browser.get("/").await.status, 200);
    let refused = browser.get("/reports/1150001").await;
    assert_eq!(refused.status, 403);
    let form = format!("{}/applications?wanted=the+application", world.portal.issuer);
    assert!(
        refused.has("災情檢視 <code>viewer</code>") && refused.has(&form),
        "{}",
        refused.body
    );
}

async fn a_note_that_is_wrong_is_kept_to_be_mended(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let long = "水".repeat(501);
    for text in ["", "  ", &long, "a\u{202e}b"] {
        let answer = browser
            .post("/reports/1150001/notes", &[("text", text), ("form", "f")])
            .await;
        assert_eq!(answer.status, 422, "{text}");
        assert!(answer.has("aria-invalid=\"true\"") && answer.has("role=\"alert\""));
        assert!(answer.has(&format!(">\n{text}</textarea>")), "{}", answer.body);
    }
    let malformed = [("text", "a\u{0}b"), ("form", "f")];
    assert_eq!(
        browser.post("/reports/1150001/notes", &malformed).await.status,
        400
    );
    assert_eq!(world.count("notes").await, 0);
}

async fn a_form_that_is_sent_twice_is_one_note(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let token = browser.get("/reports/1150001").await.hidden("form");
    let form = [("text", "已派員前往。"), ("form", token.as_str())];
    let answers = join_all((0..10).map(|_| browser.post("/reports/1150001/notes", &form))).await;
    assert!(answers.iter().all(|answer| answer.status == 303));
    assert_eq!(world.count("notes").await, 1);
}

async fn what_was_typed_survives_the_end_of_the_session(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let token = browser.get("/reports/1150001").await.hidden("form");
    world.clock.advance(Duration::from_secs(31 * 60));
    let text = "\n第一行\r\n<第二行> \"引號\"";
    let again = browser
        .post("/reports/1150001/notes", &[("text", text), ("form", &token)])
        .await;
    assert_eq!(again.status, 401);
    assert_eq!(again.kept("text"), text);
    assert!(again.has("action=\"/reports/1150001/notes\"") && again.has("在新分頁登入"));
    world.sign_in(&browser, "/", "dawen").await;
    let form = ["text", "form"].map(|name| (name.to_owned(), again.kept(name)));
    assert_eq!(browser.press("/reports/1150001/notes", &form).await.status, 303);
    assert_eq!(world.count("notes").await, 1);
}

async fn pages_speak_english_too(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let page = browser.get("/reports/1150007?x=1").await;
    assert!(
        page.has("href=\"/language?to=en&#38;back=%2Freports%2F1150007%3Fx%3D1\""),
        "{}",
        page.body
    );
    let chosen = browser.get("/language?to=en&back=%2Freports%2F1150007").await;
    assert_eq!(chosen.leads_to(), "/reports/1150007");
    let page = browser.get("/reports/1150007").await;
    for text in ["<html lang=\"en\"", "Landslide", "Save the note", "waiting"] {
        assert!(page.has(text), "{text}");
    }
    assert_eq!(
        browser
            .get("/language?to=en&back=//evil.example")
            .await
            .leads_to(),
        "/"
    );
    assert_eq!(browser.get("/language?to=fr").await.status, 400);
}
