//! Who is told what of events.

use super::*;
use crate::notification::{confirmed, kinds, letters, told};

/// What somebody is told, by the kind, the newest first.
async fn hears(portal: &TestPortal, name: &str) -> Vec<String> {
    kinds(&mut portal.signed_in(name).await).await
}

on_each_database! {
    async fn who_gets_roles_by_an_event_is_told_once_and_when_it_is_over(kind) {
        let portal = start(kind).await;
        confirmed(&portal, "one").await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        let mut county = portal.signed_in("county").await;
        done(&mut county, LISTS, new_list(2, COUNTY, "second")).await;
        for (name, role) in [("one", "viewer"), ("one", "reporter"), ("two", "viewer")] {
            add(&portal, &mut county, 2, name, role).await;
        }
        done(&mut county, &list(2, "submit"), json!({})).await;
        done(&mut portal.signed_in("root").await, &list(2, "approve"), json!({})).await;
        assert_eq!(hears(&portal, "one").await, [""; 0], "a list gives nothing by itself");

        open(&portal, 9, "second").await;
        let given = told(&mut portal.signed_in("one").await).await;
        assert_eq!(given.len(), 1, "three roles are told as one");
        assert_eq!((&given[0]["kind"], &given[0]["group"]), (&json!("surge_given"), &json!("expiry")));
        assert_eq!(given[0]["link"], "/access/grants");
        let text = given[0]["text"]["zh"].as_str().unwrap();
        assert!(text.starts_with("應變中心開設，您已獲得權限：海葵颱風・"), "{text}");
        assert_eq!(text.matches('「').count(), 3, "each with its application: {text}");
        let mails = letters(&portal, "one").await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains('「') && !mails[0].contains("海葵颱風"), "what others wrote stays in the portal");
        portal.app.state.activations.keep_time().await.unwrap();
        done(&mut county, &event(9, "level"), json!({ "level": "first" })).await;
        assert_eq!(hears(&portal, "one").await, ["surge_given"], "and not again");

        portal.advance(std::time::Duration::from_secs(1));
        done(&mut county, &event(9, "close"), json!({})).await;
        for name in ["one", "two"] {
            assert_eq!(hears(&portal, name).await, ["surge_ended", "surge_given"]);
        }
        assert_eq!(letters(&portal, "one").await.len(), 2);
        assert_eq!(hears(&portal, "foreign").await, [""; 0]);
    }

    async fn what_a_level_gives_and_takes_is_told_to_those_whose_it_is(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "third", &["one"], "centre").await;
        approved(&portal, 2, "first", &["two"], "centre").await;
        open(&portal, 9, "third").await;
        let mut county = portal.signed_in("county").await;
        for level in ["first", "second"] {
            portal.advance(std::time::Duration::from_secs(1));
            done(&mut county, &event(9, "level"), json!({ "level": level })).await;
        }
        assert_eq!(hears(&portal, "one").await, ["surge_given"]);
        assert_eq!(hears(&portal, "two").await, ["surge_ended", "surge_given"]);
    }

    async fn whose_consent_a_list_takes_is_told_when_it_is_submitted(kind) {
        let portal = start(kind).await;
        portal.account_of("owner", Some(CENTRAL), &[Role::ApplicationOwner]).await;
        portal.owns(portal.id_of("owner").await, "emic").await;
        draft(&portal, 1, "second", &["one"], "centre").await;
        add(&portal, &mut portal.signed_in("root").await, 1, "two", "centre").await;
        assert_eq!(portal.count("notifications WHERE kind = 'surge_list_waits'").await, 0);
        done(&mut portal.signed_in("county").await, &list(1, "submit"), json!({})).await;
        for name in ["deputy", "owner"] {
            let told = told(&mut portal.signed_in(name).await).await;
            assert_eq!(told[0]["text"]["zh"], "有應變編組等待您核准：進駐編組", "{name}");
            assert_eq!(told[0]["link"], format!("/manage/surge-lists/{}", id(1)));
        }
        for name in ["root", "county", "foreign", "one"] {
            assert_eq!(hears(&portal, name).await, [""; 0], "{name} has prepared it, or is not asked");
        }
        done(&mut portal.signed_in("deputy").await, &list(1, "approve"), json!({})).await;
        assert_eq!(hears(&portal, "owner").await, ["surge_list_waits"], "told once, whoever is first");
    }

    async fn who_has_prepared_a_list_is_told_what_becomes_of_it(kind) {
        let portal = start(kind).await;
        draft(&portal, 1, "second", &["one"], "centre").await;
        add(&portal, &mut portal.signed_in("root").await, 1, "two", "centre").await;
        let mut county = portal.signed_in("county").await;
        let mut deputy = portal.signed_in("deputy").await;
        done(&mut county, &list(1, "submit"), json!({})).await;
        done(&mut deputy, &list(1, "return"), json!({ "remark": "請補上輪值" })).await;
        for name in ["county", "root"] {
            let told = told(&mut portal.signed_in(name).await).await;
            assert_eq!((&told[0]["kind"], &told[0]["group"]), (&json!("surge_list_returned"), &json!("progress")));
            assert_eq!(told[0]["text"]["zh"], "您編製的應變編組已退回補正：進駐編組", "{name}");
            assert_eq!(told[0]["link"], format!("/manage/surge-lists/{}", id(1)));
        }

        portal.advance(std::time::Duration::from_secs(1));
        portal.run("DELETE FROM posts WHERE role = 'system_administrator' AND person_id = \
                    (SELECT person_id FROM local_credentials WHERE username = 'root')").await;
        done(&mut county, &list(1, "submit"), json!({})).await;
        done(&mut deputy, &list(1, "approve"), json!({})).await;
        assert_eq!(hears(&portal, "county").await[0], "surge_list_approved");
        assert_eq!(hears(&portal, "root").await, ["surge_list_returned"], "who may not see it any more hears nothing");
        assert!(!hears(&portal, "deputy").await.iter().any(|kind| kind == "surge_list_approved"));

        add(&portal, &mut county, 1, "two", "viewer").await;
        done(&mut county, &list(1, "submit"), json!({})).await;
        done(&mut deputy, &list(1, "approve"), json!({})).await;
        let approvals = hears(&portal, "county").await;
        let approvals = approvals.iter().filter(|kind| *kind == "surge_list_approved").count();
        assert_eq!(approvals, 2, "each time");
    }

    async fn who_reviews_is_told_at_the_end_and_when_it_is_overdue(kind) {
        let portal = start(kind).await;
        let second_node = portal.second_node().await;
        approved(&portal, 1, "second", &["one", "chief"], "centre").await;
        open(&portal, 9, "second").await;
        portal.run("DELETE FROM notifications").await;
        done(&mut portal.signed_in("county").await, &event(9, "close"), json!({})).await;
        let waits = told(&mut portal.signed_in("county").await).await;
        assert_eq!(waits[0]["text"]["zh"], "應變中心已解除，有權限待您於 7 日內審查：海葵颱風");
        assert_eq!(waits[0]["link"], format!("/manage/activations/{}", id(9)));
        assert!(hears(&portal, "chief").await.contains(&"surge_review_waits".to_owned()));
        let mut county = portal.signed_in("county").await;
        let grants = county.get(&event(9, "grants")).await.json();
        let of_chief = about(&portal, &grants, "items", "chief").await["id"].clone();
        let marked = json!({ "grants": [of_chief], "verdict": "in_order" });
        done(&mut county, &event(9, "reviews"), marked).await;

        let keep_time = async || {
            let (one, other) = tokio::join!(
                portal.app.state.activations.keep_time(),
                second_node.app.state.activations.keep_time(),
            );
            one.unwrap();
            other.unwrap();
        };
        let closed = portal.now();
        portal.clock.set(closed.plus(shared::activation::REVIEW_WITHIN).minus(std::time::Duration::from_secs(1)));
        keep_time().await;
        assert_eq!(portal.count("notifications WHERE kind = 'surge_review_overdue'").await, 0);
        portal.advance(std::time::Duration::from_secs(1));
        keep_time().await;
        keep_time().await;
        for name in ["chief", "county"] {
            assert_eq!(hears(&portal, name).await[0], "surge_review_overdue", "{name}: the nearest, and who is further up");
        }
        // The demo's manager of the county is the third.
        assert_eq!(portal.count("notifications WHERE kind = 'surge_review_overdue'").await, 3);
    }

    async fn what_was_reviewed_in_time_is_told_of_no_more(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        open(&portal, 9, "second").await;
        done(&mut portal.signed_in("county").await, &event(9, "close"), json!({})).await;
        let mut chief = portal.signed_in("chief").await;
        let grants = chief.get(&event(9, "grants")).await.json();
        let marked = json!({ "grants": [grants["items"][0]["id"]], "verdict": "in_order" });
        done(&mut chief, &event(9, "reviews"), marked).await;
        portal.advance(shared::activation::REVIEW_WITHIN);
        portal.app.state.activations.keep_time().await.unwrap();
        assert_eq!(portal.count("notifications WHERE kind = 'surge_review_overdue'").await, 0);
    }
}
