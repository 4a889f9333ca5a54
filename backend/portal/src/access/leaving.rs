//! Applications hear that a person's roles in them have become fewer: what they were given counts no more, and whoever is at
//! work there comes back by themselves, with the roles that are left.

use foundation::database::placeholders;
use oidc_provider::{Ended, storage::database};
use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::time::Timestamp;
use uuid::Uuid;

use super::shown::select;

/// So many grants are looked up at once.
const AT_ONCE: usize = 500;

/// Notes, in the transaction that ends these grants, that their applications have to be told; those of people who are not
/// signed in have nothing to hear.
pub(crate) async fn tell_applications<C: ConnectionTrait>(
    transaction: &C,
    grants: &[Uuid],
    now: Timestamp,
) -> Result<(), DbErr> {
    for some in grants.chunks(AT_ONCE) {
        let ids: Vec<Value> = some.iter().map(|id| (*id).into()).collect();
        let sql = format!(
            "SELECT DISTINCT h.person_id, a.code FROM grants h JOIN application_roles r ON r.id = h.role_id \
             JOIN clients c ON c.application_id = r.application_id JOIN applications a ON a.id = c.application_id \
             WHERE h.id IN {} AND h.starts_at <= ${} AND EXISTS (SELECT 1 FROM sessions s \
             WHERE s.person_id = h.person_id AND s.ended_at IS NULL)",
            placeholders(1, ids.len()),
            ids.len() + 1
        );
        let values = ids.into_iter().chain([now.as_millis().into()]).collect();
        for row in select(transaction, sql, values).await? {
            let person: Uuid = row.try_get("", "person_id")?;
            let code: String = row.try_get("", "code")?;
            let ended = Ended::Access {
                subject: &person.to_string(),
                client_id: &code,
            };
            database::end(transaction, ended, now).await?;
        }
    }
    Ok(())
}
