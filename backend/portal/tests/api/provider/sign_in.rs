//! Signing in at an application with the portal's session.

use serde_json::{Value, json};

use super::{BUREAU, CLIENT, Scene, authorize, bearer, claims, follow, parameter};
use crate::support::PASSWORD;

on_each_database! {
    async fn whoever_has_a_role_is_in_with_one_click_and_the_application_learns_who_with_which_roles(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("reporter", 1).await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        let answer = authorize(&mut fireman, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(parameter(&answer, "state"), "a state");
        assert_eq!(parameter(&answer, "iss"), "https://portal.example");
        let tokens = scene.redeem(&parameter(&answer, "code")).await.json();
        let id_token = claims(&tokens["id_token"]);
        let person = scene.portal.id_of("fireman").await.to_string();
        assert_eq!(id_token["sub"], person);
        assert_eq!((&id_token["aud"], &id_token["nonce"]), (&json!("emic"), &json!("a nonce")));
        assert_eq!((&id_token["amr"], &id_token["acr"]), (&json!(["pwd"]), &json!("urn:emic:account")));
        let told = scene.userinfo(&tokens).await;
        assert_eq!(told.status, 200, "{}", told.text());
        assert_eq!(told.json(), json!({
            "sub": person, "name": "林測試", "account_kind": "emic", "agency_oid": BUREAU, "agency_name": "彰化縣消防局",
            "roles": ["reporter"],
        }));
        assert_eq!(scene.admin.get(CLIENT).await.json()["used_at"], scene.portal.now().to_string());
    }

    async fn whoever_is_not_signed_in_does_so_first_and_comes_back(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.browser();
        let answer = authorize(&mut browser, &[]).await;
        assert!(answer.header("location").starts_with("/login?anew=1&return_to="), "{}", answer.header("location"));
        let back = parameter(&answer, "return_to");
        assert!(shared::paths::is_local(&back), "{back}");
        browser.sign_in("fireman", PASSWORD).await;
        let answer = follow(&mut browser, &back).await;
        assert_eq!(scene.redeem(&parameter(&answer, "code")).await.status, 200);
    }

    async fn a_fresh_proof_is_a_new_sign_in(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        scene.portal.advance(std::time::Duration::from_secs(120));
        let silent = authorize(&mut browser, &[("prompt", "none"), ("max_age", "60")]).await;
        assert_eq!(parameter(&silent, "error"), "login_required");
        let answer = authorize(&mut browser, &[("max_age", "60")]).await;
        let back = parameter(&answer, "return_to");
        // Who does not sign in anew is asked again, and not sent round in circles.
        assert!(follow(&mut browser, &back).await.header("location").starts_with("/login?anew=1"));
        scene.portal.advance(std::time::Duration::from_secs(1));
        browser.sign_in("fireman", PASSWORD).await;
        let answer = follow(&mut browser, &back).await;
        let tokens = scene.redeem(&parameter(&answer, "code")).await.json();
        let auth_time = claims(&tokens["id_token"])["auth_time"].as_i64().unwrap();
        assert_eq!(auth_time, scene.portal.now().as_seconds());
    }

    async fn nobody_is_asked_a_second_time_and_form_post_is_a_page_that_sends_itself(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let silent = authorize(&mut browser, &[("prompt", "none")]).await;
        assert_eq!(scene.redeem(&parameter(&silent, "code")).await.status, 200);
        let page = authorize(&mut browser, &[("response_mode", "form_post")]).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(r#"<form method="post" action="https://emic.example/callback">"#), "{}", page.text());
        assert!(!page.header("content-security-policy").contains("form-action"));
        let script = browser.get("/oidc/form-post.js").await;
        assert!(script.header("content-type").starts_with("text/javascript"));
    }

    async fn a_pairwise_subject_is_the_application_s_alone(kind) {
        let mut scene = Scene::new(kind, json!({ "subject_type": "pairwise" })).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut browser).await;
        let subject = claims(&tokens["id_token"])["sub"].clone();
        assert_ne!(subject, json!(scene.portal.id_of("fireman").await));
        assert_eq!(scene.userinfo(&tokens).await.json()["sub"], subject);
        // Another node makes the same of the same key.
        let node = scene.portal.second_node().await;
        let told = bearer(&node, "/oidc/userinfo", tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(told.json()["sub"], subject);
    }

    async fn errors_are_pages_in_both_languages_and_nothing_is_sent_to_strangers(kind) {
        let scene = Scene::new(kind, json!({})).await;
        let mut browser = scene.portal.browser();
        for (change, code) in [
            (("client_id", "nobody"), "unknown_client"),
            (("client_id", "no code\0"), "malformed_request"),
            (("redirect_uri", "https://emic.example/callback/"), "unregistered_redirect_uri"),
            (("redirect_uri", "https://evil.example/"), "unregistered_redirect_uri"),
        ] {
            let answer = authorize(&mut browser, &[change]).await;
            assert_eq!(answer.status, 400);
            assert!(answer.text().contains(&format!("<code>{code}</code>")), "{}", answer.text());
            assert_eq!(answer.header("location"), "");
        }
    }

    async fn discovery_is_the_portal_s(kind) {
        let scene = Scene::new(kind, json!({})).await;
        let found = scene.portal.browser().get("/.well-known/openid-configuration").await.json();
        assert_eq!(found["issuer"], "https://portal.example");
        assert_eq!(found["token_endpoint"], "https://portal.example/oidc/token");
        assert_eq!(found["registration_endpoint"], "https://portal.example/oidc/register");
        let listed = |name: &str| found[name].as_array().cloned().unwrap_or_default();
        assert!(listed("subject_types_supported").contains(&Value::from("pairwise")));
        assert!(listed("id_token_signing_alg_values_supported").contains(&Value::from("RS256")));
        assert!(listed("grant_types_supported").contains(&Value::from("refresh_token")));
    }
}
