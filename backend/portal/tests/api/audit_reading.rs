//! The audit log as auditors, administrators and managers read it, and take it away.

use std::time::Duration;

use axum::http::StatusCode;
use portal::audit::{self, Event};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use shared::{audit::AuditAction, person::Role, problem::ErrorCode};
use uuid::Uuid;

use crate::support::*;

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const ELSEWHERE: &str = "2.16.886.101.90013.20002";
const EVENTS: &str = "/api/v1/audit-events";
const EXPORT: &str = "/api/v1/audit-events/export?format=";

async fn record(portal: &TestPortal, event: Event) {
    portal.advance(Duration::from_millis(5));
    audit::record_alone(&portal.app.state.db, &portal.clock, event)
        .await
        .unwrap();
}

fn items(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().clone()
}

fn actions(answer: &Answer) -> Vec<String> {
    let items = items(answer);
    items
        .iter()
        .map(|item| item["action"].as_str().unwrap().to_owned())
        .collect()
}

struct World {
    portal: TestPortal,
    near: Uuid,
    far: Uuid,
}

/// Two people of different counties, and what each did and had done to them.
async fn world(kind: foundation::testing::Kind) -> World {
    let portal = TestPortal::start(kind).await;
    let near = portal.account_of("near", Some(BUREAU), &[]).await;
    let far = portal.account_of("far", Some(ELSEWHERE), &[]).await;
    portal.account_of("auditor", None, &[Role::Auditor]).await;
    portal
        .account_of("administrator", None, &[Role::SystemAdministrator])
        .await;
    portal
        .account_of("manager", Some(COUNTY), &[Role::AgencyManager])
        .await;
    portal
        .account_of("owner", Some(COUNTY), &[Role::ApplicationOwner])
        .await;
    record(
        &portal,
        Event::new(AuditAction::ProfileChanged)
            .actor(near)
            .subject(near)
            .source("192.0.2.7")
            .detail("fields", "email"),
    )
    .await;
    record(
        &portal,
        Event::new(AuditAction::TokenCreated)
            .actor(far)
            .detail("token", "=1+1"),
    )
    .await;
    record(
        &portal,
        Event::new(AuditAction::ProfileViewed).actor(far).subject(near),
    )
    .await;
    record(
        &portal,
        Event::new(AuditAction::AgenciesImported).detail("added", "3"),
    )
    .await;
    World { portal, near, far }
}

