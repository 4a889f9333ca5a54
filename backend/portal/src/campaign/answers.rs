//! Permissions in a campaign as they are held and answered.

use foundation::database::placeholders;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, Statement, Value};
use shared::{campaign::ItemState, time::Timestamp};
use uuid::Uuid;

use super::items::{STANDS, state};
use crate::access::{Desk, select};

/// A permission in the transaction that holds it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) holder: Uuid,
    pub(super) application: Uuid,
    /// The codes of the application and of the role, as the log names them.
    pub(super) codes: (String, String),
    pub(super) agency: String,
    pub(super) state: ItemState,
    pub(super) desk: Option<Desk>,
    /// Whether the grant still counts, or is to.
    pub(super) lives: bool,
}

/// Holds a permission of a held campaign until the transaction ends, so that of two decisions one comes first.
pub(super) async fn hold(
    transaction: &DatabaseTransaction,
    campaign: Uuid,
    grant: Uuid,
    now: Timestamp,
) -> Result<Option<Held>, DbErr> {
    let sql = format!(
        "SELECT i.person_id, i.application_id, i.agency_oid, i.state, i.desk, a.code AS application, r.code AS role, \
         (h.revoked_at IS NULL AND h.ends_at > $3) AS lives FROM campaign_items i JOIN grants h ON h.id = i.grant_id \
         JOIN application_roles r ON r.id = h.role_id JOIN applications a ON a.id = r.application_id \
         WHERE i.campaign_id = $1 AND i.grant_id = $2{}",
        lock(transaction, "i")
    );
    let values = vec![campaign.into(), grant.into(), now.as_millis().into()];
    let rows = select(transaction, sql, values).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let desk: String = row.try_get("", "desk")?;
    Ok(Some(Held {
        holder: row.try_get("", "person_id")?,
        application: row.try_get("", "application_id")?,
        codes: (row.try_get("", "application")?, row.try_get("", "role")?),
        agency: row.try_get("", "agency_oid")?,
        state: state(row, "state")?,
        desk: Desk::read(&desk),
        lives: row.try_get("", "lives")?,
    }))
}

fn lock(transaction: &DatabaseTransaction, tables: &str) -> String {
    match transaction.get_database_backend() {
        DatabaseBackend::Postgres => format!(" FOR UPDATE OF {tables}"),
        _ => String::new(),
    }
}

/// What the clock is to answer: some permissions that nobody has answered in a campaign that is held alone, and where they
/// stand. Their grants are held too, in one order.
pub(super) async fn unanswered(
    transaction: &DatabaseTransaction,
    campaign: Uuid,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(Uuid, ItemState)>, DbErr> {
    let sql = format!(
        "SELECT i.grant_id, {STANDS} AS stands FROM campaign_items i JOIN grants h ON h.id = i.grant_id \
         WHERE i.campaign_id = $2 AND i.state = 'open' ORDER BY i.grant_id LIMIT $3{}",
        lock(transaction, "h")
    );
    let values = vec![now.as_millis().into(), campaign.into(), i64::from(limit).into()];
    let rows = select(transaction, sql, values).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "grant_id")?, state(row, "stands")?)))
        .collect()
}

/// What is written about permissions that are decided on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) state: ItemState,
    pub(super) at: Timestamp,
    /// None when the clock did it.
    pub(super) by: Option<Uuid>,
    pub(super) reason: Option<&'a str>,
}

/// Writes where these permissions stand from now on.
pub(super) async fn answer(
    transaction: &DatabaseTransaction,
    campaign: Uuid,
    grants: &[Uuid],
    answer: Answer<'_>,
) -> Result<(), DbErr> {
    if grants.is_empty() {
        return Ok(());
    }
    let mut values: Vec<Value> = grants.iter().map(|id| (*id).into()).collect();
    let place = |behind: usize| grants.len() + behind;
    let sql = format!(
        "UPDATE campaign_items SET state = ${}, decided_at = ${}, decided_by = ${}, reason = ${} \
         WHERE campaign_id = ${} AND grant_id IN {}",
        place(1),
        place(2),
        place(3),
        place(4),
        place(5),
        placeholders(1, grants.len())
    );
    values.extend([
        answer.state.name().into(),
        answer.at.as_millis().into(),
        answer.by.into(),
        answer.reason.map(str::to_owned).into(),
        campaign.into(),
    ]);
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    transaction.execute_raw(statement).await.map(drop)
}
