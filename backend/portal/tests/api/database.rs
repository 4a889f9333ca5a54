//! What the portal does when its database does not: it refuses in time, and goes on by itself after.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use foundation::{
    clock::TestClock,
    testing::{Kind, TestDatabase},
};
use portal::db::Migrator;
use sea_orm::{ConnectionTrait, TransactionTrait};
use sea_orm_migration::MigratorTrait;
use shared::problem::ErrorCode;

use crate::support::{PASSWORD, TestPortal};

const CITY: &str = "2.16.886.101.90010.20002";
const FIRE: &str = "2.16.886.101.90010.20002.20040";

on_each_database! {
    async fn posts_and_open_requests_from_before_go_on(kind) {
        let database = Arc::new(TestDatabase::create(kind).await);
        let db = foundation::database::connect(&database.url(), 2).await.unwrap();
        let before = Migrator::migrations()
            .iter()
            .position(|step| step.name() == "m20261125_000001_deciding")
            .unwrap();
        Migrator::up(db.pool(), Some(u32::try_from(before).unwrap())).await.unwrap();
        let id = |last: u8| match kind {
            Kind::Sqlite => format!("x'019ab0c25c007a319d5e0000000000{last:02x}'"),
            Kind::Postgres => format!("'019ab0c2-5c00-7a31-9d5e-0000000000{last:02x}'"),
        };
        let (manager, asker, application, request) = (id(1), id(2), id(3), id(4));
        for sql in [
            format!("INSERT INTO persons (id, name, account_kind, agency_oid, created_at) VALUES ({manager}, '主管', 'emic', '{CITY}', 1), ({asker}, '承辦', 'emic', '{FIRE}', 1)"),
            format!("INSERT INTO person_roles (person_id, role) VALUES ({manager}, 'agency_manager'), ({manager}, 'auditor')"),
            format!("INSERT INTO applications (id, code, name_zh, name_en, description_zh, description_en, glyph, position) VALUES ({application}, 'emic', '', '', '', '', '應', 1)"),
            format!("INSERT INTO permission_requests (id, person_id, application_id, agency_oid, reason, starts_on, ends_on, state, submitted_at) VALUES ({request}, {asker}, {application}, '{FIRE}', '', '2026-11-23', '2026-12-31', 'submitted', 1)"),
        ] {
            db.execute_unprepared(&sql).await.unwrap();
        }
        db.close().await.unwrap();
        let portal = TestPortal::node(database, TestClock::default(), Vec::new()).await;
        let posts = "posts WHERE role = 'agency_manager' AND scope = '2.16.886.101.90010.20002' AND with_below";
        assert_eq!(portal.count(posts).await, 1);
        assert_eq!(portal.count("posts WHERE role = 'auditor' AND scope = ''").await, 1);
        portal.app.state.access.keep_time().await.unwrap();
        assert_eq!(portal.count(&format!("permission_requests WHERE desk = '{CITY}'")).await, 1);
    }

    async fn a_deed_without_its_audit_row_does_not_happen(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let mut browser = portal.signed_in("dawen").await;
        portal.app.state.db.execute_unprepared("ALTER TABLE audit_events RENAME TO away").await.unwrap();
        assert_eq!(browser.delete("/api/v1/session").await.problem().code, ErrorCode::Internal);
        assert_eq!(portal.browser().sign_in("dawen", PASSWORD).await.problem().code, ErrorCode::Internal);
        assert_eq!(portal.count("sessions").await, 1);
        portal.app.state.db.execute_unprepared("ALTER TABLE away RENAME TO audit_events").await.unwrap();
        assert_eq!(browser.get("/api/v1/session").await.status, StatusCode::OK, "still signed in");
        assert_eq!(portal.browser().sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
    }

    async fn a_stalled_database_is_a_503_within_five_seconds(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        let other = portal.second_node().await;
        let blocker = match kind {
            Kind::Sqlite => foundation::database::begin_write(&other.app.state.db).await.unwrap(),
            Kind::Postgres => {
                let transaction = other.app.state.db.pool().begin().await.unwrap();
                transaction.execute_unprepared("LOCK TABLE sign_in_throttle IN ACCESS EXCLUSIVE MODE").await.unwrap();
                transaction
            }
        };
        let begun = Instant::now();
        let answer = portal.browser().sign_in("dawen", PASSWORD).await;
        assert_eq!(answer.problem().code, ErrorCode::Unavailable);
        assert_eq!(answer.header("retry-after"), "5");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(portal.browser().get("/health/live").await.status, StatusCode::OK);
        blocker.rollback().await.unwrap();
        assert_eq!(portal.browser().sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
    }

    async fn a_database_that_is_gone_makes_it_not_ready_and_nobody_gets_in(kind) {
        let portal = TestPortal::start(kind).await;
        portal.account("dawen").await;
        assert_eq!(portal.browser().get("/health/ready").await.status, StatusCode::OK);
        portal.app.state.db.clone().close().await.unwrap();
        assert_eq!(portal.browser().get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(portal.browser().get("/health/live").await.status, StatusCode::OK);
        assert_eq!(portal.browser().sign_in("dawen", PASSWORD).await.problem().code, ErrorCode::Unavailable);
    }

    async fn nodes_that_start_at_once_migrate_once(kind) {
        let portal = TestPortal::start(kind).await;
        let nodes = futures::future::join_all((0..4).map(|_| portal.second_node())).await;
        assert_eq!(nodes.len(), 4);
        let migrations = portal::db::Migrator::migrations().len();
        assert_eq!(portal.count("seaql_migrations").await, i64::try_from(migrations).unwrap());
    }
}

#[tokio::test]
async fn sessions_that_cannot_be_looked_up_are_a_503_within_five_seconds_however_many_wait() {
    let portal = TestPortal::start(Kind::Postgres).await;
    portal.account("dawen").await;
    let browser = portal.signed_in("dawen").await;
    let other = portal.second_node().await;
    let blocker = other.app.state.db.pool().begin().await.unwrap();
    blocker
        .execute_unprepared("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let begun = Instant::now();
    // More than the statements under way take: the rest waits in line.
    let calls = (0..300).map(|number| {
        let mut browser = browser.clone();
        if number % 30 > 0 {
            browser.set_cookie("__Host-emic-session", &format!("made-up-{number}"));
        }
        async move {
            if number % 60 == 0 {
                return browser.delete("/api/v1/session").await;
            }
            browser.get("/api/v1/session").await
        }
    });
    for answer in futures::future::join_all(calls).await {
        assert_eq!(answer.problem().code, ErrorCode::Unavailable);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    blocker.rollback().await.unwrap();
    assert_eq!(
        browser.clone().get("/api/v1/session").await.status,
        StatusCode::OK
    );
}
