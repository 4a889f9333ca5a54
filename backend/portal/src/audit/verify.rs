//! Reads the whole log once, in the order of its chains and with the memory of one batch, and says what was done to it.

use std::collections::{BTreeMap, BTreeSet};

use foundation::database::Database;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, IsolationLevel, QueryResult,
    Statement, TransactionTrait,
};

use super::{
    chain::{BEGINNING, Entry, Hash},
    heads::{self, Ends},
    seal::{Seal, SealKey},
    walk::{Finding, Head, Row, Walk, Witness},
};

/// How many rows are read at once.
const BATCH: i64 = 5000;
/// How many findings are told apart; of more, only the number is known.
pub(super) const MOST_FINDINGS: usize = 1000;

/// What must hold beyond the chain itself.
#[derive(Clone, Debug, Default)]
pub struct Witnesses<'a> {
    /// Heads that were written down before.
    pub kept: &'a [Head],
    /// The key that seals were made with.
    pub key: Option<&'a SealKey>,
}

/// What there is, and what does not fit.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many rows were read.
    pub rows: u64,
    /// The newest row of each chain.
    pub heads: Vec<Head>,
    /// For each chain, the number up to which a seal stands for it.
    pub sealed: BTreeMap<i32, i64>,
    /// Kept heads of rows that are in an archive by now.
    pub archived: Vec<Head>,
    /// What does not fit, the first [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings there are.
    pub found: u64,
}

impl Report {
    fn note(&mut self, finding: Finding) {
        self.found += 1;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        }
    }
}

/// Verifies the log as it is at this moment; what is written meanwhile is for the next time.
pub async fn verify(db: &Database, witnesses: Witnesses<'_>) -> Result<Report, DbErr> {
    let snapshot = snapshot(db).await?;
    let chains = heads::read(&snapshot).await?;
    let seals = super::seal::read(&snapshot).await?;
    let mut report = Report::default();
    let expected: BTreeSet<i32> = heads::expected(snapshot.get_database_backend())
        .chain(chains.keys().copied())
        .collect();
    for chain in expected {
        let Some(ends) = chains.get(&chain) else {
            report.note(Finding::HeadMissing { chain });
            continue;
        };
        report.heads.push(ends.newest);
        let wanted = Wanted::of(*ends, &witnesses, seals.get(&chain));
        walk(&snapshot, *ends, wanted, &mut report).await?;
    }
    strays(&snapshot, &chains, &mut report).await?;
    snapshot.rollback().await?;
    Ok(report)
}

/// A transaction that sees the log of one moment.
pub(super) async fn snapshot(db: &Database) -> Result<DatabaseTransaction, DbErr> {
    match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
            db.pool().begin_with_config(Some(isolation), Some(access)).await
        }
        _ => db.pool().begin().await,
    }
}

/// The rows of one chain that somebody knows the hash of.
struct Wanted<'a> {
    /// Number and hash, and who knows.
    rows: BTreeMap<i64, Vec<Hash>>,
    seal: Option<(&'a Seal, &'a SealKey)>,
    begins_after: i64,
}

impl<'a> Wanted<'a> {
    fn of(ends: Ends, witnesses: &Witnesses<'a>, seal: Option<&'a Seal>) -> Self {
        let mut rows: BTreeMap<i64, Vec<Hash>> = BTreeMap::new();
        let chain = ends.newest.chain;
        for kept in witnesses.kept.iter().filter(|kept| kept.chain == chain) {
            rows.entry(kept.number).or_default().push(kept.hash);
        }
        Self {
            rows,
            seal: seal.zip(witnesses.key),
            begins_after: ends.begins_after.number,
        }
    }

    /// Compares a row that was read.
    fn meet(&mut self, row: Head, report: &mut Report) {
        let Head { chain, number, hash } = row;
        if let Some(known) = self.rows.remove(&number)
            && known.iter().any(|known| *known != hash)
        {
            let by = Witness::Kept;
            report.note(Finding::NotAsKept { chain, number, by });
        }
        if let Some((seal, key)) = self.seal.take_if(|(seal, _)| seal.number == number) {
            if seal.fits(key, row, self.begins_after) {
                report.sealed.insert(chain, number);
            } else {
                let by = Witness::Seal;
                report.note(Finding::NotAsKept { chain, number, by });
            }
        }
    }

