//! The heads of the chains: in the database, and kept in a file elsewhere.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use serde::{Deserialize, Serialize};
use shared::time::Timestamp;

use super::{
    chain::{BEGINNING, CHAINS, Hash},
    walk::Head,
};

/// A chain as its head says: the newest row, and the one that the chain begins after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub begins_after: Head,
    pub newest: Head,
}

/// The chains that there must be.
pub(super) fn expected(backend: DatabaseBackend) -> std::ops::Range<i32> {
    match backend {
        DatabaseBackend::Postgres => 0..CHAINS,
        _ => 0..1,
    }
}

/// Every chain's ends.
pub(super) async fn read<C: ConnectionTrait>(db: &C) -> Result<BTreeMap<i32, Ends>, DbErr> {
    const SQL: &str = "SELECT chain, number, hash, begins_after, begins_after_hash FROM audit_chains";
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), SQL))
        .await?;
    rows.iter()
        .map(|row| {
            let chain = row.try_get_by_index(0)?;
            let head = |number, hash| -> Result<Head, DbErr> {
                Ok(Head {
                    chain,
                    number: row.try_get_by_index(number)?,
                    // What is no hash fits no row.
                    hash: Hash::try_from(row.try_get_by_index::<Vec<u8>>(hash)?).unwrap_or(BEGINNING),
                })
            };
            let ends = Ends {
                newest: head(1, 2)?,
                begins_after: head(3, 4)?,
            };
            Ok((chain, ends))
        })
        .collect()
}

/// The heads at some moment, as a file keeps them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptHeads {
    /// When they were written.
    pub written_at: Timestamp,
    /// One for each chain.
    pub chains: Vec<KeptHead>,
}

/// The head of one chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptHead {
    /// The chain.
    pub chain: i32,
    /// The number of its newest row.
    pub number: i64,
    /// That row's hash, in hexadecimal.
    pub hash: String,
}

impl KeptHeads {
    /// These heads, now.
    pub fn of(heads: &[Head], now: Timestamp) -> Self {
        Self {
            written_at: now,
            chains: heads
                .iter()
                .map(|head| KeptHead {
                    chain: head.chain,
                    number: head.number,
                    hash: hex(&head.hash),
                })
                .collect(),
        }
    }

    /// The heads; none when a hash is none.
    pub fn heads(&self) -> Option<Vec<Head>> {
        self.chains
            .iter()
            .map(|kept| {
                Some(Head {
                    chain: kept.chain,
                    number: kept.number,
                    hash: from_hex(&kept.hash)?,
                })
            })
            .collect()
    }
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| DIGITS[usize::from(digit)]).collect()
}

pub(super) fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, place) in hash.iter_mut().zip(0..) {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(hash)
}
