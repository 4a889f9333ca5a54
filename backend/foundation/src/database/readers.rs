//! SQLite's connections that read.
//!
//! The pool asks each connection that comes back whether it is well, and a thread of SQLite's has to wake for that as for a
//! statement: half of all wakes, and of what short reads cost. A file that is open is well; a connection that was left in
//! the middle of a statement is closed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{DbErr, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tokio::sync::Semaphore;

use super::PATIENCE;

/// Some connections to one file, opened when they are needed.
#[derive(Clone, Debug)]
pub(super) struct Readers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<SqliteConnection>>,
    places: Semaphore,
}

impl Inner {
    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // Nothing in here panics half-way; what a panicking thread left is whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions, most_connections: u32) -> Self {
        let places = usize::try_from(most_connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self(Arc::new(Inner {
            options,
            idle: Mutex::default(),
            places: Semaphore::new(places),
        }))
    }

    /// All rows of a statement that reads.
    pub(super) async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let rows = self.read(statement).await.map_err(failed)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let place = tokio::time::timeout(PATIENCE, self.0.places.acquire());
        let _place = place
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.0.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.0.options).await?,
        };
        let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let rows = query.fetch_all(&mut connection).await;
        // What the database refuses leaves its connection as it was; after anything else it is closed.
        let is_well = matches!(rows, Ok(_) | Err(sqlx::Error::Database(_)));
        if is_well && !self.0.places.is_closed() {
            self.0.idle().push(connection);
        }
        rows
    }

    /// Closes all connections; those that are reading when they have read.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        self.0.places.close();
        let idle = std::mem::take(&mut *self.0.idle());
        for connection in idle {
            connection.close().await.map_err(failed)?;
        }
        Ok(())
    }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
