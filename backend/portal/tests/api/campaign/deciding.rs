//! Who decides in a campaign, and what that does.

use super::*;

on_each_database! {
    async fn the_nearest_manager_keeps_and_takes_back(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let other = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        let own = grant(&portal, "chief", "viewer", "2026-12-31").await;
        let (mut admin, mut chief) = (portal.signed_in("admin").await, portal.signed_in("chief").await);
        let opened = open(&mut admin, of_agency(1)).await;
        assert_eq!((&opened["state"], &opened["waiting"], &opened["may_change"]), (&json!("open"), &json!(0), &json!(true)));
        assert_eq!(opened["scope"]["agency"]["oid"], CITY);
        assert_eq!(opened["ends_at"], "2026-11-30T16:00:00.000Z", "the end of that day in Taiwan");

        let seen = chief.get(&format!("{CAMPAIGNS}?view=to_decide")).await.json();
        assert_eq!((&seen["items"][0]["waiting"], &seen["items"][0]["may_change"]), (&json!(2), &json!(false)));
        let mine = chief.get(&part(1, "items?view=to_decide&state=open")).await.json();
        assert_eq!(standing(&mine).len(), 2, "the own one is not among them: {mine}");
        assert_eq!(mine["items"][0]["may"], json!(["keep", "revoke"]));
        assert_eq!(standing(&chief.get(&part(1, "items")).await.json()).len(), 3);
        let mut meihui = demo(&portal, "meihui").await;
        let above = meihui.get(&part(1, "items?view=to_decide")).await.json();
        assert_eq!(standing(&above), [(own.as_str(), "open")]);
        assert_eq!(decide(&mut meihui, &one, "keep").await.problem().code, ErrorCode::Forbidden, "not the nearest");
        assert_eq!(decide(&mut chief, &own, "keep").await.problem().code, ErrorCode::Forbidden, "in one's own case");

        let kept = decide(&mut chief, &one, "keep").await;
        assert_eq!((kept.status, &kept.json()["state"]), (StatusCode::OK, &json!("kept")), "{}", kept.text());
        assert_eq!(kept.json()["decided_by"], "林測試");
        let path = part(1, &format!("items/{other}/decide"));
        let wordless = chief.post(&path, json!({ "verdict": "revoke" })).await.problem();
        assert_eq!((wordless.violations[0].field.as_str(), wordless.violations[0].code), ("reason", ViolationCode::Required));
        let revoked = decide(&mut chief, &other, "revoke").await.json();
        assert_eq!((&revoked["state"], &revoked["grant_state"], &revoked["may"]), (&json!("revoked"), &json!("revoked"), &json!([])));
        assert_eq!(decide(&mut chief, &other, "keep").await.problem().code, ErrorCode::Conflict, "for good");
        let changed = decide(&mut chief, &one, "revoke").await.json();
        assert_eq!(changed["state"], "revoked", "what was kept can be taken back");
        let mut yawen = portal.signed_in("yawen").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        assert!(grants["items"].as_array().unwrap().iter().all(|grant| grant["state"] == "revoked"));
        assert_eq!(grants["items"][0]["revoked"]["reason"], "已調離應變中心");

        let progress = admin.get(&part(1, "progress")).await.json();
        assert_eq!(progress["total"], json!({ "kept": 0, "revoked": 2, "gone": 0, "open": 1, "lapsed": 0 }));
        assert_eq!(progress["agencies"][0]["agency"]["oid"], FIRE);
        assert_eq!((recorded(&portal, "grant_kept").await, recorded(&portal, "grant_revoked").await), (1, 2));
        let kept = "audit_events WHERE action = 'grant_kept' AND details LIKE '%\"application\":\"emic\"%' \
             AND details LIKE '%\"role\":\"%'";
        assert_eq!(portal.count(kept).await, 1);
        let told = format!("audit_events WHERE action = 'grant_revoked' AND details LIKE '%{}%'", id(1));
        assert_eq!(portal.count(&told).await, 2, "the log names the campaign");
    }

    async fn of_many_deciders_at_once_the_grant_and_the_campaign_agree(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut deciders = Vec::new();
        for number in 0..20 {
            let node = if number % 2 == 0 { &portal } else { &second };
            deciders.push((number, node.signed_in("chief").await, one.clone()));
        }
        let tries = deciders.into_iter().map(|(number, mut browser, one)| async move {
            let verdict = ["keep", "revoke"][number % 2];
            (verdict, decide(&mut browser, &one, verdict).await.status)
        });
        let answers = futures::future::join_all(tries).await;
        let revoked = answers.iter().filter(|(verdict, status)| *verdict == "revoke" && *status == StatusCode::OK).count();
        assert_eq!(revoked, 1, "{answers:?}");
        assert!(answers.iter().all(|(_, status)| [StatusCode::OK, StatusCode::CONFLICT].contains(status)), "{answers:?}");
        let page = admin.get(&part(1, "items")).await.json();
        assert_eq!((&page["items"][0]["state"], &page["items"][0]["grant_state"]), (&json!("revoked"), &json!("revoked")));
        assert_eq!(recorded(&portal, "grant_revoked").await, 1);
        let kept = answers.iter().filter(|(verdict, status)| *verdict == "keep" && *status == StatusCode::OK).count();
        assert_eq!(recorded(&portal, "grant_kept").await, i64::try_from(kept).unwrap());
    }

    async fn when_posts_change_permissions_find_their_decider_anew(kind) {
        let portal = start(kind).await;
        grant(&portal, "yawen", "reporter", "2026-12-31").await;
        grant(&portal, "chief", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut meihui = demo(&portal, "meihui").await;
        let mine = part(1, "items?view=to_decide");
        assert_eq!(standing(&meihui.get(&mine).await.json()).len(), 1, "the chief's own");
        let chief = portal.id_of("chief").await;
        let posts = format!("/api/v1/persons/{chief}/posts");
        let taken = admin.delete(&format!("{posts}/agency_manager:{FIRE}")).await;
        assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());
        assert_eq!(standing(&meihui.get(&mine).await.json()).len(), 2, "both");
        let given = admin.post(&posts, json!({ "role": "agency_manager", "agency": FIRE })).await;
        assert!(given.status.is_success(), "{}", given.text());
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(standing(&chief.get(&mine).await.json()).len(), 1);
        assert_eq!(standing(&meihui.get(&mine).await.json()).len(), 1);
    }

    async fn a_stand_in_decides_but_in_no_case_of_either(kind) {
        let portal = start(kind).await;
        portal.account_of("deputy", Some(FIRE), &[]).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let own = grant(&portal, "deputy", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut deputy = portal.signed_in("deputy").await;
        assert_eq!(decide(&mut deputy, &one, "keep").await.status, StatusCode::NOT_FOUND);
        let mut chief = portal.signed_in("chief").await;
        let body = json!({ "username": "deputy", "starts_on": "2026-11-23", "ends_on": "2026-11-24" });
        assert_eq!(chief.post("/api/v1/delegations", body).await.status, StatusCode::CREATED);
        let mine = deputy.get(&part(1, "items?view=to_decide")).await.json();
        assert_eq!(standing(&mine), [(one.as_str(), "open")]);
        assert_eq!(decide(&mut deputy, &own, "keep").await.problem().code, ErrorCode::Forbidden);
        assert_eq!(decide(&mut deputy, &one, "revoke").await.json()["state"], "revoked");
        let told = "audit_events WHERE action = 'grant_revoked' AND details LIKE '%in_place_of%'";
        assert_eq!(portal.count(told).await, 1);
    }

    async fn several_are_decided_at_once_each_with_its_result(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let own = grant(&portal, "chief", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        let body = json!({ "grants": [one, own, id(9)], "verdict": "keep" });
        let results = chief.post(&part(1, "decisions"), body).await.json();
        assert_eq!(results["results"], json!([
            { "grant": one, "state": "kept", "refused": null },
            { "grant": own, "state": null, "refused": "forbidden" },
            { "grant": id(9), "state": null, "refused": "not_found" },
        ]));
        let body = json!({ "grants": [], "verdict": "revoke" });
        assert_eq!(chief.post(&part(1, "decisions"), body).await.problem().violations.len(), 2);
    }

    async fn a_renewal_goes_with_what_it_renews(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        portal.advance(Duration::from_secs(1));
        let mut yawen = portal.signed_in("yawen").await;
        let renew = json!({ "id": id(11), "reason": "職務未變動，仍須登打災情案件。" });
        let renewed = yawen.post(&format!("/api/v1/grants/{one}/renew"), renew).await;
        assert_eq!(renewed.status, StatusCode::CREATED, "{}", renewed.text());
        let follower = approve(&portal, "yawen", &id(11)).await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        let body = json!({ "grants": [one, follower], "verdict": "revoke", "reason": "已調離應變中心" });
        let results = chief.post(&part(1, "decisions"), body).await.json();
        assert_eq!(results["results"], json!([
            { "grant": one, "state": "revoked", "refused": null },
            { "grant": follower, "state": "gone", "refused": null },
        ]));
        let of_campaign = "audit_events WHERE action = 'grant_revoked' AND details LIKE '%campaign%'";
        assert_eq!(portal.count(of_campaign).await, 2);
        let gone = admin.get(&part(1, "items?state=gone")).await.json();
        assert_eq!(standing(&gone), [(follower.as_str(), "gone")]);
        assert_eq!(gone["items"][0]["grant_state"], "revoked");
    }
}
