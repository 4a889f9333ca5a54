//! Signing out here, and at the portal too.

use foundation::testing::Kind;
use serde_json::Value;
use url::Url;

use crate::{
    portal::CLIENT,
    support::{SITE, World, is_signed_in},
};

on_both! {
    one_signs_out_here_and_at_the_portal
    one_signs_out_here_while_the_portal_is_down
    nobody_is_signed_out_by_another_site
    who_is_not_signed_in_is_signed_out
}

async fn one_signs_out_here_and_at_the_portal(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let before = browser.copy();
    let onward = browser.post("/logout", &[]).await;
    let address: Url = onward.leads_to().parse().unwrap();
    assert!(
        address
            .as_str()
            .starts_with(&format!("{}/oidc/end_session?", world.portal.issuer))
    );
    let of = |name: &str| {
        address
            .query_pairs()
            .find(|(found, _)| found == name)
            .unwrap()
            .1
            .into_owned()
    };
    assert_eq!(of("client_id"), CLIENT);
    assert_eq!(of("post_logout_redirect_uri"), format!("{SITE}/signed-out"));
    assert_eq!(of("id_token_hint").split('.').count(), 3);
    assert_eq!(browser.cookies_of("session"), []);
    assert!(!is_signed_in(&before).await);
    let page = browser.get("/signed-out").await;
    assert_eq!(page.status, 200);
    assert!(page.has("您已經登出") && page.has("href=\"/\""));
}

async fn one_signs_out_here_while_the_portal_is_down(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    let node = world.another_node(&[("SAMPLE_KIND", "response")]).await;
    world
        .portal
        .lets("/.well-known/openid-configuration", 503, Value::Null);
    let onward = browser.copy_to(node.router).post("/logout", &[]).await;
    assert_eq!(onward.leads_to(), "/signed-out");
    assert!(!is_signed_in(&browser).await);
}

async fn nobody_is_signed_out_by_another_site(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.signed_in("dawen").await;
    for site in ["cross-site", "same-site"] {
        let answer = browser
            .send("POST", "/logout", &[("sec-fetch-site", site)], Some(&[]))
            .await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(browser.get("/logout").await.status, 405);
    assert!(is_signed_in(&browser).await);
}

async fn who_is_not_signed_in_is_signed_out(kind: Kind) {
    let world = World::response(kind).await;
    let onward = world.browser().post("/logout", &[]).await;
    assert_eq!(onward.leads_to(), "/signed-out");
}
