//! The audit log is chained by hash: rows that are there already become the first of chain 0, in the order of their ids.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Statement, TransactionTrait, Value},
};
use uuid::Uuid;

use crate::audit::chain::{BEGINNING, CHAINS, Entry, Hash, Place};

#[derive(Debug, DeriveMigrationName)]
pub(super) struct Migration;

/// How many rows are read at once.
const BATCH: i64 = 1000;

/// `audit_chains` holds, of each chain, its newest row, and the row that it begins after: that of the last row that was
/// archived. `audit_seals` holds what the key has signed of it.
const UP: &str = "
    ALTER TABLE audit_events ADD COLUMN chain integer NOT NULL DEFAULT 0;
    ALTER TABLE audit_events ADD COLUMN number bigint NOT NULL DEFAULT 0;
    ALTER TABLE audit_events ADD COLUMN hash {bytes} NOT NULL DEFAULT {empty};
    ALTER TABLE audit_events ADD COLUMN form integer NOT NULL DEFAULT 1;
    CREATE TABLE audit_chains (
        chain integer NOT NULL PRIMARY KEY,
        number bigint NOT NULL,
        hash {bytes} NOT NULL,
        begins_after bigint NOT NULL,
        begins_after_hash {bytes} NOT NULL
    );
    CREATE TABLE audit_seals (
        chain integer NOT NULL PRIMARY KEY,
        number bigint NOT NULL,
        begins_after bigint NOT NULL,
        at bigint NOT NULL,
        seal {bytes} NOT NULL
    )";

/// Ids sort by time, so that no index of times is needed. Of sign-ins, which are most of the log, no index of actions
/// is kept: whoever looks for one finds it among the newest rows.
const INDEXES: &str = "
    CREATE UNIQUE INDEX audit_events_by_chain_number ON audit_events (chain, number);
    DROP INDEX audit_events_by_at_id;
    DROP INDEX audit_events_by_actor;
    DROP INDEX audit_events_by_subject_id;
    CREATE INDEX audit_events_by_actor_id ON audit_events (actor, id) WHERE actor IS NOT NULL;
    CREATE INDEX audit_events_by_subject_id ON audit_events (subject, id) WHERE subject IS NOT NULL;
    CREATE INDEX audit_events_by_action_id ON audit_events (action, id) WHERE action <> 'signed_in'";

const DOWN: &str = "
    DROP INDEX audit_events_by_action_id;
    DROP INDEX audit_events_by_subject_id;
    DROP INDEX audit_events_by_actor_id;
    DROP INDEX audit_events_by_chain_number;
    CREATE INDEX audit_events_by_at_id ON audit_events (at, id);
    CREATE INDEX audit_events_by_actor ON audit_events (actor);
    CREATE INDEX audit_events_by_subject_id ON audit_events (subject, id);
    DROP TABLE audit_seals;
    DROP TABLE audit_chains;
    ALTER TABLE audit_events DROP COLUMN form;
    ALTER TABLE audit_events DROP COLUMN hash;
    ALTER TABLE audit_events DROP COLUMN number;
    ALTER TABLE audit_events DROP COLUMN chain";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // As a whole or not at all, on SQLite too.
        let transaction = manager.get_connection().begin().await?;
        let db = &transaction;
        let (bytes, empty, chains) = match db.get_database_backend() {
            DatabaseBackend::Postgres => ("bytea", "''", CHAINS),
            _ => ("blob", "x''", 1),
        };
        let up = UP.replace("{bytes}", bytes).replace("{empty}", empty);
        db.execute_unprepared(&up).await?;
        let (last, hash) = chain_up(db).await?;
        for chain in 0..chains {
            let (last, hash) = if chain == 0 { (last, hash) } else { (0, BEGINNING) };
            let values = [
                chain.into(),
                last.into(),
                hash.to_vec().into(),
                BEGINNING.to_vec().into(),
            ];
            execute(
                db,
                "INSERT INTO audit_chains (chain, number, hash, begins_after, begins_after_hash) \
                 VALUES ($1, $2, $3, 0, $4)",
                values,
            )
            .await?;
        }
        db.execute_unprepared(INDEXES).await?;
        transaction.commit().await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await.map(drop)
    }
}

async fn execute<C: ConnectionTrait>(db: &C, sql: &str, values: [Value; 4]) -> Result<(), DbErr> {
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        sql,
        values,
    ))
    .await
    .map(drop)
}

/// Chains what is there; the last number and hash.
async fn chain_up<C: ConnectionTrait>(db: &C) -> Result<(i64, Hash), DbErr> {
    let (mut place, mut hash, mut last) = (Place { chain: 0, number: 0 }, BEGINNING, Uuid::nil());
    loop {
        let rows = db
            .query_all_raw(Statement::from_sql_and_values(
                db.get_database_backend(),
                "SELECT id, at, action, actor, subject, source, details FROM audit_events \
                 WHERE id > $1 ORDER BY id LIMIT $2",
                [last.into(), BATCH.into()],
            ))
            .await?;
        if rows.is_empty() {
            return Ok((place.number, hash));
        }
        for row in &rows {
            let entry = entry(row)?;
            place.number += 1;
            hash = entry.hash(place, &hash);
            last = entry.id;
            let values = [
                entry.id.into(),
                place.chain.into(),
                place.number.into(),
                hash.to_vec().into(),
            ];
            execute(
                db,
                "UPDATE audit_events SET chain = $2, number = $3, hash = $4 WHERE id = $1",
                values,
            )
            .await?;
        }
    }
}

fn entry(row: &QueryResult) -> Result<Entry, DbErr> {
    Ok(Entry {
        id: row.try_get_by_index(0)?,
        at: row.try_get_by_index(1)?,
        action: row.try_get_by_index(2)?,
        actor: row.try_get_by_index(3)?,
        subject: row.try_get_by_index(4)?,
        source: row.try_get_by_index(5)?,
        details: row.try_get_by_index(6)?,
    })
}
