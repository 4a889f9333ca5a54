//! The register of agencies, imported and asked by the API.

use std::time::Duration;

use axum::http::StatusCode;
use portal::agency::{Import, Outcome, import, register::Register};
use shared::{problem::ErrorCode, time::Timestamp};

use crate::support::{Answer, Browser, TestPortal};

const REAL: &str = include_str!("../../demo/agencies-gds.csv");
const HEAD: &str = "OrgName,OID,TEL,Address,DN,OrgCode\n";
const CHANGHUA: &str = "2.16.886.101.90010.20002";
const FIRE_BUREAU: &str = "2.16.886.101.90010.20002.20040";

async fn import_into(portal: &TestPortal, file: &str, dry_run: bool) -> Outcome {
    let register = Register::parse(file.as_bytes()).unwrap();
    let mut told = Vec::new();
    let work = Import {
        db: &portal.app.state.db,
        clock: &portal.clock,
        progress: &mut |done, total| told.push((done, total)),
    };
    let outcome = import(work, &register, dry_run).await.unwrap();
    if let Some((done, total)) = told.last() {
        assert_eq!(done, total, "all was written");
    }
    outcome
}

async fn signed_in(portal: &TestPortal) -> Browser {
    portal.account("dawen").await;
    portal.signed_in("dawen").await
}

fn oids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let text = |item: &serde_json::Value| item["oid"].as_str().unwrap().to_owned();
    answer.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect()
}

/// A query with its value as addresses write it.
fn asking(query: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("/api/v1/agencies?query={query}")
}

