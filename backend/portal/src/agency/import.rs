//! Makes the database's register what the file's is, in one transaction.

use std::collections::HashMap;

use foundation::{
    clock::Clock,
    database::{self, Database},
    id,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, TransactionTrait,
    sea_query::{Expr, OnConflict},
};
use shared::{agency::AgencyChoice, audit::AuditAction, time::Timestamp};

use super::{
    entity::{agency, history},
    register::{Entry, Register},
    store,
};
use crate::audit;

/// How many rows one statement writes.
const BATCH: usize = 1000;

/// A row that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// 機關OID.
    pub oid: String,
    /// What it was called.
    pub before: String,
    /// What it is called.
    pub now: String,
    /// The columns of the file that differ.
    pub fields: Vec<&'static str>,
}

/// What an import does, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many agencies are new.
    pub added: usize,
    /// How many are as they were.
    pub unchanged: usize,
    /// Those of which something differs.
    pub changed: Vec<Change>,
    /// Those that the file does not hold any more.
    pub vanished: Vec<AgencyChoice>,
    /// Those that had vanished, and are there again.
    pub returned: Vec<AgencyChoice>,
}

impl Outcome {
    fn changes(&self) -> bool {
        self.added > 0 || !(self.changed.is_empty() && self.vanished.is_empty() && self.returned.is_empty())
    }
}

/// An import to do.
pub struct Import<'a> {
    /// The database.
    pub db: &'a Database,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Called with the number of rows that were written and of those that will be.
    pub progress: &'a mut (dyn FnMut(usize, usize) + Send),
}

/// Imports the register. With `dry_run`, only says what that would do.
pub async fn import(import: Import<'_>, register: &Register, dry_run: bool) -> Result<Outcome, DbErr> {
    if dry_run {
        let transaction = import.db.pool().begin().await?;
        let plan = plan(&transaction, register, import.clock).await?;
        transaction.rollback().await?;
        return Ok(plan.outcome);
    }
    let transaction = database::begin_write(import.db).await?;
    // Another import waits here for the end of this one.
    transaction
        .execute_unprepared("UPDATE agency_register SET version = version WHERE id = 1")
        .await?;
    let plan = plan(&transaction, register, import.clock).await?;
    write(&transaction, &plan, import.clock.now(), import.progress).await?;
    let outcome = plan.outcome;
    if outcome.changes() {
        store::bump(&transaction).await?;
    }
    let event = audit::Event::new(AuditAction::AgenciesImported)
        .detail("sha256", &register.digest)
        .detail("added", &outcome.added.to_string())
        .detail("changed", &outcome.changed.len().to_string())
        .detail("vanished", &outcome.vanished.len().to_string())
        .detail("returned", &outcome.returned.len().to_string())
        .detail("skipped", &register.skipped.len().to_string());
    audit::record(&transaction, import.clock, event).await?;
    transaction.commit().await?;
    Ok(outcome)
}

/// The rows to write, and what they amount to.
#[derive(Default)]
struct Plan {
    rows: Vec<agency::ActiveModel>,
    history: Vec<history::ActiveModel>,
    gone: Vec<String>,
    outcome: Outcome,
}

async fn plan<C: ConnectionTrait>(db: &C, register: &Register, clock: &dyn Clock) -> Result<Plan, DbErr> {
    let now = clock.now();
    let rows = agency::Entity::find().all(db).await?;
    let mut known: HashMap<String, agency::Model> =
        rows.into_iter().map(|row| (row.oid.clone(), row)).collect();
    let mut plan = Plan::default();
    for entry in &register.entries {
        let Some(before) = known.remove(entry.oid.as_str()) else {
            plan.outcome.added += 1;
            plan.rows.push(row(entry));
            continue;
        };
        let fields = differences(&before, entry);
        let returned = before.vanished_at.is_some();
        if fields.is_empty() && !returned {
            plan.outcome.unchanged += 1;
            continue;
        }
        if returned {
            plan.outcome.returned.push(choice(&before.oid, &entry.name));
        }
        if !fields.is_empty() {
            plan.outcome.changed.push(Change {
                oid: before.oid.clone(),
                before: before.name.clone(),
                now: entry.name.clone(),
                fields,
            });
        }
        plan.rows.push(row(entry));
        plan.history.push(former(before, now, clock));
    }
    let mut gone: Vec<_> = known
        .into_values()
        .filter(|row| row.vanished_at.is_none())
        .collect();
    gone.sort_by(|one, other| one.oid.cmp(&other.oid));
    for row in gone {
        plan.outcome.vanished.push(choice(&row.oid, &row.name));
        plan.gone.push(row.oid.clone());
        plan.history.push(former(row, now, clock));
    }
    Ok(plan)
}

fn choice(oid: &str, name: &str) -> AgencyChoice {
    AgencyChoice {
        oid: oid.to_owned(),
        name: name.to_owned(),
    }
}

fn differences(before: &agency::Model, entry: &Entry) -> Vec<&'static str> {
    [
        ("OrgName", before.name != entry.name),
        ("TEL", before.telephone != entry.telephone),
        ("Address", before.address != entry.address),
        ("DN", before.dn != entry.dn),
        ("OrgCode", before.code != entry.code),
    ]
    .into_iter()
    .filter_map(|(column, differs)| differs.then_some(column))
    .collect()
}

fn row(entry: &Entry) -> agency::ActiveModel {
    agency::ActiveModel {
        oid: Set(entry.oid.to_string()),
        name: Set(entry.name.clone()),
        code: Set(entry.code.clone()),
        telephone: Set(entry.telephone.clone()),
        address: Set(entry.address.clone()),
        dn: Set(entry.dn.clone()),
        vanished_at: Set(None),
    }
}

fn former(row: agency::Model, now: Timestamp, clock: &dyn Clock) -> history::ActiveModel {
    history::ActiveModel {
        id: Set(id::new(clock)),
        oid: Set(row.oid),
        name: Set(row.name),
        code: Set(row.code),
        telephone: Set(row.telephone),
        address: Set(row.address),
        dn: Set(row.dn),
        vanished_at: Set(row.vanished_at),
        until: Set(now.as_millis()),
    }
}

async fn write<C: ConnectionTrait>(
    db: &C,
    plan: &Plan,
    now: Timestamp,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(), DbErr> {
    let total = plan.rows.len() + plan.gone.len();
    let mut done = 0;
    for rows in plan.history.chunks(BATCH) {
        history::Entity::insert_many(rows.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    let known = OnConflict::column(agency::Column::Oid)
        .update_columns([
            agency::Column::Name,
            agency::Column::Code,
            agency::Column::Telephone,
            agency::Column::Address,
            agency::Column::Dn,
            agency::Column::VanishedAt,
        ])
        .to_owned();
    for rows in plan.rows.chunks(BATCH) {
        agency::Entity::insert_many(rows.to_vec())
            .on_conflict(known.clone())
            .exec_without_returning(db)
            .await?;
        done += rows.len();
        progress(done, total);
    }
    for gone in plan.gone.chunks(BATCH) {
        agency::Entity::update_many()
            .col_expr(agency::Column::VanishedAt, Expr::value(now.as_millis()))
            .filter(agency::Column::Oid.is_in(gone))
            .exec(db)
            .await?;
        done += gone.len();
        progress(done, total);
    }
    Ok(())
}
