//! Who is told what of campaigns.

use super::*;
use crate::notification::{confirmed, kinds, letters, told};

on_each_database! {
    async fn whose_permission_lapses_or_is_taken_is_told(kind) {
        let portal = start(kind).await;
        confirmed(&portal, "yawen").await;
        let kept = grant(&portal, "chief", "viewer", "2026-12-31").await;
        let taken = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        grant(&portal, "yawen", "viewer", "2026-12-31").await;
        portal.run("DELETE FROM notifications").await;
        portal.run("DELETE FROM mails").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(decide(&mut chief, &taken, "revoke").await.status, StatusCode::OK);
        let mut meihui = demo(&portal, "meihui").await;
        assert_eq!(decide(&mut meihui, &kept, "keep").await.status, StatusCode::OK);
        assert_eq!(kinds(&mut portal.signed_in("yawen").await).await, ["grant_revoked"]);
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        portal.app.state.campaigns.keep_time().await.unwrap();
        let told = told(&mut portal.signed_in("yawen").await).await;
        assert_eq!(told.len(), 2);
        assert_eq!((&told[0]["kind"], &told[0]["link"]), (&json!("grant_lapsed"), &json!("/access/grants")));
        let text = told[0]["text"]["en"].as_str().unwrap();
        assert!(text.starts_with("Your permission lapsed: nobody answered for it in a permission review: "), "{text}");
        assert_eq!(letters(&portal, "yawen").await.len(), 2);
        assert_eq!(kinds(&mut portal.signed_in("chief").await).await, ["campaign_waits"], "kept, nothing has changed");
    }

    async fn who_decides_is_told_at_the_opening_and_reminded_once_of_what_is_left(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        portal.account_of("jia", Some(FIRE), &[]).await;
        let first = grant(&portal, "yawen", "viewer", "2026-12-31").await;
        grant(&portal, "chief", "viewer", "2026-12-31").await;
        let mut chief = portal.signed_in("chief").await;
        let days = json!({ "username": "jia", "starts_on": "2026-11-23", "ends_on": "2026-12-31" });
        assert_eq!(chief.post("/api/v1/delegations", days).await.status, StatusCode::CREATED);
        portal.run("DELETE FROM notifications").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let waits = told(&mut chief).await;
        assert_eq!((&waits[0]["kind"], &waits[0]["group"]), (&json!("campaign_waits"), &json!("to_decide")));
        assert_eq!(waits[0]["text"]["zh"], "權限清查已開立，有權限待您清查：115年權限清查（至 2026-11-30）");
        assert_eq!(waits[0]["link"], format!("/manage/campaigns/{}", id(1)));
        for name in ["jia", "meihui"] {
            let mut browser = if name == "meihui" { demo(&portal, name).await } else { portal.signed_in(name).await };
            let waiting = browser.get(&format!("{CAMPAIGNS}?view=to_decide")).await.json();
            assert_eq!(waiting["items"].as_array().unwrap().len(), 1, "{name}");
            assert_eq!(kinds(&mut browser).await, ["campaign_waits"], "{name}");
        }
        for name in ["admin", "stranger", "yawen"] {
            assert_eq!(kinds(&mut portal.signed_in(name).await).await, [""; 0], "{name} decides on nothing");
        }

        assert_eq!(decide(&mut chief, &first, "keep").await.status, StatusCode::OK);
        let keep_time = async || {
            let (one, other) = tokio::join!(portal.app.state.campaigns.keep_time(), second.app.state.campaigns.keep_time());
            one.unwrap();
            other.unwrap();
        };
        let last = "2026-11-30".parse::<shared::date::Date>().unwrap().ends_at();
        portal.clock.set(last.minus(3 * DAY).minus(Duration::from_secs(1)));
        keep_time().await;
        assert_eq!(kinds(&mut demo(&portal, "meihui").await).await, ["campaign_waits"]);
        portal.clock.set(last.minus(3 * DAY));
        keep_time().await;
        keep_time().await;
        assert_eq!(kinds(&mut demo(&portal, "meihui").await).await, ["campaign_reminder", "campaign_waits"]);
        for name in ["chief", "jia"] {
            assert_eq!(kinds(&mut portal.signed_in(name).await).await, ["campaign_waits"], "{name} has answered");
        }
        let body = json!({ "version": 1, "due_on": "2026-12-20", "reason": "太早了" });
        let mut admin = portal.signed_in("admin").await;
        assert_eq!(admin.post(&part(1, "extend"), body).await.status, StatusCode::OK);
        keep_time().await;
        assert_eq!(portal.count("notifications WHERE kind = 'campaign_reminder'").await, 1);
        portal.clock.set(last.plus(18 * DAY));
        keep_time().await;
        assert_eq!(portal.count("notifications WHERE kind = 'campaign_reminder'").await, 2, "once at each deadline");
    }

    async fn a_short_campaign_is_not_reminded_of_as_it_opens(kind) {
        let portal = start(kind).await;
        grant(&portal, "yawen", "viewer", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        let mut short = of_agency(1);
        short["due_on"] = json!("2026-11-24");
        open(&mut admin, short).await;
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(portal.count("notifications WHERE kind = 'campaign_reminder'").await, 0);
        portal.advance(DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(portal.count("notifications WHERE kind = 'campaign_reminder'").await, 1);
    }

    async fn of_many_that_lapse_batch_by_batch_one_letter_tells(kind) {
        let portal = start(kind).await;
        confirmed(&portal, "yawen").await;
        many(&portal, kind, 450).await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(kinds(&mut portal.signed_in("yawen").await).await, ["grant_lapsed"; 3], "one for each batch");
        assert_eq!(letters(&portal, "yawen").await.len(), 1);
    }
}
