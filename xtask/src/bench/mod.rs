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

/// Where the figures are written.
const DOCUMENT: &str = "docs/benchmarks.md";

const HEADING: Heading = Heading {
    title: "Benchmarks",
    command: "cargo xtask bench",
    note: "Of a portal that has been in use for years: on [SQLite](benchmarks-growth-sqlite.md) and on \
           [PostgreSQL](benchmarks-growth-postgres.md), written by `cargo xtask bench growth`.",
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
    /// Registration and the staff's search of MyEGov's member site with 100,000 members; writes nothing to docs/
    Members,
    /// The portal as OpenID Connect provider against npm's oidc-provider; writes nothing to docs/
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
    let figures = match &options.part {
        Some(Part::Growth(growth)) => return growth::run(growth, &machine, json),
        Some(Part::Members) => members::figures()?.into(),
        Some(Part::SignOn) => sign_on::figures()?.into(),
        None => measure::all()?,
    };
    let report = Report::new(machine, figures);
    if options.part.is_none() {
        let document = workspace::path(DOCUMENT);
        std::fs::write(&document, report.markdown(&HEADING))
            .with_context(|| format!("cannot write {}", document.display()))?;
    }
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
