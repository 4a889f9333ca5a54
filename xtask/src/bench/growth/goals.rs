//! What is asked of a portal that has grown, on each database.

use super::super::figure::{Bound, Goal};
use super::Kind;

/// The goals on one database.
pub(super) struct Goals {
    pub(super) lists: &'static Goal,
    pub(super) approvals: &'static Goal,
    pub(super) export: &'static Goal,
    pub(super) verification: &'static Goal,
}

impl Goals {
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self {
                lists: &SQLITE[0],
                approvals: &SQLITE[1],
                export: &SQLITE[2],
                verification: &SQLITE[3],
            },
            Kind::Postgres => Self {
                lists: &POSTGRES[0],
                approvals: &POSTGRES[1],
                export: &POSTGRES[2],
                verification: &POSTGRES[3],
            },
        }
    }
}

static SQLITE: [Goal; 4] = goals([
    "SQLite: p99 of a list, large ÷ small, the worst one",
    "SQLite: approvals/s ÷ raw two-row transactions/s",
    "SQLite: export of the audit log",
    "SQLite: audit verify",
]);

static POSTGRES: [Goal; 4] = goals([
    "PostgreSQL: p99 of a list, large ÷ small, the worst one",
    "PostgreSQL: approvals/s ÷ raw two-row transactions/s",
    "PostgreSQL: export of the audit log",
    "PostgreSQL: audit verify",
]);

const fn goals(names: [&'static str; 4]) -> [Goal; 4] {
    let [lists, approvals, export, verification] = names;
    [
        Goal {
            name: lists,
            how: "Every list, its page far down, and its search or filter, at 100 requests a second through the API against \
                  the large and the small portal in turn, nine times for a second; the median of the rounds' ratios, of the \
                  worst one of the table below. Both databases are in memory when a list's turn comes.",
            unit: "",
            digits: 2,
            bound: Bound::AtMost,
            must: 2.0,
            aim: 1.3,
        },
        Goal {
            name: approvals,
            how: "64 deciders approve at once, each what waits for them, through the API of the large portal, against a program \
                  that inserts two rows in each transaction, 64 at a time over the portal's pool, into the same database with the \
                  same promise: a commit is on the disk. All of the database is in memory when a round begins. PostgreSQL has its core \
                  to itself: both programs share the portal's.",
            unit: "",
            digits: 2,
            bound: Bound::AtLeast,
            must: 0.5,
            aim: 0.5,
        },
        Goal {
            name: export,
            how: "`GET /api/v1/audit-events/export?format=jsonl` of the whole log, thrown away where it is read, for the \
                  second time, so that it is in memory; `VmRSS` of the portal before and after, and its peak.",
            unit: " rows/s",
            digits: 0,
            bound: Bound::AtLeast,
            must: 100_000.0,
            aim: 100_000.0,
        },
        Goal {
            name: verification,
            how: "`emic-portal audit verify` of the whole log, on all cores. No least is asked for.",
            unit: " rows/s",
            digits: 0,
            bound: Bound::AtLeast,
            must: 0.0,
            aim: 1_000_000.0,
        },
    ]
}
