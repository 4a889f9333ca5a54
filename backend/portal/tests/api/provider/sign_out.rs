//! Signing out because an application asks for it.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;
use url::form_urlencoded;

use super::{Scene, claims, follow, parameter};
use crate::support::{Answer, Browser, ORIGIN, PASSWORD};

fn logout(pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("/oidc/end-session?{query}")
}

async fn confirm(browser: &mut Browser, logout: &str, origin: &str) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("logout", logout)
        .append_pair("answer", "yes")
        .finish();
    let request = Request::post("/sign-out")
        .header(header::ORIGIN, origin)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

on_each_database! {
    async fn with_its_id_token_an_application_signs_out_and_gets_the_person_back(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        "203.0.113.7".clone_into(&mut browser.source);
        let tokens = scene.tokens(&mut browser).await;
        let pairs = [
            ("id_token_hint", tokens["id_token"].as_str().unwrap()),
            ("post_logout_redirect_uri", "https://emic.example/"),
            ("state", "s"),
        ];
        let answer = follow(&mut browser, &logout(&pairs)).await;
        // The session's cookie may have stayed behind on the way from another site: the browser goes round once.
        let answer = if answer.header("location").starts_with('/') {
            let next = answer.header("location").to_owned();
            follow(&mut browser, &next).await
        } else {
            answer
        };
        assert_eq!(answer.header("location"), "https://emic.example/?state=s");
        assert_eq!(browser.get("/api/v1/session").await.status, 401);
        let from_there = "audit_events WHERE action = 'signed_out' AND source = '203.0.113.7'";
        assert_eq!(scene.portal.count(from_there).await, 1);
    }

    async fn without_one_the_person_is_asked_and_other_sites_cannot_answer_for_them(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let pairs = [("client_id", "emic"), ("post_logout_redirect_uri", "https://emic.example/")];
        let answer = follow(&mut browser, &logout(&pairs)).await;
        let page = answer.header("location").to_owned();
        assert!(page.starts_with("/sign-out?logout="), "{page}: {}", answer.text());
        let id = parameter(&answer, "logout");
        let page = browser.get(&page).await;
        for words in ["「EMIC 應變服務」要求登出", "“EMIC response service” asks to sign you out"] {
            assert!(page.text().contains(words), "{}", page.text());
        }
        assert_eq!(confirm(&mut browser, &id, "https://evil.example").await.status, 403);
        assert_eq!(browser.get("/api/v1/session").await.status, 200);
        let answer = confirm(&mut browser, &id, ORIGIN).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "https://emic.example/"));
        assert_eq!(browser.get("/api/v1/session").await.status, 401);
        let again = confirm(&mut browser, &id, ORIGIN).await;
        assert_eq!(again.header("location"), "/signed-out", "what is done is done");
        assert!(browser.get("/sign-out?logout=x").await.text().contains("您已經登出"));
    }

    async fn what_was_signed_out_of_is_shown_to_that_browser_for_ten_minutes_and_to_no_id(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let sid = claims(&scene.tokens(&mut browser).await["id_token"])["sid"].as_str().unwrap().to_owned();
        browser.sign_in("fireman", PASSWORD).await;
        let id = browser.get("/api/v1/session").await.json()["id"].as_str().unwrap().to_owned();
        assert_ne!(id, sid, "proven anew");
        let session = browser.cookie("__Host-emic-session").unwrap().to_owned();
        browser.delete("/api/v1/session").await;
        let page = browser.get("/signed-out").await.text();
        assert!(page.contains(r#"EMIC 應變服務 <span lang="en">EMIC response service</span>"#), "{page}");
        for text in [id, sid, session] {
            let mut stranger = scene.portal.browser();
            stranger.set_cookie("__Host-emic-signed-out", &text);
            assert!(!stranger.get("/signed-out").await.text().contains("EMIC 應變服務"), "{text}");
        }
        scene.portal.advance(std::time::Duration::from_secs(10 * 60));
        assert!(!browser.get("/signed-out").await.text().contains("EMIC 應變服務"));
    }

    async fn nobody_returns_to_an_address_that_is_not_registered(kind) {
        let scene = Scene::new(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let pairs = [("client_id", "emic"), ("post_logout_redirect_uri", "https://evil.example/")];
        let answer = follow(&mut browser, &logout(&pairs)).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("unregistered_logout_uri"));
        assert_eq!(browser.get("/api/v1/session").await.status, 200);
    }

    async fn whoever_started_nothing_is_just_signed_out(kind) {
        let scene = Scene::new(kind, json!({})).await;
        let page = scene.portal.browser().get("/signed-out").await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("您已登出 EMIC 入口網。"));
    }
}
