//! What the large portal does in a second.

use anyhow::{Context, Result};

use super::super::figure::{Figure, Goal};
use super::super::instrument::{self, Reading};
use super::super::rate::{peak, resident};
use super::super::rounds::Rounds;
use super::Kind;
use super::site::{DECIDERS, Reader, Site};

const ROUNDS: usize = 5;
const SECONDS: f64 = 2.0;
/// More than one decider decides in a round.
const MOST: usize = 100;

/// Each round begins with all of the database in memory: what it reads from the disk is not the portal's to answer for, and the
/// bare transactions read nothing. PostgreSQL has its core to itself in both: whoever asks it shares the portal's.
pub(super) fn approvals(goal: &'static Goal, site: &Site, kind: Kind) -> Result<Figure> {
    let seconds = SECONDS.to_string();
    let beside = match kind {
        Kind::Sqlite => instrument::command,
        Kind::Postgres => instrument::server_command,
    };
    let rounds = Rounds::measure(
        goal.name,
        ROUNDS,
        || {
            site.bring_in()?;
            let approvals = beside("approvals")
                .args(["--port", &site.portal.port.to_string()])
                .args(site.deciders().flat_map(|cookie| ["--cookie", cookie]))
                .args(["--most", &MOST.to_string(), "--seconds", &seconds]);
            instrument::read(approvals)?.number("rate")
        },
        || {
            let transactions = instrument::server_command("transactions")
                .args(["--at-once", &DECIDERS.to_string(), "--seconds", &seconds])
                .env("BENCH_DATABASE_URL", site.portal.database());
            instrument::read(transactions)?.number("rate")
        },
    )?;
    let raw = format!("{:.0}/s ÷ {:.0}/s", rounds.one(), rounds.other());
    Ok(goal.measured(rounds.ratio(), raw))
}

pub(super) fn export(goal: &'static Goal, site: &Site) -> Result<Figure> {
    println!("{}", goal.name);
    // The first time it comes from the disk, whose speed is not the portal's.
    let cold: f64 = download(site)?.number("rate")?;
    let before = resident(&site.server)?;
    let reading = download(site)?;
    let raw = format!(
        "{} rows; {cold:.0}/s the first time, from the disk; {before:.0} MB resident before, {:.0} MB after, {:.0} MB at most",
        reading.text("lines")?,
        resident(&site.server)?,
        peak(&site.server)?
    );
    Ok(goal.measured(reading.number("rate")?, raw))
}

/// Exports the whole log.
fn download(site: &Site) -> Result<Reading> {
    let download = instrument::command("download")
        .args(["--port", &site.portal.port.to_string()])
        .args(["--path", "/api/v1/audit-events/export?format=jsonl"])
        .args(["--cookie", site.cookie(Reader::Administrator)]);
    instrument::read(download)
}

pub(super) fn verification(goal: &'static Goal, site: &Site) -> Result<Figure> {
    println!("{}", goal.name);
    let said = site.portal.verify()?;
    // `5000000 rows in 4.9 s, 1020408 rows/s: as they were written`
    let line = said
        .lines()
        .find(|line| line.contains("rows/s"))
        .context("the verification says no rate")?;
    let rate = line
        .split(", ")
        .find_map(|part| part.split_once(" rows/s"))
        .and_then(|(rate, _)| rate.parse().ok())
        .context("the verification's rate is no number")?;
    Ok(goal.measured(rate, line.to_owned()))
}
