use sqlx::{
    Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{ENOUGH, round};

async fn state(connection: &mut SqliteConnection) -> (i64, i64) {
    let state = sqlx::query("PRAGMA wal_checkpoint(NOOP)")
        .fetch_one(connection)
        .await
        .unwrap();
    (state.get(1), state.get(2))
}

async fn write(connection: &mut SqliteConnection, pages: i64) {
    let row = sqlx::query("INSERT INTO rows VALUES (zeroblob($1))").bind(pages * 4096);
    row.execute(connection).await.unwrap();
}

#[tokio::test]
async fn a_long_log_is_put_into_its_file_while_others_write_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("test.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("wal_autocheckpoint", "0");
    let mut writer = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("CREATE TABLE rows (text BLOB)")
        .execute(&mut writer)
        .await
        .unwrap();
    let mut checkpoints = None;

    write(&mut writer, ENOUGH / 2).await;
    round(&options, &mut checkpoints).await.unwrap();
    assert_eq!(state(&mut writer).await.1, 0, "a short log stays what it is");

    write(&mut writer, ENOUGH).await;
    // Whoever holds the only place to write is not waited for.
    sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await.unwrap();
    round(&options, &mut checkpoints).await.unwrap();
    sqlx::query("ROLLBACK").execute(&mut writer).await.unwrap();
    let (log, done) = state(&mut writer).await;
    assert!(
        log > ENOUGH && done == log,
        "{done} of {log} pages are in the file"
    );

    // The next one begins the log anew.
    write(&mut writer, 1).await;
    assert!(state(&mut writer).await.0 < ENOUGH);

    // A reader keeps what came after it began; it is waited for in no round.
    let mut reader = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("BEGIN; SELECT count(*) FROM rows")
        .execute(&mut reader)
        .await
        .unwrap();
    write(&mut writer, ENOUGH * 2).await;
    round(&options, &mut checkpoints).await.unwrap();
    let (log, done) = state(&mut writer).await;
    assert!(done < log, "{done} of {log}");
    sqlx::query("ROLLBACK").execute(&mut reader).await.unwrap();
    round(&options, &mut checkpoints).await.unwrap();
    let (log, done) = state(&mut writer).await;
    assert_eq!(done, log);
}
