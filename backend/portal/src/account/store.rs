//! Rows of `local_credentials`.

use foundation::database::Database;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{person::PersonView, text::Username, time::Timestamp};
use uuid::Uuid;

use crate::person;

/// What a sign-in is checked against.
#[derive(Clone)]
pub struct Credential {
    /// Whose it is.
    pub person_id: Uuid,
    /// The stored password, as a PHC string.
    pub password_hash: String,
    /// When it was set, in milliseconds.
    password_changed_at: i64,
}

/// The credential of the account that the typed name means.
pub async fn find_credential(db: &Database, typed: &str) -> Result<Option<Credential>, DbErr> {
    let key = Username::key_of(typed);
    if key.contains('\0') {
        // PostgreSQL takes no such text, and no account is called so.
        return Ok(None);
    }
    credential(db, "c.username_key = $1", key.into()).await
}

/// An account whose password was right.
pub struct Right {
    /// Whose it is.
    pub person: PersonView,
    /// Whether the person may not sign in.
    pub disabled: bool,
}

/// The account of this credential, unless its password was changed since.
pub async fn recheck<C: ConnectionTrait>(
    transaction: &C,
    before: &Credential,
) -> Result<Option<Right>, DbErr> {
    let sql = format!(
        "SELECT p.disabled_at, {} FROM local_credentials c JOIN persons p ON p.id = c.person_id {} \
         WHERE c.person_id = $1 AND c.password_changed_at = $2",
        person::VIEW_COLUMNS,
        person::VIEW_JOIN
    );
    let values = [before.person_id.into(), before.password_changed_at.into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    let Some(row) = transaction.query_one_raw(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Right {
        person: person::view(&row)?,
        disabled: row.try_get::<Option<i64>>("", "disabled_at")?.is_some(),
    }))
}

async fn credential<C: ConnectionTrait>(
    db: &C,
    condition: &str,
    value: Value,
) -> Result<Option<Credential>, DbErr> {
    let sql = format!(
        "SELECT c.person_id, c.password_hash, c.password_changed_at FROM local_credentials c WHERE {condition}"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [value]);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Credential {
        person_id: row.try_get("", "person_id")?,
        password_hash: row.try_get("", "password_hash")?,
        password_changed_at: row.try_get("", "password_changed_at")?,
    }))
}

/// Replaces the hash of a password that stays the same, unless it was changed meanwhile.
pub async fn replace_hash(db: &Database, old: &Credential, hash: &str) -> Result<(), DbErr> {
    const SQL: &str =
        "UPDATE local_credentials SET password_hash = $3 WHERE person_id = $1 AND password_hash = $2";
    let values = [
        old.person_id.into(),
        old.password_hash.clone().into(),
        hash.into(),
    ];
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        SQL,
        values,
    ))
    .await
    .map(drop)
}

/// Writes a credential; whether the name was free.
pub async fn insert<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    username: &Username,
    hash: &str,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO local_credentials \
         (person_id, username, username_key, password_hash, password_changed_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (username_key) DO NOTHING";
    let values = [
        person.into(),
        username.as_str().into(),
        username.key().into(),
        hash.into(),
        now.as_millis().into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    Ok(db.execute_raw(statement).await?.rows_affected() > 0)
}

/// Whether an account has this name, or one that people could take for it.
pub(crate) async fn name_is_taken<C: ConnectionTrait>(db: &C, key: &str) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT person_id FROM local_credentials WHERE username_key = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [key.into()]);
    Ok(db.query_one_raw(statement).await?.is_some())
}

/// A person's account: its name and its password.
pub(super) struct Own {
    pub(super) username: String,
    pub(super) password_hash: String,
    pub(super) email: Option<String>,
    pub(super) disabled: bool,
}

/// The account of this person; none for who signs in with MyEGov.
pub(super) async fn of_person<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Option<Own>, DbErr> {
    const SQL: &str = "SELECT c.username, c.password_hash, p.email, p.disabled_at FROM local_credentials c \
         JOIN persons p ON p.id = c.person_id WHERE c.person_id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [person.into()]);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Own {
        username: row.try_get("", "username")?,
        password_hash: row.try_get("", "password_hash")?,
        email: row.try_get("", "email")?,
        disabled: row.try_get::<Option<i64>>("", "disabled_at")?.is_some(),
    }))
}
