//! Walks along one chain, row by row, and says what does not fit. Knows no database.

use std::fmt;

use uuid::Uuid;

use super::chain::{Entry, FORM, Hash, Place};

/// A row, as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub number: i64,
    pub hash: Hash,
    pub form: i32,
    pub entry: Entry,
}

/// A row of a chain by its number, and what it must be for all before it to be what they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The chain.
    pub chain: i32,
    /// The row's number in it, from 1; 0 for the beginning of an empty chain.
    pub number: i64,
    /// The row's hash.
    pub hash: [u8; 32],
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row's content, or its place, is not what its hash was made of; or the row before it was replaced.
    Altered {
        /// The chain.
        chain: i32,
        /// The row's number.
        number: i64,
        /// The row's id.
        id: Uuid,
    },
    /// There are no rows of these numbers.
    Missing {
        /// The chain.
        chain: i32,
        /// The first that is missing.
        from: i64,
        /// The last that is missing.
        to: i64,
    },
    /// A row where none was written.
    Inserted {
        /// The chain that it claims.
        chain: i32,
        /// The number that it claims.
        number: i64,
        /// The row's id.
        id: Uuid,
    },
    /// The chain's head names another hash than its newest row has.
    HeadDiffers {
        /// The chain.
        chain: i32,
        /// The number of the newest row.
        number: i64,
    },
    /// The head of the chain is gone.
    HeadMissing {
        /// The chain.
        chain: i32,
    },
    /// The row is not the one that was kept outside the database, or signed with the key.
    NotAsKept {
        /// The chain.
        chain: i32,
        /// The row's number.
        number: i64,
        /// Who knew better.
        by: Witness,
    },
}

/// What knows an earlier head of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// A file of heads.
    Kept,
    /// A seal made with the key.
    Seal,
    /// The log, which goes on after an archive.
    Log,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { chain, number, id } => write!(
                f,
                "altered: chain {chain}, number {number}, id {id}: it, its place, or the row before it is not what was written"
            ),
            Self::Missing { chain, from, to } if from == to => {
                write!(f, "missing: chain {chain}, number {from}")
            }
            Self::Missing { chain, from, to } => write!(
                f,
                "missing: chain {chain}, numbers {from} to {to} ({} rows)",
                to - from + 1
            ),
            Self::Inserted { chain, number, id } => write!(
                f,
                "inserted: chain {chain}, number {number}, id {id}: nothing was written there"
            ),
            Self::HeadDiffers { chain, number } => write!(
                f,
                "head: chain {chain}: it does not fit the newest row, number {number}"
            ),
            Self::HeadMissing { chain } => write!(f, "head: chain {chain}: there is none"),
            Self::NotAsKept { chain, number, by } => write!(
                f,
                "replaced: chain {chain}: number {number} is not the row that {}; it or rows before it were rewritten or removed",
                match by {
                    Witness::Kept => "the file of heads knows",
                    Witness::Seal => "the seal was made of",
                    Witness::Log => "the log goes on after",
                }
            ),
        }
    }
}

/// How far a chain was read, and what the next row must follow.
#[derive(Debug)]
pub(super) struct Walk {
    chain: i32,
    number: i64,
    /// None where the row before is missing: then the next row's own hash is taken as it is.
    hash: Option<Hash>,
}

impl Walk {
    /// From the row that the chain begins after.
    pub(super) fn from(anchor: Head) -> Self {
        Self {
            chain: anchor.chain,
            number: anchor.number,
            hash: Some(anchor.hash),
        }
    }

    /// From the row of this number, whose hash may not be known.
    pub(super) fn after(chain: i32, number: i64, hash: Option<Hash>) -> Self {
        Self { chain, number, hash }
    }

    /// The number of the last row.
    pub(super) fn number(&self) -> i64 {
        self.number
    }

