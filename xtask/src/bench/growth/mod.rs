//! `cargo xtask bench growth`: what becomes of lists, decisions and the audit log when the portal has been in use for
//! years.

mod goals;
mod lists;
mod load;
mod site;

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use self::goals::Goals;
use self::lists::Measured;
use self::site::{Site, Size};
use super::figure::Figure;
use super::machine::Machine;
use super::report::{Heading, Report};
use super::sites::Folder;
use crate::cluster::Cluster;
use crate::setup::{self, Tool};
use crate::workspace;

/// Where the figures are written.
const DOCUMENT: &str = "docs/benchmarks-growth.md";
const HEADING: Heading = Heading {
    title: "Benchmarks of a portal that has grown",
    command: "cargo xtask bench growth",
    note: "100,000 people, 1,000,000 requests, 1,000,000 grants and 5,000,000 rows of the audit log, against 1,000 of each. \
           The population is made up alike each time (`backend/bench`, `population`); a manager has 2 % of the large one, \
           over 41 agencies, and half of the small one, so that pages are as full.",
};

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    /// On one of the databases only; nothing is written to docs/ then
    #[arg(long)]
    only: Option<Kind>,
    /// With one in so many rows, to try it out; nothing is written to docs/ then
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    smaller: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What was measured on one database.
struct Part {
    kind: Kind,
    figures: Vec<Figure>,
    lists: Vec<Measured>,
}

/// Measures, tells, and fails when something that must be reached is not.
pub(super) fn run(options: &Options, machine: Machine, json: Option<&PathBuf>) -> Result<()> {
    let mut parts = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if options.only.is_none_or(|only| only == kind) {
            parts.push(measure(kind, options.smaller)?);
        }
    }
    let appendix = appendix(&parts);
    let report = Report::new(machine, parts.into_iter().flat_map(|part| part.figures).collect());
    println!("\n{report}\n{appendix}");
    if options.only.is_none() && options.smaller == 1 {
        let document = workspace::path(DOCUMENT);
        std::fs::write(&document, report.markdown(&HEADING) + &appendix)
            .with_context(|| format!("cannot write {}", document.display()))?;
    }
    if let Some(file) = json {
        std::fs::write(file, report.json()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    match report.missed() {
        0 => Ok(()),
        missed => bail!("{missed} of the figures are not what they must be"),
    }
}

fn measure(kind: Kind, smaller: usize) -> Result<Part> {
    let folder = Folder::create()?;
    let clusters = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => {
            setup::ensure(&[Tool::Postgres])?;
            Some((Cluster::durable()?, Cluster::durable()?))
        }
    };
    let (large, small) = match &clusters {
        None => (folder.database("large"), folder.database("small")),
        Some((large, small)) => (large.url().to_owned(), small.url().to_owned()),
    };
    let small = Site::fill(&folder, "small", small, Size::SMALL)?;
    let large = Site::fill(&folder, "large", large, Size::LARGE.divided_by(smaller))?;
    let goals = Goals::of(kind);
    let mut lists = lists::measure(kind, &large, &small)?;
    let mut figures = vec![lists::worst(goals.lists, &lists)];
    figures.push(load::approvals(goals.approvals, &large)?);
    figures.push(load::export(goals.export, &large)?);
    figures.push(load::verification(goals.verification, &large)?);
    drop(small);
    lists::explain(large, &folder, &mut lists)?;
    Ok(Part { kind, figures, lists })
}

/// All lists with their times, and their plans.
fn appendix(parts: &[Part]) -> String {
    let mut text = String::from("\n## The lists\n\nMilliseconds, large ÷ small, and their ratio.\n\n");
    let kinds: Vec<_> = parts
        .iter()
        .map(|part| format!("{0}, p99 | {0}, median", part.kind.name()))
        .collect();
    let _ = writeln!(text, "| list | {} |", kinds.join(" | "));
    let _ = writeln!(text, "| --- |{}", " --- |".repeat(2 * kinds.len()));
    for (number, list) in parts.first().iter().flat_map(|part| &part.lists).enumerate() {
        let cells: Vec<_> = parts
            .iter()
            .filter_map(|part| part.lists.get(number))
            .map(Measured::cell)
            .collect();
        let _ = writeln!(text, "| {} | {} |", list.name, cells.join(" | "));
    }
    for part in parts {
        let _ = writeln!(
            text,
            "\n## Plans on {}\n\nOf the statement that finds the rows, with the large population. {}",
            part.kind.name(),
            match part.kind {
                Kind::Sqlite => "`EXPLAIN QUERY PLAN`; equal lines stand once.",
                Kind::Postgres => "The generic plan (`EXPLAIN EXECUTE`); equal lines stand once.",
            }
        );
        for (number, list) in part.lists.iter().enumerate() {
            let before = &part.lists[..number];
            let plan = match before.iter().find(|other| other.plan == list.plan) {
                Some(other) => format!("As of \"{}\".", other.name),
                None => format!("```\n{}\n```", list.plan),
            };
            let _ = writeln!(text, "\n### {}\n\n`GET {}`\n\n{plan}", list.name, list.path);
        }
    }
    text
}
