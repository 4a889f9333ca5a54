//! `cargo xtask test`: every check, in stages; the first that fails ends it.

mod fuzz;
mod lints;
mod stage;
mod summary;

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use self::stage::{Prepared, Stage};
use self::summary::{Summary, Verdict};
use crate::setup::{self, Tool};
use crate::{signals, space};

/// What a first run of everything takes of the disk at most, in bytes: 3.4 GB for servers and tests, a third of that for the pages,
/// and room for tools and for the tests' databases.
const TAKES: u64 = 8_000_000_000;

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only these stages, separated by commas
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Stage>,
    /// Go on after a stage has failed
    #[arg(long)]
    keep_going: bool,
    /// Build the servers for release too, and run the journeys on them
    #[arg(long)]
    release: bool,
}

impl Options {
    fn stages(&self) -> Vec<Stage> {
        let wanted = |stage: &Stage| {
            if self.only.is_empty() {
                // The lints of the servers are the tests' build.
                *stage != Stage::Clippy && (self.release || *stage != Stage::Release)
            } else {
                self.only.contains(stage)
            }
        };
        Stage::ALL.into_iter().filter(wanted).collect()
    }
}

/// Runs the stages, prints what became of them, and fails if one failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let stages = options.stages();
    let tools: Vec<Tool> = stages.iter().flat_map(|stage| stage.tools()).copied().collect();
    let start = Instant::now();
    if let Some(warning) = space::warning(TAKES) {
        println!(
            "{warning}; a first run of everything takes up to {} GB.",
            TAKES / 1_000_000_000
        );
    }
    setup::ensure(&tools)?;

    let mut summary = Summary::new(start);
    summary.add("tools", start.elapsed(), Verdict::Note);
    let mut prepared = Prepared::new(options.release);
    let mut ended_early = false;
    for stage in stages {
        if ended_early {
            summary.skip(stage.title());
            continue;
        }
        println!("\n━━ {} ━━", stage.title());
        let start = Instant::now();
        let result = stage.run(&mut prepared);
        let verdict = if result.is_ok() {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        summary.add(stage.title(), start.elapsed(), verdict);
        if let Err(error) = result {
            println!("\n{} failed: {error:#}", stage.title());
            if let Some(full) = space::full() {
                println!("{full}");
            }
            ended_early = !options.keep_going || signals::interrupted();
        }
    }
    drop(prepared);
    println!("{summary}");
    if summary.failed() > 0 {
        bail!("{} of the stages failed", summary.failed());
    }
    Ok(())
}
