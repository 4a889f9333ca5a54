//! Events: what they give, to whom, and that it ends with them.

use std::time::Duration;

use super::*;
use shared::problem::{ErrorCode, ViolationCode};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

on_each_database! {
    async fn it_gives_at_once_what_was_approved_and_takes_it_with_it(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        draft(&portal, 2, "second", &["two"], "centre").await;
        let second_node = portal.second_node().await;
        open(&portal, 9, "second").await;
        assert!(serves(&portal, "one").await && serves(&second_node, "one").await);
        assert!(!serves(&portal, "two").await, "a draft counts for nothing");
        let grants = portal.signed_in("one").await.get("/api/v1/grants").await.json();
        let grant = &grants["items"][0];
        assert_eq!((&grant["activation"], &grant["state"]), (&json!("海葵颱風"), &json!("active")));
        assert_eq!((&grant["may"], &grant["request"]), (&json!([]), &Value::Null), "it is not renewed");
        let mut county = portal.signed_in("county").await;
        let closed = done(&mut county, &event(9, "close"), json!({})).await;
        assert!(closed["closed_at"].is_string() && closed["review_until"].is_string());
        assert!(!serves(&portal, "one").await && !serves(&second_node, "one").await);
        assert_eq!(county.post(&event(9, "close"), json!({})).await.problem().code, ErrorCode::Conflict);
        for (action, times) in [
            ("activation_opened", 1), ("surge_granted", 1), ("surge_ended", 1), ("activation_closed", 1),
        ] {
            assert_eq!(audited(&portal, action).await, times, "{action}");
        }
    }

    async fn the_level_gives_and_takes(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "third", &["one"], "centre").await;
        approved(&portal, 2, "first", &["two"], "centre").await;
        open(&portal, 9, "third").await;
        assert!(serves(&portal, "one").await && !serves(&portal, "two").await);
        let mut county = portal.signed_in("county").await;
        for (level, both) in [("first", true), ("first", true), ("second", false), ("first", true)] {
            let view = done(&mut county, &event(9, "level"), json!({ "level": level })).await;
            assert_eq!(view["level"], level);
            assert!(serves(&portal, "one").await);
            assert_eq!(serves(&portal, "two").await, both, "{level}");
        }
        assert_eq!(audited(&portal, "activation_level_changed").await, 3, "the same level is no change");
        assert_eq!(audited(&portal, "surge_granted").await, 3);
    }

    async fn who_holds_the_role_keeps_it_untouched(kind) {
        let portal = start(kind).await;
        let (one, now) = (portal.id_of("one").await, portal.now().as_millis());
        let own = format!(
            "INSERT INTO grants (id, person_id, role_id, agency_oid, starts_at, ends_at) \
             SELECT '{}', '{one}', id, '{COUNTY}', {now}, {} FROM application_roles WHERE code = 'centre'",
            id(77), now + 86_400_000
        );
        // SQLite keeps ids as bytes.
        let own = if matches!(kind, Kind::Sqlite) {
            let blob = |id: &str| format!("X'{}'", id.replace('-', ""));
            own.replace(&format!("'{}'", id(77)), &blob(&id(77))).replace(&format!("'{one}'"), &blob(&one.to_string()))
        } else {
            own
        };
        portal.run(&own).await;
        approved(&portal, 1, "second", &["one", "two"], "centre").await;
        let mut county = portal.signed_in("county").await;
        let wanted = json!({ "level": "second", "agencies": [{ "agency": COUNTY }] });
        let plan = done(&mut county, &format!("{EVENTS}/preview"), wanted).await;
        assert_eq!((&plan["people"], &plan["skipped_count"]), (&json!(1), &json!(1)));
        assert_eq!(plan["skipped"][0]["outcome"], "held");
        assert_eq!(portal.count("activations").await, 0, "a preview opens nothing");
        open(&portal, 9, "second").await;
        assert_eq!(held(&portal, "one").await, [("centre".to_owned(), None)]);
        assert!(serves(&portal, "two").await);
        portal.advance(DAY);
        portal.app.state.activations.keep_time().await.unwrap();
        assert!(serves(&portal, "one").await, "the own one has ended, and the event gives it now");
    }

    async fn who_was_disabled_or_moved_is_passed_over_and_shown(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one", "two"], "centre").await;
        let mut root = portal.signed_in("root").await;
        let (one, two) = (portal.id_of("one").await, portal.id_of("two").await);
        let moved = json!({ "agency": COUNTY });
        assert_eq!(root.post(&format!("/api/v1/persons/{one}/move"), moved).await.status, StatusCode::NO_CONTENT);
        let disable = format!("/api/v1/persons/{two}/disable");
        assert_eq!(root.post(&disable, json!({})).await.status, StatusCode::NO_CONTENT);
        open(&portal, 9, "second").await;
        assert_eq!(portal.count("grants WHERE activation_id IS NOT NULL").await, 0);
        let plan = root.get(&event(9, "plan")).await.json();
        for (name, outcome) in [("one", "moved"), ("two", "disabled")] {
            assert_eq!(about(&portal, &plan, "skipped", name).await["outcome"], outcome);
        }
        let enable = format!("/api/v1/persons/{two}/enable");
        assert_eq!(root.post(&enable, json!({})).await.status, StatusCode::NO_CONTENT);
        portal.app.state.activations.keep_time().await.unwrap();
        assert!(serves(&portal, "two").await, "back, the person gets it within the minute");
        root.post(&disable, json!({})).await;
        portal.app.state.activations.keep_time().await.unwrap();
        let living = format!("grants WHERE activation_id IS NOT NULL AND ends_at > {}", portal.now().as_millis());
        assert_eq!(portal.count(&living).await, 0);
    }

    async fn what_was_taken_back_during_it_is_not_given_again(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        open(&portal, 9, "second").await;
        let grants = portal.signed_in("one").await.get("/api/v1/grants").await.json();
        let grant = grants["items"][0]["id"].as_str().unwrap().to_owned();
        let mut county = portal.signed_in("county").await;
        done(&mut county, &format!("/api/v1/grants/{grant}/revoke"), json!({ "reason": "已調離應變中心。" })).await;
        portal.app.state.activations.keep_time().await.unwrap();
        done(&mut county, &event(9, "level"), json!({ "level": "first" })).await;
        assert!(!serves(&portal, "one").await);
        let plan = county.get(&event(9, "plan")).await.json();
        assert_eq!(plan["skipped"][0]["outcome"], "revoked");
    }

    async fn it_lasts_longer_than_the_role_allows_at_once(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        open(&portal, 9, "second").await;
        for _ in 0..8 {
            portal.advance(DAY * 60);
            portal.app.state.activations.keep_time().await.unwrap();
        }
        assert!(serves(&portal, "one").await, "480 days, of a role for 180");
        assert_eq!(portal.count("grants WHERE activation_id IS NOT NULL").await, 1);
        done(&mut portal.signed_in("county").await, &event(9, "close"), json!({})).await;
        assert!(!serves(&portal, "one").await);
    }

    async fn agencies_are_added(kind) {
        let portal = start(kind).await;
        let mut root = portal.signed_in("root").await;
        portal.account_of("townsman", Some(TOWN), &[]).await;
        done(&mut root, LISTS, new_list(1, TOWN, "second")).await;
        add(&portal, &mut root, 1, "townsman", "centre").await;
        done(&mut root, &list(1, "submit"), json!({})).await;
        done(&mut portal.signed_in("deputy").await, &list(1, "approve"), json!({})).await;
        done(&mut root, EVENTS, new_event(9, "second", &[COUNTY])).await;
        assert!(!serves(&portal, "townsman").await);
        let more = json!({ "agencies": [{ "agency": TOWN }, { "agency": COUNTY }] });
        let mut county = portal.signed_in("county").await;
        let refused = county.post(&event(9, "agencies"), more.clone()).await.problem();
        assert_eq!(refused.violations[0].code, ViolationCode::Unknown, "not of the own reach");
        let view = done(&mut root, &event(9, "agencies"), more).await;
        assert_eq!(view["agencies"].as_array().unwrap().len(), 2);
        assert!(serves(&portal, "townsman").await);
        let refused = county.post(&event(9, "close"), json!({})).await.problem();
        assert_eq!(refused.code, ErrorCode::Forbidden, "it is for the town too now");
    }

    async fn with_all_below_it_is_for_those_below_too(kind) {
        let portal = start(kind).await;
        let mut root = portal.signed_in("root").await;
        done(&mut root, LISTS, new_list(1, FIRE, "second")).await;
        add(&portal, &mut root, 1, "one", "centre").await;
        done(&mut root, &list(1, "submit"), json!({})).await;
        done(&mut portal.signed_in("deputy").await, &list(1, "approve"), json!({})).await;
        open(&portal, 8, "second").await;
        assert!(!serves(&portal, "one").await, "for the county alone");
        let more = json!({ "agencies": [{ "agency": COUNTY, "with_below": true }] });
        done(&mut portal.signed_in("county").await, &event(8, "agencies"), more).await;
        assert!(serves(&portal, "one").await);
    }

    async fn who_may_open_one_opens_it_for_the_own_reach(kind) {
        let portal = start(kind).await;
        let mut chief = portal.signed_in("chief").await;
        let alone = chief.post(EVENTS, new_event(1, "second", &[FIRE])).await.problem();
        assert_eq!(alone.code, ErrorCode::Forbidden, "for one agency alone");
        let mut foreign = portal.signed_in("foreign").await;
        let beyond = foreign.post(EVENTS, new_event(1, "second", &[COUNTY])).await.problem();
        assert_eq!((beyond.violations[0].code, beyond.violations[0].params["agency"].as_str()), (ViolationCode::Unknown, COUNTY));
        open(&portal, 9, "second").await;
        assert_eq!(foreign.post(&event(9, "close"), json!({})).await.problem().code, ErrorCode::NotFound);
        assert_eq!(foreign.get(&event(9, "grants")).await.problem().code, ErrorCode::NotFound);
        assert_eq!(chief.post(&event(9, "close"), json!({})).await.problem().code, ErrorCode::NotFound);
        let seen = portal.signed_in("one").await.get(&format!("{EVENTS}?open=true")).await.json();
        assert_eq!((&seen["items"][0]["name"], &seen["items"][0]["may"]), (&json!("海葵颱風"), &json!([])));
    }

    async fn two_events_each_give_and_one_that_closes_leaves_the_other(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "third", &["one"], "centre").await;
        open(&portal, 8, "third").await;
        open(&portal, 9, "third").await;
        assert_eq!(portal.count("grants WHERE activation_id IS NOT NULL").await, 2);
        done(&mut portal.signed_in("county").await, &event(8, "close"), json!({})).await;
        assert!(serves(&portal, "one").await);
    }
}
