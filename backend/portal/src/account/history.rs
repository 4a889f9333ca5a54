//! Passwords that a person had before: they are not taken again, so their hashes are kept (附表十).

use foundation::{
    clock::Clock,
    hasher::{Hasher, Verdict},
    id,
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{
    problem::{Violation, ViolationCode},
    text::password::{self, REMEMBERED},
};
use uuid::Uuid;

use super::store::Own;
use crate::error::{ApiError, ApiResult};

/// Checks a new password for an account by all rules; all violations come at once.
pub(super) async fn check<C: ConnectionTrait>(
    db: &C,
    hasher: &Hasher,
    person: Uuid,
    own: &Own,
    (field, password): (&str, &str),
) -> ApiResult<()> {
    let mut broken = password::violations(field, password, &own.username);
    // What breaks a rule already was never a password.
    if broken.is_empty() {
        let mut before = hashes(db, person).await?;
        before.push(own.password_hash.clone());
        for hash in before {
            let verdict = hasher.verify(password.to_owned().into(), Some(hash)).await?;
            if matches!(verdict, Verdict::Right { .. }) {
                broken.push(Violation::new(field, ViolationCode::UsedBefore).with("count", REMEMBERED));
                break;
            }
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(broken))
    }
}

/// The hashes of the passwords before the present one.
async fn hashes<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Vec<String>, DbErr> {
    const SQL: &str =
        "SELECT password_hash FROM password_history WHERE person_id = $1 ORDER BY id DESC LIMIT $2";
    let values = [person.into(), i64::from(REMEMBERED).into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| row.try_get("", "password_hash"))
        .collect()
}

/// Sets a new password, if the present one is still that of this hash, and remembers it. Whether it was.
pub(super) async fn replace<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    person: Uuid,
    present: &str,
    hash: &str,
) -> Result<bool, DbErr> {
    const SET: &str = "UPDATE local_credentials SET password_hash = $3, password_changed_at = $4 \
         WHERE person_id = $1 AND password_hash = $2";
    const KEEP: &str = "INSERT INTO password_history (id, person_id, password_hash) VALUES ($1, $2, $3)";
    const FORGET: &str = "DELETE FROM password_history WHERE person_id = $1 AND id NOT IN \
         (SELECT id FROM password_history WHERE person_id = $1 ORDER BY id DESC LIMIT $2)";
    let backend = transaction.get_database_backend();
    let values = [
        person.into(),
        present.into(),
        hash.into(),
        clock.now().as_millis().into(),
    ];
    let set = transaction
        .execute_raw(Statement::from_sql_and_values(backend, SET, values))
        .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    let values = [id::new(clock).into(), person.into(), present.into()];
    transaction
        .execute_raw(Statement::from_sql_and_values(backend, KEEP, values))
        .await?;
    let values = [person.into(), i64::from(REMEMBERED).into()];
    transaction
        .execute_raw(Statement::from_sql_and_values(backend, FORGET, values))
        .await?;
    Ok(true)
}
