//! The audit log: its chain, on one node and on several, and whatever is done to it behind the portal's back.

use std::time::Duration;

use foundation::{clock::TestClock, database, testing::TestDatabase};
use futures::future::join_all;
use portal::{
    audit::{self, Archive, Archived, Event, KeptHeads, Refusal, Report, SealKey, Witnesses},
    db::Migrator,
};
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use shared::{audit::AuditAction, time::Timestamp};

use crate::support::*;

async fn verify(portal: &TestPortal) -> Report {
    let report = audit::verify(&portal.app.state.db, Witnesses::default()).await;
    report.unwrap()
}

/// What verifying says, without the ids.
async fn said(portal: &TestPortal) -> Vec<String> {
    let report = verify(portal).await;
    assert_eq!(report.found, report.findings.len() as u64);
    let texts = report.findings.iter().map(ToString::to_string);
    texts
        .map(|text| text.split([',', '(']).take(2).collect::<Vec<_>>().join(","))
        .collect()
}

async fn sql(portal: &TestPortal, sql: &str) {
    portal.app.state.db.execute_unprepared(sql).await.unwrap();
}

/// Writes rows in one transaction, so that they are in one chain; the chain.
async fn write(portal: &TestPortal, rows: usize) -> i32 {
    let transaction = database::begin_write(&portal.app.state.db).await.unwrap();
    for number in 0..rows {
        let event = Event::new(AuditAction::ProfileViewed).detail("number", &number.to_string());
        audit::record(&transaction, &portal.clock, event).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let heads = verify(portal).await.heads;
    heads.into_iter().max_by_key(|head| head.number).unwrap().chain
}

fn key(text: &str) -> SealKey {
    SealKey::new(&text.repeat(8).into())
}

on_each_database! {
    async fn two_nodes_and_many_sign_ins_at_once_make_chains_without_a_gap(kind) {
        let portal = TestPortal::start(kind).await;
        for number in 0..8 {
            portal.account(&format!("person{number}")).await;
        }
        let other = portal.second_node().await;
        let sign_ins = (0..48).map(|number| {
            let node = if number % 2 == 0 { &portal } else { &other };
            async move {
                let mut browser = node.browser();
                browser.source = format!("192.0.2.{number}");
                browser.sign_in(&format!("person{}", number % 8), PASSWORD).await.status
            }
        });
        let answers = join_all(sign_ins).await;
        assert!(answers.iter().all(axum::http::StatusCode::is_success), "{answers:?}");
        let report = verify(&portal).await;
        assert_eq!((report.findings, report.rows), (vec![], 8 + 48));
        assert_eq!(report.heads.iter().map(|head| head.number).sum::<i64>(), 8 + 48);
    }

    async fn rows_from_before_the_chain_are_its_first(kind) {
        let (_database, db) = before_the_chain(kind).await;
        for number in 0..1_200 {
            let sql = format!(
                "INSERT INTO audit_events (id, at, action, source, details) VALUES ({}, {number}, 'signed_out', NULL, '{{}}')",
                new_id(kind)
            );
            db.execute_unprepared(&sql).await.unwrap();
        }
        Migrator::up(db.pool(), None).await.unwrap();
        audit::record_alone(&db, &TestClock::default(), Event::new(AuditAction::SignedIn)).await.unwrap();
        let report = audit::verify(&db, Witnesses::default()).await.unwrap();
        assert_eq!((report.findings, report.rows), (vec![], 1_201));
        db.execute_unprepared("UPDATE audit_events SET source = '192.0.2.9' WHERE at = 7").await.unwrap();
        let report = audit::verify(&db, Witnesses::default()).await.unwrap();
        assert_eq!(report.found, 1);
    }

    async fn what_is_rolled_back_leaves_no_gap(kind) {
        let portal = TestPortal::start(kind).await;
        for _ in 0..20 {
            let transaction = database::begin_write(&portal.app.state.db).await.unwrap();
            let event = Event::new(AuditAction::SignedIn);
            audit::record(&transaction, &portal.clock, event.clone()).await.unwrap();
            transaction.rollback().await.unwrap();
            audit::record_alone(&portal.app.state.db, &portal.clock, event).await.unwrap();
        }
        let report = verify(&portal).await;
        assert_eq!((report.findings, report.rows), (vec![], 20));
    }

    async fn each_tampering_is_found_and_named(kind) {
        let portal = TestPortal::start(kind).await;
        let chain = write(&portal, 6).await;
        assert!(said(&portal).await.is_empty());
        let row = |number: i64| format!("WHERE chain = {chain} AND number = {number}");
        let here = |what: &str, number: i64| format!("{what}: chain {chain}, number {number}");
        // Each is done, found, and undone.
        for (name, set, number) in [
            ("details", "details = '{}'", 2),
            ("action", "action = 'signed_in'", 3),
            ("time", "at = at + 1", 4),
            ("actor", "actor = id", 5),
            ("source", "source = ''", 6),
            ("form", "form = 2", 1),
        ] {
            sql(&portal, &format!("CREATE TABLE kept AS SELECT * FROM audit_events {}", row(number))).await;
            sql(&portal, &format!("UPDATE audit_events SET {set} {}", row(number))).await;
            assert_eq!(said(&portal).await, [here("altered", number)], "{name}");
            let column = set.split(' ').next().unwrap();
            sql(&portal, &format!("UPDATE audit_events SET {column} = (SELECT {column} FROM kept) {}", row(number))).await;
            sql(&portal, "DROP TABLE kept").await;
            assert!(said(&portal).await.is_empty(), "{name}, undone");
        }
        // Two rows change places.
        let swap = format!(
            "UPDATE audit_events SET number = -1 {}; UPDATE audit_events SET number = 2 {}; \
             UPDATE audit_events SET number = 3 {}",
            row(2), row(3), row(-1)
        );
        sql(&portal, &swap).await;
        assert_eq!(said(&portal).await[..2], [here("altered", 2), here("altered", 3)]);
        sql(&portal, &swap).await;
        // A row is put in beyond the end, and one into a chain that there is not.
        for (chain, number) in [(chain, 7), (99, 1), (chain, 0)] {
            sql(&portal, &format!(
                "INSERT INTO audit_events (chain, number, hash, form, id, at, action, details) \
                 SELECT {chain}, {number}, hash, form, {}, at, action, details FROM audit_events {}",
                new_id(kind), row(6)
            )).await;
            assert_eq!(said(&portal).await, [format!("inserted: chain {chain}, number {number}")]);
            sql(&portal, &format!("DELETE FROM audit_events WHERE chain = {chain} AND number = {number}")).await;
        }
        // The newest is taken away, then one from the middle.
        sql(&portal, &format!("DELETE FROM audit_events {}", row(6))).await;
        assert_eq!(said(&portal).await, [here("missing", 6)]);
        sql(&portal, &format!("DELETE FROM audit_events {}", row(3))).await;
        assert_eq!(said(&portal).await, [here("missing", 3), here("missing", 6)]);
    }

    async fn a_head_that_was_moved_or_lost_is_found_and_a_file_of_heads_knows_what_was_cut_off(kind) {
        let portal = TestPortal::start(kind).await;
        let chain = write(&portal, 4).await;
        let kept = KeptHeads::of(&verify(&portal).await.heads, portal.now());
        let kept: KeptHeads = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        let heads = kept.heads().unwrap();
        // Whoever cuts off the newest row and moves the head with it, is found by the file alone.
        sql(&portal, &format!("DELETE FROM audit_events WHERE chain = {chain} AND number = 4")).await;
        sql(&portal, &format!(
            "UPDATE audit_chains SET number = 3, hash = (SELECT hash FROM audit_events WHERE chain = {chain} AND number = 3) \
             WHERE chain = {chain}"
        )).await;
        assert!(said(&portal).await.is_empty());
        let witnesses = || Witnesses { kept: &heads, ..Witnesses::default() };
        let report = audit::verify(&portal.app.state.db, witnesses()).await.unwrap();
        assert_eq!(report.findings.len(), 1);
        assert!(report.findings[0].to_string().contains("the file of heads knows"));
        // Also when another row stands in its place by now.
        while verify(&portal).await.heads.iter().all(|head| head.chain != chain || head.number < 4) {
            audit::record_alone(&portal.app.state.db, &portal.clock, Event::new(AuditAction::SignedOut)).await.unwrap();
        }
        let report = audit::verify(&portal.app.state.db, witnesses()).await.unwrap();
        assert_eq!(report.findings.len(), 1);
        // The head names another hash, or a row that is not there, or is gone.
        sql(&portal, &format!(
            "UPDATE audit_chains SET hash = begins_after_hash WHERE chain = {chain}"
        )).await;
        assert_eq!(said(&portal).await, [format!("head: chain {chain}: it does not fit the newest row, number 4")]);
        sql(&portal, &format!("UPDATE audit_chains SET number = 3 WHERE chain = {chain}")).await;
        assert_eq!(said(&portal).await.len(), 2);
        sql(&portal, &format!("DELETE FROM audit_chains WHERE chain = {chain}")).await;
        assert_eq!(said(&portal).await, [format!("head: chain {chain}: there is none")]);
    }

    async fn whoever_rewrites_what_was_sealed_needs_the_key(kind) {
        let portal = TestPortal::start(kind).await;
        let (key, other) = (key("right"), key("wrong"));
        let chain = write(&portal, 3).await;
        let db = &portal.app.state.db;
        assert!(audit::seal(db, &portal.clock, &key).await.unwrap().is_empty());
        write(&portal, 2).await;
        assert!(audit::seal(db, &portal.clock, &key).await.unwrap().is_empty());
        let with = |key| Witnesses { key: Some(key), ..Witnesses::default() };
        let report = audit::verify(db, with(&key)).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        for head in &report.heads {
            assert_eq!(report.sealed.get(&head.chain), Some(&head.number));
        }
        assert!(audit::verify(db, with(&other)).await.unwrap().found > 0);
        // All of the chain is removed, as if nothing had ever been written.
        sql(&portal, &format!("DELETE FROM audit_events WHERE chain = {chain}")).await;
        sql(&portal, &format!("UPDATE audit_chains SET number = 0, hash = begins_after_hash WHERE chain = {chain}")).await;
        assert!(said(&portal).await.is_empty(), "the chain alone does not know");
        let report = audit::verify(db, with(&key)).await.unwrap();
        assert_eq!(report.findings.len(), 1);
        assert!(report.findings[0].to_string().contains("the seal was made of"));
        assert_eq!(audit::seal(db, &portal.clock, &key).await.unwrap(), report.findings, "and nothing new is sealed");
    }

    async fn an_archive_takes_what_is_old_and_the_rest_still_holds(kind) {
        let portal = TestPortal::start(kind).await;
        let key = key("right");
        let db = &portal.app.state.db;
        write(&portal, 3).await;
        let kept = verify(&portal).await.heads;
        portal.advance(Duration::from_secs(24 * 60 * 60));
        let day_after = portal.now();
        write(&portal, 2).await;
        let mut lines = Vec::new();
        let refused = archive(&portal, day_after, &mut lines, Some(&key)).await;
        assert!(matches!(refused, Err(Refusal::TooYoung(_))), "{refused:?}");
        portal.advance(audit::KEPT_FOR);
        let archived = archive(&portal, day_after, &mut lines, Some(&key)).await.unwrap();
        assert_eq!(archived.rows, 3);
        let text = String::from_utf8(lines.clone()).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert!(text.lines().all(|line| line.contains("\"action\":\"profile_viewed\"")));
        let witnesses = Witnesses { kept: &kept, key: Some(&key) };
        let report = audit::verify(db, witnesses).await.unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        assert_eq!(report.rows, 2 + 1, "with the word about the archive");
        assert_eq!(portal.count("audit_events WHERE action = 'audit_archived'").await, 1);
        // Nothing more to take, and without the key the seals would be left behind.
        assert_eq!(archive(&portal, day_after, &mut lines, Some(&key)).await.unwrap().rows, 0);
        assert!(matches!(archive(&portal, day_after, &mut lines, None).await, Err(Refusal::NoKey)));
        // What does not hold together is not archived.
        sql(&portal, "UPDATE audit_events SET source = 'elsewhere' WHERE action = 'profile_viewed'").await;
        portal.advance(Duration::from_secs(30 * 24 * 60 * 60));
        sql(&portal, "DELETE FROM audit_seals").await;
        let broken = archive(&portal, portal.now().minus(audit::KEPT_FOR), &mut lines, None).await;
        assert!(matches!(broken, Err(Refusal::Broken(_))), "{broken:?}");
    }
}

/// An empty database as it was before the log was chained.
async fn before_the_chain(kind: foundation::testing::Kind) -> (TestDatabase, database::Database) {
    let empty = TestDatabase::create(kind).await;
    let db = database::connect(&empty.url(), 2).await.unwrap();
    let steps = Migrator::migrations()
        .iter()
        .position(|step| step.name() == "m20261125_000002_audit_chain")
        .unwrap();
    Migrator::up(db.pool(), Some(u32::try_from(steps).unwrap()))
        .await
        .unwrap();
    (empty, db)
}

async fn archive(
    portal: &TestPortal,
    before: Timestamp,
    to: &mut Vec<u8>,
    key: Option<&SealKey>,
) -> Result<Archived, Refusal> {
    let (db, clock) = (&portal.app.state.db, &portal.clock);
    audit::archive(Archive {
        db,
        clock,
        key,
        before,
        to,
    })
    .await
}

/// A new id in SQL.
fn new_id(kind: foundation::testing::Kind) -> &'static str {
    match kind {
        foundation::testing::Kind::Sqlite => "randomblob(16)",
        foundation::testing::Kind::Postgres => "gen_random_uuid()",
    }
}
