//! Reads the whole log once, in the order of its chains and with the memory of a few batches, and says what was done to it.

use std::collections::{BTreeMap, BTreeSet};

use foundation::database::Database;
use futures::stream::StreamExt;
use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{
    chain::Hash,
    heads::{self, Ends},
    rows::{batch, whole_batches},
    seal::{Seal, SealKey},
    walk::{Finding, Head, Row, Walk, Witness},
};

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
    /// The row that each chain begins after.
    pub begins_after: Vec<Head>,
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
///
/// # Errors
/// Also when rows are archived meanwhile.
pub async fn verify(db: &Database, witnesses: Witnesses<'_>) -> Result<Report, DbErr> {
    // Seals before heads: none is of a row beyond them.
    let seals = super::seal::read(db).await?;
    let chains = heads::read(db).await?;
    let mut report = Report::default();
    let expected: BTreeSet<i32> = heads::expected(db.get_database_backend())
        .chain(chains.keys().copied())
        .collect();
    for chain in expected {
        let Some(ends) = chains.get(&chain) else {
            report.note(Finding::HeadMissing { chain });
            continue;
        };
        report.heads.push(ends.newest);
        report.begins_after.push(ends.begins_after);
        let wanted = Wanted::of(*ends, &witnesses, seals.get(&chain));
        walk(db, *ends, wanted, &mut report).await?;
    }
    strays(db, &mut report).await?;
    let after = heads::read(db).await?;
    let begins = |chains: &BTreeMap<i32, Ends>| -> Vec<i64> {
        chains.values().map(|ends| ends.begins_after.number).collect()
    };
    if begins(&after) != begins(&chains) {
        return Err(DbErr::Custom(
            "rows were archived meanwhile: verify once more".to_owned(),
        ));
    }
    Ok(report)
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

async fn walk(db: &Database, ends: Ends, mut wanted: Wanted<'_>, report: &mut Report) -> Result<(), DbErr> {
    let (chain, until) = (ends.newest.chain, ends.newest.number);
    let mut walk = Walk::from(ends.begins_after);
    wanted.meet(ends.begins_after, report);
    let mut take = |walk: &mut Walk, rows: Vec<Row>| {
        for row in &rows {
            walk.step(row, &mut |finding| report.note(finding));
            let (number, hash) = (row.number, row.hash);
            wanted.meet(Head { chain, number, hash }, report);
        }
        report.rows += rows.len() as u64;
    };
    loop {
        // Side by side, as long as no row is missing.
        let mut batches = whole_batches(db, chain, walk.number(), until);
        while let Some(rows) = batches.next().await {
            let (rows, expected) = rows?;
            let is_whole = rows.len() == expected;
            take(&mut walk, rows);
            if !is_whole {
                break;
            }
        }
        // What is missing is leapt over, however much it is.
        let rows = batch(db, chain, walk.number(), until).await?;
        if rows.is_empty() {
            break;
        }
        take(&mut walk, rows);
    }
    walk.end(ends.newest, &mut |finding| report.note(finding));
    wanted.end(ends, report);
    Ok(())
}

/// Rows outside every chain: beyond its head, before its beginning, or of a chain that there is not.
async fn strays(db: &Database, report: &mut Report) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let expected = heads::expected(backend);
    let mut questions = vec![("chain < $1", expected.start), ("chain > $1", expected.end - 1)];
    // In one statement with the head, which moves with each row that is written meanwhile.
    for chain in expected {
        questions.extend([
            (
                "chain = $1 AND number > (SELECT number FROM audit_chains WHERE chain = $1)",
                chain,
            ),
            (
                "chain = $1 AND number <= (SELECT begins_after FROM audit_chains WHERE chain = $1)",
                chain,
            ),
        ]);
    }
    for (which, chain) in questions {
        let sql = format!(
            "SELECT chain, number, id FROM audit_events WHERE {which} ORDER BY chain, number LIMIT {MOST_FINDINGS}"
        );
        let statement = Statement::from_sql_and_values(backend, &sql, [chain.into()]);
        for row in db.query_all_raw(statement).await? {
            report.note(Finding::Inserted {
                chain: row.try_get_by_index(0)?,
                number: row.try_get_by_index(1)?,
                id: row.try_get_by_index(2).unwrap_or_default(),
            });
        }
    }
    Ok(())
}
