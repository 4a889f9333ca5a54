//! `cargo xtask bench`: what the portal must reach, measured on this machine in one run.
//!
//! Compared is always with something on the same core in the same minute, so that the ratios hold on other
//! machines too.

mod agencies;
mod figure;
mod growth;
mod instrument;
mod machine;
mod measure;
mod members;
mod rate;
mod report;
mod rounds;
mod sign_on;
mod sites;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use self::machine::Machine;
use self::report::{Heading, Report};
use crate::external::External;
use crate::setup::{self, Tool};
use crate::{frontend, workspace};

const HEADING: Heading = Heading {
    title: "Benchmarks",
    command: "cargo xtask bench",
    note: "Of a portal that has been in use for years: on [SQLite](benchmarks-growth-sqlite.md) and on \
           [PostgreSQL](benchmarks-growth-postgres.md), written by `cargo xtask bench growth`. Of \
           [MyEGov's member site](benchmarks-members.md) and of [single sign-on](benchmarks-sign-on.md) by themselves: \
           `cargo xtask bench members` and `sign-on`.",
};
const MEMBERS: Heading = Heading {
    title: "Benchmarks of MyEGov's member site",
    command: "cargo xtask bench members",
    note: "100,000 members against 1,000, made up alike each time (`backend/bench`, `members`).",
};
const SIGN_ON: Heading = Heading {
    title: "Benchmarks of single sign-on",
    command: "cargo xtask bench sign-on",
    note: "The portal as OpenID Connect provider, against npm's oidc-provider (`e2e/bench`).",
};

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    part: Option<Part>,
    /// Write the figures to this file too, as JSON
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure what was built last
    #[arg(long, global = true)]
    no_build: bool,
}

/// What is measured by itself.
#[derive(Subcommand)]
enum Part {
    /// Lists, decisions and the audit log of a portal with a million rows each; writes docs/benchmarks-growth-*.md
    Growth(growth::Options),
    /// Registration and the staff's search of MyEGov's member site with 100,000 members; writes docs/benchmarks-members.md
    Members,
    /// The portal as OpenID Connect provider against npm's oidc-provider; writes docs/benchmarks-sign-on.md
    SignOn,
}

/// What a part needs, and how long it takes.
struct Needs {
    tools: &'static [Tool],
    pages: bool,
    programs: &'static [&'static str],
    takes: &'static str,
}

impl Needs {
    const fn of(part: Option<&Part>) -> Self {
        match part {
            None => Self {
                tools: &[Tool::Postgres, Tool::JourneyPackages],
                pages: true,
                programs: &["bench", "portal", "myegov"],
                takes: "about 26 minutes",
            },
            Some(Part::Growth(_)) => Self {
                tools: &[Tool::Postgres],
                pages: true,
                programs: &["bench", "portal"],
                takes: "about 30 minutes and 10 GB of disk",
            },
            Some(Part::Members) => Self {
                tools: &[],
                pages: false,
                programs: &["bench", "myegov"],
                takes: "about 7 minutes",
            },
            Some(Part::SignOn) => Self {
                tools: &[Tool::JourneyPackages],
                pages: false,
                programs: &["bench", "portal"],
                takes: "about 6 minutes",
            },
        }
    }

    fn build(&self) -> Result<()> {
        if self.pages {
            setup::ensure(&Tool::PAGES)?;
            frontend::build()?;
        }
        println!("programs: building for release (about 10 minutes the first time)");
        External::cargo("building the programs")
            .args(["build", "--release"])
            .args(self.programs.iter().flat_map(|program| ["--package", program]))
            .advice("The compiler's messages are above.")
            .run()
    }
}

/// Builds, measures, tells, and fails when something that must be reached is not.
pub(crate) fn run(options: &Options) -> Result<()> {
    let machine = Machine::look()?;
    let needs = Needs::of(options.part.as_ref());
    setup::ensure(needs.tools)?;
    if !options.no_build {
        needs.build()?;
    }
    machine.pin_this_process()?;
    println!("bench: {}; leave the machine alone meanwhile", needs.takes);
    let json = options.json.as_ref();
    let (figures, file, heading) = match &options.part {
        Some(Part::Growth(growth)) => return growth::run(growth, &machine, json),
        Some(Part::Members) => (members::figures()?.into(), "docs/benchmarks-members.md", &MEMBERS),
        Some(Part::SignOn) => (sign_on::figures()?.into(), "docs/benchmarks-sign-on.md", &SIGN_ON),
        None => (measure::all()?, "docs/benchmarks.md", &HEADING),
    };
    let report = Report::new(machine, figures);
    let document = workspace::path(file);
    std::fs::write(&document, report.markdown(heading))
        .with_context(|| format!("cannot write {}", document.display()))?;
    tell(&report, json)
}

/// Tells the figures, and fails when one that must be reached is not.
fn tell(report: &Report, json: Option<&PathBuf>) -> Result<()> {
    println!("\n{report}");
    if let Some(file) = json {
        std::fs::write(file, report.json()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    match report.missed() {
        0 => Ok(()),
        missed => bail!("{missed} of the figures are not what they must be"),
    }
}
