//! The mails of recipients that are not delivered yet.

use foundation::database::Database;
use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::store::{MESSAGE, Message, message_of, statement};

/// A mail that is to be sent.
pub(super) struct Due {
    /// The recipient.
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) email: String,
    /// Of the link.
    pub(super) secret: String,
    pub(super) tries: i32,
    pub(super) message: Message,
    /// Names the claim: whoever finds it changed has lost it.
    next_try_at: i64,
}

/// Mails that are due, those that have waited longest first.
pub(super) async fn due(db: &Database, now: Timestamp, most: i64) -> Result<Vec<Due>, DbErr> {
    let sql = format!(
        "SELECT r.id AS recipient, r.name, r.email, r.secret, r.tries, r.next_try_at, {MESSAGE} \
         FROM recipients r JOIN messages m ON m.id = r.message_id \
         WHERE r.next_try_at <= $1 ORDER BY r.next_try_at, r.id LIMIT $2"
    );
    let values = [now.as_millis().into(), most.into()];
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                id: row.try_get("", "recipient")?,
                name: row.try_get("", "name")?,
                email: row.try_get("", "email")?,
                secret: row.try_get("", "secret")?,
                tries: row.try_get("", "tries")?,
                next_try_at: row.try_get("", "next_try_at")?,
                message: message_of(row)?,
            })
        })
        .collect()
}

async fn change(db: &Database, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<bool, DbErr> {
    let done = db.execute_raw(statement(db, sql, values)).await?;
    Ok(done.rows_affected() > 0)
}

/// Claims a mail until `until`: of several nodes that try, one does. Whether it was this one.
pub(super) async fn claim(db: &Database, mail: &mut Due, until: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE recipients SET next_try_at = $3, tries = tries + 1 WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), until.as_millis().into()];
    let claimed = change(db, SQL, values).await?;
    mail.next_try_at = until.as_millis();
    mail.tries += 1;
    Ok(claimed)
}

/// The mail server took it: the link's secret is kept no longer.
pub(super) async fn delivered(db: &Database, mail: &Due, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE recipients SET delivered_at = $3, next_try_at = NULL, secret = NULL, \
         last_fault = NULL WHERE id = $1 AND next_try_at = $2";
    let values = [mail.id.into(), mail.next_try_at.into(), now.as_millis().into()];
    change(db, SQL, values).await.map(drop)
}

/// It is tried again at `again`.
pub(super) async fn failed(db: &Database, mail: &Due, fault: &str, again: Timestamp) -> Result<(), DbErr> {
    const SQL: &str =
        "UPDATE recipients SET last_fault = $3, next_try_at = $4 WHERE id = $1 AND next_try_at = $2";
    let values = [
        mail.id.into(),
        mail.next_try_at.into(),
        fault.into(),
        again.as_millis().into(),
    ];
    change(db, SQL, values).await.map(drop)
}

/// It is tried no more.
pub(super) async fn given_up(db: &Database, mail: &Due, fault: &str, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE recipients SET last_fault = $3, given_up_at = $4, next_try_at = NULL, \
         secret = NULL WHERE id = $1 AND next_try_at = $2";
    let values = [
        mail.id.into(),
        mail.next_try_at.into(),
        fault.into(),
        now.as_millis().into(),
    ];
    change(db, SQL, values).await.map(drop)
}
