//! Telling people that what they hold begins and ends.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use shared::{person::Role, time::Timestamp};

use super::{DAY, FIRE, REQUESTS, SECOND, ask, decide, id, kinds, letters, start, told};
use crate::support::TestPortal;

/// Both nodes look at the same moment.
async fn look(portal: &TestPortal, second: &TestPortal, day: &str) {
    portal.clock.set(moment(day));
    let (one, other) = tokio::join!(
        portal.app.state.access.tell_of_grants(),
        second.app.state.access.tell_of_grants(),
    );
    one.and(other).unwrap();
}

/// The first moment of a day in Taiwan.
fn moment(day: &str) -> Timestamp {
    day.parse::<shared::date::Date>().unwrap().begins_at()
}

on_each_database! {
    async fn each_moment_is_told_once_whoever_looks(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&portal, &mut yawen, 1, "reporter").await;
        decide(&portal, &mut chief, 1, "approve").await;
        for day in ["2026-11-24", "2026-12-18", "2026-12-19", "2026-12-25", "2026-12-26", "2026-12-31", "2027-01-01"] {
            look(&portal, &second, day).await;
        }
        let mut yawen = portal.signed_in("yawen").await;
        let of_the_role = told(&mut yawen).await;
        let kinds: Vec<_> = of_the_role.iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["grant_ended", "grant_ending", "grant_ending", "grant_ending", "request_approved"]);
        let says = |place: usize, text: &str| of_the_role[place]["text"]["zh"].as_str().unwrap().starts_with(text);
        assert!(says(1, "您的權限將於 1 天後到期：") && says(2, "您的權限將於 7 天後到期："));
        assert!(says(3, "您的權限將於 14 天後到期："));
        assert_eq!(of_the_role[1]["link"], "/access/grants");
        assert_eq!(letters(&portal, "yawen").await.len(), 5);
        look(&portal, &second, "2027-06-01").await;
        assert_eq!(portal.count("grants WHERE tell_at IS NOT NULL AND request_id IS NOT NULL").await, 0);
    }

    async fn who_manages_an_agency_is_told_when_somebody_with_its_permissions_moves_away(kind) {
        const COUNTY: &str = "2.16.886.101.90010.20002";
        const CENTRAL: &str = "2.16.886.101.20003.20001.20003";
        let portal = start(kind).await;
        portal.account_of("commander", Some(CENTRAL), &[Role::SystemAdministrator]).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut commander = portal.signed_in("commander").await;
        let path = format!("/api/v1/persons/{}/move", portal.id_of("yawen").await);
        let mut go = async |agency: &str| {
            let answer = commander.post(&path, json!({ "agency": agency })).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
        };
        go(CENTRAL).await;
        go(FIRE).await;
        assert_eq!(kinds(&mut chief).await, [""; 0], "nothing is held");

        ask(&portal, &mut yawen, 1, "reporter").await;
        decide(&portal, &mut chief, 1, "approve").await;
        let before = kinds(&mut chief).await.len();
        go(COUNTY).await;
        assert_eq!(kinds(&mut chief).await.len(), before, "what is below the new agency is not elsewhere");
        go(CENTRAL).await;
        let told = told(&mut chief).await;
        assert_eq!((told.len(), &told[0]["kind"], &told[0]["group"]), (before + 1, &json!("holder_moved"), &json!("to_decide")));
        let link = told[0]["link"].as_str().unwrap();
        assert_eq!(link, "/review/grants?person=%E6%9E%97%E6%B8%AC%E8%A9%A6");
        let listed = chief.get(&link.replace("/review/grants?", "/api/v1/grants?view=overseen&state=living&")).await.json();
        assert_eq!(listed["items"][0]["may"], json!(["revoke"]), "{listed}");
        let letter = letters(&portal, "chief").await.pop().unwrap();
        assert!(letter.contains("/review/grants\n") && !letter.contains("%E6") && !letter.contains("林測試"), "{letter}");
    }

    async fn after_an_outage_the_nearest_is_told_alone(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&portal, &mut yawen, 1, "reporter").await;
        decide(&portal, &mut chief, 1, "approve").await;
        look(&portal, &second, "2026-12-29").await;
        let mut yawen = portal.signed_in("yawen").await;
        let told = told(&mut yawen).await;
        assert_eq!(told.len(), 2);
        assert!(told[0]["text"]["zh"].as_str().unwrap().contains("3 天後到期"));
    }

    async fn what_begins_later_is_told_when_it_begins(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let body = json!({
            "id": id(1), "application": "emic", "roles": ["viewer"], "agency": FIRE,
            "reason": "輪值應變中心，需要檢視災情。", "starts_on": "2026-12-01", "ends_on": "2026-12-05",
        });
        assert_eq!(yawen.post(REQUESTS, body).await.status, StatusCode::CREATED);
        decide(&portal, &mut chief, 1, "approve").await;
        look(&portal, &second, "2026-11-30").await;
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(kinds(&mut yawen).await, ["request_approved"]);
        look(&portal, &second, "2026-12-01").await;
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(kinds(&mut yawen).await, ["grant_begun", "request_approved"]);
    }

    async fn of_what_was_renewed_or_taken_there_is_nothing_to_tell(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        ask(&portal, &mut yawen, 1, "reporter").await;
        ask(&portal, &mut yawen, 2, "viewer").await;
        decide(&portal, &mut chief, 1, "approve").await;
        decide(&portal, &mut chief, 2, "approve").await;
        let grants = yawen.get("/api/v1/grants").await.json();
        let grant_of = |role: &str| {
            let items = grants["items"].as_array().unwrap();
            let grant = items.iter().find(|it| it["role"]["code"] == role).unwrap();
            grant["id"].as_str().unwrap().to_owned()
        };
        let renewed = yawen
            .post(&format!("/api/v1/grants/{}/renew", grant_of("reporter")), json!({ "id": id(3), "reason": "續任輪值人員，需要登打災情。" }))
            .await;
        assert_eq!(renewed.status, StatusCode::CREATED, "{}", renewed.text());
        decide(&portal, &mut chief, 3, "approve").await;
        portal.advance(SECOND);
        let revoke = format!("/api/v1/grants/{}/revoke", grant_of("viewer"));
        let revoked = chief.post(&revoke, json!({ "reason": "已調離原單位，不再需要。" })).await;
        assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.text());
        let told_of = told(&mut yawen).await;
        assert_eq!(told_of[0]["kind"], "grant_revoked");
        let letters = letters(&portal, "yawen").await;
        assert!(letters.iter().all(|text| !text.contains("調離")), "the reason stays in the portal");
        for day in ["2026-12-18", "2026-12-25", "2026-12-31"] {
            look(&portal, &second, day).await;
        }
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(told(&mut yawen).await.len(), told_of.len());
        look(&portal, &second, "2027-01-01").await;
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(kinds(&mut yawen).await[0], "grant_begun", "the renewal begins");
    }

    async fn all_that_ends_on_a_day_is_one_mail(kind) {
        let portal = start(kind).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        for (number, role) in [(1, "reporter"), (2, "viewer")] {
            ask(&portal, &mut yawen, number, role).await;
            decide(&portal, &mut chief, number, "approve").await;
        }
        let before = letters(&portal, "yawen").await.len();
        portal.clock.set(moment("2026-12-18").plus(Duration::from_secs(60)));
        portal.app.state.access.tell_of_grants().await.unwrap();
        let letters = letters(&portal, "yawen").await;
        assert_eq!(letters.len(), before + 1);
        assert_eq!(letters[before].matches("將於 14 天後到期").count(), 2, "{}", letters[before]);
        portal.advance(DAY);
        portal.app.state.access.tell_of_grants().await.unwrap();
        assert_eq!(super::letters(&portal, "yawen").await.len(), before + 1);
    }
}
