//! Connections to SQLite and PostgreSQL with the same promises: acknowledged writes survive, nobody waits
//! longer than a few seconds, and two nodes that start at once migrate once.

mod checkpoints;
pub mod listed;
mod opening;
mod readers;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, ExecResult,
    QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret, SecretString};

pub use self::opening::connect;
use self::{checkpoints::Checkpoints, readers::Readers};

/// How long a statement waits for a connection or a lock before the request fails with 503.
const PATIENCE: Duration = Duration::from_secs(4);
/// Longer than this nobody waits for a statement, whatever it waits for: also for a connection that is open and silent.
const LONGEST: Duration = Duration::from_millis(4500);

/// PostgreSQL's advisory lock that a migrating node holds; any number that nothing else uses.
const MIGRATION_LOCK: i64 = 0x0045_4d49_4331;

/// A pool of connections, of which SQLite writes with one.
///
/// SQLite has one writer at a time anyhow. On one connection writers wait in line, where with several they ask again and
/// again for the lock; and the pages that one wrote are still in the memory of the next.
#[derive(Clone, Debug)]
pub struct Database {
    pool: DatabaseConnection,
    writer: DatabaseConnection,
    /// Of PostgreSQL, for what is asked together.
    few: Option<Box<DatabaseConnection>>,
    /// Of a file of SQLite.
    file: Option<File>,
}

/// What there is of a file of SQLite beside the connections that SeaORM has.
#[derive(Clone, Debug)]
struct File {
    readers: Readers,
    checkpoints: Arc<Checkpoints>,
}

impl Database {
    /// What reads, and on PostgreSQL also writes.
    pub fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// What writes.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For what is asked together (`foundation::together`): over few connections of PostgreSQL, because each connection plans each
    /// statement for itself, and by plans that are made once, because such statements are the same whatever is asked. Nothing else may
    /// go there: what others hold up would hold up everybody's sessions.
    #[must_use]
    pub fn for_together(&self) -> Self {
        let Some(few) = &self.few else {
            return self.clone();
        };
        Self {
            pool: DatabaseConnection::clone(few),
            writer: DatabaseConnection::clone(few),
            few: None,
            file: None,
        }
    }

    /// Waits for what is under way, and closes all connections, whoever else holds this. With the last one SQLite writes its log
    /// into the database's file.
    pub async fn close(self) -> Result<(), DbErr> {
        if let Some(file) = &self.file {
            file.checkpoints.close().await;
            file.readers.close().await?;
        }
        self.writer.close().await?;
        if let Some(few) = self.few {
            few.close().await?;
        }
        self.pool.close().await
    }
}

/// Statements by themselves. What answers with rows is taken to read; a statement that writes and answers with rows
/// goes to [`Database::writer`].
#[async_trait]
impl ConnectionTrait for Database {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.writer.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.writer.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.file {
            Some(file) => Ok(file.readers.query_all(statement).await?.into_iter().next()),
            None => self.pool.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.file {
            Some(file) => file.readers.query_all(statement).await,
            None => self.pool.query_all_raw(statement).await,
        }
    }

    fn support_returning(&self) -> bool {
        self.pool.support_returning()
    }
}

/// Begins a transaction that will write. SQLite takes its write lock at once, so that two of them wait for
/// each other instead of failing half-way.
pub async fn begin_write(database: &Database) -> Result<DatabaseTransaction, DbErr> {
    database
        .writer
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await
}

/// Waits for what the database answers, within what a client waits for a 503. For what runs in a task of its own, so
/// that no request's time limit ends it.
pub async fn in_time<T>(answer: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    tokio::time::timeout(LONGEST, answer)
        .await
        .unwrap_or_else(|_| Err(unanswered()))
}

fn unanswered() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("no answer in time".to_owned()))
}

/// `($first, …)`: so many parameters of a statement.
pub fn placeholders(first: usize, count: usize) -> String {
    let each: Vec<_> = (first..first + count)
        .map(|number| format!("${number}"))
        .collect();
    format!("({})", each.join(", "))
}

/// The questions with the last one repeated until their number is a power of two. Statements are prepared once for each
/// number of parameters; so there are few numbers.
pub fn padded<Q: Clone>(questions: &[Q]) -> impl Iterator<Item = &Q> {
    let number = questions.len().next_power_of_two();
    questions
        .iter()
        .chain(questions.last().into_iter().cycle())
        .take(if questions.is_empty() { 0 } else { number })
}

/// Whether the database answers, over each of the pools.
pub async fn ping(database: &Database) -> Result<(), DbErr> {
    let few = database.few.as_deref();
    for pool in [Some(&database.pool), few].into_iter().flatten() {
        pool.execute_unprepared("SELECT 1").await?;
    }
    Ok(())
}

/// Brings the schema up to date. Of several nodes that start at once, one does it and the others wait.
pub async fn migrate<M: MigratorTrait>(database: &Database, url: &SecretString) -> Result<(), DbErr> {
    let database = database.pool();
    if database.get_database_backend() == DatabaseBackend::Postgres {
        let patient = opening::patient(url).await?;
        let lock = patient.begin().await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        M::up(&patient, None).await?;
        lock.commit().await?;
        return patient.close().await;
    }
    let _lock = match sqlite_path(url.expose_secret()) {
        Some(path) => Some(lock_file(path).await?),
        None => None,
    };
    M::up(database, None).await
}

/// The file of a SQLite URL; none for one in memory.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url
        .strip_prefix("sqlite:")?
        .trim_start_matches("//")
        .split('?')
        .next()?;
    (!path.is_empty() && !path.contains(":memory:")).then(|| PathBuf::from(path))
}

/// Waits for the lock beside the database's file; it is released when the file is dropped.
async fn lock_file(mut path: PathBuf) -> Result<std::fs::File, DbErr> {
    path.as_mut_os_string().push(".migrating");
    let lock = move || -> std::io::Result<std::fs::File> {
        let file = std::fs::File::create(path)?;
        file.lock()?;
        Ok(file)
    };
    let failed = |reason: String| DbErr::Migration(format!("the migration lock: {reason}"));
    tokio::task::spawn_blocking(lock)
        .await
        .map_err(|error| failed(error.to_string()))?
        .map_err(|error| failed(error.to_string()))
}

/// Whether PostgreSQL undid a transaction because it and another one waited for each other.
pub fn is_deadlock(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    cause
        .as_database_error()
        .is_some_and(|refusal| refusal.code().as_deref() == Some("40P01"))
}

/// Whether the database could not be reached or could not work, rather than refused what was asked: a
/// pool without a free connection, a lock that stayed taken, a full disk, a server that goes down.
pub fn is_unavailable(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_));
    };
    match cause.as_ref() {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| {
            // PostgreSQL's classes: connection exception, transaction rollback (deadlock), insufficient resources,
            // operator intervention (statement timeout, shutdown), system error, lock not available, read-only.
            let postgres = ["08", "40", "53", "57", "58"]
                .iter()
                .any(|class| code.starts_with(class))
                && code.len() == 5;
            // SQLite's primary result codes: busy, locked, read-only, I/O error, full, cannot open.
            let sqlite = code
                .parse::<u32>()
                .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
                && code.len() < 5;
            postgres || sqlite || code == "55P03" || code == "25006"
        }),
        _ => false,
    }
}
