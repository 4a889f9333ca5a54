//! Sign-ins that another site begins (OpenID Connect Core, section 4).

use foundation::testing::Kind;
use url::form_urlencoded;

use crate::{
    portal::Question,
    support::{SITE, World},
};

on_both! {
    the_portal_starts_the_application_at_a_page
    only_the_portal_and_only_our_own_pages_are_taken
    a_form_does_as_well
}

fn initiate(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("/login/initiate?{query}")
}

async fn the_portal_starts_the_application_at_a_page(kind: Kind) {
    let world = World::response(kind).await;
    let browser = world.browser();
    let target = format!("{SITE}/reports/1150003?x=1");
    let path = initiate(&[
        ("iss", &world.portal.issuer),
        ("target_link_uri", &target),
        ("login_hint", "dawen"),
    ]);
    let question = Question::read(&browser.get(&path).await.leads_to());
    assert_eq!(question.get("target_link_uri"), target);
    assert_eq!(question.get("login_hint"), "dawen");
    let code = world.portal.agree(&question, "dawen");
    let back = world.answer(&browser, &question, &[("code", &code)]).await;
    assert_eq!(back.leads_to(), "/reports/1150003?x=1");
}

async fn only_the_portal_and_only_our_own_pages_are_taken(kind: Kind) {
    let world = World::response(kind).await;
    let issuer = world.portal.issuer.as_str();
    for (iss, target) in [
        ("", ""),
        ("https://evil.example", ""),
        (issuer, "https://evil.example/"),
        (issuer, "https://application.example.evil.example/"),
        (issuer, "https://application.example@evil.example/"),
        (issuer, "https://evil@application.example/"),
        (issuer, "http://application.example/"),
        (issuer, "https://application.example:444/"),
        (issuer, "https://application.example//evil.example/"),
        (issuer, "javascript:alert(1)"),
        (issuer, "/reports"),
    ] {
        let path = initiate(&[("iss", iss), ("target_link_uri", target)]);
        let expected = if (iss, target) == (issuer, "") { 303 } else { 400 };
        assert_eq!(world.browser().get(&path).await.status, expected, "{path}");
    }
    let path = initiate(&[("iss", issuer), ("iss", issuer)]);
    assert_eq!(world.browser().get(&path).await.status, 400);
}

async fn a_form_does_as_well(kind: Kind) {
    let world = World::response(kind).await;
    let form = [("iss", world.portal.issuer.as_str())];
    let headers = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://portal.example"),
    ];
    let answer = world
        .browser()
        .send("POST", "/login/initiate", &headers, Some(&form))
        .await;
    assert_eq!(
        Question::read(&answer.leads_to()).get("target_link_uri"),
        format!("{SITE}/")
    );
}