    /// What was not met: it is in the archive, or gone.
    fn end(self, ends: Ends, report: &mut Report) {
        let chain = ends.newest.chain;
        for (number, known) in self.rows {
            if number < ends.begins_after.number {
                report
                    .archived
                    .extend(known.into_iter().map(|hash| Head { chain, number, hash }));
            } else {
                let by = Witness::Kept;
                report.note(Finding::NotAsKept { chain, number, by });
            }
        }
        if let Some((seal, _)) = self.seal {
            let (number, by) = (seal.number, Witness::Seal);
            report.note(Finding::NotAsKept { chain, number, by });
        }
    }
}

async fn walk(
    snapshot: &DatabaseTransaction,
    ends: Ends,
    mut wanted: Wanted<'_>,
    report: &mut Report,
) -> Result<(), DbErr> {
    let chain = ends.newest.chain;
    let mut walk = Walk::from(ends.begins_after);
    wanted.meet(ends.begins_after, report);
    loop {
        let rows = batch(snapshot, chain, walk.number(), ends.newest.number).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            walk.step(row, &mut |finding| report.note(finding));
            let (number, hash) = (row.number, row.hash);
            wanted.meet(Head { chain, number, hash }, report);
        }
        report.rows += rows.len() as u64;
    }
    walk.end(ends.newest, &mut |finding| report.note(finding));
    wanted.end(ends, report);
    Ok(())
}

/// The columns of [`row`].
const COLUMNS: &str = "number, hash, form, id, at, action, actor, subject, source, details";

/// The rows after this number, up to that one.
pub(super) async fn batch<C: ConnectionTrait>(
    db: &C,
    chain: i32,
    after: i64,
    until: i64,
) -> Result<Vec<Row>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_events WHERE chain = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4"
    );
    let values = [chain.into(), after.into(), until.into(), BATCH.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
    db.query_all_raw(statement).await?.iter().map(row).collect()
}

/// A row. What cannot be read was not written by `record`: it is of a form that there is not.
fn row(row: &QueryResult) -> Result<Row, DbErr> {
    let number = row.try_get_by_index(0)?;
    let hash = row
        .try_get_by_index::<Vec<u8>>(1)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    Ok(match (hash, row.try_get_by_index(2), entry(row)) {
        (Some(hash), Ok(form), Ok(entry)) => Row {
            number,
            hash,
            form,
            entry,
        },
        (hash, ..) => Row {
            number,
            hash: hash.unwrap_or(BEGINNING),
            form: 0,
            entry: Entry {
                id: row.try_get_by_index(3).unwrap_or_default(),
                at: 0,
                action: String::new(),
                actor: None,
                subject: None,
                source: None,
                details: String::new(),
            },
        },
    })
}

fn entry(row: &QueryResult) -> Result<Entry, DbErr> {
    Ok(Entry {
        id: row.try_get_by_index(3)?,
        at: row.try_get_by_index(4)?,
        action: row.try_get_by_index(5)?,
        actor: row.try_get_by_index(6)?,
        subject: row.try_get_by_index(7)?,
        source: row.try_get_by_index(8)?,
        details: row.try_get_by_index(9)?,
    })
}

/// Rows outside every chain: beyond its head, before its beginning, or of a chain that there is not.
async fn strays(
    snapshot: &DatabaseTransaction,
    chains: &BTreeMap<i32, Ends>,
    report: &mut Report,
) -> Result<(), DbErr> {
    let backend = snapshot.get_database_backend();
    let expected = heads::expected(backend);
    let (first, last) = (expected.start, expected.end - 1);
    let mut questions = vec![
        ("chain < $1", vec![first.into()]),
        ("chain > $1", vec![last.into()]),
    ];
    for ends in chains.values() {
        let chain = ends.newest.chain;
        questions.push((
            "chain = $1 AND number > $2",
            vec![chain.into(), ends.newest.number.into()],
        ));
        questions.push((
            "chain = $1 AND number <= $2",
            vec![chain.into(), ends.begins_after.number.into()],
        ));
    }
    for (which, values) in questions {
        let sql = format!(
            "SELECT chain, number, id FROM audit_events WHERE {which} ORDER BY chain, number LIMIT {MOST_FINDINGS}"
        );
        let statement = Statement::from_sql_and_values(backend, &sql, values);
        for row in snapshot.query_all_raw(statement).await? {
            report.note(Finding::Inserted {
                chain: row.try_get_by_index(0)?,
                number: row.try_get_by_index(1)?,
                id: row.try_get_by_index(2).unwrap_or_default(),
            });
        }
    }
    Ok(())
}
