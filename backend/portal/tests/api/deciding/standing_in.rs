//! Standing in for somebody: whose consents these are, and until when they count.

use super::*;

const DELEGATIONS: &str = "/api/v1/delegations";
const TO_DECIDE: &str = "/api/v1/permission-requests?view=to_decide";

/// This person names who stands in for them today and tomorrow.
async fn names(away: &mut Browser, deputy: &str) -> Value {
    let body = json!({ "username": deputy, "starts_on": "2026-11-23", "ends_on": "2026-11-24" });
    let begun = away.post(DELEGATIONS, body).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
    begun.json()
}

/// An application's owner of this agency, signed in.
async fn owner(portal: &TestPortal, username: &str, agency: &str) -> Browser {
    let owner = portal.account_of(username, Some(agency), &[]).await;
    portal.owns(owner, "emic").await;
    portal.signed_in(username).await
}

/// What waits for this person's decision.
async fn queue(browser: &mut Browser) -> Vec<String> {
    let page = browser.get(TO_DECIDE).await.json();
    ids(&page).into_iter().map(str::to_owned).collect()
}

async fn counted(portal: &TestPortal, username: &str) -> i64 {
    let person = portal.id_of(username).await;
    portal.app.state.access.count_to_decide(person).await.unwrap()
}

on_each_database! {
    async fn who_has_agreed_finds_it_in_no_queue_by_the_post_of_another(kind) {
        let portal = start(kind).await;
        let mut owner = owner(&portal, "owner", FIRE).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        names(&mut owner, "chief").await;
        ask(&mut yawen, 1, "emic", &["centre"]).await;
        assert_eq!((queue(&mut chief).await, counted(&portal, "chief").await), (vec![id(1)], 1));
        let endorsed = chief.post(&path(1, "approve"), json!({})).await.json();
        assert_eq!((&endorsed["stage"], &endorsed["may"]), (&json!("owner"), &json!(["comment"])));
        assert_eq!((queue(&mut chief).await, counted(&portal, "chief").await), (Vec::new(), 0));
        assert_eq!(chief.post(&path(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(queue(&mut owner).await, [id(1)]);
    }

    async fn a_consent_in_the_place_of_another_is_also_theirs(kind) {
        let portal = start(kind).await;
        portal.account_of("deputy", Some(FIRE), &[]).await;
        let chief = portal.id_of("chief").await;
        portal.owns(chief, "emic").await;
        let mut other = owner(&portal, "other", FIRE).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut deputy = portal.signed_in("deputy").await;
        names(&mut chief, "deputy").await;
        names(&mut other, "deputy").await;
        ask(&mut yawen, 1, "emic", &["centre"]).await;
        let endorsed = deputy.post(&path(1, "approve"), json!({})).await.json();
        assert_eq!(endorsed["stage"], "owner");
        for (browser, username) in [(&mut chief, "chief"), (&mut deputy, "deputy")] {
            assert_eq!((queue(browser).await, counted(&portal, username).await), (Vec::new(), 0), "{username}");
            let seen = browser.get(&format!("{REQUESTS}/{}", id(1))).await.json();
            assert_eq!(seen["may"], json!(["comment"]), "{username}");
            let answer = browser.post(&path(1, "approve"), json!({})).await;
            assert_eq!(answer.problem().code, ErrorCode::Forbidden, "{username}");
        }
        assert_eq!(queue(&mut other).await, [id(1)]);
        assert_eq!(other.post(&path(1, "approve"), json!({})).await.json()["state"], "approved");
    }

    async fn where_both_posts_are_one_persons_the_second_consent_is_the_administrators(kind) {
        let portal = start(kind).await;
        portal.account_of("deputy", Some(FIRE), &[]).await;
        portal.owns(portal.id_of("chief").await, "emic").await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut deputy = portal.signed_in("deputy").await;
        names(&mut chief, "deputy").await;
        ask(&mut yawen, 1, "emic", &["centre"]).await;
        let endorsed = deputy.post(&path(1, "approve"), json!({})).await.json();
        assert_eq!(endorsed["waits_for"]["role"], "system_administrator", "there is no other owner");
        // Sent back and corrected, it begins anew.
        let mut admin = demo(&portal, "zhihao").await;
        let returned = admin.post(&path(1, "return"), json!({ "comment": "期間請縮短" })).await;
        assert_eq!(returned.status, StatusCode::OK, "{}", returned.text());
        let mut correction = request(1, "emic", &["viewer"]);
        for gone in ["id", "application"] {
            correction.as_object_mut().unwrap().remove(gone);
        }
        let again = yawen.post(&path(1, "resubmit"), correction).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text());
        assert_eq!(portal.count("permission_requests WHERE endorsed_for IS NOT NULL").await, 0);
        assert_eq!(queue(&mut chief).await, [id(1)]);
    }
}
