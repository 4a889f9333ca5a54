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

fn of_account(username: &str) -> String {
    format!("(SELECT person_id FROM local_credentials WHERE username_key = '{username}')")
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

    async fn a_stand_in_who_has_moved_away_decides_nothing(kind) {
        let portal = start(kind).await;
        let deputy_id = portal.account_of("deputy", Some(FIRE), &[]).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let (mut deputy, mut zhihao) = (portal.signed_in("deputy").await, demo(&portal, "zhihao").await);
        names(&mut chief, "deputy").await;
        ask(&mut yawen, 1, "emic", &["viewer"]).await;
        assert_eq!(queue(&mut deputy).await, [id(1)]);
        let moving = format!("/api/v1/persons/{deputy_id}/move");
        for (agency, counts) in [(CITY, false), (FIRE, true), (CITY, false)] {
            let answer = zhihao.post(&moving, json!({ "agency": agency })).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
            for browser in [&mut chief, &mut deputy] {
                assert_eq!(browser.get(DELEGATIONS).await.json()["items"][0]["counts"], counts);
            }
            assert_eq!(deputy.get(TO_DECIDE).await.status == StatusCode::OK, counts);
        }
        assert_eq!(deputy.post(&path(1, "approve"), json!({})).await.status, StatusCode::NOT_FOUND);
        let waits = "notifications WHERE kind = 'request_waits'";
        let before = portal.count(waits).await;
        ask(&mut yawen, 2, "emic", &["reporter"]).await;
        assert_eq!(portal.count(waits).await - before, 1, "the chief alone is told");
    }

    async fn who_is_out_of_reach_of_the_posts_stands_in_no_more(kind) {
        let portal = start(kind).await;
        portal.account_of("deputy", Some(FIRE), &[]).await;
        let (mut meihui, mut zhihao) = (demo(&portal, "meihui").await, demo(&portal, "zhihao").await);
        let mut deputy = portal.signed_in("deputy").await;
        names(&mut meihui, "deputy").await;
        assert_eq!(deputy.get(TO_DECIDE).await.status, StatusCode::OK);
        let posts = format!("/api/v1/persons/{}/posts", portal.id_of("meihui").await);
        let narrower = json!({ "role": "agency_manager", "agency": CITY, "with_below": false });
        let given = zhihao.post(&posts, narrower).await;
        assert!(given.status.is_success(), "{}", given.text());
        assert_eq!(deputy.get(TO_DECIDE).await.problem().code, ErrorCode::Forbidden);
    }

    async fn who_may_not_sign_in_stands_in_for_nobody(kind) {
        let portal = start(kind).await;
        let deputy = portal.account_of("deputy", Some(FIRE), &[]).await;
        let (mut chief, mut zhihao) = (portal.signed_in("chief").await, demo(&portal, "zhihao").await);
        names(&mut chief, "deputy").await;
        // As a request that was let in just before sees it.
        let waiting = || portal.app.state.access.to_decide(deputy, None, 10);
        assert!(waiting().await.is_ok());
        let disabled = zhihao.post(&format!("/api/v1/persons/{deputy}/disable"), json!({})).await;
        assert_eq!(disabled.status, StatusCode::NO_CONTENT, "{}", disabled.text());
        assert!(waiting().await.is_err());
        assert_eq!(chief.get(DELEGATIONS).await.json()["items"][0]["counts"], false);
    }

    async fn whoever_may_stand_in_is_found_and_named_however_they_sign_in(kind) {
        let portal = start(kind).await;
        let deputy = portal.account_of("deputy", Some(FIRE), &[]).await;
        portal.account_of("gone", Some(FIRE), &[]).await;
        portal.run(&format!("UPDATE persons SET name = '王小明' WHERE id = {}", of_account("deputy"))).await;
        portal.run(&format!("UPDATE persons SET disabled_at = 1 WHERE id = {}", of_account("gone"))).await;
        // Who signs in with MyEGov has no account name.
        let (mut chief, mut yawen) = (portal.signed_in("chief").await, portal.signed_in("yawen").await);
        portal.run("DELETE FROM local_credentials WHERE username_key = 'deputy'").await;
        let candidates = |query: &str| format!("{DELEGATIONS}/candidates?query={query}");
        assert_eq!(yawen.get(&candidates("")).await.problem().code, ErrorCode::Forbidden);
        let all = chief.get(&candidates("")).await.json();
        let names: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| it["username"].clone()).collect();
        assert!(names.contains(&json!("yawen")) && names.contains(&Value::Null), "{names:?}");
        for other in ["chief", "gone", "stranger", "meihui"] {
            assert!(!names.contains(&json!(other)), "{other}");
        }
        let found = chief.get(&candidates("%E7%8E%8B")).await.json();
        assert_eq!(found["items"], json!([{
            "id": deputy, "name": "王小明", "username": null, "agency": { "oid": FIRE, "name": found["items"][0]["agency"]["name"] },
        }]));
        let mut body = json!({ "person": deputy, "starts_on": "2026-11-23", "ends_on": "2026-11-24" });
        let begun = chief.post(DELEGATIONS, body.clone()).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
        assert_eq!(begun.json()["delegate"]["id"], json!(deputy));
        let strangers = portal.id_of("stranger").await;
        for (person, code) in [
            (json!(strangers), ViolationCode::Unknown),
            (json!(id(9)), ViolationCode::Unknown),
            (json!(portal.id_of("chief").await), ViolationCode::Mismatched),
        ] {
            body["person"] = person;
            let violation = chief.post(DELEGATIONS, body.clone()).await.problem().violations.remove(0);
            assert_eq!((violation.field.as_str(), violation.code), ("person", code));
        }
    }

    async fn an_owner_finds_the_own_agency_and_a_manager_those_below_too(kind) {
        let portal = start(kind).await;
        let mut owner = owner(&portal, "owner", FIRE).await;
        let mut meihui = demo(&portal, "meihui").await;
        let found = async |browser: &mut Browser, query: &str| {
            let page = browser.get(&format!("{DELEGATIONS}/candidates?query={query}")).await.json();
            page["items"].as_array().unwrap().len()
        };
        assert_eq!(found(&mut owner, "chief").await, 1);
        assert_eq!(found(&mut owner, "meihui").await, 0, "of the county above");
        assert_eq!(found(&mut meihui, "chief").await, 1);
        assert_eq!(found(&mut meihui, "stranger").await, 0);
    }
}
