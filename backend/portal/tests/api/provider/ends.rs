//! Ends of sessions reach the applications, whatever ended them; and what applications do keeps sessions alive.

use std::{sync::Arc, time::Duration};

use axum::{Form, Router, extract::State, routing::post};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Mutex};

use super::{CLIENT, Scene, claims};
use crate::support::PASSWORD;

/// An application that hears of ends: the claims of each logout token.
#[derive(Clone, Default)]
pub(super) struct Ears(Arc<Mutex<Vec<Value>>>);

impl Ears {
    pub(super) async fn listen(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Told {
            logout_token: String,
        }
        async fn hear(State(ears): State<Ears>, Form(told): Form<Told>) {
            ears.0.lock().await.push(claims(&json!(told.logout_token)));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/logout", post(hear))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/logout")
    }

    pub(super) async fn heard(&self) -> Vec<Value> {
        std::mem::take(&mut *self.0.lock().await)
    }
}

pub(super) async fn listening(kind: foundation::testing::Kind, changes: Value) -> (Scene, Ears) {
    let ears = Ears::default();
    let mut changes = changes;
    changes["backchannel_logout_uri"] = json!(ears.listen().await);
    let mut scene = Scene::new(kind, changes).await;
    scene.grant("viewer", 1).await;
    (scene, ears)
}

/// What is due is told.
pub(super) async fn told(scene: &Scene) {
    let state = &scene.portal.app.state;
    state.sessions.expire().await.unwrap();
    state.provider.tell_of_ends().await.unwrap();
}

