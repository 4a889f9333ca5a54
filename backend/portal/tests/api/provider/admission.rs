//! Who is let in, and that it is asked at every step.

use std::time::Duration;

use serde_json::json;

use super::{Scene, authorize, bearer, follow, parameter};

on_each_database! {
    async fn whoever_has_no_role_is_led_to_where_it_is_asked_for_and_to_the_place_when_it_is_given(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        let silent = authorize(&mut fireman, &[("prompt", "none")]).await;
        assert_eq!(parameter(&silent, "error"), "access_denied");
        let place = "https://emic.example/reports/7";
        let answer = authorize(&mut fireman, &[("target_link_uri", place)]).await;
        let page = answer.header("location").to_owned();
        assert!(page.starts_with("/oidc/not-admitted?authorization="), "{page}");
        let answer = follow(&mut fireman, &page).await;
        assert_eq!(answer.header("location"), "/applications?wanted=emic");
        // What another site would slip in is not remembered.
        let answer = authorize(&mut fireman, &[("target_link_uri", "https://evil.example/")]).await;
        let evil = answer.header("location").to_owned();
        follow(&mut fireman, &evil).await;
        scene.grant("viewer", 1).await;
        assert_eq!(fireman.get("/launch/emic").await.header("location"), place);
        assert_eq!(fireman.get("/launch/emic").await.header("location"), "https://emic.example/", "once");
        assert_eq!(scene.portal.count("audit_events WHERE action = 'application_started'").await, 0, "not in yet");
        scene.tokens(&mut fireman).await;
        assert_eq!(scene.portal.count("audit_events WHERE action = 'application_started'").await, 1);
    }

    async fn a_role_that_was_taken_back_stops_tokens_at_once_on_every_node(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        let grant = scene.grant("viewer", 1).await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut fireman).await;
        let node = scene.portal.second_node().await;
        let access = tokens["access_token"].as_str().unwrap().to_owned();
        assert_eq!(bearer(&node, "/oidc/userinfo", &access).await.status, 200);
        let code = parameter(&authorize(&mut fireman, &[]).await, "code");
        let revoke = format!("/api/v1/grants/{grant}/revoke");
        let revoked = scene.admin.post(&revoke, json!({ "reason": "已調離值勤勤務。" })).await;
        assert_eq!(revoked.status, 200, "{}", revoked.text());
        assert_eq!(bearer(&node, "/oidc/userinfo", &access).await.status, 401);
        assert_eq!(scene.redeem(&code).await.json()["error"], "invalid_grant", "also a code that was on its way");
        let refreshed = scene.refresh(tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(refreshed.json()["error"], "invalid_grant");
        let told = scene.form("/oidc/introspect", &[("token", &access)]).await.json();
        assert_eq!(told, json!({ "active": false }));
        let silent = authorize(&mut fireman, &[("prompt", "none")]).await;
        assert_eq!(parameter(&silent, "error"), "access_denied");
    }

    async fn a_role_that_ends_by_itself_does_the_same(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        scene.portal.run("UPDATE grants SET ends_at = ends_at").await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut fireman).await;
        assert_eq!(scene.userinfo(&tokens).await.status, 200);
        let soon = scene.portal.now().plus(Duration::from_secs(30)).as_millis();
        scene.portal.run(&format!("UPDATE grants SET ends_at = {soon}")).await;
        scene.portal.advance(Duration::from_secs(29));
        assert_eq!(scene.userinfo(&tokens).await.status, 200);
        scene.portal.advance(Duration::from_secs(1));
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
    }

    async fn a_disabled_account_and_a_closed_application_let_nobody_in(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        scene.grant("viewer", 1).await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut fireman).await;
        scene.portal.run("UPDATE applications SET state = 'closed' WHERE code = 'emic'").await;
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
        assert_eq!(authorize(&mut fireman, &[]).await.status, 400, "nobody knows the application");
        scene.portal.run("UPDATE applications SET state = 'open' WHERE code = 'emic'").await;
        assert_eq!(scene.userinfo(&tokens).await.status, 200);
        let person = scene.portal.id_of("fireman").await;
        let disable = format!("/api/v1/persons/{person}/disable");
        let disabled = scene.admin.post(&disable, json!({})).await;
        assert!(disabled.status.is_success(), "{}", disabled.text());
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
    }
}
