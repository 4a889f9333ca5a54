//! Many rows into few tables, as fast as a database takes them: nobody else is there, and what is half written is
//! thrown away.

use std::env;

use anyhow::{Context, Result};
use foundation::database::{self, Database};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait,
    Value,
};
use uuid::Uuid;

/// How many values one statement takes at most.
const VALUES: usize = 16_000;
/// How many statements are one transaction: SQLite's log would otherwise be as long as the table.
const STATEMENTS: usize = 100;

/// A database that is being filled.
pub(crate) struct Writing {
    database: Database,
    /// The one connection that writes.
    connection: DatabaseConnection,
}

/// An index that is there again when its table is full.
struct Index {
    name: String,
    sql: String,
}

impl Writing {
    pub(crate) async fn begin() -> Result<Self> {
        let url = env::var("BENCH_DATABASE_URL").context("BENCH_DATABASE_URL is not set")?;
        let database = database::connect(&url.into(), 1).await?;
        let connection = database.writer().clone();
        let settings = match connection.get_database_backend() {
            DatabaseBackend::Postgres => {
                "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                 SET synchronous_commit = off; SET session_replication_role = replica; \
                 SET maintenance_work_mem = '512MB'"
            }
            _ => {
                "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -500000; \
                 PRAGMA temp_store = MEMORY"
            }
        };
        connection.execute_unprepared(settings).await?;
        Ok(Self { database, connection })
    }

    pub(crate) fn backend(&self) -> DatabaseBackend {
        self.connection.get_database_backend()
    }

    /// The people of these accounts of a portal.
    pub(crate) async fn accounts(&self, usernames: &[String]) -> Result<Vec<Uuid>> {
        let mut people = Vec::new();
        for username in usernames {
            let statement = Statement::from_sql_and_values(
                self.backend(),
                "SELECT person_id FROM local_credentials WHERE username_key = $1",
                [username.as_str().into()],
            );
            let row = self.connection.query_one_raw(statement).await?;
            people.push(row.context("no such account")?.try_get_by_index(0)?);
        }
        Ok(people)
    }

    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<()> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        self.connection.execute_raw(statement).await?;
        Ok(())
    }

    /// Writes these rows, each with a value for each column; the indexes are made afterwards.
    pub(crate) async fn fill(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<()> {
        let indexes = self.take_indexes(table).await?;
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let transaction = self.connection.begin().await?;
            for _ in 0..STATEMENTS {
                let some: Vec<_> = rows.by_ref().take(VALUES / columns.len()).collect();
                if some.is_empty() {
                    break;
                }
                insert(&transaction, table, columns, some).await?;
            }
            transaction.commit().await?;
        }
        for index in indexes {
            self.connection.execute_unprepared(&index.sql).await?;
        }
        Ok(())
    }

    async fn take_indexes(&self, table: &str) -> Result<Vec<Index>> {
        let sql = match self.backend() {
            DatabaseBackend::Postgres => {
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = $1 \
                 AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            }
            _ => {
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = $1"
            }
        };
        let statement = Statement::from_sql_and_values(self.backend(), sql, [table.into()]);
        let mut indexes = Vec::new();
        for row in self.connection.query_all_raw(statement).await? {
            let name: String = match self.backend() {
                // PostgreSQL's type of names is no text.
                DatabaseBackend::Postgres => row.try_get_by_index::<String>(0)?,
                _ => row.try_get_by_index(0)?,
            };
            let sql = row.try_get_by_index(1)?;
            indexes.push(Index { name, sql });
        }
        for index in &indexes {
            self.connection
                .execute_unprepared(&format!("DROP INDEX {}", index.name))
                .await?;
        }
        Ok(indexes)
    }

    /// Leaves the database as a portal has it that has run for long.
    pub(crate) async fn end(self) -> Result<()> {
        let tidy = match self.backend() {
            DatabaseBackend::Postgres => "VACUUM ANALYZE",
            _ => "PRAGMA wal_checkpoint(TRUNCATE)",
        };
        self.connection.execute_unprepared(tidy).await?;
        self.database.close().await?;
        Ok(())
    }
}

async fn insert(
    transaction: &DatabaseTransaction,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    let backend = transaction.get_database_backend();
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    if backend == DatabaseBackend::Postgres {
        let row = |number: usize| {
            let places: Vec<_> = (1..=columns.len())
                .map(|place| format!("${}", number * columns.len() + place))
                .collect();
            format!("({})", places.join(", "))
        };
        sql.push_str(&(0..rows.len()).map(row).collect::<Vec<_>>().join(", "));
    } else {
        // SQLite looks numbered parameters up by their names, one by one.
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        sql.push_str(&vec![row; rows.len()].join(", "));
    }
    let statement = Statement::from_sql_and_values(backend, sql, rows.into_iter().flatten());
    transaction.execute_raw(statement).await?;
    Ok(())
}
