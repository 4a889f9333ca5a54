//! Requests for a new password. Each is written down as it came, whether there is such an account or not, and looked
//! at afterwards: so neither the answer nor its time tells which accounts there are, and an answered one is not lost.

use std::time::Duration;

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{
    text::{Email, Username},
    time::Timestamp,
};
use uuid::Uuid;

/// One that nobody came to look at for so long is dropped.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// Of the accounts that share an address, so many get a link.
const MOST_ACCOUNTS: i64 = 10;

/// A request.
pub(super) struct Asked {
    pub(super) id: Uuid,
    /// What was typed.
    pub(super) account: String,
    pub(super) source: String,
    pub(super) stale: bool,
}

/// An account that a request means.
pub(super) struct Meant {
    pub(super) person: Uuid,
    pub(super) username: String,
    /// None when there is nowhere to write to.
    pub(super) email: Option<String>,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Writes a request down.
pub(super) async fn note<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    account: &str,
    source: &str,
) -> Result<(), DbErr> {
    const SQL: &str =
        "INSERT INTO password_reset_requests (id, account, source, made_at) VALUES ($1, $2, $3, $4)";
    let values = [
        id::new(clock).into(),
        account.into(),
        source.into(),
        clock.now().as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// The oldest requests after this one.
pub(super) async fn waiting<C: ConnectionTrait>(
    db: &C,
    after: Uuid,
    now: Timestamp,
    most: u32,
) -> Result<Vec<Asked>, DbErr> {
    const SQL: &str = "SELECT id, account, source, made_at FROM password_reset_requests \
         WHERE id > $1 ORDER BY id LIMIT $2";
    let values = [after.into(), i64::from(most).into()];
    db.query_all_raw(statement(db, SQL, values))
        .await?
        .iter()
        .map(|row| {
            let made_at = Timestamp::from_millis(row.try_get("", "made_at")?);
            Ok(Asked {
                id: row.try_get("", "id")?,
                account: row.try_get("", "account")?,
                source: row.try_get("", "source")?,
                stale: now.since(made_at) > STALE,
            })
        })
        .collect()
}

/// Takes a request; of several nodes one does. Whether it was this one.
pub(super) async fn take<C: ConnectionTrait>(transaction: &C, id: Uuid) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM password_reset_requests WHERE id = $1";
    let taken = transaction
        .execute_raw(statement(transaction, SQL, [id.into()]))
        .await?;
    Ok(taken.rows_affected() > 0)
}

/// The living accounts that the typed text means: the one of this name, and those whose mail goes to this address.
pub(super) async fn meant<C: ConnectionTrait>(db: &C, typed: &str) -> Result<Vec<Meant>, DbErr> {
    const SQL: &str = "SELECT c.person_id, c.username, p.email FROM local_credentials c \
         JOIN persons p ON p.id = c.person_id \
         WHERE p.disabled_at IS NULL AND (c.username_key = $1 OR LOWER(p.email) = LOWER($2)) \
         ORDER BY c.person_id LIMIT $3";
    let email = Email::parse("account", typed).ok();
    let values = [
        Username::key_of(typed).into(),
        email.map(|email| email.as_str().to_owned()).into(),
        MOST_ACCOUNTS.into(),
    ];
    db.query_all_raw(statement(db, SQL, values))
        .await?
        .iter()
        .map(|row| {
            Ok(Meant {
                person: row.try_get("", "person_id")?,
                username: row.try_get("", "username")?,
                email: row.try_get("", "email")?,
            })
        })
        .collect()
}
