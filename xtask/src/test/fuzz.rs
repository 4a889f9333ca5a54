//! The API against its own document: Schemathesis sends what the document allows and what it does not, and every
//! answer must be one that the document names. Once as a person with a session and once as a program with an access
//! token, on SQLite and on PostgreSQL.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cluster::free_port;
use crate::external::External;
use crate::server::{Server, answers_ok};
use crate::setup::python;
use crate::workspace;

/// How long each of the four runs takes at most, in seconds.
const BUDGET: u32 = 25;
/// The same questions each time, as far as the time reaches.
const SEED: &str = "20261124";
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Who calls.
#[derive(Clone, Copy)]
enum Caller {
    Session,
    Token,
}

impl Caller {
    const fn settings(self) -> &'static str {
        match self {
            Self::Session => "xtask/fuzz/session.toml",
            Self::Token => "xtask/fuzz/token.toml",
        }
    }

    /// Operations that would end what the run calls with, or that never end themselves.
    const fn left_out(self) -> &'static [&'static str] {
        match self {
            // Following its own links, it would end the session that it is signed in with.
            Self::Session => &["endSession", "streamNotifications"],
            Self::Token => &[],
        }
    }
}

/// All of it; `postgres` is a database that is thrown away.
pub(super) fn run(postgres: &str) -> Result<()> {
    let folder = workspace::memory().join("fuzz-run");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let sqlite = format!("sqlite://{}?mode=rwc", folder.join("portal.db").display());
    for (name, database) in [("SQLite", sqlite.as_str()), ("PostgreSQL", postgres)] {
        let mut site = Site::start(database, &folder.join(format!("portal-{name}.log")))?;
        let [person, other] = Site::accounts()?;
        // Two people: the first one's run revokes whatever token it finds.
        let session = site.session(&person)?;
        let token = site.token(&site.session(&other)?)?;
        for (caller, whose) in [(Caller::Session, "a person"), (Caller::Token, "a program")] {
            println!("\n── {name}, as {whose} ──");
            schemathesis(caller, site.port, &folder)
                .env("EMIC_FUZZ_SESSION", &session)
                .env("EMIC_FUZZ_TOKEN", &token)
                .run()?;
            site.server.check_alive()?;
        }
    }
    Ok(())
}

fn schemathesis(caller: Caller, port: u16, folder: &Path) -> External {
    let left_out = caller.left_out().iter();
    External::new(python::program(), "the questions of Schemathesis")
        .args(["--config-file".into(), workspace::path(caller.settings())])
        .args(["run", &format!("http://localhost:{port}/api/v1/openapi.json")])
        .args([
            "--seed",
            SEED,
            "--max-time",
            &BUDGET.to_string(),
            "--no-color",
            "--continue-on-failure",
        ])
        .args(["--checks", "all"])
        // Rules that a schema cannot state make it refuse what the schema allows: a cursor is what an answer gave.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .args(left_out.flat_map(|operation| ["--exclude-operation-id", operation]))
        .dir(folder)
        .advice(
            "Each failure above has the request that shows it again. Is the document wrong, or the answer?",
        )
}

/// A name and a password.
type Account = (String, String);

/// A portal with demo data, in its development build.
struct Site {
    server: Server,
    port: u16,
}

impl Site {
    fn start(database: &str, log: &Path) -> Result<Self> {
        let port = free_port()?;
        let command = External::new(program(), "the portal")
            .args(["serve"])
            .env("EMIC_LISTEN", format!("127.0.0.1:{port}"))
            .env("EMIC_PUBLIC_URL", format!("http://localhost:{port}"))
            .env("EMIC_DATABASE_URL", database)
            .env("EMIC_DEMO", "1")
            // Thousands of requests from one caller are the point here, and so are wrong passwords.
            .env("EMIC_RATE_PER_CALLER", "1000000")
            .env("EMIC_RATE_PER_SOURCE", "1000000")
            .env("EMIC_SIGN_IN_FAILURES", "1000000")
            .env("EMIC_SIGN_IN_SOURCE_FAILURES", "1000000")
            .env("EMIC_ARGON2_MEMORY", "8")
            .env("EMIC_ARGON2_PASSES", "1");
        let mut server = Server::start("the portal", command, log)?;
        server.wait_until(|| answers_ok(port, "/health/ready"), READY_WITHIN)?;
        Ok(Self { server, port })
    }

    /// Two of the demo accounts.
    fn accounts() -> Result<[Account; 2]> {
        let list = External::new(program(), "asking for the demo accounts")
            .args(["demo-accounts"])
            .run_quietly()?;
        let mut accounts = list.lines().filter_map(|line| {
            let mut words = line.split_whitespace().skip(1).map(str::to_owned);
            Some((words.next()?, words.next()?))
        });
        match (accounts.next(), accounts.next()) {
            (Some(one), Some(other)) => Ok([one, other]),
            _ => bail!("the portal has no two demo accounts"),
        }
    }

    /// Signs in; the session's cookie.
    fn session(&self, (username, password): &Account) -> Result<String> {
        let body = format!(r#"{{"username":"{username}","password":"{password}"}}"#);
        let answer = self.post("/api/v1/session", "", &body)?;
        between(&answer, "__Host-emic-session=", ";").context("signing in set no cookie")
    }

    /// Makes a token with every scope that the document knows.
    fn token(&self, session: &str) -> Result<String> {
        let document = fs::read_to_string(workspace::path("docs/openapi.json"))?;
        let scopes = between(&document, "\"Scope\": {", "]")
            .and_then(|schema| schema.split_once('[').map(|(_, scopes)| scopes.to_owned()))
            .context("the document knows no scopes")?;
        let body = format!(r#"{{"name":"fuzz","scopes":[{scopes}],"expires_in_days":1}}"#);
        let answer = self.post("/api/v1/tokens", &format!("__Host-emic-session={session}"), &body)?;
        between(&answer, "\"secret\":\"", "\"").with_context(|| format!("no token was made: {answer}"))
    }

    /// The whole answer, as text.
    fn post(&self, path: &str, cookie: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(READY_WITHIN))?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/json\r\nCookie: {cookie}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

fn program() -> PathBuf {
    workspace::built("debug", "emic-portal")
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn what_stands_between_is_found() {
        assert_eq!(between("a=b; c", "a=", ";").as_deref(), Some("b"));
        assert_eq!(between("a=b", "a=", ";"), None);
    }
}
