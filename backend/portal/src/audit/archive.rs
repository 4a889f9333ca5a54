//! Takes old rows out of the log into a file. The chain then begins after the last of them, and still holds.

use std::{io::Write, time::Duration};

use foundation::{
    clock::Clock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, Value};
use sha2::{Digest, Sha256};
use shared::{audit::AuditAction, time::Timestamp};

use super::{
    Event,
    archived::Line,
    heads, hex, record_alone,
    rows::{batch, snapshot},
    seal::{self, SealKey},
    walk::{Finding, Head, Row, Walk},
};

/// Younger rows stay: half a year at least (資通系統防護基準).
pub const KEPT_FOR: Duration = Duration::from_secs(184 * 24 * 60 * 60);

/// Why nothing was archived.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The day is too late.
    #[error("rows of the last 184 days stay in the log; the latest day is {}", shared::date::Date::in_taiwan(*.0))]
    TooYoung(Timestamp),
    /// The log does not hold together.
    #[error("the log does not hold together, so nothing was taken out of it; run `audit verify`:\n  {0}")]
    Broken(Finding),
    /// Seals must be made anew.
    #[error("the log is sealed; set audit.key (EMIC_AUDIT_KEY), or its seals would fit no more")]
    NoKey,
    /// The database did not do what was asked.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    /// The file could not be written.
    #[error("the file: {0}")]
    File(#[from] std::io::Error),
    /// A row could not be written as JSON.
    #[error("a row: {0}")]
    Json(#[from] serde_json::Error),
}

/// What was archived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// How many rows.
    pub rows: u64,
    /// The SHA-256 of what was written, in hexadecimal.
    pub sha256: String,
}

/// An archive to write.
pub struct Archive<'a, W> {
    /// The database.
    pub db: &'a Database,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The key, where the log is sealed.
    pub key: Option<&'a SealKey>,
    /// Rows from before this moment.
    pub before: Timestamp,
    /// Where they go. It must be safe on disk when it was flushed.
    pub to: W,
}

/// Writes the rows from before a moment, and takes them out of the log when they are written. Of each chain that is
/// those before its first younger row, so that it stays one chain.
pub async fn archive<W: Write>(mut work: Archive<'_, W>) -> Result<Archived, Refusal> {
    let latest = work.clock.now().minus(KEPT_FOR);
    if work.before > latest {
        return Err(Refusal::TooYoung(latest));
    }
    match work.key {
        Some(key) => {
            if let Some(finding) = seal::seal(work.db, work.clock, key).await?.into_iter().next() {
                return Err(Refusal::Broken(finding));
            }
        }
        None if !seal::read(work.db).await?.is_empty() => return Err(Refusal::NoKey),
        None => {}
    }
    let mut writer = Writer {
        out: &mut work.to,
        digest: Sha256::new(),
        rows: 0,
    };
    let cuts = write(work.db, work.before, &mut writer).await?;
    let archived = Archived {
        rows: writer.rows,
        sha256: hex(&writer.digest.finalize()),
    };
    work.to.flush()?;
    if archived.rows == 0 {
        return Ok(archived);
    }
    // First said, then done: no row is gone without a word.
    let event = Event::new(AuditAction::AuditArchived)
        .detail("until", &work.before.to_string())
        .detail("rows", &archived.rows.to_string())
        .detail("sha256", &archived.sha256);
    record_alone(work.db, work.clock, event).await?;
    for cut in cuts {
        let transaction = database::begin_write(work.db).await?;
        take_out(&transaction, cut, work.clock, work.key).await?;
        transaction.commit().await?;
    }
    Ok(archived)
}

struct Writer<'a, W> {
    out: &'a mut W,
    digest: Sha256,
    rows: u64,
}

impl<W: Write> Writer<'_, W> {
    fn write(&mut self, chain: i32, row: &Row) -> Result<(), Refusal> {
        let mut line = serde_json::to_vec(&Line::of(chain, row))?;
        line.push(b'\n');
        self.digest.update(&line);
        self.rows += 1;
        Ok(self.out.write_all(&line)?)
    }
}

/// From where to where rows are taken out at once.
struct Cut {
    from: Head,
    to: Head,
}

/// Writes what is old, and verifies it; the cuts, of a batch each, in order.
async fn write<W: Write>(
    db: &Database,
    before: Timestamp,
    writer: &mut Writer<'_, W>,
) -> Result<Vec<Cut>, Refusal> {
    let snapshot = snapshot(db).await?;
    let mut cuts = Vec::new();
    for (chain, ends) in heads::read(&snapshot).await? {
        let mut walk = Walk::from(ends.begins_after);
        let mut from = ends.begins_after;
        loop {
            let rows = batch(&snapshot, chain, from.number, ends.newest.number).await?;
            let all = rows.len();
            let old = rows
                .iter()
                .take_while(|row| row.entry.at < before.as_millis())
                .count();
            for row in &rows[..old] {
                let mut finding = None;
                walk.step(row, &mut |one| finding = Some(one));
                if let Some(finding) = finding {
                    return Err(Refusal::Broken(finding));
                }
                writer.write(chain, row)?;
            }
            let Some(last) = rows[..old].last() else {
                break;
            };
            let to = Head {
                chain,
                number: last.number,
                hash: last.hash,
            };
            cuts.push(Cut { from, to });
            from = to;
            if old < all {
                break;
            }
        }
    }
    snapshot.rollback().await?;
    Ok(cuts)
}

/// Takes the rows of a cut out of the log.
async fn take_out(
    transaction: &DatabaseTransaction,
    cut: Cut,
    clock: &dyn Clock,
    key: Option<&SealKey>,
) -> Result<(), DbErr> {
    const MOVE: &str = "UPDATE audit_chains SET begins_after = $3, begins_after_hash = $4 \
         WHERE chain = $1 AND begins_after = $2";
    const DELETE: &str = "DELETE FROM audit_events WHERE chain = $1 AND number > $2 AND number <= $3";
    let (chain, to) = (cut.to.chain, cut.to.number);
    let moved = execute(
        transaction,
        MOVE,
        vec![
            chain.into(),
            cut.from.number.into(),
            to.into(),
            cut.to.hash.to_vec().into(),
        ],
    )
    .await?;
    if moved == 0 {
        return Err(DbErr::Custom(
            "another archive is being made; the rows are in its file too".to_owned(),
        ));
    }
    if let Some(key) = key {
        seal::move_beginning(transaction, clock, key, cut.from, cut.to).await?;
    }
    let values = vec![chain.into(), cut.from.number.into(), to.into()];
    execute(transaction, DELETE, values).await.map(drop)
}

async fn execute(transaction: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    Ok(transaction.execute_raw(statement).await?.rows_affected())
}
