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
}
