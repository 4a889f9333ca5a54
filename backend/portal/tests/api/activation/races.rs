//! What happens at once happens once.

use super::*;
use shared::problem::ErrorCode;

on_each_database! {
    async fn an_event_that_is_opened_twice_at_once_is_one(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        let mut here = portal.signed_in("county").await;
        let mut there = here.clone();
        let (one, other) = tokio::join!(
            here.post(EVENTS, new_event(9, "second", &[COUNTY])),
            there.post(EVENTS, new_event(9, "second", &[COUNTY])),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CREATED]);
        assert_eq!(audited(&portal, "activation_opened").await, 1);
        assert_eq!(audited(&portal, "surge_granted").await, 1);
        let another = here.post(EVENTS, new_event(9, "first", &[COUNTY])).await.problem();
        assert_eq!(another.code, ErrorCode::Conflict, "the same id for another event");
    }

    async fn of_closing_and_raising_at_once_nothing_outlives_the_event(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "first", &["one", "two"], "centre").await;
        let mut here = portal.signed_in("county").await;
        let mut there = here.clone();
        for number in 10..15 {
            open(&portal, number, "third").await;
            let (close, level) = (event(number, "close"), event(number, "level"));
            let (closed, raised) = tokio::join!(
                here.post(&close, json!({})),
                there.post(&level, json!({ "level": "first" })),
            );
            assert_eq!(closed.status, StatusCode::OK, "{}", closed.text());
            assert!([StatusCode::OK, StatusCode::CONFLICT].contains(&raised.status), "{}", raised.text());
            let living = format!("grants WHERE activation_id IS NOT NULL AND ends_at > {}", portal.now().as_millis());
            assert_eq!(portal.count(&living).await, 0);
        }
        assert_eq!(audited(&portal, "surge_granted").await, audited(&portal, "surge_ended").await);
    }

    async fn a_list_that_is_approved_while_an_event_opens_counts_in_it(kind) {
        let portal = start(kind).await;
        let (mut county, mut root) = (portal.signed_in("county").await, portal.signed_in("root").await);
        for number in 20..25 {
            draft(&portal, number, "second", &["one"], "centre").await;
            done(&mut county, &list(number, "submit"), json!({})).await;
            let (approve, opening) = (list(number, "approve"), new_event(number + 100, "second", &[COUNTY]));
            let (approved, opened) = tokio::join!(
                root.post(&approve, json!({})),
                county.post(EVENTS, opening),
            );
            assert_eq!((approved.status, opened.status), (StatusCode::OK, StatusCode::CREATED));
            assert!(serves(&portal, "one").await, "whichever came first");
            done(&mut county, &event(number + 100, "close"), json!({})).await;
            done(&mut county, &list(number, "withdraw"), json!({})).await;
        }
    }

    async fn two_nodes_keep_time_and_each_grant_is_given_once(kind) {
        let portal = start(kind).await;
        let second_node = portal.second_node().await;
        approved(&portal, 1, "second", &["one", "two"], "centre").await;
        let two = portal.id_of("two").await;
        let mut root = portal.signed_in("root").await;
        root.post(&format!("/api/v1/persons/{two}/disable"), json!({})).await;
        open(&portal, 9, "second").await;
        root.post(&format!("/api/v1/persons/{two}/enable"), json!({})).await;
        let (one, other) = tokio::join!(
            portal.app.state.activations.keep_time(),
            second_node.app.state.activations.keep_time(),
        );
        one.unwrap();
        other.unwrap();
        assert_eq!(portal.count("grants WHERE activation_id IS NOT NULL").await, 2);
        assert_eq!(audited(&portal, "surge_granted").await, 2);
    }

    async fn of_two_who_consent_at_once_one_approves(kind) {
        let portal = start(kind).await;
        draft(&portal, 1, "second", &["one"], "centre").await;
        done(&mut portal.signed_in("county").await, &list(1, "submit"), json!({})).await;
        let (mut here, mut there) = (portal.signed_in("root").await, portal.signed_in("deputy").await);
        let approve = list(1, "approve");
        let (one, other) = tokio::join!(here.post(&approve, json!({})), there.post(&approve, json!({})));
        let mut statuses = [one.status, other.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
        assert_eq!(audited(&portal, "surge_list_approved").await, 1);
    }
}
