//! The real binary: two processes on one database, and such that are killed while they write.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fates;
mod killed_while_deciding;
mod support;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use foundation::testing::{Kind, TestDatabase};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;

use self::support::{Client, Portal, create_account};

#[tokio::test]
async fn two_processes_on_one_postgresql_behave_as_one() {
    let database = TestDatabase::create(Kind::Postgres).await;
    let (first, second) = (Portal::start(&database), Portal::start(&database));
    assert!(create_account(&database, "dawen"));
    let mut client = Client::new();
    assert_eq!(client.sign_in(&first.base, "dawen").await, Some(200));
    assert_eq!(client.session(&second.base).await, 200);
    let ended = client
        .http
        .delete(format!("{}/api/v1/session", second.base))
        .header("cookie", &client.cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(ended.status(), 204);
    assert_eq!(client.session(&first.base).await, 401);
}

async fn killed_while_it_writes(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let portal = Portal::start(&database);
    assert!(create_account(&database, "dawen"));
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut acknowledged = Vec::new();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let base = portal.base.clone();
        writers.spawn(async move {
            let mut kept = Vec::new();
            while Instant::now() < deadline {
                let mut client = Client::new();
                match client.sign_in(&base, "dawen").await {
                    Some(200) => kept.push(client.cookie),
                    Some(_) => {}
                    None => break,
                }
            }
            kept
        });
    }
    // Enough are acknowledged by the time another client has signed in ten times.
    let mut client = Client::new();
    for _ in 0..10 {
        client.sign_in(&portal.base, "dawen").await;
    }
    portal.kill();
    while let Some(kept) = writers.join_next().await {
        acknowledged.extend(kept.unwrap());
    }
    assert!(!acknowledged.is_empty());

    let again = Portal::start(&database);
    for cookie in &acknowledged {
        let client = Client {
            http: client.http.clone(),
            cookie: cookie.clone(),
        };
        assert_eq!(
            client.session(&again.base).await,
            200,
            "an acknowledged sign-in was lost"
        );
    }
    // All or nothing: each session has the audit row of its beginning, and each such row its session.
    let db = sea_orm::Database::connect(database.url().expose_secret())
        .await
        .unwrap();
    let count = async |table: &str| -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        db.query_one_raw(statement)
            .await
            .unwrap()
            .unwrap()
            .try_get("", "n")
            .unwrap()
    };
    assert_eq!(
        count("sessions").await,
        count("audit_events WHERE action = 'signed_in'").await
    );
    assert!(count("sessions").await >= i64::try_from(acknowledged.len()).unwrap());
    let log = foundation::database::connect(&database.url(), 2).await.unwrap();
    let report = portal::audit::verify(&log, portal::audit::Witnesses::default()).await;
    assert_eq!(report.unwrap().findings, [], "the log's chain holds");
}

#[tokio::test]
async fn killed_while_it_writes_to_sqlite() {
    killed_while_it_writes(Kind::Sqlite).await;
}

#[tokio::test]
async fn killed_while_it_writes_to_postgresql() {
    killed_while_it_writes(Kind::Postgres).await;
}

#[tokio::test]
async fn a_configuration_with_faults_is_refused_with_every_fault() {
    let output = Command::new(env!("CARGO_BIN_EXE_emic-portal"))
        .arg("serve")
        .env_clear()
        .env("EMIC_LISTEN", "nowhere")
        .env("EMIC_SESSION_IDLE", "soon")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    for name in [
        "EMIC_LISTEN",
        "EMIC_SESSION_IDLE",
        "EMIC_PUBLIC_URL",
        "EMIC_DATABASE_URL",
    ] {
        assert!(text.contains(name), "{text}");
    }
}

#[tokio::test]
async fn an_account_with_a_bad_password_is_refused_with_the_reason() {
    let database = TestDatabase::create(Kind::Sqlite).await;
    assert!(create_account(&database, "dawen"));
    assert!(
        !create_account(&database, "DAWEN"),
        "the name is taken, in whatever case"
    );
    assert!(!create_account(&database, "d\u{430}wen"), "mixed scripts");
}
