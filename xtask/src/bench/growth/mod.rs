//! `cargo xtask bench growth`: what becomes of lists, decisions and the audit log when the portal has been in use for
//! years.

mod goals;
mod lists;
mod load;
mod site;

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use self::goals::Goals;
use self::lists::Measured;
use self::site::{Place, Site, Size};
use super::figure::Figure;
use super::machine::Machine;
use super::report::{Heading, Report};
use super::sites::Folder;
use crate::cluster::Cluster;
use crate::setup::{self, Tool};
use crate::workspace;

const NOTE: &str = "100,000 people, 1,000,000 requests, 1,000,000 grants and 5,000,000 rows of the audit log, against 1,000 of each. \
     The population is made up alike each time (`backend/bench`, `population`); a manager has 2 % of the large one, \
     over 41 agencies, and half of the small one, so that pages are as full.";
const SQLITE: Heading = Heading {
    title: "Benchmarks of a portal that has grown, on SQLite",
    command: "cargo xtask bench growth",
    note: NOTE,
};
const POSTGRES: Heading = Heading {
    title: "Benchmarks of a portal that has grown, on PostgreSQL",
    ..SQLITE
};

/// What a person can choose.
#[derive(Args)]
pub(crate) struct Options {
    /// On one of the databases only
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

    /// Where its figures are written, and below what.
    const fn document(self) -> (&'static str, &'static Heading) {
        match self {
            Self::Sqlite => ("docs/benchmarks-growth-sqlite.md", &SQLITE),
            Self::Postgres => ("docs/benchmarks-growth-postgres.md", &POSTGRES),
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
pub(super) fn run(options: &Options, machine: &Machine, json: Option<&PathBuf>) -> Result<()> {
    let mut figures = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if options.only.is_some_and(|only| only != kind) {
            continue;
        }
        let part = measure(kind, options.smaller)?;
        let appendix = appendix(&part);
        let report = Report::new(machine.clone(), part.figures);
        println!("{appendix}");
        if options.smaller == 1 {
            let (file, heading) = kind.document();
            let document = workspace::path(file);
            std::fs::write(&document, report.markdown(heading) + &appendix)
                .with_context(|| format!("cannot write {}", document.display()))?;
        }
        figures.extend(report.into_figures());
    }
    super::tell(&Report::new(machine.clone(), figures), json)
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
    let file = |name| Place {
        url: folder.database(name),
        files: folder.file(name),
    };
    let cluster = |cluster: &Cluster| Place {
        url: cluster.url().to_owned(),
        files: cluster.tables(),
    };
    let (large, small) = match &clusters {
        None => (file("large"), file("small")),
        Some((large, small)) => (cluster(large), cluster(small)),
    };
    let small = Site::fill(&folder, "small", small, Size::SMALL)?;
    let large = Site::fill(&folder, "large", large, Size::LARGE.divided_by(smaller))?;
    let goals = Goals::of(kind);
    let mut lists = lists::measure(kind, &large, &small)?;
    let mut figures = Vec::new();
    let mut told = |figure: Figure| {
        println!("  {} ({})", figure.print(), figure.raw);
        figures.push(figure);
    };
    told(lists::worst(goals.lists, &lists));
    told(load::approvals(goals.approvals, &large, kind)?);
    told(load::export(goals.export, &large)?);
    told(load::verification(goals.verification, &large)?);
    drop(small);
    lists::explain(large, &folder, &mut lists)?;
    Ok(Part { kind, figures, lists })
}

/// All lists with their times, and their plans.
fn appendix(part: &Part) -> String {
    let mut text = String::from(
        "\n## The lists\n\nMilliseconds, large ÷ small, and their ratio.\n\n| list | p99 | median |\n| --- | --- | --- |\n",
    );
    for list in &part.lists {
        let _ = writeln!(text, "| {} | {} |", list.name, list.cell());
    }
    let _ = writeln!(
        text,
        "\n## Plans\n\nOf the statement that finds the rows, with the large population. {}",
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
    text
}
