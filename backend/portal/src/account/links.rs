//! Links by mail to people who have an account: a secret of 256 bits, stored hashed, used once, over in time. For each
//! purpose a person has one: a newer one takes the older one's place.

use std::time::Duration;

use foundation::random::{self, Token};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{account::Link, time::Timestamp};
use uuid::Uuid;

/// For so long a link to a new password is good.
pub const LIFE_OF_A_RESET: Duration = Duration::from_secs(30 * 60);
/// For so long a link that confirms an address is good.
pub(super) const LIFE_OF_AN_EMAIL_CHANGE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Setting a new password.
    PasswordReset,
    /// Confirming a new address.
    EmailChange,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
        }
    }

    /// For how long its link is good.
    pub(super) const fn life(self) -> Duration {
        match self {
            Self::PasswordReset => LIFE_OF_A_RESET,
            Self::EmailChange => LIFE_OF_AN_EMAIL_CHANGE,
        }
    }
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Makes a link, in the place of the one before.
pub(super) async fn make<C: ConnectionTrait>(
    transaction: &C,
    person: Uuid,
    purpose: Purpose,
    email: Option<&str>,
    now: Timestamp,
) -> Result<Token, DbErr> {
    const SQL: &str = "INSERT INTO account_links (person_id, purpose, token_hash, email, made_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id, purpose) DO UPDATE SET \
         token_hash = excluded.token_hash, email = excluded.email, made_at = excluded.made_at, \
         expires_at = excluded.expires_at";
    let token = Token::generate();
    let values = [
        person.into(),
        purpose.name().into(),
        token.hash().to_vec().into(),
        email.map(str::to_owned).into(),
        now.as_millis().into(),
        now.plus(purpose.life()).as_millis().into(),
    ];
    transaction
        .execute_raw(statement(transaction, SQL, values))
        .await?;
    Ok(token)
}

/// What a link leads to.
pub(super) struct Found {
    /// Whose it is.
    pub(super) person: Uuid,
    /// The new address, of a change of e-mail.
    pub(super) email: Option<String>,
}

/// The link of this secret, if it is good; it stays so.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    token: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Found>, DbErr> {
    const SQL: &str = "SELECT person_id, email FROM account_links \
         WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3";
    if !Link::is_possible(token) {
        return Ok(None);
    }
    let values = [
        random::hash(token).to_vec().into(),
        purpose.name().into(),
        now.as_millis().into(),
    ];
    let Some(row) = db.query_one_raw(statement(db, SQL, values)).await? else {
        return Ok(None);
    };
    Ok(Some(Found {
        person: row.try_get("", "person_id")?,
        email: row.try_get("", "email")?,
    }))
}

/// Uses a link up. Of many who try at once, one does; whether it was this one.
pub(super) async fn use_up<C: ConnectionTrait>(
    transaction: &C,
    token: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM account_links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3";
    let values = [
        random::hash(token).to_vec().into(),
        purpose.name().into(),
        now.as_millis().into(),
    ];
    Ok(transaction
        .execute_raw(statement(transaction, SQL, values))
        .await?
        .rows_affected()
        > 0)
}

/// Takes all of a person's links away: with a new password or address nobody gets the account back by an older one.
pub(super) async fn cancel<C: ConnectionTrait>(transaction: &C, person: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM account_links WHERE person_id = $1";
    transaction
        .execute_raw(statement(transaction, SQL, [person.into()]))
        .await
        .map(drop)
}

/// The address that waits to be confirmed.
pub(super) async fn pending_email<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    now: Timestamp,
) -> Result<Option<String>, DbErr> {
    const SQL: &str =
        "SELECT email FROM account_links WHERE person_id = $1 AND purpose = $2 AND expires_at > $3";
    let values = [
        person.into(),
        Purpose::EmailChange.name().into(),
        now.as_millis().into(),
    ];
    match db.query_one_raw(statement(db, SQL, values)).await? {
        Some(row) => row.try_get("", "email"),
        None => Ok(None),
    }
}

/// Deletes links whose time is over.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM account_links WHERE expires_at <= $1";
    db.execute_raw(statement(db, SQL, [now.as_millis().into()]))
        .await
        .map(drop)
}