    /// Takes the next row, by number.
    pub(super) fn step(&mut self, row: &Row, found: &mut impl FnMut(Finding)) {
        let (chain, number, id) = (self.chain, row.number, row.entry.id);
        if number <= self.number {
            found(Finding::Inserted { chain, number, id });
            return;
        }
        if number > self.number + 1 {
            let (from, to) = (self.number + 1, number - 1);
            found(Finding::Missing { chain, from, to });
            self.hash = None;
        }
        let fits = row.form == FORM
            && self
                .hash
                .is_none_or(|before| row.entry.hash(Place { chain, number }, &before) == row.hash);
        if !fits {
            found(Finding::Altered { chain, number, id });
        }
        (self.number, self.hash) = (number, Some(row.hash));
    }

    /// Says what is missing at the end.
    pub(super) fn end(&self, head: Head, found: &mut impl FnMut(Finding)) {
        let chain = self.chain;
        if head.number > self.number {
            let (from, to) = (self.number + 1, head.number);
            found(Finding::Missing { chain, from, to });
        } else if self.hash != Some(head.hash) {
            let number = self.number;
            found(Finding::HeadDiffers { chain, number });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::chain::BEGINNING, *};

    fn log(rows: i64) -> Vec<Row> {
        let mut before = BEGINNING;
        (1..=rows)
            .map(|number| {
                let entry = Entry {
                    id: Uuid::from_u128(u128::try_from(number).unwrap()),
                    at: number,
                    action: "signed_in".to_owned(),
                    actor: None,
                    subject: None,
                    source: None,
                    details: "{}".to_owned(),
                };
                before = entry.hash(Place { chain: 0, number }, &before);
                Row {
                    number,
                    hash: before,
                    form: FORM,
                    entry,
                }
            })
            .collect()
    }

    fn walk(rows: &[Row], head: &Row) -> Vec<String> {
        let mut said = Vec::new();
        let mut found = |finding: Finding| said.push(finding.to_string());
        let start = Head {
            chain: 0,
            number: 0,
            hash: BEGINNING,
        };
        let mut walk = Walk::from(start);
        for row in rows {
            walk.step(row, &mut found);
        }
        let head = Head {
            chain: 0,
            number: head.number,
            hash: head.hash,
        };
        walk.end(head, &mut found);
        said.iter()
            .map(|text| text.split(", id").next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn each_tampering_is_named_and_placed_and_an_untouched_log_is_silent() {
        let log = log(6);
        let head = log[5].clone();
        assert!(walk(&log, &head).is_empty());

        let mut altered = log.clone();
        altered[2].entry.details = "{ }".to_owned();
        assert_eq!(walk(&altered, &head), ["altered: chain 0, number 3"]);

        // Whoever hashes the altered row anew is betrayed by the next one.
        altered[2].hash = altered[2]
            .entry
            .hash(Place { chain: 0, number: 3 }, &altered[1].hash);
        assert_eq!(walk(&altered, &head), ["altered: chain 0, number 4"]);

        let mut missing = log.clone();
        missing.drain(1..3);
        assert_eq!(
            walk(&missing, &head),
            ["missing: chain 0, numbers 2 to 3 (2 rows)"]
        );

        let mut swapped = log.clone();
        (swapped[1].entry, swapped[2].entry) = (log[2].entry.clone(), log[1].entry.clone());
        assert_eq!(
            walk(&swapped, &head),
            ["altered: chain 0, number 2", "altered: chain 0, number 3"]
        );

        assert_eq!(walk(&log[..5], &head), ["missing: chain 0, number 6"]);
        assert_eq!(
            walk(&log[..0], &head),
            ["missing: chain 0, numbers 1 to 6 (6 rows)"]
        );

        let mut other = head.clone();
        other.hash = BEGINNING;
        assert_eq!(
            walk(&log, &other),
            ["head: chain 0: it does not fit the newest row, number 6"]
        );

        let mut again = log.clone();
        again.push(log[3].clone());
        assert_eq!(walk(&again, &head), ["inserted: chain 0, number 4"]);

        let mut form = log.clone();
        form[0].form = 2;
        assert_eq!(walk(&form, &head), ["altered: chain 0, number 1"]);
    }
}
