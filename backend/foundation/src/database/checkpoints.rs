//! SQLite's log is put into its file beside the writing, so that no deed waits for it.
//!
//! By itself SQLite does that in the commit that finds the log long enough: with some thousands of pages, whoever commits waits a
//! tenth of a second for the disk, and everybody behind them. Done on another connection, only what is left does.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{sync::oneshot, task::JoinHandle};

/// How often the log is looked at while it grows, and while it does not.
const BUSY: Duration = Duration::from_millis(100);
const IDLE: Duration = Duration::from_secs(1);
/// So many pages of it are put into the file at once at least, 8 MB: what is written again and again is put there once.
const ENOUGH: i64 = 2000;

/// Puts the log into the file until it is closed or dropped.
#[derive(Debug)]
pub(super) struct Checkpoints(Mutex<Option<Running>>);

#[derive(Debug)]
struct Running {
    /// Dropped, the work ends.
    stop: oneshot::Sender<()>,
    work: JoinHandle<()>,
}

impl Checkpoints {
    /// Of the file of these options. Without a reactor nothing would run, and the writer does it alone.
    pub(super) fn start(options: SqliteConnectOptions) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let work = tokio::spawn(async move {
            let (mut connection, mut left, mut pause) = (None, 0, IDLE);
            while tokio::time::timeout(pause, &mut stopped).await.is_err() {
                match round(&options, &mut connection).await {
                    Ok(now) => {
                        pause = if now == left { IDLE } else { BUSY };
                        left = now;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the database's log was not put into its file");
                        (connection, pause) = (None, IDLE);
                    }
                }
            }
            if let Some(connection) = connection {
                drop(connection.close().await);
            }
        });
        Self(Mutex::new(Some(Running { stop, work })))
    }

    /// Ends it, and waits until its connection is closed.
    pub(super) async fn close(&self) {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { stop, work }) = running {
            drop(stop);
            drop(work.await);
        }
    }
}

/// Looks at the log, and puts it into the file when it is long enough; how many pages of it are not there yet.
async fn round(
    options: &SqliteConnectOptions,
    connection: &mut Option<SqliteConnection>,
) -> Result<i64, sqlx::Error> {
    let connection = match connection {
        Some(connection) => connection,
        none => none.insert(SqliteConnection::connect_with(options).await?),
    };
    let state = sqlx::query("PRAGMA wal_checkpoint(NOOP)")
        .fetch_one(&mut *connection)
        .await?;
    // Whether something was in the way; how many pages the log has; how many of them are in the file.
    let (log, done): (i64, i64) = (state.try_get(1)?, state.try_get(2)?);
    if log - done < ENOUGH {
        return Ok(log - done);
    }
    // Waits for nobody: what somebody still reads stays for the next time.
    let state = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .fetch_one(connection)
        .await?;
    Ok(state.try_get::<i64, _>(1)? - state.try_get::<i64, _>(2)?)
}

#[cfg(test)]
#[path = "checkpoints_tests.rs"]
mod tests;
