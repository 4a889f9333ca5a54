//! What keeps a session true: userinfo is asked again, tokens are refreshed, and what the portal refuses is over.

use std::time::Duration;

use foundation::testing::Kind;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{World, is_signed_in};

on_both! {
    roles_are_asked_once_a_minute_and_count_at_once
    a_session_that_is_over_at_the_portal_is_over_here
    work_is_told_to_the_portal_every_five_minutes
    a_refused_refresh_ends_the_session
    pages_at_once_show_a_refresh_token_once
    a_portal_that_is_down_ends_nothing_for_ten_minutes
    another_node_knows_the_session
    a_browser_that_goes_away_takes_no_token_with_it
    without_refresh_tokens_one_signs_in_again_when_the_access_token_is_over
}

const USERINFO: &str = "/oidc/userinfo";
const TOKEN: &str = "/oidc/token";

async fn roles_are_asked_once_a_minute_and_count_at_once(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    assert_eq!(world.portal.asked(USERINFO), 1);
    world.portal.knows("dawen", "陳大文", &[]);
    world.clock.advance(Duration::from_secs(59));
    assert_eq!(browser.get("/reports").await.status, 200);
    assert_eq!(world.portal.asked(USERINFO), 1);
    world.clock.advance(Duration::from_secs(1));
    let refused = browser.get("/reports").await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.has("<code>viewer</code>") && refused.has("申請權限"),
        "{}",
        refused.body
    );
    assert_eq!(world.portal.asked(USERINFO), 2);
}

async fn a_session_that_is_over_at_the_portal_is_over_here(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    world.portal.ends("dawen");
    assert!(is_signed_in(&browser).await);
    world.clock.advance(Duration::from_secs(60));
    let answer = browser.get("/reports/1150001").await;
    assert!(answer.leads_to().contains("/oidc/authorize?"));
    assert_eq!(world.count("sessions").await, 0);
}

async fn work_is_told_to_the_portal_every_five_minutes(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    // Access tokens live two minutes: with the first page after that comes the first refresh.
    for (minutes, refreshes) in [(1, 0), (1, 1), (1, 1), (1, 2), (10, 3)] {
        world.clock.advance(Duration::from_secs(minutes * 60));
        assert!(is_signed_in(&browser).await);
        assert_eq!(world.portal.asked(TOKEN), 1 + refreshes, "{minutes}");
    }
    // With tokens that live longer, five minutes.
    let long = json!({ "access_token": "long", "token_type": "Bearer", "expires_in": 3600 });
    world.portal.lets(TOKEN, 200, long);
    world.portal.lets(
        USERINFO,
        200,
        json!({ "sub": "dawen", "name": "陳大文", "roles": ["viewer"] }),
    );
    for (minutes, refreshes) in [(5, 4), (4, 4), (1, 5)] {
        world.clock.advance(Duration::from_secs(minutes * 60));
        assert!(is_signed_in(&browser).await);
        assert_eq!(world.portal.asked(TOKEN), 1 + refreshes, "{minutes}");
    }
}

async fn a_refused_refresh_ends_the_session(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    world.portal.ends("dawen");
    world.clock.advance(Duration::from_secs(5 * 60));
    assert!(!is_signed_in(&browser).await);
    assert_eq!(world.count("sessions").await, 0);
}

async fn pages_at_once_show_a_refresh_token_once(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for _ in 0..3 {
        world.clock.advance(Duration::from_secs(5 * 60));
        let pages = join_all((0..20).map(|_| browser.get("/"))).await;
        assert!(pages.iter().all(|page| page.status == 200));
    }
    assert_eq!(world.portal.asked(TOKEN), 4);
}

async fn a_portal_that_is_down_ends_nothing_for_ten_minutes(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for endpoint in [USERINFO, TOKEN] {
        world.portal.lets(endpoint, 503, Value::Null);
    }
    world.clock.advance(Duration::from_secs(599));
    assert!(is_signed_in(&browser).await);
    world.clock.advance(Duration::from_secs(10));
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    let text = [("text", "已派員前往。"), ("form", "f")];
    let again = browser.post("/reports/1150001/notes", &text).await;
    assert_eq!((again.status, again.kept("text").as_str()), (503, "已派員前往。"));
    for endpoint in [USERINFO, TOKEN] {
        world.portal.mend(endpoint);
    }
    world.clock.advance(Duration::from_secs(10));
    assert!(is_signed_in(&browser).await);
}

async fn another_node_knows_the_session(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let node = world.another_node(&[("SAMPLE_KIND", "response")]).await;
    let there = browser.copy_to(node.router);
    world.clock.advance(Duration::from_secs(5 * 60));
    let (here, there) = tokio::join!(browser.get("/"), there.get("/"));
    assert_eq!((here.status, there.status), (200, 200));
    assert_eq!(world.portal.asked(TOKEN), 2);
}

async fn without_refresh_tokens_one_signs_in_again_when_the_access_token_is_over(kind: Kind) {
    let world = World::response(kind).await;
    world.portal.held().gives_refresh_tokens = false;
    let browser = world.signed_in("dawen").await;
    world.clock.advance(Duration::from_secs(119));
    assert!(is_signed_in(&browser).await);
    world.clock.advance(Duration::from_secs(1));
    let back = world.sign_in(&browser, "/reports/1150001", "dawen").await;
    assert_eq!(back.leads_to(), "/reports/1150001");
    assert_eq!(world.count("sessions").await, 1);
}

async fn a_browser_that_goes_away_takes_no_token_with_it(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    world.clock.advance(Duration::from_secs(5 * 60));
    let (tokens, userinfo) = (world.portal.gate(TOKEN), world.portal.gate(USERINFO));
    let there = browser.copy();
    let page = tokio::spawn(async move { there.get("/").await });
    tokens.arrival().await;
    page.abort();
    assert!(page.await.unwrap_err().is_cancelled());
    tokens.open();
    // The new tokens are kept before anything is asked with them; they live two minutes.
    userinfo.arrival().await;
    userinfo.open();
    world.clock.advance(Duration::from_secs(60));
    userinfo.open();
    assert!(is_signed_in(&browser).await);
    assert_eq!((world.portal.asked(TOKEN), world.portal.asked(USERINFO)), (2, 3));
}
