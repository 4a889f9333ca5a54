//! Figures for charts, by the API.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::{person::Role, problem::ErrorCode};

use crate::support::{Browser, TestPortal};

const CHARTS: &str = "/api/v1/charts";
const REQUESTS: &str = "/api/v1/permission-requests";
const FIRE: &str = "2.16.886.101.90010.20002.20040";
const ELSEWHERE: &str = "2.16.886.101.20003.20001.20003";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A portal with the demo's applications and no past; a responder of the fire bureau and its manager, an administrator, and
/// the manager of another agency.
async fn start(kind: foundation::testing::Kind) -> TestPortal {
    let portal = TestPortal::with(kind, &[("EMIC_DEMO", "1")]).await;
    for table in ["grants", "permission_requests"] {
        portal.run(&format!("DELETE FROM {table}")).await;
    }
    portal.account_of("yawen", Some(FIRE), &[]).await;
    portal
        .account_of("chief", Some(FIRE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("stranger", Some(ELSEWHERE), &[Role::AgencyManager])
        .await;
    portal
        .account_of("admin", Some(ELSEWHERE), &[Role::SystemAdministrator])
        .await;
    portal
}

async fn ask(browser: &mut Browser, number: u32, role: &str) {
    let body = json!({
        "id": id(number), "application": "emic", "roles": [role], "agency": FIRE,
        "reason": "輪值應變中心，需要登打災情。", "starts_on": "2026-12-01", "ends_on": "2026-12-31",
    });
    let answer = browser.post(REQUESTS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

fn id(number: u32) -> String {
    format!("019ab0c2-5c00-7a31-9d5e-{number:012x}")
}

/// The weeks in which a figure is more than nothing.
fn counts(rows: &Value) -> Vec<(&str, u64)> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (row["week"].as_str().unwrap(), row["count"].as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

on_each_database! {
    async fn each_week_has_its_figures_as_far_as_posts_reach(kind) {
        // The clock stands at Monday, 2026-11-23.
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        ask(&mut yawen, 1, "reporter").await;
        ask(&mut yawen, 2, "viewer").await;
        portal.advance(8 * DAY);
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        for (number, what) in [(1, "approve"), (2, "reject")] {
            let path = format!("{REQUESTS}/{}/{what}", id(number));
            let answer = chief.post(&path, json!({ "comment": "已確認" })).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
        ask(&mut yawen, 3, "viewer").await;
        portal.advance(Duration::from_secs(10 * 60));
        let path = format!("{REQUESTS}/{}/approve", id(3));
        assert_eq!(chief.post(&path, json!({})).await.status, StatusCode::OK);

        let mut admin = portal.signed_in("admin").await;
        for browser in [&mut chief, &mut admin] {
            let charts = browser.get(CHARTS).await.json();
            assert_eq!(charts["requests"].as_array().unwrap().len(), 26);
            assert_eq!(counts(&charts["requests"]), [("2026-11-23", 2), ("2026-11-30", 1)]);
            let waiting = charts["waiting"].as_array().unwrap();
            assert_eq!(waiting.len(), 26);
            assert_eq!(waiting[24], json!({ "week": "2026-11-23", "decided": 0, "median_minutes": null, "ninetieth_minutes": null }));
            let eight_days = 8 * 24 * 60;
            assert_eq!(waiting[25], json!({ "week": "2026-11-30", "decided": 3, "median_minutes": eight_days, "ninetieth_minutes": eight_days }));
            assert_eq!(charts["ending"].as_array().unwrap().len(), 12);
            assert_eq!(counts(&charts["ending"]), [("2026-12-28", 2)], "the week of their last day, Thursday");
        }
        let mut stranger = portal.signed_in("stranger").await;
        let charts = stranger.get(CHARTS).await.json();
        assert_eq!((counts(&charts["requests"]), counts(&charts["ending"])), (Vec::new(), Vec::new()));
        let owner = portal.account_of("owner", Some(ELSEWHERE), &[]).await;
        portal.owns(owner, "emic").await;
        let mut owner = portal.signed_in("owner").await;
        assert_eq!(counts(&owner.get(CHARTS).await.json()["ending"]), [("2026-12-28", 2)]);
        assert_eq!(yawen.get(CHARTS).await.problem().code, ErrorCode::Forbidden);
    }

    async fn half_and_nine_of_ten_are_counted_by_the_nearest_rank(kind) {
        let portal = start(kind).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut chief = portal.signed_in("chief").await;
        // Ten requests, decided after 1, 2, … 10 minutes.
        for number in 1..=10_u32 {
            ask(&mut yawen, number, "viewer").await;
            portal.advance(Duration::from_secs(60 * u64::from(number)));
            let path = format!("{REQUESTS}/{}/reject", id(number));
            assert_eq!(chief.post(&path, json!({ "comment": "試" })).await.status, StatusCode::OK);
        }
        let waiting = chief.get(CHARTS).await.json()["waiting"][25].clone();
        assert_eq!((&waiting["decided"], &waiting["median_minutes"], &waiting["ninetieth_minutes"]), (&json!(10), &json!(5), &json!(9)));
    }
}
