//! A new proof of who somebody is, at the browser where they are signed in: applications go on.

use std::time::Duration;

use foundation::testing::Kind;
use serde_json::{Value, json};

use super::{
    REDIRECT_URI, Scene, VERIFIER, authorize, claims,
    ends::{Ears, listening, told},
    follow, parameter, registration,
};
use crate::support::{Browser, PASSWORD, TestPortal};

const COOKIE: &str = "__Host-emic-session";
const MINUTE: Duration = Duration::from_secs(60);

/// A second application, which lets everybody in and hears of ends.
struct Second {
    secret: String,
}

impl Second {
    async fn register(scene: &mut Scene, ears: &Ears) -> Self {
        for sql in [
            "UPDATE applications SET state = 'open', launch_url = 'https://emic.example/' WHERE code = 'messages'",
            "DELETE FROM application_roles WHERE application_id = (SELECT id FROM applications WHERE code = 'messages')",
        ] {
            scene.portal.run(sql).await;
        }
        let data = registration(&json!({ "backchannel_logout_uri": ears.listen().await }));
        let path = "/api/v1/managed-applications/messages/client";
        let registered = scene.admin.post(path, data).await;
        assert_eq!(registered.status, 201, "{}", registered.text());
        let secret = registered.json()["client_secret"].as_str().unwrap().to_owned();
        Self { secret }
    }

    /// Asks for a new proof, which is given.
    async fn prove(&self, scene: &Scene, browser: &mut Browser) -> Value {
        let question = [("client_id", "messages"), ("prompt", "login")];
        let answer = authorize(browser, &question).await;
        let back = parameter(&answer, "return_to");
        scene.portal.advance(Duration::from_secs(1));
        assert_eq!(browser.sign_in("fireman", PASSWORD).await.status, 200);
        let answer = follow(browser, &back).await;
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", &*parameter(&answer, "code")),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        let client = ("messages", &*self.secret);
        let tokens = scene.form_of(client, "/oidc/token", &pairs).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text());
        tokens.json()
    }
}

async fn scene(kind: Kind, changes: Value) -> (Scene, Ears, Second) {
    let (mut scene, ears) = listening(kind, changes).await;
    let second = Second::register(&mut scene, &ears).await;
    (scene, ears, second)
}

/// Whom the logout tokens were for, in order.
fn audiences(heard: &[Value]) -> Vec<&str> {
    let mut audiences: Vec<_> = heard.iter().map(|token| token["aud"].as_str().unwrap()).collect();
    audiences.sort_unstable();
    audiences
}

