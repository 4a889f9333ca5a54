//! The servers that are measured, each alone on the servers' core while it is.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::instrument::{self, Reading};
use super::machine::{on_all_cores, on_server_core};
use crate::cluster::free_port;
use crate::external::External;
use crate::server::{self, Server};
use crate::{run, workspace};

/// How many accounts sign in.
const ACCOUNTS: usize = 16;
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How often a server that starts is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// A folder that goes when this does; on a disk, as a real database.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn create() -> Result<Self> {
        let folder = workspace::memory().join("bench");
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(super) fn sqlite(&self) -> String {
        self.database("portal")
    }

    /// A database on SQLite with a name of its own.
    pub(super) fn database(&self, name: &str) -> String {
        format!("sqlite://{}?mode=rwc", self.file(name).display())
    }

    /// The file of the database of this name.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name).with_extension("db")
    }

    pub(super) fn log(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A portal's settings, and who has an account there.
pub(super) struct Portal {
    pub(super) port: u16,
    database: String,
    log: PathBuf,
    password: String,
    accounts: usize,
    /// Whether it logs its statements.
    talks: bool,
}

impl Portal {
    /// Makes the database and its accounts.
    pub(super) fn prepare(database: String, log: PathBuf, accounts: usize) -> Result<Self> {
        let portal = Self {
            port: free_port()?,
            database,
            log,
            password: run::secret::random()?,
            accounts,
            talks: false,
        };
        for username in usernames().take(accounts) {
            portal.create_account(&username)?;
        }
        Ok(portal)
    }

    pub(super) fn database(&self) -> &str {
        &self.database
    }

    /// The same portal, which logs its statements to this file from its next start on.
    pub(super) fn talking(self, log: PathBuf) -> Self {
        Self {
            log,
            talks: true,
            ..self
        }
    }

    /// Starts it with a fresh process; how long it took to be ready.
    pub(super) fn start(&self) -> Result<(Server, Duration)> {
        let command = self
            .configured(on_server_core(&program(), "the portal"))
            .args(["serve"]);
        start("the portal", command, self.port, &self.log)
    }

    fn configured(&self, command: External) -> External {
        let command = if self.talks {
            command
                .env("EMIC_LOG", "warn,sqlx::query=info")
                .env("EMIC_LOG_FORM", "json")
        } else {
            command
        };
        command
            .env("EMIC_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("EMIC_PUBLIC_URL", format!("http://localhost:{}", self.port))
            .env("EMIC_DATABASE_URL", &self.database)
            // Both are the defaults; what is measured shall not change when they do.
            .env(
                "EMIC_SESSION_IN_MEMORY",
                if self.database.starts_with("sqlite:") {
                    "1"
                } else {
                    "0"
                },
            )
            // Every sign-in comes from one address here, and every other request from one person. They are counted
            // as anywhere: that has its price too.
            .env("EMIC_RATE_PER_CALLER", "4000000000")
            .env("EMIC_RATE_PER_SOURCE", "4000000000")
            .env("EMIC_SIGN_IN_SOURCE_FAILURES", "100000")
    }

    fn create_account(&self, username: &str) -> Result<()> {
        let mut child = self
            .configured(External::new(program(), "making an account"))
            .args(["account", "create", "--username", username, "--name", "林測試"])
            .into_command()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start the portal: is it built?")?;
        if let Some(mut input) = child.stdin.take() {
            writeln!(input, "{}", self.password)?;
        }
        if !child.wait()?.success() {
            bail!("the portal made no account");
        }
        Ok(())
    }

    /// Verifies the audit log, on all cores; what it says.
    pub(super) fn verify(&self) -> Result<String> {
        self.configured(on_all_cores(&program(), "verifying the audit log"))
            .args(["audit", "verify"])
            .run_quietly()
    }

    /// Brings the database up to date.
    pub(super) fn migrate(&self) -> Result<()> {
        self.configured(External::new(program(), "making the tables"))
            .args(["migrate"])
            .run_quietly()
            .map(drop)
    }

    /// Imports a register of agencies, on the servers' core.
    pub(super) fn import(&self, register: &Path) -> Result<()> {
        self.configured(on_server_core(&program(), "importing agencies"))
            .args(["agencies", "import"])
            .args([register])
            .run_quietly()
            .map(drop)
    }

    /// Signs everybody in, once each: `cookie`, and `bytes` of a session check's body.
    pub(super) fn sessions(&self) -> Result<Reading> {
        let usernames: Vec<String> = usernames().take(self.accounts).collect();
        instrument::read(
            instrument::command("session")
                .args([
                    "--port",
                    &self.port.to_string(),
                    "--usernames",
                    &usernames.join(","),
                ])
                .args(["--password", &self.password]),
        )
    }

    /// Sign-ins by this many at a time.
    pub(super) fn sign_ins(&self, at_once: usize, seconds: f64) -> External {
        instrument::command("sign-ins")
            .args(["--port", &self.port.to_string(), "--password", &self.password])
            .args([
                "--usernames",
                &usernames().take(ACCOUNTS).collect::<Vec<_>>().join(","),
            ])
            .args([
                "--connections",
                &at_once.to_string(),
                "--seconds",
                &seconds.to_string(),
            ])
    }

    /// All accounts.
    pub(super) const ACCOUNTS: usize = ACCOUNTS;
}

/// Names of accounts, in order, as many as are taken.
pub(super) fn usernames() -> impl Iterator<Item = String> {
    (0_usize..).map(|number| format!("bench-{number:02}"))
}

fn program() -> PathBuf {
    workspace::built("release", "emic-portal")
}

/// Starts a reference server whose answers are so long.
pub(super) fn reference(
    instrument: &str,
    bytes: usize,
    database: Option<&str>,
    log: &Path,
) -> Result<(Server, u16)> {
    let port = free_port()?;
    let mut command = instrument::server_command(instrument).args([
        "--port",
        &port.to_string(),
        "--bytes",
        &bytes.to_string(),
    ]);
    if let Some(url) = database {
        command = command.env("BENCH_DATABASE_URL", url);
    }
    let (server, _) = start("the reference server", command, port, log)?;
    Ok((server, port))
}

/// Starts a server, and waits until it is ready; how long that took.
pub(super) fn start(
    name: &'static str,
    command: External,
    port: u16,
    log: &Path,
) -> Result<(Server, Duration)> {
    let begun = Instant::now();
    let mut server = Server::start(name, command, log)?;
    while !server::answers_ok(port, "/health/ready") {
        server.check_alive()?;
        if begun.elapsed() > READY_WITHIN {
            bail!("{name} is not ready after {} s", READY_WITHIN.as_secs());
        }
        std::thread::sleep(ASK_EVERY);
    }
    Ok((server, begun.elapsed()))
}
