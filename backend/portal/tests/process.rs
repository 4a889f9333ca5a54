//! The real binary: two processes on one database, and one that is killed while it writes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use foundation::testing::{Kind, TestDatabase};
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;

const PASSWORD: &str = "correct horse battery";

struct Portal {
    child: Child,
    base: String,
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(database: &TestDatabase, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_emic-portal"));
    command
        .env("EMIC_LISTEN", format!("127.0.0.1:{port}"))
        .env("EMIC_PUBLIC_URL", format!("http://localhost:{port}"))
        .env("EMIC_DATABASE_URL", database.url().expose_secret())
        .env("EMIC_ARGON2_MEMORY", "8")
        .env("EMIC_ARGON2_PASSES", "1")
        .env("EMIC_SESSION_IN_MEMORY", "0");
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl Portal {
    /// Starts the binary and waits for the line that says it serves.
    fn start(database: &TestDatabase) -> Self {
        let port = free_port();
        let mut child = command(database, port)
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let serving = lines.by_ref().any(|line| line.unwrap().contains("serving"));
        assert!(serving, "the portal ended before it served");
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
        }
    }
}

fn create_account(database: &TestDatabase, username: &str) -> bool {
    let mut child = command(database, 1)
        .args(["account", "create", "--username", username, "--name", "林測試"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("{PASSWORD}\n").as_bytes())
        .unwrap();
    child.wait().unwrap().success()
}

struct Client {
    http: reqwest::Client,
    cookie: String,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "the test is a client of its own")]
    fn new() -> Self {
        Self {
            http: reqwest::Client::new(),
            cookie: String::new(),
        }
    }

    async fn sign_in(&mut self, base: &str, username: &str) -> Option<u16> {
        let body = serde_json::json!({"username": username, "password": PASSWORD});
        let answer = self
            .http
            .post(format!("{base}/api/v1/session"))
            .json(&body)
            .send()
            .await
            .ok()?;
        let cookie = answer.headers().get_all("set-cookie").iter().find_map(|value| {
            let pair = value.to_str().ok()?.split(';').next()?;
            pair.starts_with("__Host-emic-session=").then(|| pair.to_owned())
        });
        self.cookie = cookie.unwrap_or_default();
        Some(answer.status().as_u16())
    }

    async fn session(&self, base: &str) -> u16 {
        let request = self
            .http
            .get(format!("{base}/api/v1/session"))
            .header("cookie", &self.cookie);
        request.send().await.unwrap().status().as_u16()
    }
}

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
    let mut portal = Portal::start(&database);
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
    portal.child.kill().unwrap();
    portal.child.wait().unwrap();
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
