//! `emic-portal agencies`: the register of agencies.

use std::{fs::File, io::Write, path::PathBuf};

use anyhow::Context;
use clap::Subcommand;
use foundation::{clock::SystemClock, database};
use portal::{
    agency::{
        Import, Outcome, import,
        register::{Fault, Refusal, Register},
    },
    db::Migrator,
};

use crate::{ConfigFile, config};

/// How many faults of a file are shown.
const SHOWN: usize = 100;

#[derive(Subcommand)]
pub(crate) enum AgenciesCommand {
    /// Make the register what this file's is, as a whole or not at all. Agencies that it does not hold any
    /// more are marked and kept.
    Import {
        /// CSV in UTF-8 with the columns `OrgName,OID,TEL,Address,DN,OrgCode`.
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        config: ConfigFile,
    },
}

pub(crate) async fn run(command: AgenciesCommand) -> anyhow::Result<()> {
    let AgenciesCommand::Import {
        file,
        dry_run,
        config: settings,
    } = command;
    let config = config(&settings)?;
    let opened = File::open(&file).with_context(|| format!("cannot open {}", file.display()))?;
    eprintln!("reading {}", file.display());
    let register = tokio::task::spawn_blocking(move || Register::from_file(opened))
        .await?
        .map_err(|refusal| refused(&refusal, &file))?;
    eprintln!("{} agencies read", register.entries.len());
    let db = database::connect(&config.database.url, 2).await?;
    database::migrate::<Migrator>(&db, &config.database.url).await?;
    let mut progress = progress;
    let work = Import {
        db: &db,
        clock: &SystemClock,
        progress: &mut progress,
    };
    let outcome = import(work, &register, dry_run)
        .await
        .context("nothing was imported")?;
    db.close().await?;
    // Whoever reads this may stop reading; the import stays done.
    let _ = report(
        &mut std::io::stdout().lock(),
        &outcome,
        &register.skipped,
        dry_run,
    );
    Ok(())
}

fn progress(done: usize, total: usize) {
    eprintln!("{done} of {total} written");
}

fn refused(refusal: &Refusal, file: &std::path::Path) -> anyhow::Error {
    let mut lines = vec![format!(
        "{} was refused, nothing was imported: {refusal}",
        file.display()
    )];
    if let Refusal::Faults(faults) = refusal {
        lines.extend(faults.iter().take(SHOWN).map(ToString::to_string));
        if faults.len() > SHOWN {
            lines.push(format!("and {} more", faults.len() - SHOWN));
        }
    }
    anyhow::anyhow!(lines.join("\n  "))
}

fn report(out: &mut impl Write, outcome: &Outcome, skipped: &[Fault], dry_run: bool) -> std::io::Result<()> {
    for fault in skipped {
        writeln!(out, "passed over, {fault}")?;
    }
    for change in &outcome.changed {
        if change.before == change.now {
            writeln!(
                out,
                "changed     {} {}: {}",
                change.oid,
                change.now,
                change.fields.join(", ")
            )?;
        } else {
            writeln!(
                out,
                "renamed     {} {} → {}",
                change.oid, change.before, change.now
            )?;
        }
    }
    for agency in &outcome.vanished {
        writeln!(out, "vanished    {} {}", agency.oid, agency.name)?;
    }
    for agency in &outcome.returned {
        writeln!(out, "returned    {} {}", agency.oid, agency.name)?;
    }
    let stay = outcome.unchanged + outcome.changed.len() + outcome.returned.len();
    if outcome.vanished.len() > stay {
        writeln!(
            out,
            "attention: most agencies vanish. If the file is only a part of the register, import the whole: they return"
        )?;
    }
    writeln!(
        out,
        "{}{} added, {} changed, {} vanished, {} returned, {} unchanged, {} passed over",
        if dry_run {
            "dry run, nothing was written: "
        } else {
            ""
        },
        outcome.added,
        outcome.changed.len(),
        outcome.vanished.len(),
        outcome.returned.len(),
        outcome.unchanged,
        skipped.len()
    )
}