on_each_database! {
    async fn the_real_register_is_imported_once_and_then_changes_nothing(kind) {
        let portal = TestPortal::start(kind).await;
        let outcome = import_into(&portal, REAL, false).await;
        assert_eq!((outcome.added, outcome.unchanged), (1836, 0));
        let again = import_into(&portal, REAL, false).await;
        assert_eq!(again, Outcome { unchanged: 1836, ..Outcome::default() });
        assert_eq!(portal.count("agencies").await, 1836);
        assert_eq!(portal.count("agency_history").await, 0);
        assert_eq!(portal.count("agency_register WHERE version = 1").await, 1, "indexes stay as they are");
        assert_eq!(portal.count("audit_events WHERE action = 'agencies_imported'").await, 2);
    }

    async fn a_dry_run_tells_and_writes_nothing(kind) {
        let portal = TestPortal::start(kind).await;
        assert_eq!(import_into(&portal, REAL, true).await.added, 1836);
        assert_eq!(portal.count("agencies").await, 0);
        assert_eq!(portal.count("audit_events").await, 0);
    }

    async fn what_is_renamed_or_vanishes_keeps_its_history_and_may_return(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = signed_in(&portal).await;
        let first = format!("{HEAD}甲局,2.16.886.101.1,02-1,,,1A\n乙處,2.16.886.101.1.1,,,,\n丙科,2.16.886.101.1.1.1,,,,\n");
        import_into(&portal, &first, false).await;
        portal.advance(Duration::from_secs(60));
        let renamed_at = portal.now();
        let second = format!("{HEAD}甲署,2.16.886.101.1,02-2,,,1A\n丙科,2.16.886.101.1.1.1,,,,\n");
        let outcome = import_into(&portal, &second, false).await;
        assert_eq!(outcome.changed[0].fields, ["OrgName", "TEL"]);
        assert_eq!((outcome.changed[0].before.as_str(), outcome.changed[0].now.as_str()), ("甲局", "甲署"));
        assert_eq!(outcome.vanished[0].oid, "2.16.886.101.1.1");
        let renamed = browser.get("/api/v1/agencies/2.16.886.101.1").await.json();
        assert_eq!(renamed["name"], "甲署");
        assert_eq!(renamed["former_names"][0]["name"], "甲局");
        let until: Timestamp = renamed["former_names"][0]["until"].as_str().unwrap().parse().unwrap();
        assert_eq!(until, renamed_at);
        let vanished = browser.get("/api/v1/agencies/2.16.886.101.1.1").await.json();
        assert_eq!(vanished["vanished_at"], renamed_at.to_string());
        assert!(oids(&browser.get(&asking("乙處")).await).is_empty(), "it cannot be chosen any more");
        let orphan = browser.get(&asking("丙科")).await.json();
        assert_eq!(orphan["items"][0]["parent"]["oid"], "2.16.886.101.1", "the nearest that is there");

        portal.advance(Duration::from_secs(60));
        let again = import_into(&portal, &second, false).await;
        assert!(again.vanished.is_empty(), "it vanishes once");
        let outcome = import_into(&portal, &first, false).await;
        assert_eq!(outcome.returned[0].name, "乙處");
        let returned = browser.get("/api/v1/agencies/2.16.886.101.1.1").await.json();
        assert!(returned["vanished_at"].is_null() && returned["former_names"].as_array().unwrap().is_empty());
        let renamed = browser.get("/api/v1/agencies/2.16.886.101.1").await.json();
        let names: Vec<_> = renamed["former_names"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert_eq!(names, ["甲署", "甲局"], "the latest first");
        assert_eq!(portal.count("agency_history").await, 4);
    }

    async fn they_are_found_by_name_oid_and_code_in_any_width(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = signed_in(&portal).await;
        import_into(&portal, REAL, false).await;
        for query in ["彰化縣消防", "彰化 消防局", "376472000C", "３７６４７２０００ｃ", FIRE_BUREAU] {
            assert!(oids(&browser.get(&asking(query)).await).contains(&FIRE_BUREAU.to_owned()), "{query}");
        }
        assert_eq!(
            oids(&browser.get(&asking("臺灣文獻")).await),
            oids(&browser.get(&asking("台灣文獻")).await)
        );
        let found = browser.get(&asking("內政部消防署")).await.json();
        assert_eq!(found["items"][0]["oid"], "2.16.886.101.20003.20001.20003");
        assert_eq!(found["items"][0]["parent"]["name"], "內政部");
        assert!(oids(&browser.get(&asking("沒有這個機關")).await).is_empty());
        let within = browser.get(&format!("{}&under={CHANGHUA}", asking("消防"))).await;
        let within = oids(&within);
        assert!(!within.is_empty() && within.iter().all(|oid| oid.starts_with(CHANGHUA)));
    }

    async fn the_tree_is_walked_from_the_top(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = signed_in(&portal).await;
        import_into(&portal, REAL, false).await;
        let top = oids(&browser.get("/api/v1/agencies").await);
        assert_eq!(top.len(), 10);
        assert!(top.contains(&"2.16.886.101.20003".to_owned()));
        let below = browser.get(&format!("/api/v1/agencies?under={CHANGHUA}&limit=100")).await.json();
        let bureau = below["items"].as_array().unwrap().iter().find(|item| item["oid"] == FIRE_BUREAU).unwrap();
        assert_eq!(bureau["parent"]["name"], "彰化縣政府");
        let details = browser.get(&format!("/api/v1/agencies/{FIRE_BUREAU}")).await.json();
        assert_eq!(details["code"], "376472000C");
        let above: Vec<_> = details["ancestors"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert_eq!(above, ["彰化縣", "彰化縣政府"]);
        assert!(details["vanished_at"].is_null());
    }

    async fn lists_go_on_until_all_was_told_once(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = signed_in(&portal).await;
        import_into(&portal, REAL, false).await;
        for (path, expected) in [
            (asking("所") + "&limit=100", REAL.lines().filter(|line| line.split(',').next().unwrap().contains('所')).count()),
            (format!("/api/v1/agencies?under={CHANGHUA}&limit=7"), 53),
        ] {
            let mut all = Vec::new();
            let mut after = String::new();
            loop {
                let answer = browser.get(&format!("{path}{after}")).await;
                all.extend(oids(&answer));
                match answer.json()["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
            assert_eq!(all.len(), expected, "{path}");
            // A search goes through the tree level by level.
            let place = |oid: &String| (path.contains("query").then(|| oid.split('.').count()), oid.clone());
            assert!(all.is_sorted_by_key(place) && all.windows(2).all(|pair| pair[0] != pair[1]), "{path}");
        }
    }

    async fn every_node_knows_of_an_import_at_once(kind) {
        let portal = TestPortal::start(kind).await;
        let other = portal.second_node().await;
        portal.account("dawen").await;
        let (mut here, mut there) = (portal.signed_in("dawen").await, other.signed_in("dawen").await);
        assert!(oids(&there.get(&asking("消防署")).await).is_empty());
        import_into(&portal, REAL, false).await;
        assert_eq!(oids(&there.get(&asking("消防署")).await), oids(&here.get(&asking("消防署")).await));
        assert_eq!(oids(&there.get("/api/v1/agencies").await).len(), 10);
    }

    async fn searches_at_once_after_an_import_all_answer(kind) {
        let portal = TestPortal::start(kind).await;
        let browser = signed_in(&portal).await;
        import_into(&portal, REAL, false).await;
        let mut searches = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let mut browser = browser.clone();
            searches.spawn(async move { oids(&browser.get(&asking("消防署")).await).len() });
        }
        let found = searches.join_all().await;
        assert!(found.iter().all(|many| *many == found[0] && *many > 0));
    }

    async fn what_cannot_be_asked_is_refused(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = signed_in(&portal).await;
        import_into(&portal, &format!("{HEAD}甲,2.16.886.101.1,,,,\n"), false).await;
        let long = asking(&"字".repeat(201));
        for path in [
            "/api/v1/agencies?limit=0",
            "/api/v1/agencies?limit=101",
            "/api/v1/agencies?limit=x",
            "/api/v1/agencies?after=x",
            "/api/v1/agencies?under=1.2.3",
            "/api/v1/agencies?under=",
            "/api/v1/agencies?page=2",
            "/api/v1/agencies?query=a&query=b",
            "/api/v1/agencies/2.16.886.101",
            "/api/v1/agencies/%00",
            "/api/v1/agencies/%ED%A0%80",
            &long,
        ] {
            let answer = browser.get(path).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{path}");
        }
        assert_eq!(browser.get("/api/v1/agencies/2.16.886.101.2").await.problem().code, ErrorCode::NotFound);
        for harmless in ["%00", "%20", "", "%25_%27", "%F0%AA%9A%A5"] {
            assert_eq!(browser.get(&format!("/api/v1/agencies?query={harmless}")).await.status, StatusCode::OK);
        }
    }

    async fn only_the_signed_in_see_them(kind) {
        let portal = TestPortal::start(kind).await;
        let mut browser = portal.browser();
        for path in ["/api/v1/agencies", "/api/v1/agencies/2.16.886.101.1"] {
            assert_eq!(browser.get(path).await.problem().code, ErrorCode::NotSignedIn);
        }
    }
}
