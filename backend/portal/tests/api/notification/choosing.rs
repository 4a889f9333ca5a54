//! Choosing how to be told.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::problem::ErrorCode;

use super::{ask, confirmed, decide, kinds, letters, start};

const PREFERENCES: &str = "/api/v1/notifications/preferences";

on_each_database! {
    async fn who_has_never_chosen_has_the_defaults_and_changes_name_their_version(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let read = yawen.get(PREFERENCES).await;
        assert_eq!(read.header("etag"), "\"0\"");
        let both = json!({ "in_page": true, "by_mail": true });
        assert_eq!(read.json(), json!({
            "preferences": {
                "mail_language": "zh-Hant-TW", "progress": both, "to_decide": both, "expiry": both, "account": both,
            },
            "mail_to": "yawen@example.tw",
        }));
        let patch = json!({ "progress": { "by_mail": false }, "mail_language": "en" });
        let changed = yawen.patch(PREFERENCES, "\"0\"", patch.clone()).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
        assert_eq!(changed.header("etag"), "\"1\"");
        assert_eq!(changed.json()["preferences"]["progress"], json!({ "in_page": true, "by_mail": false }));
        assert_eq!(changed.json()["preferences"]["expiry"], both);
        assert_eq!(yawen.patch(PREFERENCES, "\"1\"", patch.clone()).await.header("etag"), "\"1\"", "nothing changes");
        assert_eq!(yawen.patch(PREFERENCES, "\"0\"", patch).await.problem().code, ErrorCode::PreconditionFailed);
        let without = yawen.call(axum::http::Method::PATCH, PREFERENCES, Some(json!({}))).await;
        assert_eq!(without.problem().code, ErrorCode::PreconditionRequired);
        for bad in [json!({ "digest": {} }), json!({ "expiry": null }), json!({ "expiry": { "by_mail": "no" } }), json!({ "mail_language": "fr" })] {
            assert_eq!(yawen.patch(PREFERENCES, "*", bad).await.problem().code, ErrorCode::MalformedBody);
        }
        let audited = "audit_events WHERE action = 'notification_preferences_changed'";
        assert_eq!(portal.count(audited).await, 1);
    }

    async fn one_is_told_as_one_has_chosen(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        yawen.patch(PREFERENCES, "*", json!({ "progress": { "in_page": false }, "mail_language": "en" })).await;
        chief.patch(PREFERENCES, "*", json!({ "to_decide": { "by_mail": false } })).await;
        ask(&portal, &mut yawen, 1, "reporter").await;
        assert_eq!(kinds(&mut chief).await, ["request_waits"]);
        assert_eq!(letters(&portal, "chief").await, [""; 0]);
        decide(&portal, &mut chief, 1, "approve").await;
        assert_eq!(kinds(&mut yawen).await, [""; 0]);
        let letters = letters(&portal, "yawen").await;
        assert!(letters[0].contains("Your request was approved"), "{}", letters[0]);
        assert!(!letters[0].contains("已核准"));
    }

    async fn mail_goes_to_confirmed_addresses_alone(kind) {
        let portal = start(kind).await;
        portal.run("UPDATE persons SET confirmed_email = NULL WHERE email = 'yawen@example.tw'").await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        assert_eq!(yawen.get(PREFERENCES).await.json()["mail_to"], Value::Null);
        ask(&portal, &mut yawen, 1, "reporter").await;
        decide(&portal, &mut chief, 1, "return").await;
        assert_eq!(kinds(&mut yawen).await, ["request_returned"]);
        assert_eq!(letters(&portal, "yawen").await, [""; 0]);
        // MyEGov has given it.
        portal.run("UPDATE persons SET source_fields = 'name email' WHERE email = 'yawen@example.tw'").await;
        assert_eq!(yawen.get(PREFERENCES).await.json()["mail_to"], "yawen@example.tw");
        portal.run("UPDATE persons SET source_fields = '' WHERE email = 'yawen@example.tw'").await;
        confirmed(&portal, "yawen").await;
        assert_eq!(yawen.get(PREFERENCES).await.json()["mail_to"], "yawen@example.tw");
    }
}
