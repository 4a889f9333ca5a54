//! Rows of `egov_sign_ins`, `egov_identities` and `egov_logout_tokens`.

use foundation::random::TokenHash;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::time::Timestamp;
use uuid::Uuid;

/// A sign-in that the provider has not answered yet.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SignIn {
    /// The provider that was asked.
    pub issuer: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// PKCE's secret.
    pub code_verifier: String,
    /// Where the person wants to go.
    pub return_to: Option<String>,
    /// The session that the browser had, and its person: the provider's form post comes without the cookie.
    pub before: Option<(Uuid, Uuid)>,
    /// When it is too late for an answer.
    pub expires_at: Timestamp,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Writes a sign-in, found again by the state in the hands of this browser.
pub(super) async fn insert_sign_in<C: ConnectionTrait>(
    db: &C,
    state: &TokenHash,
    browser: &TokenHash,
    sign_in: &SignIn,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO egov_sign_ins (state_hash, browser_hash, issuer, nonce, code_verifier, \
         return_to, session_before, person_before, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = [
        state.to_vec().into(),
        browser.to_vec().into(),
        sign_in.issuer.clone().into(),
        sign_in.nonce.clone().into(),
        sign_in.code_verifier.clone().into(),
        sign_in.return_to.clone().into(),
        sign_in.before.map(|(session, _)| session).into(),
        sign_in.before.map(|(_, person)| person).into(),
        sign_in.expires_at.as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Takes a sign-in away and gives it to one caller, however many ask. Another browser takes nothing.
pub(super) async fn take_sign_in<C: ConnectionTrait>(
    db: &C,
    state: &TokenHash,
    browser: &TokenHash,
) -> Result<Option<SignIn>, DbErr> {
    const SQL: &str = "DELETE FROM egov_sign_ins WHERE state_hash = $1 AND browser_hash = $2 RETURNING \
         issuer, nonce, code_verifier, return_to, session_before, person_before, expires_at";
    let values = [state.to_vec().into(), browser.to_vec().into()];
    let Some(row) = db.query_one_raw(statement(db, SQL, values)).await? else {
        return Ok(None);
    };
    let session: Option<Uuid> = row.try_get("", "session_before")?;
    let person: Option<Uuid> = row.try_get("", "person_before")?;
    Ok(Some(SignIn {
        issuer: row.try_get("", "issuer")?,
        nonce: row.try_get("", "nonce")?,
        code_verifier: row.try_get("", "code_verifier")?,
        return_to: row.try_get("", "return_to")?,
        before: session.zip(person),
        expires_at: Timestamp::from_millis(row.try_get("", "expires_at")?),
    }))
}

/// The person of this identity, whose row no other transaction changes until this one ends.
pub(super) async fn touch_identity<C: ConnectionTrait>(
    transaction: &C,
    issuer: &str,
    subject: &str,
    now: Timestamp,
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "UPDATE egov_identities SET synchronised_at = $3 \
         WHERE issuer = $1 AND subject = $2 RETURNING person_id";
    let values = [issuer.into(), subject.into(), now.as_millis().into()];
    transaction
        .query_one_raw(statement(transaction, SQL, values))
        .await?
        .map(|row| row.try_get("", "person_id"))
        .transpose()
}

/// Links an identity to a person, unless somebody else did at the same moment. Whether it did.
pub(super) async fn insert_identity<C: ConnectionTrait>(
    transaction: &C,
    issuer: &str,
    subject: &str,
    person: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO egov_identities (issuer, subject, person_id, synchronised_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (issuer, subject) DO NOTHING";
    let values = [
        issuer.into(),
        subject.into(),
        person.into(),
        now.as_millis().into(),
    ];
    Ok(transaction
        .execute_raw(statement(transaction, SQL, values))
        .await?
        .rows_affected()
        > 0)
}

/// When MyEGov last said what it knows of this person; none for who never signed in with it.
pub async fn synchronised_at<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Option<Timestamp>, DbErr> {
    const SQL: &str = "SELECT synchronised_at FROM egov_identities WHERE person_id = $1";
    db.query_one_raw(statement(db, SQL, [person.into()]))
        .await?
        .map(|row| row.try_get("", "synchronised_at").map(Timestamp::from_millis))
        .transpose()
}

/// When MyEGov last said what it knows of this identity; none where nobody is linked to it.
pub(super) async fn identity_synchronised_at<C: ConnectionTrait>(
    db: &C,
    issuer: &str,
    subject: &str,
) -> Result<Option<Timestamp>, DbErr> {
    const SQL: &str = "SELECT synchronised_at FROM egov_identities WHERE issuer = $1 AND subject = $2";
    db.query_one_raw(statement(db, SQL, [issuer.into(), subject.into()]))
        .await?
        .map(|row| row.try_get("", "synchronised_at").map(Timestamp::from_millis))
        .transpose()
}

/// Remembers a token that came by itself, so that it counts once. Whether it was new.
pub(super) async fn remember_token<C: ConnectionTrait>(
    transaction: &C,
    id: &TokenHash,
    until: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO egov_logout_tokens (jti_hash, expires_at) VALUES ($1, $2) \
         ON CONFLICT (jti_hash) DO NOTHING";
    let values = [id.to_vec().into(), until.as_millis().into()];
    Ok(transaction
        .execute_raw(statement(transaction, SQL, values))
        .await?
        .rows_affected()
        > 0)
}

/// Deletes what nobody can use any more.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<(), DbErr> {
    for sql in [
        "DELETE FROM egov_sign_ins WHERE expires_at <= $1",
        "DELETE FROM egov_logout_tokens WHERE expires_at <= $1",
    ] {
        db.execute_raw(statement(db, sql, [now.as_millis().into()]))
            .await?;
    }
    Ok(())
}
