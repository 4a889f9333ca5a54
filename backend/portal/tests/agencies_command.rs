//! `emic-portal agencies import` as operators run it: what it says, what it refuses, and one that is killed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use foundation::{
    database::{self, Database},
    testing::{Kind, TestDatabase},
};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;

const HEAD: &str = "OrgName,OID,TEL,Address,DN,OrgCode\n";

struct World {
    database: TestDatabase,
    folder: tempfile::TempDir,
}

impl World {
    async fn new(kind: Kind) -> Self {
        Self {
            database: TestDatabase::create(kind).await,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("register.csv");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn command(&self, file: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_emic-portal"));
        command
            .args(["agencies", "import"])
            .arg(file)
            .env("EMIC_PUBLIC_URL", "http://localhost:1")
            .env("EMIC_DATABASE_URL", self.database.url().expose_secret());
        command
    }

    fn import(&self, file: &Path, args: &[&str]) -> Output {
        self.command(file).args(args).output().unwrap()
    }

    async fn connect(&self) -> Database {
        database::connect(&self.database.url(), 4).await.unwrap()
    }

    async fn count(&self, table: &str) -> i64 {
        let db = self.connect().await;
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }
}

fn said(output: &Output) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    format!("{out}{err}")
}

fn real() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/agencies-gds.csv")
}

#[tokio::test]
async fn the_real_register_is_imported_with_progress_and_the_second_time_nothing_changes() {
    let world = World::new(Kind::Sqlite).await;
    let dry = world.import(&real(), &["--dry-run"]);
    assert!(
        said(&dry).contains("dry run, nothing was written: 1836 added"),
        "{}",
        said(&dry)
    );
    assert_eq!(world.count("agencies").await, 0);
    let first = world.import(&real(), &[]);
    assert!(first.status.success());
    for expected in [
        "passed over, line 2: 內政部憑證管理中心 has no OID",
        "1836 added, 0 changed, 0 vanished, 0 returned, 0 unchanged, 1 passed over",
        "1000 of 1836 written",
        "1836 of 1836 written",
    ] {
        assert!(said(&first).contains(expected), "{}", said(&first));
    }
    let second = world.import(&real(), &[]);
    assert!(said(&second).contains("0 added, 0 changed, 0 vanished, 0 returned, 1836 unchanged"));
    assert_eq!(world.count("agency_history").await, 0);
}

#[tokio::test]
async fn the_renamed_and_the_vanished_are_listed() {
    let world = World::new(Kind::Sqlite).await;
    let file = world.file(format!(
        "{HEAD}甲局,2.16.886.101.1,,,,\n乙局,2.16.886.101.2,,,,\n丙局,2.16.886.101.3,,,,\n"
    ));
    assert!(world.import(&file, &[]).status.success());
    let file = world.file(format!(
        "\u{feff}{HEAD}甲署,2.16.886.101.1,,,,\n丙局,2.16.886.101.3,02-1,,,\n"
    ));
    let output = world.import(&file, &[]);
    for expected in [
        "renamed     2.16.886.101.1 甲局 → 甲署",
        "changed     2.16.886.101.3 丙局: TEL",
        "vanished    2.16.886.101.2 乙局",
    ] {
        assert!(said(&output).contains(expected), "{}", said(&output));
    }
}

#[tokio::test]
async fn a_part_of_the_register_is_pointed_out_and_the_whole_one_mends_it() {
    let world = World::new(Kind::Sqlite).await;
    assert!(world.import(&real(), &[]).status.success());
    let part = world.file(format!("{HEAD}甲局,2.16.886.101.1,,,,\n"));
    assert!(said(&world.import(&part, &["--dry-run"])).contains("attention: most agencies vanish"));
    assert!(said(&world.import(&part, &[])).contains("attention: most agencies vanish"));
    let mended = world.import(&real(), &[]);
    assert!(
        said(&mended).contains("1 vanished, 1836 returned"),
        "{}",
        said(&mended)
    );
    assert!(!said(&mended).contains("attention"), "{}", said(&mended));
}

#[tokio::test]
async fn a_file_with_faults_is_refused_as_a_whole_with_every_line() {
    let world = World::new(Kind::Sqlite).await;
    assert!(world.import(&real(), &[]).status.success());
    let row = "甲,2.16.886.101.1,,,,\n";
    let refused: [(&str, Vec<u8>, &[&str]); 6] = [
        (
            "missing columns",
            "OrgName,OID\n甲,2.16.886.101.1\n".into(),
            &["line 1: the column TEL is missing", "OrgCode"],
        ),
        (
            "Big5",
            [format!("{HEAD}{row}").as_bytes(), b"\xa6\x6e\n"].concat(),
            &["line 3: the file is not in UTF-8"],
        ),
        (
            "twice one OID",
            format!("{HEAD}{row}{row}").into(),
            &["line 3: the OID 2.16.886.101.1 is also on line 2"],
        ),
        (
            "malformed OIDs",
            format!("{HEAD}甲,1.2.3,,,,\n乙,x,,,,\n").into(),
            &["line 2: 1.2.3 is no OID", "line 3: x is no OID"],
        ),
        ("no rows", HEAD.into(), &["it holds no agencies"]),
        ("50 MB", vec![b'a'; 50_000_000], &["it is larger than 32 MiB"]),
    ];
    for (what, bytes, reasons) in refused {
        let output = world.import(&world.file(bytes), &[]);
        assert!(!output.status.success(), "{what}");
        for reason in reasons {
            assert!(said(&output).contains(reason), "{what}: {}", said(&output));
        }
    }
    let nowhere = world.import(Path::new("/nowhere.csv"), &[]);
    assert!(!nowhere.status.success() && said(&nowhere).contains("cannot open /nowhere.csv"));
    assert_eq!(world.count("agencies WHERE vanished_at IS NULL").await, 1836);
    assert_eq!(world.count("agency_history").await, 0);
    assert_eq!(world.count("audit_events").await, 1, "of the import before");
}

async fn killed_in_the_middle(kind: Kind) {
    const MANY: i64 = 40_000;
    let world = World::new(kind).await;
    let mut text = HEAD.to_owned();
    for number in 0..MANY {
        writeln!(text, "第{number}號機關,2.16.886.101.{number},,,,").unwrap();
    }
    let file = world.file(text);
    let mut child = world.command(&file).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let writing = lines.any(|line| line.unwrap().starts_with("1000 of 40000"));
    assert!(writing, "the import ended before it wrote");
    child.kill().unwrap();
    child.wait().unwrap();
    let (agencies, events) = (world.count("agencies").await, world.count("audit_events").await);
    assert!(
        (agencies, events) == (0, 0) || (agencies, events) == (MANY, 1),
        "{agencies}, {events}"
    );
    assert_eq!(world.count("agency_register WHERE version = 1").await, events);
    let again = world.import(&file, &[]);
    assert!(again.status.success(), "{}", said(&again));
    assert_eq!(world.count("agencies WHERE vanished_at IS NULL").await, MANY);
}

#[tokio::test]
async fn one_that_is_killed_on_sqlite_has_written_all_or_nothing() {
    killed_in_the_middle(Kind::Sqlite).await;
}

#[tokio::test]
async fn one_that_is_killed_on_postgresql_has_written_all_or_nothing() {
    killed_in_the_middle(Kind::Postgres).await;
}
