//! A portal with a population.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::super::instrument::{self, Reading};
use super::super::sites::{Folder, Portal, usernames};
use crate::server::Server;

/// How much there is.
#[derive(Clone, Copy)]
pub(super) struct Size {
    people: usize,
    requests: usize,
    grants: usize,
    events: usize,
}

impl Size {
    pub(super) const LARGE: Self = Self {
        people: 100_000,
        requests: 1_000_000,
        grants: 1_000_000,
        events: 5_000_000,
    };
    pub(super) const SMALL: Self = Self {
        people: 1000,
        requests: 1000,
        grants: 1000,
        events: 1000,
    };

    pub(super) const fn divided_by(self, times: usize) -> Self {
        Self {
            people: self.people / times,
            requests: self.requests / times,
            grants: self.grants / times,
            events: self.events / times,
        }
    }
}

/// Whose accounts there are: a system administrator's, a manager's, an applicant's, and those of deciders.
#[derive(Clone, Copy)]
pub(super) enum Reader {
    Administrator = 0,
    Manager = 1,
    Applicant = 2,
}

/// How many decide at once.
pub(super) const DECIDERS: usize = 64;
const ACCOUNTS: usize = 3 + DECIDERS;

/// Where a database is.
pub(super) struct Place {
    pub(super) url: String,
    /// Its file, or the folder of its files.
    pub(super) files: PathBuf,
}

pub(super) struct Site {
    pub(super) portal: Portal,
    pub(super) server: Server,
    sessions: Vec<String>,
    /// The database's file, or the folder of its files.
    files: PathBuf,
    /// Where its lists go on, as the instrument says.
    pub(super) population: Reading,
}

impl Site {
    /// Makes its database, and starts it.
    pub(super) fn fill(folder: &Folder, name: &str, database: Place, size: Size) -> Result<Self> {
        println!("filling the {name} portal");
        let Place { url, files } = database;
        let begun = std::time::Instant::now();
        let portal = Portal::prepare(url, folder.log(&format!("{name}.log")), ACCOUNTS)?;
        let accounts: Vec<_> = usernames().take(ACCOUNTS).collect();
        let fill = instrument::server_command("population")
            .args(["--people", &size.people.to_string()])
            .args(["--requests", &size.requests.to_string()])
            .args(["--grants", &size.grants.to_string()])
            .args(["--events", &size.events.to_string()])
            .args(["--usernames", &accounts.join(",")])
            .env("BENCH_DATABASE_URL", portal.database());
        let population = instrument::read(fill)?;
        println!("  {:.0} s", begun.elapsed().as_secs_f64());
        Self::start(portal, files, population)
    }

    fn start(portal: Portal, files: PathBuf, population: Reading) -> Result<Self> {
        let (server, _) = portal.start()?;
        let sessions = portal.sessions()?;
        let sessions = sessions.all("cookie").map(str::to_owned).collect();
        Ok(Self {
            portal,
            server,
            sessions,
            files,
            population,
        })
    }

    /// Starts it anew, so that it logs its statements.
    pub(super) fn talking(self, folder: &Folder) -> Result<(Self, PathBuf)> {
        let Self {
            portal,
            server,
            files,
            population,
            ..
        } = self;
        drop(server);
        let log = folder.log("statements.log");
        let site = Self::start(portal.talking(log.clone()), files, population)?;
        Ok((site, log))
    }

    /// Brings all of the database into the machine's memory.
    pub(super) fn bring_in(&self) -> Result<()> {
        bring_in(&self.files)
    }

    /// The session's cookie.
    pub(super) fn cookie(&self, reader: Reader) -> &str {
        &self.sessions[reader as usize]
    }

    pub(super) fn deciders(&self) -> impl Iterator<Item = &str> {
        self.sessions.iter().skip(3).map(String::as_str)
    }
}

/// Reads everything in this file or folder.
fn bring_in(files: &Path) -> Result<()> {
    let told = || format!("cannot read {}", files.display());
    if files.is_dir() {
        for entry in fs::read_dir(files).with_context(told)? {
            bring_in(&entry.with_context(told)?.path())?;
        }
        return Ok(());
    }
    let mut file = File::open(files).with_context(told)?;
    let mut piece = vec![0; 1 << 20];
    while file.read(&mut piece).with_context(told)? > 0 {}
    Ok(())
}
