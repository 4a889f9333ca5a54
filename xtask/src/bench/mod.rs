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
    note: "Of a portal that has been in use for years: [benchmarks-growth.md](benchmarks-growth.md), written by \
           `cargo xtask bench growth`.",
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
    /// Lists, decisions and the audit log of a portal with a million rows each; writes docs/benchmarks-growth.md
    Growth(growth::Options),
    /// Registration and the staff's search of MyEGov's member site with 100,000 members; writes nothing to docs/
    Members,
}

/// Builds, measures, tells, and fails when something that must be reached is not.
pub(crate) fn run(options: &Options) -> Result<()> {
    let machine = Machine::look()?;
    if !matches!(options.part, Some(Part::Members)) {
        setup::ensure(&[Tool::Postgres])?;
    }
    if !options.no_build {
        build(options.part.as_ref())?;
    }
    machine.pin_this_process()?;
    let json = options.json.as_ref();
    match &options.part {
        Some(Part::Growth(growth)) => return growth::run(growth, machine, json),
        Some(Part::Members) => {
            println!("bench members: about 7 minutes; leave the machine alone meanwhile");
            return tell(&Report::new(machine, members::figures()?.into()), json);
        }
        None => {}
    }
    println!("bench: about 13 minutes; leave the machine alone meanwhile");
    let report = Report::new(machine, measure::all()?);
    let document = workspace::path(DOCUMENT);
    std::fs::write(&document, report.markdown(&HEADING))
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

/// What a part needs.
fn build(part: Option<&Part>) -> Result<()> {
    let mut programs = vec!["bench"];
    if !matches!(part, Some(Part::Members)) {
        setup::ensure(&Tool::PAGES)?;
        frontend::build()?;
        programs.push("portal");
    }
    if !matches!(part, Some(Part::Growth(_))) {
        programs.push("myegov");
    }
    println!("programs: building for release (about 10 minutes the first time)");
    External::cargo("building the programs")
        .args(["build", "--release"])
        .args(programs.into_iter().flat_map(|program| ["--package", program]))
        .advice("The compiler's messages are above.")
        .run()
}
