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
        assert!(text.starts_with("Your permission lapsed: nobody answered for it in a review campaign: "), "{text}");
        assert_eq!(letters(&portal, "yawen").await.len(), 2);
        assert_eq!(kinds(&mut portal.signed_in("chief").await).await, [""; 0], "kept, nothing has changed");
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
