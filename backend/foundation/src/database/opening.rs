//! How connections are opened.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr, RuntimeErr};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    ConnectOptions as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{Database, File, PATIENCE, checkpoints::Checkpoints, readers::Readers, sqlite_path};

/// So many of PostgreSQL's connections are for what is asked together, where there are more than twice as many.
const FOR_TOGETHER: u32 = 4;
/// So many statements a connection keeps prepared. All that there are: those of many rows are some of each (docs/decisions/0034).
const STATEMENTS: usize = 400;

/// Settings of a connection of PostgreSQL.
type Settings = &'static [(&'static str, &'static str)];

/// Nobody waits longer than a client does.
const IN_TIME: Settings = &[
    ("statement_timeout", "4500"),
    ("lock_timeout", "4000"),
    ("idle_in_transaction_session_timeout", "10000"),
];
/// The same, and a statement's plan is made once, whatever its values.
const PLANNED_ONCE: Settings = &[
    ("statement_timeout", "4500"),
    ("lock_timeout", "4000"),
    ("idle_in_transaction_session_timeout", "10000"),
    ("plan_cache_mode", "force_generic_plan"),
];
/// Whatever the server's own settings are: a migration goes over every row of a log of years.
const AS_LONG_AS_IT_TAKES: Settings = &[
    ("statement_timeout", "0"),
    ("lock_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
];

/// Opens the database at `sqlite://PATH?mode=rwc` or `postgres://…`.
///
/// SQLite runs in WAL mode with `synchronous=FULL`: a commit that was answered survives a power cut.
pub async fn connect(url: &SecretString, most_connections: u32) -> Result<Database, DbErr> {
    let url = url.expose_secret();
    if url.starts_with("sqlite:") {
        return Ok(Database {
            pool: open(url, most_connections, sqlite, IN_TIME).await?,
            writer: open(url, 1, writing, IN_TIME).await?,
            few: None,
            file: file(url, most_connections)?,
        });
    }
    let (most, few) = if most_connections > 2 * FOR_TOGETHER {
        let few = open(url, FOR_TOGETHER, sqlite, PLANNED_ONCE).await?;
        (most_connections - FOR_TOGETHER, Some(Box::new(few)))
    } else {
        (most_connections, None)
    };
    let pool = open(url, most, sqlite, IN_TIME).await?;
    Ok(Database {
        writer: pool.clone(),
        pool,
        few,
        file: None,
    })
}

/// Two connections to PostgreSQL that wait as long as it takes: one holds the lock of a migration, over the other it is made.
pub(super) async fn patient(url: &SecretString) -> Result<DatabaseConnection, DbErr> {
    open(url.expose_secret(), 2, sqlite, AS_LONG_AS_IT_TAKES).await
}

/// None for a database in memory, which each connection would have of its own.
fn file(url: &str, most_connections: u32) -> Result<Option<File>, DbErr> {
    if sqlite_path(url).is_none() {
        return Ok(None);
    }
    let options: SqliteConnectOptions = url
        .parse()
        .map_err(|error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
    let options = if logs_statements() {
        // As the pool's are.
        sqlite(options).log_statements(ConnectOptions::new(url).get_sqlx_logging_level())
    } else {
        sqlite(options).disable_statement_logging()
    };
    Ok(Some(File {
        checkpoints: Arc::new(Checkpoints::start(options.clone())),
        readers: Readers::new(options, most_connections),
    }))
}

/// Statements, without their values, are logged for who asks for them by the log's filter (`sqlx::query=info`).
fn logs_statements() -> bool {
    tracing::enabled!(target: "sqlx::query", tracing::Level::INFO)
}

fn sqlite(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(STATEMENTS)
        // Whoever writes puts only into the file what [`Checkpoints`] have left, so that the log begins anew: at 64 MB, which are
        // not given back, since to write over what is there is cheaper than to lengthen it.
        .pragma("wal_autocheckpoint", "16000")
}

/// The one that writes: what a busy minute changes stays at hand, 16 MB at most; and what a statement of many rows would put
/// back, were it to fail, is not written to a file of its own.
fn writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite(options)
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY")
}

async fn open(
    url: &str,
    most_connections: u32,
    sqlite: fn(SqliteConnectOptions) -> SqliteConnectOptions,
    settings: Settings,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(most_connections)
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        // Connections are not closed for their age. What looks for old ones counts those that lie idle, and when another
        // thread is just taking one the count falls below nothing: seen once, a thread that counted from there for ever
        // (sqlx-core 0.9, `spawn_maintenance_tasks`). A connection that has died is found when it is used.
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(logs_statements())
        // A broken connection shows at its next use; to ask each time would double every look-up.
        .test_before_acquire(!url.starts_with("sqlite:"))
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .map_sqlx_sqlite_opts(sqlite)
        .map_sqlx_postgres_opts(move |postgres| {
            postgres
                .options(settings.iter().copied())
                .statement_cache_capacity(STATEMENTS)
        });
    // Large, and not for every caller to hold.
    Box::pin(sea_orm::Database::connect(options)).await
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;
