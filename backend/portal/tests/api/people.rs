//! 人員: who is listed and shown to whom.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::{person::Role, problem::ErrorCode};

use crate::support::{Browser, TestPortal};

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const NEIGHBOUR: &str = "2.16.886.101.90010.200025";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

/// A county with a bureau, a neighbour whose OID begins alike, and an administrator elsewhere.
async fn portal(kind: foundation::testing::Kind) -> TestPortal {
    let portal = TestPortal::start(kind).await;
    for (name, agency, roles) in [
        ("zhihao", Some(CENTRAL), &[Role::SystemAdministrator][..]),
        ("meihui", Some(COUNTY), &[Role::AgencyManager]),
        ("neighbour", Some(NEIGHBOUR), &[Role::AgencyManager]),
        ("yating", Some(CENTRAL), &[Role::Auditor]),
        ("dawen", Some(BUREAU), &[]),
        ("nobody", None, &[]),
    ] {
        portal.account_of(name, agency, roles).await;
        portal.advance(std::time::Duration::from_millis(1));
    }
    portal
}

async fn names(browser: &mut Browser, query: &str) -> Vec<String> {
    let answer = browser.get(&format!("/api/v1/persons?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    usernames(&answer.json())
}

fn usernames(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["username"].as_str().unwrap_or("-").to_owned())
        .collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

on_each_database! {
    async fn a_manager_sees_the_own_agency_and_those_below_and_an_administrator_everybody(kind) {
        let portal = portal(kind).await;
        let mut manager = portal.signed_in("meihui").await;
        assert_eq!(sorted(names(&mut manager, "").await), ["dawen", "meihui"]);
        let mut neighbour = portal.signed_in("neighbour").await;
        assert_eq!(names(&mut neighbour, "").await, ["neighbour"]);
        let mut administrator = portal.signed_in("zhihao").await;
        assert_eq!(names(&mut administrator, "").await.len(), 6);
        for other in ["dawen", "yating", "nobody"] {
            let refused = portal.signed_in(other).await.get("/api/v1/persons").await;
            assert_eq!(refused.problem().code, ErrorCode::Forbidden, "{other}");
        }
    }

    async fn the_filters_go_together_and_never_beyond_the_reach(kind) {
        let portal = portal(kind).await;
        let mut administrator = portal.signed_in("zhihao").await;
        let of = |query: &'static str| {
            let mut browser = administrator.clone();
            async move { sorted(names(&mut browser, query).await) }
        };
        assert_eq!(of("query=MEI").await, ["meihui"], "the account name begins so, in whatever case");
        assert_eq!(of("query=%E6%9E%97").await.len(), 6, "the name begins so");
        assert_eq!(of("query=%E6%B8%AC").await, [""; 0], "a name that does not begin so");
        assert_eq!(of("query=%25").await, [""; 0], "no wildcards");
        assert_eq!(of("under=2.16.886.101.90010.20002").await, ["dawen", "meihui"]);
        assert_eq!(of("post=agency_manager").await, ["meihui", "neighbour"]);
        assert_eq!(of("post=agency_manager&under=2.16.886.101.90010.20002&query=m").await, ["meihui"]);
        assert_eq!(of("state=disabled").await, [""; 0]);
        assert_eq!(of("state=active&query=dawen&sort=newest").await, ["dawen"]);
        let mut manager = portal.signed_in("meihui").await;
        assert_eq!(names(&mut manager, "under=2.16.886.101.20003").await, [""; 0]);
        assert_eq!(names(&mut manager, "query=zhihao").await, [""; 0]);
        for bad in ["under=x", "post=king", "state=gone", "sort=age", "query=%00", "limit=0", "after=x", "offset=1"] {
            let refused = administrator.get(&format!("/api/v1/persons?{bad}")).await;
            assert_eq!(refused.problem().code, ErrorCode::MalformedParameter, "{bad}");
        }
        let long = "x".repeat(101);
        let refused = administrator.get(&format!("/api/v1/persons?query={long}")).await;
        assert_eq!(refused.problem().code, ErrorCode::MalformedParameter);
    }

    async fn pages_hold_everybody_once_in_each_order(kind) {
        let portal = portal(kind).await;
        let mut browser = portal.signed_in("zhihao").await;
        for sort in ["name", "newest"] {
            let mut seen = Vec::new();
            let mut after = String::new();
            loop {
                let page = browser.get(&format!("/api/v1/persons?sort={sort}&limit=2{after}")).await.json();
                seen.extend(usernames(&page));
                let Some(next) = page["next"].as_str() else { break };
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                after = format!("&after={next}");
            }
            let distinct: BTreeSet<_> = seen.iter().collect();
            assert_eq!((seen.len(), distinct.len()), (6, 6), "{sort}: {seen:?}");
            if sort == "newest" {
                assert_eq!(seen.first().map(String::as_str), Some("nobody"));
            }
        }
    }

    async fn a_person_is_shown_with_posts_and_without_the_profile(kind) {
        let portal = portal(kind).await;
        let meihui = portal.id_of("meihui").await;
        let mut administrator = portal.signed_in("zhihao").await;
        portal.signed_in("meihui").await;
        let shown = administrator.get(&format!("/api/v1/persons/{meihui}")).await.json();
        assert_eq!(shown["person"]["username"], "meihui");
        assert_eq!(shown["person"]["posts"], json!(["agency_manager"]));
        assert_eq!(shown["posts"][0]["key"], format!("agency_manager:{COUNTY}"));
        assert_eq!(shown["posts"][0]["with_below"], true);
        assert_eq!(shown["posts"][0]["may_take"], true);
        assert_eq!(shown["last_signed_in_at"], portal.now().to_string());
        assert!(!shown.to_string().contains("email"), "{shown}");
        assert_eq!(portal.count("audit_events WHERE action = 'profile_viewed'").await, 0);
        let own = portal.signed_in("meihui").await.get(&format!("/api/v1/persons/{meihui}")).await.json();
        assert_eq!((&own["oneself"], &own["may_give"]), (&json!(true), &json!([])));
        assert_eq!(own["posts"][0]["may_take"], false);
    }

    async fn a_foreign_person_is_as_one_who_is_not_there(kind) {
        let portal = portal(kind).await;
        let dawen = portal.id_of("dawen").await;
        let nobody = portal.id_of("nobody").await;
        let mut neighbour = portal.signed_in("neighbour").await;
        let unknown = "019ab1c2-7c00-7000-8000-00000000a001";
        for path in ["", "/posts", "/profile"] {
            for id in [dawen.to_string(), nobody.to_string(), unknown.to_owned()] {
                let answer = neighbour.get(&format!("/api/v1/persons/{id}{path}")).await;
                assert_eq!(answer.problem().code, ErrorCode::NotFound, "{id}{path}");
            }
        }
        let mut manager = portal.signed_in("meihui").await;
        assert_eq!(manager.get(&format!("/api/v1/persons/{dawen}")).await.status, StatusCode::OK);
        assert_eq!(manager.get("/api/v1/persons/x").await.problem().code, ErrorCode::MalformedParameter);
    }
}
