//! A PostgreSQL cluster of the tests' own, thrown away afterwards.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::Signal;

use crate::external::External;
use crate::server::Server;
use crate::setup::postgres;
use crate::{run, workspace};

/// PostgreSQL refuses to run as root; as root, the first of these that exists runs it.
const OTHER_USERS: [&str; 2] = ["postgres", "nobody"];
const READY_WITHIN: Duration = Duration::from_secs(60);

/// What makes it fast and able to serve a test on every core; the data need not survive.
const SETTINGS: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=300",
    "log_min_messages=fatal",
];

/// What keeps to PostgreSQL's promise that a commit is on the disk.
const DURABLE: [&str; 3] = ["autovacuum=off", "max_connections=300", "log_min_messages=fatal"];

/// How many this process has created.
static CREATED: AtomicU32 = AtomicU32::new(0);

/// A running cluster; dropping it stops it and deletes its files.
pub(crate) struct Cluster {
    server: Option<Server>,
    folder: PathBuf,
    url: String,
}

impl Cluster {
    /// Creates and starts one.
    pub(crate) fn start() -> Result<Self> {
        Self::with(&SETTINGS)
    }

    /// The same, of which a commit survives a power cut.
    pub(crate) fn durable() -> Result<Self> {
        Self::with(&DURABLE)
    }

    fn with(settings: &[&str]) -> Result<Self> {
        let programs = postgres::programs().context("PostgreSQL's server programs are missing")?;
        let user = if rustix::process::geteuid().is_root() {
            Some(other_user()?)
        } else {
            None
        };
        let folder = std::env::temp_dir().join(format!(
            "emic-postgres-{}-{}",
            process::id(),
            CREATED.fetch_add(1, Ordering::Relaxed)
        ));
        let mut cluster = Self {
            server: None,
            folder,
            url: String::new(),
        };
        cluster.create(&programs, user.as_ref())?;
        cluster.serve(&programs, user.as_ref(), settings)?;
        Ok(cluster)
    }

    /// Where it is, with the name and password of an owner of everything.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its tables' files.
    pub(crate) fn tables(&self) -> PathBuf {
        self.data().join("base")
    }

    fn create(&self, programs: &Path, user: Option<&User>) -> Result<()> {
        let told = || format!("cannot prepare {}", self.folder.display());
        fs::create_dir(&self.folder).with_context(told)?;
        fs::set_permissions(&self.folder, Permissions::from_mode(0o700)).with_context(told)?;
        // Another user of this machine could otherwise sign in as the owner and run programs as us.
        let password = run::secret::random()?;
        fs::write(self.password_file(), &password).with_context(told)?;
        if let Some(user) = user {
            chown(self.password_file(), Some(user.uid), Some(user.gid)).with_context(told)?;
            chown(&self.folder, Some(user.uid), Some(user.gid)).with_context(told)?;
        }
        as_user(user, &programs.join("initdb"), "creating a PostgreSQL cluster")
            .args([
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--auth=password",
            ])
            .args(["--pwfile".as_ref(), self.password_file().as_os_str()])
            .args(["--pgdata".as_ref(), self.data().as_os_str()])
            .dir(&self.folder)
            .run_quietly()?;
        Ok(())
    }

    fn serve(&mut self, programs: &Path, user: Option<&User>, settings: &[&str]) -> Result<()> {
        let port = free_port()?;
        let log = workspace::memory().join("postgres.log");
        fs::create_dir_all(workspace::memory()).context("cannot create a folder for PostgreSQL's log")?;
        let command = as_user(user, &programs.join("postgres"), "starting PostgreSQL")
            .args(["-D".as_ref(), self.data().as_os_str()])
            .args(["-k".as_ref(), self.folder.as_os_str()])
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .dir(&self.folder);
        // No last checkpoint: nobody will read the data.
        let server = Server::start("PostgreSQL", command, &log)?.stopped_by(Signal::QUIT);
        let ready = || {
            let ask = External::new(programs.join("pg_isready"), "asking PostgreSQL").args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ]);
            ask.run_quietly().is_ok()
        };
        self.server.insert(server).wait_until(ready, READY_WITHIN)?;
        let password =
            fs::read_to_string(self.password_file()).context("cannot read the cluster's password")?;
        self.url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn password_file(&self) -> PathBuf {
        self.folder.join("password")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.server = None;
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot delete {}: {error}", self.folder.display());
        }
    }
}

/// A user of this machine.
struct User {
    name: &'static str,
    uid: u32,
    gid: u32,
}

fn other_user() -> Result<User> {
    for name in OTHER_USERS {
        let id = |what: &str| -> Result<u32> {
            let answer = External::new("id", "asking for a user's number")
                .args([what, name])
                .run_quietly()?;
            answer
                .trim()
                .parse()
                .map_err(|_| anyhow!("`id {what} {name}` answered {answer}"))
        };
        if let (Ok(uid), Ok(gid)) = (id("-u"), id("-g")) {
            return Ok(User { name, uid, gid });
        }
    }
    bail!(
        "PostgreSQL does not run as root, and there is no user {}",
        OTHER_USERS.join(" or ")
    )
}

/// The program itself, or by util-linux' `setpriv` as another user, in the same process.
fn as_user(user: Option<&User>, program: &Path, purpose: &str) -> External {
    let Some(user) = user else {
        return External::new(program, purpose);
    };
    External::new("setpriv", purpose)
        .args([
            format!("--reuid={}", user.name),
            format!("--regid={}", user.gid),
            "--clear-groups".into(),
        ])
        .args(["--".as_ref(), program.as_os_str()])
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr().context("no free port")?.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::Cluster;
    use crate::setup::postgres;

    #[test]
    fn a_cluster_serves_until_it_is_dropped_and_leaves_nothing() {
        // Only `cargo xtask test` sees to it that PostgreSQL is here.
        if postgres::programs().is_none() {
            return;
        }
        let cluster = Cluster::start().unwrap();
        let folder = cluster.folder.clone();
        let address = cluster.url().split(['@', '/']).nth(3).unwrap().to_owned();
        assert!(TcpStream::connect(&address).is_ok(), "{}", cluster.url());
        drop(cluster);
        assert!(TcpStream::connect(&address).is_err());
        assert!(!folder.exists());
    }
}
