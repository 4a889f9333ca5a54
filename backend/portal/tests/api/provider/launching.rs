//! `/launch/{application}`: where it leads, and what is remembered.

use serde_json::json;

use super::{CLIENT, Scene, parameter};

const DEEP: &str = "/launch/emic?target_link_uri=https%3A%2F%2Femic.example%2Freports%2F7";

on_each_database! {
    async fn a_deep_link_survives_the_sign_in_and_strangers_places_are_not_led_to(kind) {
        let mut scene = Scene::new(kind, json!({ "initiate_login_uri": "https://emic.example/login" })).await;
        scene.grant("viewer", 1).await;
        let mut browser = scene.portal.browser();
        let answer = browser.get(DEEP).await;
        let back = parameter(&answer, "return_to");
        assert!(shared::paths::is_local(&back), "{back}");
        browser.sign_in("fireman", crate::support::PASSWORD).await;
        assert_eq!(
            browser.get(&back).await.header("location"),
            "https://emic.example/login?iss=https%3A%2F%2Fportal.example\
             &target_link_uri=https%3A%2F%2Femic.example%2Freports%2F7"
        );
        let evil = browser.get("/launch/emic?target_link_uri=https%3A%2F%2Fevil.example%2F").await;
        assert_eq!(evil.header("location"), "https://emic.example/login?iss=https%3A%2F%2Fportal.example");
    }

    async fn what_was_started_is_remembered_and_so_is_where_one_wanted_to_go(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        let mut fireman = scene.portal.signed_in("fireman").await;
        assert_eq!(fireman.get(DEEP).await.header("location"), "/applications?wanted=emic");
        assert!(fireman.get("/api/v1/applications/emic").await.json()["started_at"].is_null());
        scene.grant("viewer", 1).await;
        assert_eq!(fireman.get("/launch/emic").await.header("location"), "https://emic.example/reports/7");
        scene.tokens(&mut fireman).await;
        let seen = fireman.get("/api/v1/applications/emic").await.json();
        assert_eq!(seen["started_at"], scene.portal.now().to_string());
        // The application has moved: what was remembered of the old place is no longer led to.
        scene.portal.run("UPDATE application_starts SET wanted = 'https://old.example/x', wanted_at = started_at").await;
        assert_eq!(fireman.get("/launch/emic").await.header("location"), "https://emic.example/");
    }

    async fn a_tile_says_how_the_application_is_and_what_its_keepers_announce(kind) {
        let mut scene = Scene::new(kind, json!({})).await;
        let managed = CLIENT.trim_end_matches("/client");
        let mut data = scene.admin.get(managed).await.json()["data"].clone();
        data["health_url"] = json!("http://127.0.0.1:9/health");
        data["notice_zh"] = json!("今晚 22:00 至 23:00 維護");
        let changed = scene.admin.put(managed, "*", data).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        let seen = scene.admin.get("/api/v1/applications/emic").await.json();
        assert_eq!((&seen["health"], &seen["notice"]["zh"]), (&json!(null), &json!("今晚 22:00 至 23:00 維護")));
        let state = &scene.portal.app.state;
        let http = foundation::http_client::HttpClient::new().unwrap();
        state.applications.look(&scene.portal.clock, &http).await.unwrap();
        let since = scene.portal.now().to_string();
        let down = json!({ "state": "down", "since": since });
        assert_eq!(scene.admin.get("/api/v1/applications/emic").await.json()["health"], down);
        // It is looked at again soon, and is down since then.
        scene.portal.advance(std::time::Duration::from_secs(6));
        state.applications.look(&scene.portal.clock, &http).await.unwrap();
        assert_eq!(scene.admin.get("/api/v1/applications/emic").await.json()["health"], down);
    }
}
