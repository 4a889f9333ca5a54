//! Verifies rows that are in archives: that they are as they were written, and what the log goes on after.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{
    chain::{BEGINNING, Entry, Hash},
    heads::{from_hex, hex},
    walk::{Finding, Head, Row, Walk, Witness},
};

/// A line of an archive: the row with all that its hash covers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    chain: i32,
    number: i64,
    hash: String,
    form: i32,
    id: Uuid,
    at: Timestamp,
    action: String,
    actor: Option<Uuid>,
    subject: Option<Uuid>,
    source: Option<String>,
    /// As it is stored: the hash is over this text.
    details: String,
}

impl Line {
    /// Of a row in this chain.
    pub(super) fn of(chain: i32, row: &Row) -> Self {
        let entry = row.entry.clone();
        Self {
            chain,
            number: row.number,
            hash: hex(&row.hash),
            form: row.form,
            id: entry.id,
            at: Timestamp::from_millis(entry.at),
            action: entry.action,
            actor: entry.actor,
            subject: entry.subject,
            source: entry.source,
            details: entry.details,
        }
    }

    fn row(self) -> Row {
        Row {
            number: self.number,
            // What is no hash fits no row.
            hash: from_hex(&self.hash).unwrap_or(BEGINNING),
            form: self.form,
            entry: Entry {
                id: self.id,
                at: self.at.as_millis(),
                action: self.action,
                actor: self.actor,
                subject: self.subject,
                source: self.source,
                details: self.details,
            },
        }
    }
}

/// Archives that are read line by line, the oldest first.
#[derive(Debug)]
pub struct Archives {
    walks: BTreeMap<i32, Walk>,
    wanted: BTreeMap<(i32, i64), Vec<(Hash, Witness)>>,
    /// How many rows were read.
    pub rows: u64,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

impl Archives {
    /// Of a log whose chains begin after these rows, and of which these heads were kept.
    pub fn new(begins_after: &[Head], kept: &[Head]) -> Self {
        let mut wanted: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let log = begins_after.iter().map(|head| (head, Witness::Log));
        let kept = kept.iter().map(|head| (head, Witness::Kept));
        for (head, by) in log.chain(kept).filter(|(head, _)| head.number > 0) {
            wanted
                .entry((head.chain, head.number))
                .or_default()
                .push((head.hash, by));
        }
        Self {
            walks: BTreeMap::new(),
            wanted,
            rows: 0,
            findings: Vec::new(),
        }
    }

    /// Takes the next line.
    ///
    /// # Errors
    /// When it is no row.
    pub fn take(&mut self, line: &str) -> Result<(), serde_json::Error> {
        let line: Line = serde_json::from_str(line)?;
        let chain = line.chain;
        let row = line.row();
        let walk = self.walks.entry(chain).or_insert_with(|| {
            // What came before the first archive that is given, is not known.
            Walk::after(chain, row.number - 1, (row.number == 1).then_some(BEGINNING))
        });
        walk.step(&row, &mut |finding| self.findings.push(finding));
        let number = row.number;
        for (hash, by) in self.wanted.remove(&(chain, number)).unwrap_or_default() {
            if hash != row.hash {
                self.findings.push(Finding::NotAsKept { chain, number, by });
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// After the last line: what the log goes on after, and no archive holds, is missing.
    pub fn end(&mut self) {
        for ((chain, to), known) in std::mem::take(&mut self.wanted) {
            if known.iter().any(|(_, by)| *by == Witness::Log) {
                let from = self.walks.get(&chain).map_or(1, |walk| walk.number() + 1);
                self.findings.push(Finding::Missing { chain, from, to });
            }
        }
    }
}