on_each_database! {
    async fn signing_out_tells_the_applications_of_that_session_alone(kind) {
        let (scene, ears) = listening(kind, json!({})).await;
        let mut one = scene.portal.signed_in("fireman").await;
        let mut other = scene.portal.signed_in("fireman").await;
        let (tokens, others) = (scene.tokens(&mut one).await, scene.tokens(&mut other).await);
        one.delete("/api/v1/session").await;
        told(&scene).await;
        let heard = ears.heard().await;
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0]["sid"], claims(&tokens["id_token"])["sid"]);
        assert_eq!(heard[0]["aud"], "emic");
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
        assert_eq!(scene.userinfo(&others).await.status, 200);
        let page = one.get("/signed-out").await.text();
        assert!(page.contains("EMIC 應變服務") && page.contains("已確認登出"), "{page}");
    }

    async fn a_session_that_runs_out_is_over_to_the_second_and_the_applications_hear_of_it(kind) {
        let (scene, ears) = listening(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut browser).await;
        scene.portal.advance(Duration::from_secs(30 * 60 - 1));
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 0);
        let refreshed = scene.refresh(tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.text());
        let tokens = refreshed.json();
        scene.portal.advance(Duration::from_secs(1));
        // Nobody has looked yet, and it is over all the same.
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
        let refreshed = scene.refresh(tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(refreshed.json()["error"], "invalid_grant");
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 1);
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 0, "once");
        let ended = browser.get("/api/v1/session").await.problem();
        assert_eq!(ended.code, shared::problem::ErrorCode::SessionIdle, "the page still hears why");
    }

    async fn a_session_whose_deadline_was_moved_is_over_at_that_one(kind) {
        let (scene, ears) = listening(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        scene.tokens(&mut browser).await;
        scene.portal.advance(Duration::from_secs(20 * 60));
        let extended = browser.post("/api/v1/session/extend", json!({})).await;
        assert_eq!(extended.status, 200, "{}", extended.text());
        // The first deadline passes, and later the one that counts; somebody looks at both.
        for (minutes, told_of) in [(10, 0), (19, 0), (1, 1), (30, 0)] {
            scene.portal.advance(Duration::from_secs(minutes * 60));
            told(&scene).await;
            assert_eq!(ears.heard().await.len(), told_of, "after {minutes} minutes more");
        }
    }

    async fn what_is_done_in_an_application_that_may_keeps_the_session_alive(kind) {
        let (scene, _ears) = listening(kind, json!({ "extends_session": true })).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let mut tokens = scene.tokens(&mut browser).await;
        for _ in 0..3 {
            scene.portal.advance(Duration::from_secs(20 * 60));
            let refreshed = scene.refresh(tokens["refresh_token"].as_str().unwrap()).await;
            assert_eq!(refreshed.status, 200, "{}", refreshed.text());
            tokens = refreshed.json();
        }
        let view = browser.get("/api/v1/session").await.json();
        let left = scene.portal.now().plus(Duration::from_secs(30 * 60)).to_string();
        assert_eq!(view["expires_at"], left);
        // Not beyond the absolute limit.
        for _ in 0..34 {
            scene.portal.advance(Duration::from_secs(20 * 60));
            let refreshed = scene.refresh(tokens["refresh_token"].as_str().unwrap()).await;
            if refreshed.status != 200 {
                assert_eq!(refreshed.json()["error"], "invalid_grant");
                let ended = browser.get("/api/v1/session").await.problem();
                assert_eq!(ended.code, shared::problem::ErrorCode::SessionTooOld);
                return;
            }
            tokens = refreshed.json();
        }
        panic!("the session has no end");
    }

    async fn a_role_taken_back_a_disabled_account_and_a_new_password_reach_the_applications(kind) {
        let (mut scene, ears) = listening(kind, json!({})).await;
        let grant = scene.grant("reporter", 2).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut browser).await;
        let revoke = format!("/api/v1/grants/{grant}/revoke");
        let revoked = scene.admin.post(&revoke, json!({ "reason": "已調離值勤勤務。" })).await;
        assert_eq!(revoked.status, 200, "{}", revoked.text());
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 1, "one of two roles is gone: the application asks anew");
        assert_eq!(scene.userinfo(&tokens).await.status, 401);
        // The session goes on, and the way back takes no prompt.
        let tokens = scene.tokens(&mut browser).await;
        let roles = scene.userinfo(&tokens).await.json()["roles"].clone();
        assert_eq!(roles.as_array().unwrap().len(), 1);
        let person = scene.portal.id_of("fireman").await;
        let disable = format!("/api/v1/persons/{person}/disable");
        let disabled = scene.admin.post(&disable, json!({})).await;
        assert!(disabled.status.is_success(), "{}", disabled.text());
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 1);
    }

    async fn an_application_that_is_down_is_told_when_it_is_back(kind) {
        let (mut scene, ears) = listening(kind, json!({})).await;
        let right = scene.admin.get(CLIENT).await;
        let (tag, mut data) = (right.header("etag").to_owned(), right.json()["data"].clone());
        let mut browser = scene.portal.signed_in("fireman").await;
        scene.tokens(&mut browser).await;
        let listens = data["backchannel_logout_uri"].clone();
        // Nobody listens there.
        data["backchannel_logout_uri"] = json!("http://127.0.0.1:9/logout");
        let moved = scene.admin.put(CLIENT, &tag, data.clone()).await;
        assert_eq!(moved.status, 200, "{}", moved.text());
        browser.delete("/api/v1/session").await;
        told(&scene).await;
        let page = browser.get("/signed-out").await.text();
        assert!(page.contains("通知中"), "{page}");
        data["backchannel_logout_uri"] = listens;
        scene.admin.put(CLIENT, "*", data).await;
        scene.portal.advance(Duration::from_secs(2));
        // Another node goes on where this one has stopped.
        let node = scene.portal.second_node().await;
        node.app.state.provider.tell_of_ends().await.unwrap();
        assert_eq!(ears.heard().await.len(), 1);
        assert!(browser.get("/signed-out").await.text().contains("已確認登出"));
    }

    async fn an_application_that_is_closed_hears_that_its_people_are_gone(kind) {
        let (mut scene, ears) = listening(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut browser).await;
        let managed = CLIENT.trim_end_matches("/client");
        let mut data = scene.admin.get(managed).await.json()["data"].clone();
        data["state"] = json!("closed");
        assert_eq!(scene.admin.put(managed, "*", data.clone()).await.status, 200);
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 1);
        data["state"] = json!("open");
        assert_eq!(scene.admin.put(managed, "*", data).await.status, 200);
        assert_eq!(scene.userinfo(&tokens).await.status, 401, "what was given before is over");
    }

    async fn whoever_signs_in_anew_in_the_same_browser_ends_what_the_old_session_had_started(kind) {
        let (scene, ears) = listening(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        scene.tokens(&mut browser).await;
        browser.sign_in("admin", PASSWORD).await;
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 1);
    }
}
