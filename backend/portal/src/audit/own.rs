//! What the log holds of one person, for that person.

use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{
    audit::AuditAction,
    profile::{OwnAuditEvent, ProfileViewing},
    time::Timestamp,
};
use uuid::Uuid;

/// Who has looked at this person's profile, the latest first, older than `after`.
pub async fn viewings_of<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<ProfileViewing>, DbErr> {
    const SQL: &str = "SELECT e.id, e.at, p.name AS viewer, a.name AS agency FROM audit_events e \
         LEFT JOIN persons p ON p.id = e.actor LEFT JOIN agencies a ON a.oid = p.agency_oid \
         WHERE e.subject = $1 AND e.action = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT $4";
    let values = [
        person.into(),
        AuditAction::ProfileViewed.name().into(),
        after.unwrap_or(Uuid::max()).into(),
        i64::from(limit).into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| {
            Ok(ProfileViewing {
                id: row.try_get("", "id")?,
                at: Timestamp::from_millis(row.try_get("", "at")?),
                viewer: row.try_get::<Option<String>>("", "viewer")?.unwrap_or_default(),
                agency: row.try_get("", "agency")?,
            })
        })
        .collect()
}

/// The latest rows of a person's deeds and of deeds to them. Where others did it, not from where.
pub async fn events_of<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    limit: u32,
) -> Result<Vec<OwnAuditEvent>, DbErr> {
    const SQL: &str = "SELECT id, at, action, actor, source FROM audit_events \
         WHERE actor = $1 OR subject = $1 ORDER BY id DESC LIMIT $2";
    let values = [person.into(), i64::from(limit).into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| {
            let by_oneself = row.try_get::<Option<Uuid>>("", "actor")? == Some(person);
            let source: Option<String> = row.try_get("", "source")?;
            Ok(OwnAuditEvent {
                id: row.try_get("", "id")?,
                at: Timestamp::from_millis(row.try_get("", "at")?),
                action: row.try_get("", "action")?,
                by_oneself,
                source: source.filter(|_| by_oneself),
            })
        })
        .collect()
}
