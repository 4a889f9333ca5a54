//! What the deadline does.

use portal::notification::Gathering;

use super::*;

on_each_database! {
    async fn what_nobody_answers_lapses_once_whoever_keeps_the_time(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let kept = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let open_one = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        let ending = grant(&portal, "chief", "viewer", "2026-11-25").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        decide(&mut chief, &kept, "keep").await;
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(recorded(&portal, "grant_lapsed").await, 0, "not before the deadline");

        portal.advance(8 * DAY);
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(decide(&mut chief, &open_one, "keep").await.problem().code, ErrorCode::Conflict);
        let mut admin = portal.signed_in("admin").await;
        let body = json!({ "version": 1, "due_on": "2026-12-20", "reason": "太晚了" });
        assert_eq!(admin.post(&part(1, "extend"), body).await.problem().code, ErrorCode::Conflict);
        let before = admin.get(&part(1, "progress")).await.json();
        assert_eq!(before["total"], json!({ "kept": 1, "revoked": 0, "gone": 1, "open": 1, "lapsed": 0 }));

        let (one, other) = tokio::join!(portal.app.state.campaigns.keep_time(), second.app.state.campaigns.keep_time());
        one.unwrap();
        other.unwrap();
        let after = admin.get(&part(1, "progress")).await.json();
        assert_eq!(after["total"], json!({ "kept": 1, "revoked": 0, "gone": 1, "open": 0, "lapsed": 1 }));
        let view = admin.get(&format!("{CAMPAIGNS}/{}", id(1))).await.json();
        assert_eq!((&view["state"], &view["may_change"]), (&json!("closed"), &json!(false)));
        let mut yawen = portal.signed_in("yawen").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        for grant in grants["items"].as_array().unwrap() {
            let expected = if grant["id"] == kept.as_str() { "active" } else { "revoked" };
            assert_eq!(grant["state"], expected, "{grant}");
        }
        let page = admin.get(&part(1, "items?state=gone")).await.json();
        assert_eq!(standing(&page), [(ending.as_str(), "gone")]);
        assert_eq!((recorded(&portal, "grant_lapsed").await, recorded(&portal, "campaign_closed").await), (1, 1));
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(recorded(&portal, "campaign_closed").await, 1);
    }

    async fn a_renewal_that_was_approved_meanwhile_is_an_answer(kind) {
        let portal = start(kind).await;
        let early = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        portal.advance(Duration::from_secs(1));
        let renew = |number: u32| json!({ "id": id(number), "reason": "職務未變動，仍須登打災情案件。" });
        let path = |grant: &str| format!("/api/v1/grants/{grant}/renew");
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(yawen.post(&path(&early), renew(11)).await.status, StatusCode::CREATED);
        let follower = approve(&portal, "yawen", &id(11)).await;
        portal.advance(Duration::from_secs(1));
        let late = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        portal.advance(Duration::from_secs(1));
        assert_eq!(yawen.post(&path(&late), renew(12)).await.status, StatusCode::CREATED);
        approve(&portal, "yawen", &id(12)).await;
        let kept = admin.get(&part(1, "items?state=kept")).await.json();
        assert_eq!(standing(&kept), [(late.as_str(), "kept")]);
        let mut chief = portal.signed_in("chief").await;
        let waiting = chief.get(&part(1, "items?view=to_decide&state=open")).await.json();
        let open: std::collections::BTreeSet<_> = standing(&waiting).into_iter().map(|(grant, _)| grant).collect();
        assert_eq!(open, [early.as_str(), follower.as_str()].into(), "renewed before: both are asked about");
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        let mut yawen = portal.signed_in("yawen").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        let states: Vec<_> = grants["items"].as_array().unwrap().iter().map(|grant| grant["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["scheduled", "active", "revoked", "revoked"]);
    }

    async fn of_a_decision_and_the_deadline_on_two_nodes_one_comes_first(kind) {
        let portal = start(kind).await;
        let mut grants = Vec::new();
        for username in ["yawen", "chief"] {
            grants.push(grant(&portal, username, "reporter", "2026-12-31").await);
        }
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        // Its clock runs ahead: there the deadline has passed.
        let ahead = TestClock::default();
        let database = std::sync::Arc::clone(&portal.database);
        let ahead = TestPortal::node(database, ahead, portal.settings.clone()).await;
        ahead.advance(8 * DAY);
        let (mut chief, mut meihui) = (portal.signed_in("chief").await, demo(&portal, "meihui").await);
        let (closed, one, other) = tokio::join!(
            ahead.app.state.campaigns.keep_time(),
            decide(&mut chief, &grants[0], "keep"),
            decide(&mut meihui, &grants[1], "keep"),
        );
        closed.unwrap();
        let page = admin.get(&part(1, "items")).await.json();
        let stands: std::collections::BTreeMap<_, _> = standing(&page).into_iter().collect();
        for (grant, answer) in grants.iter().zip([one, other]) {
            let expected = match answer.status {
                StatusCode::OK => "kept",
                StatusCode::CONFLICT => "lapsed",
                other => panic!("{other}"),
            };
            assert_eq!(stands[grant.as_str()], expected);
        }
        let lapsed = stands.values().filter(|state| **state == "lapsed").count();
        assert_eq!(recorded(&portal, "grant_lapsed").await, i64::try_from(lapsed).unwrap());
        assert_eq!(portal.count("grants WHERE revoked_at IS NOT NULL").await, i64::try_from(lapsed).unwrap());
    }

    async fn what_a_node_leaves_behind_another_goes_on_with(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        many(&portal, kind, 450).await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        assert_eq!(portal.count("campaign_items").await, 450);
        portal.advance(8 * DAY);
        let campaigns = &portal.app.state.campaigns;
        let (campaign, mut told) = (id(1).parse().unwrap(), Gathering::default());
        assert!(campaigns.close_some(campaign, &mut told).await.unwrap(), "it closes now");
        assert!(campaigns.close_some(campaign, &mut told).await.unwrap());
        assert_eq!(portal.count("grants WHERE revoked_at IS NOT NULL").await, 200);
        assert_eq!(recorded(&portal, "grant_lapsed").await, 200, "with the rows of the log");
        // This node is no more.
        second.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(portal.count("grants WHERE revoked_at IS NULL").await, 0);
        assert_eq!(portal.count("campaign_items WHERE state = 'lapsed'").await, 450);
        assert_eq!((recorded(&portal, "grant_lapsed").await, recorded(&portal, "campaign_closed").await), (450, 1));
    }
}