on_each_database! {
    async fn auditors_and_administrators_read_all_and_others_nothing(kind) {
        let World { portal, near, .. } = world(kind).await;
        for reader in ["auditor", "administrator"] {
            // Within a millisecond rows have no order.
            portal.advance(Duration::from_millis(5));
            let mut browser = portal.signed_in(reader).await;
            let answer = browser.get(EVENTS).await;
            let newest = actions(&answer);
            assert_eq!(newest[0], "signed_in");
            assert!(newest.contains(&"agencies_imported".to_owned()));
            let changed = items(&answer).into_iter().find(|item| item["action"] == "profile_changed").unwrap();
            assert_eq!(changed["actor"]["id"], near.to_string());
            assert_eq!(changed["actor"]["agency"]["oid"], BUREAU);
            assert_eq!((&changed["source"], &changed["details"]["fields"]), (&"192.0.2.7".into(), &"email".into()));
            assert!(changed["number"].as_i64().unwrap() > 0);
        }
        for other in ["near", "owner"] {
            let mut browser = portal.signed_in(other).await;
            for path in [EVENTS.to_owned(), format!("{EXPORT}csv")] {
                let answer = browser.get(&path).await;
                assert_eq!((answer.status, answer.problem().code), (StatusCode::FORBIDDEN, ErrorCode::Forbidden));
            }
        }
        assert_eq!(portal.browser().get(EVENTS).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(portal.count("audit_events WHERE action = 'audit_exported'").await, 0);
    }

    async fn a_manager_reads_what_the_own_people_did_and_what_was_done_to_them(kind) {
        let World { portal, far, .. } = world(kind).await;
        let mut manager = portal.signed_in("manager").await;
        let seen = actions(&manager.get(EVENTS).await);
        // The newest first: the own sign-in, and the accounts of the county's people.
        assert_eq!(seen, ["signed_in", "profile_viewed", "profile_changed", "account_created", "account_created", "account_created"]);
        let of_far = format!("{EVENTS}?actor={far}");
        assert_eq!(actions(&manager.get(&of_far).await), ["profile_viewed"], "what the foreigner did to the own");
        for nothing in [
            format!("{EVENTS}?action=token_created"),
            format!("{EVENTS}?person=far&action=token_created"),
            format!("{EVENTS}?agency={ELSEWHERE}&action=token_created,account_created"),
            format!("{EVENTS}?action=agencies_imported"),
        ] {
            assert!(actions(&manager.get(&nothing).await).is_empty(), "{nothing}");
        }
        let file = manager.get(&format!("{EXPORT}jsonl")).await.text();
        assert!(file.contains("profile_viewed") && !file.contains("token_created"), "{file}");
        // The post is lost: at the next click nothing is read.
        portal.app.state.db.execute_unprepared("DELETE FROM posts WHERE role = 'agency_manager'").await.unwrap();
        assert_eq!(manager.get(EVENTS).await.problem().code, ErrorCode::Forbidden);
    }

    async fn rows_stay_with_the_agency_whose_people_they_were_of(kind) {
        let World { portal, near, .. } = world(kind).await;
        let mut manager = portal.signed_in("manager").await;
        let before = actions(&manager.get(&format!("{EVENTS}?subject={near}")).await);
        assert!(before.contains(&"profile_viewed".to_owned()), "{before:?}");
        let moved = format!(
            "UPDATE persons SET agency_oid = '{ELSEWHERE}' \
             WHERE id = (SELECT person_id FROM local_credentials WHERE username_key = 'near')"
        );
        portal.app.state.db.execute_unprepared(&moved).await.unwrap();
        // What is done from now on is for the other agency's managers.
        portal.signed_in("near").await;
        let now = actions(&manager.get(&format!("{EVENTS}?subject={near}")).await);
        assert_eq!(now, before);
        let done = actions(&manager.get(&format!("{EVENTS}?actor={near}")).await);
        assert!(!done.contains(&"signed_in".to_owned()), "{done:?}");
        let mut auditor = portal.signed_in("auditor").await;
        let elsewhere = format!("{EVENTS}?agency={ELSEWHERE}&actor={near}");
        assert_eq!(actions(&auditor.get(&elsewhere).await), ["signed_in"]);
        let county = format!("{EVENTS}?agency={COUNTY}&person=near&action=profile_changed,signed_in");
        assert_eq!(actions(&auditor.get(&county).await), ["profile_changed"]);
    }

    async fn rows_are_found_by_what_they_are(kind) {
        let World { portal, near, far } = world(kind).await;
        let mut auditor = portal.signed_in("auditor").await;
        for (query, found) in [
            ("action=token_created,profile_viewed".to_owned(), vec!["profile_viewed", "token_created"]),
            (format!("actor={far}"), vec!["profile_viewed", "token_created"]),
            (format!("subject={near}&action=profile_viewed,profile_changed"), vec!["profile_viewed", "profile_changed"]),
            (format!("actor={far}&subject={near}"), vec!["profile_viewed"]),
            ("person=%20NEAR&action=profile_viewed,profile_changed,token_created".to_owned(), vec!["profile_viewed", "profile_changed"]),
            (format!("agency={COUNTY}&action=profile_viewed,token_created"), vec!["profile_viewed"]),
            (format!("agency={ELSEWHERE}&action=profile_viewed,token_created"), vec!["profile_viewed", "token_created"]),
            ("person=nobody".to_owned(), vec![]),
            ("action=signed_in,token_created".to_owned(), vec!["signed_in", "token_created"]),
        ] {
            let answer = auditor.get(&format!("{EVENTS}?{query}")).await;
            assert_eq!(actions(&answer), found, "{query}");
        }
        // Everybody is called so, and there are no more of them than few.
        let named = auditor.get(&format!("{EVENTS}?person=%E6%9E%97%E6%B8%AC%E8%A9%A6")).await;
        assert!(actions(&named).len() > 5);
        // A period: from its first moment to before its end.
        let viewed = items(&auditor.get(&format!("{EVENTS}?action=profile_viewed")).await);
        let at = viewed[0]["at"].as_str().unwrap().to_owned();
        assert!(!actions(&auditor.get(&format!("{EVENTS}?from={at}")).await).contains(&"token_created".to_owned()));
        assert!(actions(&auditor.get(&format!("{EVENTS}?from={at}")).await).contains(&"profile_viewed".to_owned()));
        assert_eq!(actions(&auditor.get(&format!("{EVENTS}?to={at}")).await)[0], "token_created");
        for malformed in ["action=nonsense", "agency=1.2", "actor=x", "from=yesterday", "after=x", "limit=101", "colour=red"] {
            let answer = auditor.get(&format!("{EVENTS}?{malformed}")).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{malformed}");
        }
    }

    async fn pages_go_on_where_the_one_before_ended_whoever_reads(kind) {
        let World { portal, .. } = world(kind).await;
        for reader in ["auditor", "manager"] {
            let mut browser = portal.signed_in(reader).await;
            for filter in ["", "&action=profile_viewed,profile_changed,account_created", &format!("&agency={COUNTY}")] {
                let whole = items(&browser.get(&format!("{EVENTS}?limit=100{filter}")).await);
                let (mut pieces, mut after) = (Vec::new(), String::new());
                loop {
                    let page = browser.get(&format!("{EVENTS}?limit=2{filter}{after}")).await;
                    pieces.extend(items(&page));
                    match page.json()["next"].as_str() {
                        Some(next) => after = format!("&after={next}"),
                        None => break,
                    }
                }
                assert_eq!(pieces, whole, "{reader} {filter}");
                assert!(whole.len() > 2);
            }
        }
    }

    async fn an_export_is_recorded_and_safe_to_open(kind) {
        let World { portal, .. } = world(kind).await;
        portal.app.state.db.execute_unprepared("UPDATE persons SET name = '=HYPERLINK(1)'").await.unwrap();
        let mut auditor = portal.signed_in("auditor").await;
        let answer = auditor.get(&format!("{EXPORT}csv&bom=true&action=token_created,profile_changed")).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert!(answer.header("content-disposition").starts_with("attachment; filename=\"audit-20261123T0100"));
        assert!(answer.text().starts_with("\u{feff}id,at,action,"));
        let body = answer.text().replace('\u{feff}', "");
        let mut reader = csv::Reader::from_reader(body.as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| &row[4] == "'=HYPERLINK(1)" && row[15].len() == 64), "{rows:?}");
        let told = items(&auditor.get(&format!("{EVENTS}?action=audit_exported")).await);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["details"]["format"], "csv");
        assert_eq!(told[0]["details"]["actions"], "token_created profile_changed");
        let without = auditor.get(&format!("{EXPORT}csv")).await;
        assert!(without.text().starts_with("id,at,"));
        assert_eq!(auditor.get("/api/v1/audit-events/export").await.problem().code, ErrorCode::MalformedParameter);
        // In JSON the same, a line for each.
        let lines = auditor.get(&format!("{EXPORT}jsonl")).await.text();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.iter().all(|line| line["hash"].as_str().unwrap().len() == 64));
        assert!(lines.iter().any(|line| line["details"]["token"] == "=1+1"));
    }

    async fn an_export_has_every_row_once_however_many_there_are(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account_of("auditor", None, &[Role::Auditor]).await;
        let transaction = foundation::database::begin_write(&portal.app.state.db).await.unwrap();
        let events = std::iter::repeat_n(Event::new(AuditAction::SignedOut), 12_000);
        audit::record_all(&transaction, &portal.clock, events).await.unwrap();
        transaction.commit().await.unwrap();
        let mut auditor = portal.signed_in("auditor").await;
        let file = auditor.get(&format!("{EXPORT}jsonl&action=signed_out")).await.text();
        let mut ids: Vec<_> = file
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), 12_000);
        assert!(ids.is_sorted_by(|a, b| a > b), "the newest first");
        ids.dedup();
        assert_eq!(ids.len(), 12_000);
        let report = audit::verify(&portal.app.state.db, audit::Witnesses::default()).await.unwrap();
        assert_eq!(report.found, 0);
    }
}

on_each_database! {
    async fn an_action_that_is_asked_for_again_and_again_is_asked_for_once(kind) {
        let world = world(kind).await;
        let mut auditor = world.portal.signed_in("auditor").await;
        let many = vec!["profile_changed"; 600].join(",");
        let once = actions(&auditor.get(&format!("{EVENTS}?action=profile_changed")).await);
        assert_eq!(actions(&auditor.get(&format!("{EVENTS}?action={many}")).await), once);
        let file = auditor.get(&format!("{EXPORT}jsonl&action={many}")).await;
        assert_eq!(file.text().lines().count(), once.len());
        let row = "audit_events WHERE action = 'audit_exported' AND details LIKE '%\"actions\":\"profile_changed\"%'";
        assert_eq!(world.portal.count(row).await, 1);
    }
}
