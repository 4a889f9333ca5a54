//! `emic-portal audit`: proves that the audit log was not altered, and takes old rows out of it.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Context;
use clap::Subcommand;
use foundation::{
    clock::{Clock, SystemClock},
    database,
};
use portal::{
    audit::{self, Archive, Archives, Head, KeptHeads, READERS, Report, SealKey, Witnesses, hex},
    db::Migrator,
};
use shared::date::Date;

use crate::{ConfigFile, config};

/// How many findings are shown.
const SHOWN: usize = 100;

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Read the whole log and say what was altered, removed or inserted. Exit code 1 when anything was.
    Verify {
        /// Also prove that the log still holds the heads of this file.
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
        /// Write the heads of the chains to this file, to be kept where nobody who can write the database can write.
        #[arg(long, value_name = "FILE")]
        write_heads: Option<PathBuf>,
        /// Also read this archive, and prove that the log goes on where it ends. Several are given the oldest first.
        #[arg(long, value_name = "FILE")]
        archive: Vec<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Write the rows from before a day to a file, and take them out of the log.
    Archive {
        /// The first day that stays, such as 2026-01-01, in Taiwan. Half a year always stays.
        #[arg(long, value_parser = |text: &str| text.parse::<Date>().map_err(|_| "not a day such as 2026-01-01"))]
        before: Date,
        /// A new file for JSON Lines.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        #[command(flatten)]
        config: ConfigFile,
    },
}

pub(crate) async fn run(command: AuditCommand) -> anyhow::Result<()> {
    match command {
        AuditCommand::Verify {
            heads,
            write_heads,
            archive,
            config,
        } => {
            let files = Files {
                heads: heads.as_deref(),
                write_heads: write_heads.as_deref(),
                archives: &archive,
            };
            verify(files, &config).await
        }
        AuditCommand::Archive { before, to, config } => archive(before, &to, &config).await,
    }
}

/// The files that a verification reads and writes.
struct Files<'a> {
    heads: Option<&'a Path>,
    write_heads: Option<&'a Path>,
    archives: &'a [PathBuf],
}

async fn verify(files: Files<'_>, file: &ConfigFile) -> anyhow::Result<()> {
    let config = config(file)?;
    let kept = files.heads.map(read_heads).transpose()?.unwrap_or_default();
    let key = config.audit.key.as_ref().map(SealKey::new);
    let db = database::connect(&config.database.url, READERS).await?;
    let witnesses = Witnesses {
        kept: &kept,
        key: key.as_ref(),
    };
    let began = Instant::now();
    let report = audit::verify(&db, witnesses)
        .await
        .context("the log could not be read; `emic-portal migrate` brings an older database up to date")?;
    let seconds = began.elapsed().as_secs_f64();
    db.close().await?;
    // Whoever reads this may stop reading; what was found stays found.
    let _ = say(&mut std::io::stdout().lock(), &report, seconds, key.is_some());
    let archived = read_archives(files.archives, &report, &kept)?;
    if report.found + archived > 0 {
        anyhow::bail!(
            "the audit log was altered: {} finding(s)",
            report.found + archived
        );
    }
    if let Some(path) = files.write_heads {
        let kept = KeptHeads::of(&report.heads, SystemClock.now());
        let mut text = serde_json::to_string_pretty(&kept)?;
        text.push('\n');
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn read_heads(path: &Path) -> anyhow::Result<Vec<Head>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot open {}", path.display()))?;
    serde_json::from_str::<KeptHeads>(&text)
        .ok()
        .and_then(|kept| kept.heads())
        .with_context(|| format!("{} holds no heads", path.display()))
}

/// Reads the archives and says what does not fit: how much.
fn read_archives(files: &[PathBuf], report: &Report, kept: &[Head]) -> anyhow::Result<u64> {
    if files.is_empty() {
        return Ok(0);
    }
    let mut archives = Archives::new(&report.begins_after, kept);
    for path in files {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        for (line, number) in BufReader::new(file).lines().zip(1..) {
            let line = line.with_context(|| format!("cannot read {}", path.display()))?;
            archives
                .take(&line)
                .with_context(|| format!("{}, line {number}: no row of the audit log", path.display()))?;
        }
    }
    archives.end();
    let mut out = std::io::stdout().lock();
    for finding in archives.findings.iter().take(SHOWN) {
        let _ = writeln!(out, "archive: {finding}");
    }
    let _ = writeln!(out, "{} rows in {} archive(s)", archives.rows, files.len());
    Ok(archives.findings.len() as u64)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people to read"
)]
fn say(out: &mut impl Write, report: &Report, seconds: f64, with_key: bool) -> std::io::Result<()> {
    for finding in report.findings.iter().take(SHOWN) {
        writeln!(out, "{finding}")?;
    }
    if report.found > SHOWN as u64 {
        writeln!(out, "and {} more", report.found - SHOWN as u64)?;
    }
    for head in &report.archived {
        writeln!(
            out,
            "archived: chain {}, number {}: the file of heads knows it; it is not in the log any more",
            head.chain, head.number
        )?;
    }
    for head in &report.heads {
        let sealed = match report.sealed.get(&head.chain) {
            Some(number) => format!(", sealed up to {number}"),
            None if with_key => ", not sealed yet".to_owned(),
            None => String::new(),
        };
        writeln!(
            out,
            "chain {}: head {} {}{sealed}",
            head.chain,
            head.number,
            hex(&head.hash)
        )?;
    }
    let rate = (report.rows as f64 / seconds.max(0.001)) as u64;
    writeln!(
        out,
        "{} rows in {seconds:.1} s, {rate} rows/s: {}",
        report.rows,
        if report.found == 0 {
            "as they were written"
        } else {
            "NOT as they were written"
        }
    )
}

async fn archive(before: Date, to: &Path, file: &ConfigFile) -> anyhow::Result<()> {
    let config = config(file)?;
    let key = config.audit.key.as_ref().map(SealKey::new);
    let db = database::connect(&config.database.url, 2).await?;
    database::migrate::<Migrator>(&db, &config.database.url).await?;
    let opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(to)
        .with_context(|| format!("cannot make {}", to.display()))?;
    let archived = audit::archive(Archive {
        db: &db,
        clock: &SystemClock,
        key: key.as_ref(),
        before: before.begins_at(),
        to: OnDisk(BufWriter::new(opened)),
    })
    .await;
    db.close().await?;
    match archived {
        Ok(archived) if archived.rows > 0 => {
            println!(
                "{} rows are in {} and no more in the log; SHA-256 {}",
                archived.rows,
                to.display(),
                archived.sha256
            );
            Ok(())
        }
        Ok(_) => {
            std::fs::remove_file(to)?;
            println!("There are no rows from before {before}.");
            Ok(())
        }
        Err(refusal @ (audit::Refusal::TooYoung(_) | audit::Refusal::NoKey | audit::Refusal::Broken(_))) => {
            std::fs::remove_file(to)?;
            Err(refusal.into())
        }
        Err(other) => Err(other)
            .with_context(|| format!("{} may hold rows that are still in the log too", to.display())),
    }
}

/// A file that is on disk when it was flushed.
struct OnDisk(BufWriter<File>);

impl Write for OnDisk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_all()
    }
}