async fn refreshed(scene: &Scene, tokens: &Value) -> Value {
    let answer = scene.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn extend(browser: &mut Browser) {
    let answer = browser.post("/api/v1/session/extend", json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// The same browser, by way of this node.
fn at(node: &TestPortal, browser: &Browser) -> Browser {
    let mut same = node.browser();
    same.set_cookie(COOKIE, browser.cookie(COOKIE).unwrap());
    same
}

on_each_database! {
    async fn it_keeps_the_applications_and_a_sign_out_after_it_tells_all_of_them_once(kind) {
        let (scene, ears, second) = scene(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let mut thief = browser.clone();
        let first = scene.tokens(&mut browser).await;
        let later = second.prove(&scene, &mut browser).await;
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 0, "nothing has ended");
        assert_eq!(scene.userinfo(&first).await.status, 200);
        let first = refreshed(&scene, &first).await;
        let (old, new) = (claims(&first["id_token"]), claims(&later["id_token"]));
        assert_eq!(old["sid"], new["sid"]);
        assert_eq!(new["auth_time"], scene.portal.now().as_seconds());
        assert_eq!(thief.get("/api/v1/session").await.problem().code, shared::problem::ErrorCode::SessionEnded);
        let view = browser.get("/api/v1/session").await.json();
        assert_eq!(view["absolute_expires_at"], scene.portal.now().plus(12 * 60 * MINUTE).to_string());
        let listed = browser.get("/api/v1/sessions").await.json();
        let current: Vec<_> = listed["items"].as_array().unwrap().iter().filter(|one| one["current"] == true).collect();
        assert_eq!(current[0]["id"], view["id"]);
        assert_eq!(browser.delete("/api/v1/session").await.status, 204);
        told(&scene).await;
        let heard = ears.heard().await;
        assert_eq!(audiences(&heard), ["emic", "messages"]);
        assert!(heard.iter().all(|token| token["sid"] == old["sid"]));
        assert_eq!(scene.userinfo(&first).await.status, 401);
        let page = browser.get("/signed-out").await.text();
        assert!(page.contains("EMIC 應變服務") && page.contains("訊息服務發送平台"), "{page}");
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 0, "once");
    }

    async fn an_application_s_id_token_from_before_still_names_the_session(kind) {
        let (scene, ears, second) = scene(kind, json!({ "subject_type": "pairwise" })).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let tokens = scene.tokens(&mut browser).await;
        let later = second.prove(&scene, &mut browser).await;
        assert_ne!(claims(&tokens["id_token"])["sid"], claims(&later["id_token"])["sid"], "pairwise");
        let hint = tokens["id_token"].as_str().unwrap();
        let address = format!("/oidc/end-session?id_token_hint={hint}&post_logout_redirect_uri=https://emic.example/");
        assert_eq!(follow(&mut browser, &address).await.header("location"), "https://emic.example/");
        assert_eq!(browser.get("/api/v1/session").await.status, 401);
        told(&scene).await;
        let heard = ears.heard().await;
        assert_eq!(audiences(&heard), ["emic", "messages"]);
        let own = heard.iter().find(|token| token["aud"] == "emic").unwrap();
        assert_eq!(own["sid"], claims(&tokens["id_token"])["sid"]);
    }

    async fn somebody_else_at_that_browser_ends_what_was_begun_before_and_after_it(kind) {
        let (scene, ears, second) = scene(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let first = scene.tokens(&mut browser).await;
        second.prove(&scene, &mut browser).await;
        assert_eq!(browser.sign_in("admin", PASSWORD).await.status, 200);
        told(&scene).await;
        assert_eq!(audiences(&ears.heard().await), ["emic", "messages"]);
        assert_eq!(scene.userinfo(&first).await.status, 401);
        let both = "(SELECT DISTINCT sid FROM sessions WHERE ended_at IS NULL) s";
        let before = scene.portal.count(both).await;
        browser.sign_in("fireman", PASSWORD).await;
        assert_eq!(scene.portal.count(both).await, before, "the administrator's has ended, another has begun");
    }

    async fn after_the_session_has_ended_it_is_a_new_one(kind) {
        let (scene, ears, second) = scene(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let first = scene.tokens(&mut browser).await;
        scene.portal.advance(30 * MINUTE);
        let later = second.prove(&scene, &mut browser).await;
        assert_ne!(claims(&first["id_token"])["sid"], claims(&later["id_token"])["sid"]);
        told(&scene).await;
        assert_eq!(audiences(&ears.heard().await), ["emic"]);
        assert_eq!(scene.userinfo(&first).await.status, 401);
    }

    async fn several_at_once_on_two_nodes_lose_nothing_and_end_together(kind) {
        let (scene, ears, _second) = scene(kind, json!({})).await;
        let node = scene.portal.second_node().await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let first = scene.tokens(&mut browser).await;
        let tabs: Vec<_> = (0..6)
            .map(|number| at(if number % 2 == 0 { &scene.portal } else { &node }, &browser))
            .collect();
        let sid = claims(&first["id_token"])["sid"].clone();
        let mut tabs = futures::future::join_all(tabs.into_iter().map(|mut tab| async {
            assert_eq!(tab.sign_in("fireman", PASSWORD).await.status, 200);
            tab
        }))
        .await;
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 0);
        assert_eq!(scene.userinfo(&first).await.status, 200);
        for tab in &mut tabs {
            let tokens = scene.tokens(tab).await;
            assert_eq!(claims(&tokens["id_token"])["sid"], sid);
        }
        // One of them ended from the list leaves the others.
        let one = tabs[0].get("/api/v1/session").await.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(tabs[1].delete(&format!("/api/v1/sessions/{one}")).await.status, 204);
        told(&scene).await;
        assert_eq!(ears.heard().await.len(), 0);
        assert_eq!(scene.userinfo(&first).await.status, 200);
        // Signing out is the browser's.
        assert_eq!(tabs[5].delete("/api/v1/session").await.status, 204);
        told(&scene).await;
        assert_eq!(audiences(&ears.heard().await), ["emic"]);
        // On SQLite a node believes its memory for a second, because it is the only one.
        scene.portal.advance(Duration::from_secs(1));
        for tab in &mut tabs {
            assert_eq!(tab.get("/api/v1/session").await.status, 401);
        }
    }

    async fn a_sign_out_and_a_new_proof_at_once_leave_no_session_that_nobody_has(kind) {
        let (scene, ears) = listening(kind, json!({})).await;
        let node = scene.portal.second_node().await;
        for _ in 0..5 {
            let mut browser = scene.portal.signed_in("fireman").await;
            let tokens = scene.tokens(&mut browser).await;
            let (mut one, mut other) = (at(&node, &browser), at(&scene.portal, &browser));
            let (proved, out) = tokio::join!(other.sign_in("fireman", PASSWORD), one.delete("/api/v1/session"));
            assert_eq!((proved.status.as_u16(), out.status.as_u16()), (200, 204));
            told(&scene).await;
            let heard = ears.heard().await.len();
            let goes_on = scene.userinfo(&tokens).await.status == 200;
            assert_eq!(heard, usize::from(!goes_on), "either it has ended and is told, or it goes on");
            let own = other.get("/api/v1/session").await.status == 200;
            assert!(own || !goes_on, "what goes on is somebody's");
        }
    }

    async fn who_took_part_long_before_it_is_still_told(kind) {
        let (scene, ears, second) = scene(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        scene.tokens(&mut browser).await;
        for _ in 0..27 {
            scene.portal.advance(25 * MINUTE);
            extend(&mut browser).await;
        }
        second.prove(&scene, &mut browser).await;
        for _ in 0..6 {
            scene.portal.advance(25 * MINUTE);
            extend(&mut browser).await;
        }
        // More than twelve hours after the first sign-in.
        scene.portal.app.state.provider.maintain().await.unwrap();
        browser.delete("/api/v1/session").await;
        told(&scene).await;
        assert_eq!(audiences(&ears.heard().await), ["emic", "messages"]);
    }

    async fn what_is_done_in_an_application_keeps_the_new_session_alive(kind) {
        let (scene, _ears, second) = scene(kind, json!({ "extends_session": true })).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        let mut tokens = scene.tokens(&mut browser).await;
        second.prove(&scene, &mut browser).await;
        for _ in 0..3 {
            scene.portal.advance(20 * MINUTE);
            tokens = refreshed(&scene, &tokens).await;
        }
        let view = browser.get("/api/v1/session").await.json();
        assert_eq!(view["expires_at"], scene.portal.now().plus(30 * MINUTE).to_string());
    }

    async fn what_ends_all_sessions_of_the_person_ends_it(kind) {
        let (mut scene, ears, second) = scene(kind, json!({})).await;
        let mut browser = scene.portal.signed_in("fireman").await;
        scene.tokens(&mut browser).await;
        second.prove(&scene, &mut browser).await;
        let person = scene.portal.id_of("fireman").await;
        let disable = format!("/api/v1/persons/{person}/disable");
        let disabled = scene.admin.post(&disable, json!({})).await;
        assert!(disabled.status.is_success(), "{}", disabled.text());
        told(&scene).await;
        assert_eq!(audiences(&ears.heard().await), ["emic", "messages"]);
    }
}
