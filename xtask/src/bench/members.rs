//! MyEGov's member site: registration and the staff's search with many members, against one with few.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::figure::{Figure, Goal, MEMBER_MADE, MEMBER_SEARCH, NAME_CHECK, REGISTRATION};
use super::instrument;
use super::machine::on_server_core;
use super::rounds::{Rounds, median};
use super::sites::{self, Folder};
use crate::cluster::free_port;
use crate::external::External;
use crate::server::Server;
use crate::workspace;

const FEW: usize = 1_000;
const MANY: usize = 100_000;
/// A commit waits for the disk, and what else a shared machine writes makes it wait longer.
const ROUNDS: usize = 7;
/// Searches a second.
const SEARCHES: f64 = 50.0;
/// Checks of names a second.
const CHECKS: f64 = 100.0;
const SECONDS: f64 = 10.0;
/// People who register in a round, one after the other.
const PEOPLE: u32 = 120;
/// One of the staff, of the demo's members.
const STAFF: (&str, &str) = ("fuwu1234", "egov2026demo");
/// How often a frequent name stands at least on a page of the search that is full: once in each line.
const FULL_PAGE: usize = 20;

/// A member site with this many members beside those of the demo.
struct Site {
    port: u16,
    database: String,
    mail: PathBuf,
    log: PathBuf,
}

/// One that runs.
struct Running {
    site: Site,
    _server: Server,
    registered: u32,
    /// The median of 建立我的帳戶 alone, of each round, in milliseconds.
    last_steps: Vec<f64>,
}

impl Site {
    fn fill(folder: &Folder, members: usize) -> Result<Running> {
        println!("filling a member site with {members} members");
        let name = format!("members-{members}");
        let site = Self {
            port: free_port()?,
            database: folder.database(&name),
            mail: folder.log(&format!("{name}-mail")),
            log: folder.log(&format!("{name}.log")),
        };
        // The first start makes the tables and the demo's members.
        drop(site.start()?);
        let fill = instrument::server_command("members")
            .args(["--members", &members.to_string()])
            .env("BENCH_DATABASE_URL", &site.database);
        instrument::read(fill)?;
        Ok(Running {
            _server: site.start()?,
            site,
            registered: 0,
            last_steps: Vec::new(),
        })
    }

    fn start(&self) -> Result<Server> {
        let program = workspace::built("release", "myegov");
        let command = on_server_core(&program, "the member site")
            .args(["serve"])
            .env("MYEGOV_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("MYEGOV_PUBLIC_URL", format!("http://localhost:{}", self.port))
            .env("MYEGOV_DATABASE_URL", &self.database)
            .env("MYEGOV_DEMO", "1")
            .env("MYEGOV_MAIL_FOLDER", &self.mail)
            .env("MYEGOV_TRUSTED_PROXIES", "127.0.0.1/32");
        let (server, _) = sites::start("the member site", command, self.port, &self.log)?;
        Ok(server)
    }

    fn instrument(&self, name: &str) -> External {
        instrument::command(name).args(["--port", &self.port.to_string()])
    }
}

impl Running {
    /// p99, in milliseconds; so are the next two.
    fn search(&self, seconds: f64) -> Result<f64> {
        let (account, password) = STAFF;
        let reading = instrument::read(
            self.site
                .instrument("member-searches")
                .args(["--account", account, "--password", password])
                .args(["--rate", &SEARCHES.to_string(), "--seconds", &seconds.to_string()]),
        )?;
        if reading.number::<usize>("page")? < FULL_PAGE {
            bail!("a search for a frequent name does not fill a page");
        }
        reading.number("p99_ms")
    }

    fn check_names(&self, seconds: f64) -> Result<f64> {
        let checks = self.site.instrument("name-checks").args([
            "--rate",
            &CHECKS.to_string(),
            "--seconds",
            &seconds.to_string(),
        ]);
        instrument::read(checks)?.number("p99_ms")
    }

    fn register(&mut self, people: u32) -> Result<f64> {
        let reading = instrument::read(
            self.site
                .instrument("registrations")
                .args(["--first", &self.registered.to_string()])
                .args(["--count", &people.to_string()]),
        )?;
        self.registered += people;
        self.last_steps.push(reading.number("last_step_p50_ms")?);
        reading.number("journey_p99_ms")
    }
}

/// All of its figures.
pub(super) fn figures() -> Result<[Figure; 4]> {
    let folder = Folder::create()?;
    let (mut few, mut many) = (Site::fill(&folder, FEW)?, Site::fill(&folder, MANY)?);
    for site in [&mut few, &mut many] {
        // What is read for the first time comes from the disk.
        site.search(1.0)?;
        site.check_names(1.0)?;
        site.register(20)?;
        site.last_steps.clear();
    }
    let rounds = Rounds::measure(
        MEMBER_SEARCH.name,
        ROUNDS,
        || many.search(SECONDS),
        || few.search(SECONDS),
    )?;
    let search = compared(&MEMBER_SEARCH, &rounds);
    let rounds = Rounds::measure(
        NAME_CHECK.name,
        ROUNDS,
        || many.check_names(SECONDS),
        || few.check_names(SECONDS),
    )?;
    let check = compared(&NAME_CHECK, &rounds);
    let rounds = Rounds::measure(
        REGISTRATION.name,
        ROUNDS,
        || many.register(PEOPLE),
        || few.register(PEOPLE),
    )?;
    let registration = compared(&REGISTRATION, &rounds);
    Ok([search, check, registration, last_step(&many, &few)])
}

fn compared(goal: &'static Goal, rounds: &Rounds) -> Figure {
    goal.measured(rounds.ratio(), raw(rounds.one(), rounds.other()))
}

/// Of the same rounds as the registrations.
fn last_step(many: &Running, few: &Running) -> Figure {
    let (of_many, of_few) = (many.last_steps.iter().copied(), few.last_steps.iter().copied());
    let ratios = of_many.clone().zip(of_few.clone()).map(|(many, few)| many / few);
    MEMBER_MADE.measured(median(ratios), raw(median(of_many), median(of_few)))
}

fn raw(many: f64, few: f64) -> String {
    format!("{many:.2} ms ÷ {few:.2} ms")
}
