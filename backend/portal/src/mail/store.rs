//! Rows of `mails`.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::Mail;

/// For so long a mail is tried, unless it says that it is of no use before that.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A mail that is to be sent.
pub(super) struct Due {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) body: String,
    pub(super) tries: i32,
    pub(super) useful_until: Timestamp,
    /// Names the claim: whoever finds it changed has lost it.
    next_try_at: i64,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Writes a mail that is due at once.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    mail: &Mail,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO mails \
         (id, kind, recipient, subject, body, made_at, next_try_at, useful_until, tries) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 0)";
    let latest = now.plus(LONGEST);
    let useful_until = mail.useful_until.map_or(latest, |until| until.min(latest));
    let values = [
        id.into(),
        mail.kind.name().into(),
        mail.to.clone().into(),
        mail.subject.clone().into(),
        mail.text.clone().into(),
        now.as_millis().into(),
        useful_until.as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Mails that are due, those that have waited longest first.
pub(super) async fn due<C: ConnectionTrait>(db: &C, now: Timestamp, most: u32) -> Result<Vec<Due>, DbErr> {
    const SQL: &str = "SELECT id, kind, recipient, subject, body, tries, useful_until, next_try_at FROM mails \
         WHERE next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2";
    let values = [now.as_millis().into(), i64::from(most).into()];
    db.query_all_raw(statement(db, SQL, values))
        .await?
        .iter()
        .map(|row| {
            Ok(Due {
                id: row.try_get("", "id")?,
                kind: row.try_get("", "kind")?,
                recipient: row.try_get("", "recipient")?,
                subject: row.try_get("", "subject")?,
                body: row.try_get("", "body")?,
                tries: row.try_get("", "tries")?,
                useful_until: Timestamp::from_millis(row.try_get("", "useful_until")?),
                next_try_at: row.try_get("", "next_try_at")?,
            })
        })
        .collect()
}

/// Claims a mail until `until`: of several nodes that try, one does. Whether it was this one.
pub(super) async fn claim<C: ConnectionTrait>(
    db: &C,
    mail: &mut Due,
    until: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE mails SET next_try_at = $3, tries = tries + 1 WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), until.as_millis().into()];
    let claimed = db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0;
    mail.next_try_at = until.as_millis();
    mail.tries += 1;
    Ok(claimed)
}

/// The mail is sent: its text, which may hold a link, is wiped.
pub(super) async fn sent<C: ConnectionTrait>(db: &C, mail: &Due, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE mails SET sent_at = $3, next_try_at = NULL, body = '', last_fault = NULL \
         WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), now.as_millis().into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The mail was not sent, and is tried again at `again`; never with none, and then its text is wiped too.
pub(super) async fn failed<C: ConnectionTrait>(
    db: &C,
    mail: &Due,
    fault: &str,
    again: Option<Timestamp>,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE mails SET last_fault = $3, next_try_at = $4, \
         body = CASE WHEN CAST($4 AS BIGINT) IS NULL THEN '' ELSE body END WHERE id = $1 AND next_try_at = $2";
    let values = [
        mail.id.into(),
        mail.next_try_at.into(),
        fault.into(),
        again.map(Timestamp::as_millis).into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Deletes mails that are older than this: they are done, or have long come to be of no use where no mail is sent.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, before: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM mails WHERE made_at < $1";
    db.execute_raw(statement(db, SQL, [before.as_millis().into()]))
        .await
        .map(drop)
}
