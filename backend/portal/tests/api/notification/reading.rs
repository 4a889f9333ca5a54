//! Listing, counting, marking and forgetting notifications.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::problem::ErrorCode;

use super::{DAY, NOTIFICATIONS, ask, decide, start, told};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

on_each_database! {
    async fn they_are_counted_listed_and_marked(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let none = chief.get("/api/v1/notifications/unread").await.json();
        assert_eq!(none, json!({ "unread": 0, "latest": null }));
        for (number, role) in [(1, "reporter"), (2, "viewer")] {
            ask(&portal, &mut yawen, number, role).await;
        }
        let first = chief.get(&format!("{NOTIFICATIONS}?limit=1")).await.json();
        let next = first["next"].as_str().unwrap();
        let second = chief.get(&format!("{NOTIFICATIONS}?limit=1&after={next}")).await.json();
        assert_eq!(second["next"], Value::Null);
        let (newest, oldest) = (ids(&first).remove(0), ids(&second).remove(0));
        assert_ne!(newest, oldest);
        let count = chief.get("/api/v1/notifications/unread").await.json();
        assert_eq!(count, json!({ "unread": 2, "latest": newest }));

        let path = format!("{NOTIFICATIONS}/{oldest}/read");
        assert_eq!(yawen.post(&path, json!({})).await.problem().code, ErrorCode::NotFound, "somebody else's");
        for _ in 0..2 {
            assert_eq!(chief.post(&path, json!({})).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(chief.get("/api/v1/notifications/unread").await.json()["unread"], 1);
        assert_eq!(told(&mut chief).await[1]["read"], true);
        for _ in 0..2 {
            assert_eq!(chief.post("/api/v1/notifications/read", json!({})).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(chief.get("/api/v1/notifications/unread").await.json(), json!({ "unread": 0, "latest": newest }));
        let bad = chief.post("/api/v1/notifications/read", json!({ "all": true })).await;
        assert_eq!(bad.problem().code, ErrorCode::MalformedBody);
    }

    async fn reading_them_never_extends_the_session(kind) {
        let portal = start(kind).await;
        let mut chief = portal.signed_in("chief").await;
        let begun = portal.now();
        portal.advance(std::time::Duration::from_secs(600));
        let end = begun.plus(std::time::Duration::from_secs(30 * 60)).to_string();
        for path in ["/api/v1/notifications/unread", NOTIFICATIONS] {
            assert_eq!(chief.get(path).await.header("session-expires-at"), end, "{path}");
        }
        let marked = chief.post("/api/v1/notifications/read", json!({})).await;
        assert_ne!(marked.header("session-expires-at"), end, "this is a deed");
    }

    async fn what_was_read_goes_after_90_days_and_the_rest_after_400(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        for (number, role) in [(1, "reporter"), (2, "viewer")] {
            ask(&portal, &mut yawen, number, role).await;
        }
        let one = told(&mut chief).await[0]["id"].as_str().unwrap().to_owned();
        chief.post(&format!("{NOTIFICATIONS}/{one}/read"), json!({})).await;
        let purge = async || {
            portal.app.state.notifications.purge().await.unwrap();
            portal.count("notifications").await
        };
        portal.advance(90 * DAY);
        assert_eq!(purge().await, 2);
        portal.advance(DAY);
        assert_eq!(purge().await, 1);
        portal.advance(308 * DAY);
        assert_eq!(purge().await, 1);
        portal.advance(2 * DAY);
        assert_eq!(purge().await, 0);
    }

    async fn they_are_part_of_ones_own_data(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&portal, &mut yawen, 1, "reporter").await;
        decide(&portal, &mut chief, 1, "approve").await;
        let export = yawen.get("/api/v1/profile/export").await.json();
        assert_eq!(export["notifications"][0]["kind"], "request_approved");
        assert_eq!(export["notification_preferences"]["expiry"], json!({ "in_page": true, "by_mail": true }));
    }
}
