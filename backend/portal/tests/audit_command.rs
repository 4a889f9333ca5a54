//! `emic-portal audit` as operators run it: what it says, and its exit code.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use foundation::{
    clock::TestClock,
    database::{self, Database},
    testing::{Kind, TestDatabase},
};
use portal::{
    audit::{self, Event},
    db::Migrator,
};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use shared::{audit::AuditAction, time::Timestamp};

const KEY: &str = "a key of thirty-two letters or more";

struct World {
    database: TestDatabase,
    folder: tempfile::TempDir,
}

impl World {
    /// With rows of long ago, all in one chain.
    async fn with_rows(kind: Kind, rows: i64) -> Self {
        let world = Self {
            database: TestDatabase::create(kind).await,
            folder: tempfile::tempdir().unwrap(),
        };
        let db = world.connect().await;
        database::migrate::<Migrator>(&db, &world.database.url())
            .await
            .unwrap();
        let transaction = database::begin_write(&db).await.unwrap();
        for number in 0..rows {
            let clock = TestClock::at(Timestamp::from_millis(1_700_000_000_000 + number));
            let event = Event::new(AuditAction::SignedOut);
            audit::record(&transaction, &clock, event).await.unwrap();
        }
        transaction.commit().await.unwrap();
        db.close().await.unwrap();
        world
    }

    async fn connect(&self) -> Database {
        database::connect(&self.database.url(), 2).await.unwrap()
    }

    async fn sql(&self, sql: &str) {
        let db = self.connect().await;
        db.execute_unprepared(sql).await.unwrap();
        db.close().await.unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str], key: Option<&str>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_emic-portal"));
        command
            .arg("audit")
            .args(args)
            .env("EMIC_PUBLIC_URL", "http://localhost:1")
            .env("EMIC_DATABASE_URL", self.database.url().expose_secret());
        if let Some(key) = key {
            command.env("EMIC_AUDIT_KEY", key);
        }
        command.output().unwrap()
    }
}

fn said(output: &Output) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    format!("{out}{err}")
}

/// The archive is read with the log; one that was altered, or that lacks what the log goes on after, is found.
fn archive_belongs(world: &World, file: &str, heads: &str) {
    let with_archive = world.run(&["verify", "--archive", file, "--heads", heads], None);
    assert_eq!(with_archive.status.code(), Some(0), "{}", said(&with_archive));
    assert!(
        said(&with_archive).contains("5 rows in 1 archive(s)"),
        "{}",
        said(&with_archive)
    );
    let whole = std::fs::read_to_string(file).unwrap();
    let lines: Vec<_> = whole.lines().collect();
    for (name, text, finding) in [
        (
            "altered",
            whole.replacen("signed_out", "signed_in", 1),
            "archive: altered: chain ",
        ),
        (
            "the end missing",
            lines[..4].join("\n"),
            "archive: missing: chain ",
        ),
        ("an earlier archive is not given", lines[2..].join("\n"), ""),
        ("empty", String::new(), "numbers 1 to 5"),
    ] {
        let other = world.path("other.jsonl");
        std::fs::write(&other, text).unwrap();
        let output = world.run(&["verify", "--archive", other.to_str().unwrap()], None);
        assert_eq!(
            output.status.success(),
            finding.is_empty(),
            "{name}: {}",
            said(&output)
        );
        assert!(said(&output).contains(finding), "{name}: {}", said(&output));
    }
    let no_archive = world.run(&["verify", "--archive", heads], None);
    assert!(
        said(&no_archive).contains("line 1: no row of the audit log"),
        "{}",
        said(&no_archive)
    );
}

async fn verified(kind: Kind) {
    let world = World::with_rows(kind, 5).await;
    let (heads, file) = (world.path("heads.json"), world.path("old.jsonl"));
    let (heads, file) = (heads.to_str().unwrap(), file.to_str().unwrap());
    let whole = world.run(&["verify", "--write-heads", heads], None);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    for expected in ["5 rows in", "rows/s: as they were written", "head 5 "] {
        assert!(said(&whole).contains(expected), "{}", said(&whole));
    }

    world
        .sql("UPDATE audit_events SET details = '{\"x\":\"y\"}' WHERE number = 3")
        .await;
    let altered = world.run(&["verify"], None);
    assert_eq!(altered.status.code(), Some(1));
    for expected in [
        "altered: chain ",
        ", number 3, id ",
        "1 finding(s)",
        "NOT as they were written",
    ] {
        assert!(said(&altered).contains(expected), "{}", said(&altered));
    }
    let refused = world.run(&["archive", "--before", "2024-01-01", "--to", file], None);
    assert!(
        !refused.status.success() && said(&refused).contains("does not hold together"),
        "{}",
        said(&refused)
    );
    assert!(!std::fs::exists(file).unwrap(), "no half archive stays");
    world
        .sql("UPDATE audit_events SET details = '{}' WHERE number = 3")
        .await;

    let known = world.run(&["verify", "--heads", heads], None);
    assert_eq!(known.status.code(), Some(0), "{}", said(&known));
    let young = world.run(&["archive", "--before", "2999-01-01", "--to", file], None);
    assert!(
        !young.status.success() && said(&young).contains("184 days"),
        "{}",
        said(&young)
    );
    let archived = world.run(&["archive", "--before", "2024-01-01", "--to", file], None);
    assert!(archived.status.success(), "{}", said(&archived));
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 5);
    let after = world.run(&["verify", "--heads", heads], None);
    assert_eq!(
        after.status.code(),
        Some(0),
        "the kept head is where the chain begins now: {}",
        said(&after)
    );
    archive_belongs(&world, file, heads);
    let again = world.run(&["archive", "--before", "2024-01-01", "--to", file], None);
    assert!(
        said(&again).contains("cannot make"),
        "a file is never written over: {}",
        said(&again)
    );

    // The whole log is cut off and begun anew; only who kept the heads knows.
    world
        .sql(
            "DELETE FROM audit_events; \
             UPDATE audit_chains SET number = 0, begins_after = 0, hash = begins_after_hash",
        )
        .await;
    let gone = world.run(&["verify", "--heads", heads], None);
    assert_eq!(gone.status.code(), Some(1));
    assert!(said(&gone).contains("the file of heads knows"), "{}", said(&gone));
}

#[tokio::test]
async fn an_altered_log_is_exit_code_1_and_an_archive_keeps_it_whole_on_sqlite() {
    verified(Kind::Sqlite).await;
}

#[tokio::test]
async fn an_altered_log_is_exit_code_1_and_an_archive_keeps_it_whole_on_postgresql() {
    verified(Kind::Postgres).await;
}

#[tokio::test]
async fn files_and_keys_that_cannot_be_used_are_refused_with_the_reason() {
    let world = World::with_rows(Kind::Sqlite, 1).await;
    let short = world.run(&["verify"], Some("short"));
    assert!(said(&short).contains("audit.key (EMIC_AUDIT_KEY): takes 32 characters or more"));
    let nowhere = world.run(&["verify", "--heads", "/nowhere.json"], None);
    assert!(!nowhere.status.success() && said(&nowhere).contains("cannot open /nowhere.json"));
    let nonsense = world.path("nonsense");
    std::fs::write(&nonsense, "[]").unwrap();
    let nonsense = world.run(&["verify", "--heads", nonsense.to_str().unwrap()], None);
    assert!(!nonsense.status.success() && said(&nonsense).contains("holds no heads"));
    let unsealed = world.run(&["verify"], Some(KEY));
    assert!(
        unsealed.status.success() && said(&unsealed).contains("not sealed yet"),
        "{}",
        said(&unsealed)
    );
}
