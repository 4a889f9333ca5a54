//! Grants that the clock takes back, because nobody has answered in a campaign.

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, Value};
use shared::{audit::AuditAction, notification::Kind, time::Timestamp};
use uuid::Uuid;

use super::{
    leaving,
    shown::{named, select},
};
use crate::{
    audit::Event,
    notification::{Facts, Notice},
};

/// Takes these grants back in the caller's transaction; what it is to tell and then to record, for each that still counted.
pub(crate) async fn lapse_in(
    transaction: &DatabaseTransaction,
    grants: &[Uuid],
    reason: &str,
    now: Timestamp,
) -> Result<(Vec<Notice>, Vec<Event>), DbErr> {
    if grants.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let ids: Vec<Value> = grants.iter().map(|id| (*id).into()).collect();
    let which = placeholders(1, ids.len());
    let sql = format!(
        "SELECT h.id, h.person_id, h.agency_oid, a.id AS application_id, a.code AS application, \
         r.code, r.name_zh, r.name_en FROM grants h \
         JOIN application_roles r ON r.id = h.role_id JOIN applications a ON a.id = r.application_id \
         WHERE h.id IN {which} AND h.revoked_at IS NULL ORDER BY h.id"
    );
    let rows = select(transaction, sql, ids.clone()).await?;
    let (at, why) = (ids.len() + 1, ids.len() + 2);
    let sql = format!(
        "UPDATE grants SET revoked_at = ${at}, revoke_reason = ${why} WHERE id IN {which} AND revoked_at IS NULL"
    );
    let values = ids.into_iter().chain([now.as_millis().into(), reason.into()]);
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    transaction.execute_raw(statement).await?;
    leaving::tell_applications(transaction, grants, now).await?;
    let (mut notices, mut events) = (Vec::new(), Vec::new());
    for row in &rows {
        let text = |column: &str| row.try_get::<String>("", column);
        let (id, holder): (Uuid, Uuid) = (row.try_get("", "id")?, row.try_get("", "person_id")?);
        let role = named(row, "")?;
        events.push(
            Event::new(AuditAction::GrantLapsed)
                .subject(holder)
                .detail("grant", &id.to_string())
                .detail("application", &text("application")?)
                .detail("role", &role.code)
                .detail("agency", &text("agency_oid")?),
        );
        let notice =
            Notice::new(holder, Kind::GrantLapsed).of_application(row.try_get("", "application_id")?);
        notices.push(notice.with(Facts {
            role: Some(role.name),
            ..Facts::default()
        }));
    }
    Ok((notices, events))
}
