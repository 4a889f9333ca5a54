//! The binary as a process of its own, and what calls it.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use foundation::testing::TestDatabase;
use secrecy::ExposeSecret;

/// The password of every account.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A process that serves, until this is dropped.
pub(crate) struct Portal {
    child: Child,
    /// Its address.
    pub(crate) base: String,
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The binary, on this database and port.
pub(crate) fn command(database: &TestDatabase, port: u16) -> Command {
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
    pub(crate) fn start(database: &TestDatabase) -> Self {
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

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Makes an account by the command that operators use; whether it was taken.
pub(crate) fn create_account(database: &TestDatabase, username: &str) -> bool {
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

/// What calls a portal by HTTP.
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    /// The session's, once signed in.
    pub(crate) cookie: String,
}

impl Client {
    #[expect(clippy::disallowed_methods, reason = "the test is a client of its own")]
    pub(crate) fn new() -> Self {
        Self {
            http: reqwest::Client::new(),
            cookie: String::new(),
        }
    }

    /// Signs in; the status, or none when nobody answers.
    pub(crate) async fn sign_in(&mut self, base: &str, username: &str) -> Option<u16> {
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

    /// The status of the question who is signed in.
    pub(crate) async fn session(&self, base: &str) -> u16 {
        let request = self
            .http
            .get(format!("{base}/api/v1/session"))
            .header("cookie", &self.cookie);
        request.send().await.unwrap().status().as_u16()
    }
}
