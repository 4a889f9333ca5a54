//! Rows of `mails`.

use std::time::Duration;

use foundation::{clock::Clock, database::Database, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::Letter;

/// For so long a mail is tried, unless it says that it is of no use before that.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A mail that is to be sent.
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) html: String,
    pub(super) tries: i32,
    pub(super) useful_until: Timestamp,
    /// Names the claim: whoever finds it changed has lost it.
    next_try_at: i64,
}

/// A mail as the mailbox of demo mode shows it.
pub(super) struct Shown {
    pub(super) made_at: i64,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body: String,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Writes a mail that is due at once.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    letter: &Letter,
    useful_until: Option<Timestamp>,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO mails \
         (id, recipient, subject, body, html, made_at, next_try_at, useful_until, tries) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 0)";
    let now = clock.now();
    let latest = now.plus(LONGEST);
    let useful_until = useful_until.map_or(latest, |until| until.min(latest));
    let written =
        |text: Result<String, askama::Error>| text.map_err(|error| DbErr::Custom(error.to_string()));
    let values = [
        id::new(clock).into(),
        letter.to.clone().into(),
        letter.subject.clone().into(),
        written(letter.plain())?.into(),
        written(letter.html())?.into(),
        now.as_millis().into(),
        useful_until.as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

fn due_of(row: &QueryResult) -> Result<Due, DbErr> {
    Ok(Due {
        id: row.try_get("", "id")?,
        recipient: row.try_get("", "recipient")?,
        subject: row.try_get("", "subject")?,
        body: row.try_get("", "body")?,
        html: row.try_get("", "html")?,
        tries: row.try_get("", "tries")?,
        useful_until: Timestamp::from_millis(row.try_get("", "useful_until")?),
        next_try_at: row.try_get("", "next_try_at")?,
    })
}

/// Mails that are due, those that have waited longest first.
pub(super) async fn due(db: &Database, now: Timestamp, most: u32) -> Result<Vec<Due>, DbErr> {
    const SQL: &str = "SELECT id, recipient, subject, body, html, tries, useful_until, next_try_at FROM mails \
         WHERE next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2";
    let values = [now.as_millis().into(), i64::from(most).into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter().map(due_of).collect()
}

/// Claims a mail until `until`: of several nodes that try, one does. Whether it was this one.
pub(super) async fn claim(db: &Database, mail: &mut Due, until: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE mails SET next_try_at = $3, tries = tries + 1 WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), until.as_millis().into()];
    let claimed = db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0;
    mail.next_try_at = until.as_millis();
    mail.tries += 1;
    Ok(claimed)
}

/// The mail is sent: nothing of it is kept, neither its link nor the address.
pub(super) async fn sent(db: &Database, mail: &Due) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM mails WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The same in demo mode, whose mailbox shows what was sent.
pub(super) async fn sent_and_shown(db: &Database, mail: &Due, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE mails SET sent_at = $3, next_try_at = NULL WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), now.as_millis().into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The mail was not sent, and is tried again at `again`; never with none, and then neither text nor address are kept.
pub(super) async fn failed(
    db: &Database,
    mail: &Due,
    fault: &str,
    again: Option<Timestamp>,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE mails SET last_fault = $3, next_try_at = $4, \
         recipient = CASE WHEN CAST($4 AS BIGINT) IS NULL THEN '' ELSE recipient END, \
         body = CASE WHEN CAST($4 AS BIGINT) IS NULL THEN '' ELSE body END, \
         html = CASE WHEN CAST($4 AS BIGINT) IS NULL THEN '' ELSE html END WHERE id = $1 AND next_try_at = $2";
    let values = [
        mail.id.into(),
        mail.next_try_at.into(),
        fault.into(),
        again.map(Timestamp::as_millis).into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Deletes mails that are older than this: they have long come to be of no use.
pub(super) async fn purge(db: &Database, before: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM mails WHERE made_at < $1";
    db.execute_raw(statement(db, SQL, [before.as_millis().into()]))
        .await
        .map(drop)
}

/// The newest mails, sent or not.
pub(super) async fn newest(db: &Database, most: u32) -> Result<Vec<Shown>, DbErr> {
    const SQL: &str = "SELECT made_at, recipient, subject, body FROM mails ORDER BY id DESC LIMIT $1";
    let rows = db
        .query_all_raw(statement(db, SQL, [i64::from(most).into()]))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Shown {
                made_at: row.try_get("", "made_at")?,
                recipient: row.try_get("", "recipient")?,
                subject: row.try_get("", "subject")?,
                body: row.try_get("", "body")?,
            })
        })
        .collect()
}
