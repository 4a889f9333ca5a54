//! Seals: what a key that is not in the database has signed of each chain. Whoever can write the database but does not
//! have the key can rewrite nothing that was sealed (docs/decisions/0017).

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::hmac;
use foundation::{clock::Clock, database::Database};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use secrecy::{ExposeSecret, SecretString};

use super::{
    heads::{self, Ends},
    rows::{batch, snapshot},
    walk::{Finding, Head, Walk, Witness},
};

/// The key that seals are made with.
#[derive(Clone)]
pub struct SealKey(hmac::Key);

impl SealKey {
    /// Of this secret.
    pub fn new(secret: &SecretString) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            secret.expose_secret().as_bytes(),
        ))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// The newest seal of a chain.
#[derive(Clone, Debug)]
pub(super) struct Seal {
    pub number: i64,
    begins_after: i64,
    at: i64,
    signature: Vec<u8>,
}

impl Seal {
    /// Whether the key made it of this row, in a chain that begins after that number.
    pub(super) fn fits(&self, key: &SealKey, row: Head, begins_after: i64) -> bool {
        self.begins_after == begins_after
            && hmac::verify(&key.0, &text(row, begins_after, self.at), &self.signature).is_ok()
    }
}

/// What is signed: all of it has its length.
fn text(row: Head, begins_after: i64, at: i64) -> Vec<u8> {
    [
        b"emic-audit-seal-1".as_slice(),
        &row.chain.to_be_bytes(),
        &row.number.to_be_bytes(),
        &row.hash,
        &begins_after.to_be_bytes(),
        &at.to_be_bytes(),
    ]
    .concat()
}

/// The newest seal of each chain.
pub(super) async fn read<C: ConnectionTrait>(db: &C) -> Result<BTreeMap<i32, Seal>, DbErr> {
    const SQL: &str = "SELECT chain, number, begins_after, at, seal FROM audit_seals";
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), SQL))
        .await?;
    rows.iter()
        .map(|row| {
            let seal = Seal {
                number: row.try_get_by_index(1)?,
                begins_after: row.try_get_by_index(2)?,
                at: row.try_get_by_index(3)?,
                signature: row.try_get_by_index(4)?,
            };
            Ok((row.try_get_by_index(0)?, seal))
        })
        .collect()
}

/// Verifies what was written since the last seal, and seals it: what does not fit. A chain in which something does not
/// fit keeps its old seal.
pub async fn seal(db: &Database, clock: &dyn Clock, key: &SealKey) -> Result<Vec<Finding>, DbErr> {
    let snapshot = snapshot(db).await?;
    let seals = read(&snapshot).await?;
    let mut findings = Vec::new();
    let mut due = Vec::new();
    for (chain, ends) in heads::read(&snapshot).await? {
        let before = findings.len();
        let Some(from) = start(&snapshot, ends, seals.get(&chain), key, &mut findings).await? else {
            continue;
        };
        let mut walk = Walk::from(from);
        let mut found = |finding| findings.push(finding);
        loop {
            let rows = batch(&snapshot, chain, walk.number(), ends.newest.number).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                walk.step(row, &mut found);
            }
        }
        walk.end(ends.newest, &mut found);
        let is_new = seals
            .get(&chain)
            .is_none_or(|seal| seal.number < ends.newest.number);
        if findings.len() == before && is_new {
            due.push(ends);
        }
    }
    snapshot.rollback().await?;
    for ends in due {
        write(db, clock, key, ends.newest, ends.begins_after.number).await?;
    }
    Ok(findings)
}

/// Where to go on: after the row of the last seal, if it is still what was sealed.
async fn start<C: ConnectionTrait>(
    db: &C,
    ends: Ends,
    seal: Option<&Seal>,
    key: &SealKey,
    findings: &mut Vec<Finding>,
) -> Result<Option<Head>, DbErr> {
    let anchor = ends.begins_after;
    let Some(seal) = seal else {
        return Ok(Some(anchor));
    };
    let (chain, number) = (anchor.chain, seal.number);
    let row = if number == anchor.number {
        Some(anchor)
    } else {
        let rows = batch(db, chain, number - 1, number).await?;
        rows.first().map(|row| Head {
            chain,
            number,
            hash: row.hash,
        })
    };
    let row = row.filter(|row| seal.fits(key, *row, anchor.number));
    if row.is_none() {
        let by = Witness::Seal;
        findings.push(Finding::NotAsKept { chain, number, by });
    }
    Ok(row)
}

/// Seals a chain at this row. An older seal never replaces a newer one, of whatever node.
async fn write<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    key: &SealKey,
    row: Head,
    begins_after: i64,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO audit_seals (chain, number, begins_after, at, seal) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (chain) DO UPDATE SET number = excluded.number, begins_after = excluded.begins_after, \
         at = excluded.at, seal = excluded.seal \
         WHERE excluded.number >= audit_seals.number AND excluded.begins_after >= audit_seals.begins_after";
    let at = clock.now().as_millis();
    let seal = hmac::sign(&key.0, &text(row, begins_after, at));
    let values = [
        row.chain.into(),
        row.number.into(),
        begins_after.into(),
        at.into(),
        seal.as_ref().to_vec().into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.execute_raw(statement).await.map(drop)
}

/// Seals the row that was sealed, in a chain that is about to begin later. Its rows are still there.
pub(super) async fn move_beginning(
    transaction: &DatabaseTransaction,
    clock: &dyn Clock,
    key: &SealKey,
    from: Head,
    to: Head,
) -> Result<(), DbErr> {
    const HOLD: &str = "UPDATE audit_seals SET at = at WHERE chain = $1";
    let chain = from.chain;
    let hold = Statement::from_sql_and_values(transaction.get_database_backend(), HOLD, [chain.into()]);
    transaction.execute_raw(hold).await?;
    let seals = read(transaction).await?;
    let sealed = match seals.get(&chain) {
        Some(seal) => batch(transaction, chain, seal.number - 1, seal.number)
            .await?
            .first()
            .map(|row| Head {
                chain,
                number: row.number,
                hash: row.hash,
            })
            .filter(|row| row.number >= to.number && seal.fits(key, *row, from.number)),
        None => None,
    };
    match sealed {
        Some(row) => write(transaction, clock, key, row, to.number).await,
        None => Err(DbErr::Custom("the seal of the log does not fit".to_owned())),
    }
}
