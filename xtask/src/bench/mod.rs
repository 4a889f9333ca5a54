//! `cargo xtask bench`: what the portal must reach, measured on this machine in one run.
//!
//! Compared is always with something on the same core in the same minute, so that the ratios hold on other
//! machines too.

mod agencies;
mod figure;
mod instrument;
mod machine;
mod measure;
mod rate;
mod report;
mod rounds;
mod sites;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use self::machine::Machine;
use self::report::Report;
use crate::external::External;
use crate::setup::{self, Tool};
use crate::{frontend, workspace};

/// Where the figures are written.
const DOCUMENT: &str = "docs/benchmarks.md";

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    /// Write the figures to this file too, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure what was built last
    #[arg(long)]
    no_build: bool,
}

/// Builds, measures, tells, and fails when something that must be reached is not.
pub(crate) fn run(options: &Options) -> Result<()> {
    let machine = Machine::look()?;
    setup::ensure(&[Tool::Postgres])?;
    if !options.no_build {
        build()?;
    }
    machine.pin_this_process()?;
    println!("bench: about 6 minutes; leave the machine alone meanwhile");
    let report = Report::new(machine, measure::all()?);
    println!("\n{report}");
    let document = workspace::path(DOCUMENT);
    std::fs::write(&document, report.markdown())
        .with_context(|| format!("cannot write {}", document.display()))?;
    if let Some(file) = &options.json {
        std::fs::write(file, report.json()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    match report.missed() {
        0 => Ok(()),
        missed => bail!("{missed} of the figures are not what they must be"),
    }
}

fn build() -> Result<()> {
    setup::ensure(&Tool::PAGES)?;
    frontend::build()?;
    println!("programs: building for release (about 10 minutes the first time)");
    External::cargo("building the programs")
        .args(["build", "--release", "--package", "portal", "--package", "bench"])
        .advice("The compiler's messages are above.")
        .run()
}
