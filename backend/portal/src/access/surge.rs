//! Grants of an activated response centre: given, kept and ended many at a time, by `activation` alone.

use std::collections::HashSet;

use foundation::{clock::Clock, database::placeholders, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{text::Oid, time::Timestamp};
use uuid::Uuid;

use super::leaving;

/// So many rows are written or asked for in one statement.
const AT_ONCE: usize = 100;

/// A role that an event gives.
#[derive(Clone, Debug)]
pub(crate) struct Gift {
    pub(crate) person: Uuid,
    pub(crate) role: Uuid,
    pub(crate) agency: Oid,
    /// As long as it lasts unless it is prolonged before.
    pub(crate) ends_at: Timestamp,
}

/// A grant that counts now.
#[derive(Clone, Debug)]
pub(crate) struct Living {
    pub(crate) id: Uuid,
    pub(crate) person: Uuid,
    pub(crate) role: Uuid,
    pub(crate) agency: Option<Oid>,
    /// The event that it is by.
    pub(crate) activation: Option<Uuid>,
}

/// To whom, in which role, for which agency.
pub(crate) type WholeKey = (Uuid, Uuid, Option<Oid>);

impl Living {
    /// To whom, in which role, for which agency.
    pub(crate) fn key(&self) -> WholeKey {
        (self.person, self.role, self.agency.clone())
    }
}

/// Writes grants of this event that count from now on; their ids, in the order of the gifts.
pub(crate) async fn give<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    activation: Uuid,
    gifts: &[Gift],
) -> Result<Vec<Uuid>, DbErr> {
    let now = clock.now().as_millis();
    let mut ids = Vec::new();
    for some in gifts.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![now.into(), activation.into()];
        let mut rows = Vec::new();
        for gift in some {
            let place = values.len() + 1;
            rows.push(format!(
                "(${place}, ${}, ${}, ${}, $1, ${}, $2)",
                place + 1,
                place + 2,
                place + 3,
                place + 4
            ));
            let id = id::new(clock);
            ids.push(id);
            values.extend([
                id.into(),
                gift.person.into(),
                gift.role.into(),
                gift.agency.as_str().into(),
                gift.ends_at.as_millis().into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO grants (id, person_id, role_id, agency_oid, starts_at, ends_at, activation_id) VALUES {}",
            rows.join(", ")
        );
        run(db, sql, values).await?;
    }
    Ok(ids)
}

/// Ends these grants: they count no more from this moment on.
pub(crate) async fn end<C: ConnectionTrait>(db: &C, ids: &[Uuid], now: Timestamp) -> Result<(), DbErr> {
    for some in ids.chunks(AT_ONCE) {
        let sql = format!(
            "UPDATE grants SET ends_at = $1 WHERE id IN {}",
            placeholders(2, some.len())
        );
        let values = std::iter::once(now.as_millis().into()).chain(some.iter().map(|id| (*id).into()));
        run(db, sql, values.collect()).await?;
    }
    leaving::tell_applications(db, ids, now).await
}

/// Gives the grants of this event that have lasted for half of what their role allows that time once more; how many
/// there were.
pub(crate) async fn prolong<C: ConnectionTrait>(
    db: &C,
    activation: Uuid,
    now: Timestamp,
) -> Result<u64, DbErr> {
    const LASTS: &str = "(SELECT r.max_days FROM application_roles r WHERE r.id = grants.role_id)";
    let sql = format!(
        "UPDATE grants SET ends_at = $2 + CAST({LASTS} AS BIGINT) * 86400000 WHERE activation_id = $1 \
         AND revoked_at IS NULL AND ends_at > $2 AND ends_at <= $2 + CAST({LASTS} AS BIGINT) * 43200000"
    );
    run(db, sql, vec![activation.into(), now.as_millis().into()]).await
}

/// The grants of this event that count now.
pub(crate) async fn living<C: ConnectionTrait>(
    db: &C,
    activation: Uuid,
    now: Timestamp,
) -> Result<Vec<Living>, DbErr> {
    const SQL: &str = "SELECT id, person_id, role_id, agency_oid, activation_id FROM grants \
         WHERE activation_id = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY id";
    let values = vec![activation.into(), now.as_millis().into()];
    let rows = select(db, SQL.to_owned(), values).await?;
    rows.iter().map(read).collect()
}

/// What these people hold now, by whatever.
pub(crate) async fn held<C: ConnectionTrait>(
    db: &C,
    people: &[Uuid],
    now: Timestamp,
) -> Result<Vec<Living>, DbErr> {
    let mut held = Vec::new();
    for some in people.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT id, person_id, role_id, agency_oid, activation_id FROM grants \
             WHERE revoked_at IS NULL AND starts_at <= $1 AND ends_at > $1 AND person_id IN {}",
            placeholders(2, some.len())
        );
        for row in select(db, sql, with(now, some)).await? {
            held.push(read(&row)?);
        }
    }
    Ok(held)
}

/// Person and role of what somebody has taken back from these people since then.
pub(crate) async fn taken_back_since<C: ConnectionTrait>(
    db: &C,
    people: &[Uuid],
    since: Timestamp,
) -> Result<HashSet<(Uuid, Uuid)>, DbErr> {
    let mut taken = HashSet::new();
    for some in people.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT person_id, role_id FROM grants WHERE revoked_at >= $1 AND person_id IN {}",
            placeholders(2, some.len())
        );
        for row in select(db, sql, with(since, some)).await? {
            taken.insert((row.try_get("", "person_id")?, row.try_get("", "role_id")?));
        }
    }
    Ok(taken)
}

fn read(row: &QueryResult) -> Result<Living, DbErr> {
    Ok(Living {
        id: row.try_get("", "id")?,
        person: row.try_get("", "person_id")?,
        role: row.try_get("", "role_id")?,
        activation: row.try_get("", "activation_id")?,
        agency: row.try_get::<String>("", "agency_oid")?.parse().ok(),
    })
}

fn with(time: Timestamp, people: &[Uuid]) -> Vec<Value> {
    let people = people.iter().map(|id| (*id).into());
    std::iter::once(time.as_millis().into()).chain(people).collect()
}

async fn select<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await
}

async fn run<C: ConnectionTrait>(db: &C, sql: String, values: Vec<Value>) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}
