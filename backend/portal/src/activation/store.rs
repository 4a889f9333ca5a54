//! Rows of lists: `surge_lists`, `surge_entries` and who has prepared them.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use shared::{
    activation::{Level, NewSurgeList, SurgeEntryView, SurgeListState, SurgeListView, SurgeOutcome},
    application::Risk,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    apart,
    authority::Authority,
    rows::{
        PERSON, ROLE, agency, application, count, level, perhaps, person, role, run, select, time, unreadable,
    },
};
use crate::application::Offering;

/// A list as the transaction that changes it knows it.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) id: Uuid,
    pub(super) agency: Oid,
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) counts_from: Option<Level>,
    pub(super) state: SurgeListState,
    pub(super) created_by: Uuid,
}

/// Writes a list that is being prepared; whether its id is new.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    new: &NewSurgeList,
    by: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO surge_lists (id, agency_oid, name, level, state, created_by, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let values = vec![
        new.id.into(),
        new.agency.as_str().into(),
        new.name.trim().into(),
        new.level.grade().into(),
        SurgeListState::Draft.name().into(),
        by.into(),
        now.as_millis().into(),
    ];
    Ok(run(db, SQL, values).await? > 0)
}

/// The list of this id.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<List>, DbErr> {
    const SQL: &str =
        "SELECT id, agency_oid, name, level, counts_from, state, created_by FROM surge_lists WHERE id = $1";
    let rows = select(db, SQL, vec![id.into()]).await?;
    rows.first()
        .map(|row| {
            let oid: String = row.try_get("", "agency_oid")?;
            let counts_from: Option<i32> = row.try_get("", "counts_from")?;
            Ok(List {
                id,
                agency: oid.parse().map_err(|_| unreadable("agency_oid"))?,
                name: row.try_get("", "name")?,
                level: level(row, "level")?,
                counts_from: counts_from.and_then(Level::from_grade),
                state: state(row)?,
                created_by: row.try_get("", "created_by")?,
            })
        })
        .transpose()
}

fn state(row: &QueryResult) -> Result<SurgeListState, DbErr> {
    let name: String = row.try_get("", "state")?;
    SurgeListState::from_name(&name).ok_or_else(|| unreadable("state"))
}

/// Writes what has become of a list.
pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    list: &List,
    remark: Option<&str>,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE surge_lists SET level = $2, counts_from = $3, state = $4, remark = $5, changed_at = $6 \
         WHERE id = $1";
    let values = vec![
        list.id.into(),
        list.level.grade().into(),
        list.counts_from.map(Level::grade).into(),
        list.state.name().into(),
        remark.map(str::to_owned).into(),
        now.as_millis().into(),
    ];
    run(db, SQL, values).await.map(drop)
}

/// Notes that the person has changed the list since it was last approved.
pub(super) async fn prepared_by<C: ConnectionTrait>(db: &C, list: Uuid, person: Uuid) -> Result<(), DbErr> {
    const SQL: &str =
        "INSERT INTO surge_preparers (list_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    run(db, SQL, vec![list.into(), person.into()]).await.map(drop)
}

/// Who has changed the list since it was last approved.
pub(super) async fn preparers<C: ConnectionTrait>(db: &C, list: Uuid) -> Result<Vec<Uuid>, DbErr> {
    const SQL: &str = "SELECT person_id FROM surge_preparers WHERE list_id = $1 ORDER BY person_id";
    let rows = select(db, SQL, vec![list.into()]).await?;
    rows.iter().map(|row| row.try_get("", "person_id")).collect()
}

/// All entries count from now on, and nobody has changed anything since.
pub(super) async fn approve<C: ConnectionTrait>(db: &C, list: Uuid) -> Result<(), DbErr> {
    run(
        db,
        "UPDATE surge_entries SET approved = TRUE WHERE list_id = $1",
        vec![list.into()],
    )
    .await?;
    run(
        db,
        "DELETE FROM surge_preparers WHERE list_id = $1",
        vec![list.into()],
    )
    .await
    .map(drop)
}

/// Who takes no part in approving: those who have prepared it, and those who stand on it with a new entry.
pub(super) async fn barred<C: ConnectionTrait>(db: &C, list: Uuid) -> Result<Vec<Uuid>, DbErr> {
    const SQL: &str = "SELECT person_id FROM surge_preparers WHERE list_id = $1 \
         UNION SELECT person_id FROM surge_entries WHERE list_id = $1 AND NOT approved";
    let rows = select(db, SQL, vec![list.into()]).await?;
    rows.iter().map(|row| row.try_get("", "person_id")).collect()
}

/// An entry to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) id: Uuid,
    pub(super) list: Uuid,
    pub(super) person: Uuid,
    pub(super) role: Uuid,
    /// Where the person belongs.
    pub(super) holder: Option<&'a Oid>,
}

/// Writes an entry that is not approved yet; whether it was not there.
pub(super) async fn insert_entry<C: ConnectionTrait>(db: &C, entry: Entry<'_>) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO surge_entries (id, list_id, person_id, role_id, holder_oid) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let values = vec![
        entry.id.into(),
        entry.list.into(),
        entry.person.into(),
        entry.role.into(),
        entry.holder.map_or("", Oid::as_str).into(),
    ];
    Ok(run(db, SQL, values).await? > 0)
}

/// Deletes an entry; whose it was.
pub(super) async fn delete_entry<C: ConnectionTrait>(
    db: &C,
    list: Uuid,
    entry: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "DELETE FROM surge_entries WHERE list_id = $1 AND id = $2 RETURNING person_id";
    let rows = select(db, SQL, vec![list.into(), entry.into()]).await?;
    rows.first().map(|row| row.try_get("", "person_id")).transpose()
}

/// How many entries the list has.
pub(super) async fn count_entries<C: ConnectionTrait>(db: &C, list: Uuid) -> Result<u32, DbErr> {
    const SQL: &str = "SELECT COUNT(*) AS n FROM surge_entries WHERE list_id = $1";
    let rows = select(db, SQL, vec![list.into()]).await?;
    rows.first().map_or(Ok(0), |row| count(row, "n"))
}

const SHOWN: &str = "SELECT l.id, l.agency_oid, g.name AS agency_name, l.name, l.level, l.counts_from, l.state, \
     l.changed_at, l.remark, (SELECT COUNT(*) FROM surge_entries e WHERE e.list_id = l.id) AS entries, \
     (SELECT COUNT(*) FROM surge_entries e WHERE e.list_id = l.id AND NOT e.approved) AS unapproved \
     FROM surge_lists l LEFT JOIN agencies g ON g.oid = l.agency_oid";

fn view(row: &QueryResult) -> Result<SurgeListView, DbErr> {
    let counts_from: Option<i32> = row.try_get("", "counts_from")?;
    Ok(SurgeListView {
        id: row.try_get("", "id")?,
        agency: agency(row)?,
        name: row.try_get("", "name")?,
        level: level(row, "level")?,
        counts_from: counts_from.and_then(Level::from_grade),
        state: state(row)?,
        entries: count(row, "entries")?,
        unapproved: count(row, "unapproved")?,
        changed_at: time(row, "changed_at")?,
        remark: row.try_get("", "remark")?,
    })
}

/// The list of this id as it is shown.
pub(super) async fn shown<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<SurgeListView>, DbErr> {
    let rows = select(db, format!("{SHOWN} WHERE l.id = $1"), vec![id.into()]).await?;
    rows.first().map(view).transpose()
}

/// The lists that the person prepares or consents to, the newest first, after this one.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    by: &Authority,
    state: Option<SurgeListState>,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<SurgeListView>, DbErr> {
    let mut values: Vec<Value> = vec![after.unwrap_or(Uuid::max()).into(), i64::from(limit).into()];
    let (reached, more) = by.reach.condition("l.agency_oid", 3);
    values.extend(more);
    let mut parts = vec![reached];
    for application in by.owned() {
        values.push(application.into());
        parts.push(format!(
            "EXISTS (SELECT 1 FROM surge_entries e JOIN application_roles r ON r.id = e.role_id \
             WHERE e.list_id = l.id AND r.application_id = ${})",
            values.len()
        ));
    }
    let mut condition = format!("({})", parts.join(" OR "));
    if let Some(state) = state {
        values.push(state.name().into());
        condition.push_str(" AND l.state = $");
        condition.push_str(&values.len().to_string());
    }
    let sql = format!("{SHOWN} WHERE l.id < $1 AND {condition} ORDER BY l.id DESC LIMIT $2");
    let rows = select(db, sql, values).await?;
    rows.iter().map(view).collect()
}

/// The entries of a list, in the order in which they were made.
pub(super) async fn entries<C: ConnectionTrait>(
    db: &C,
    list: Uuid,
    now: Timestamp,
) -> Result<Vec<SurgeEntryView>, DbErr> {
    let mut conflicts = apart::conflicts(db, list, now).await?;
    let sql = format!(
        "SELECT e.id, e.approved, e.holder_oid, l.agency_oid AS list_oid, r.risk, p.disabled_at, {PERSON}, {ROLE} FROM surge_entries e \
         JOIN persons p ON p.id = e.person_id LEFT JOIN agencies pg ON pg.oid = p.agency_oid \
         JOIN application_roles r ON r.id = e.role_id JOIN applications a ON a.id = r.application_id \
         JOIN surge_lists l ON l.id = e.list_id WHERE e.list_id = $1 ORDER BY e.id"
    );
    let rows = select(db, sql, vec![list.into()]).await?;
    let roles: Result<Vec<Uuid>, _> = rows.iter().map(|row| row.try_get("", "role_id")).collect();
    let offering = Offering::of(db, roles?).await?;
    rows.iter()
        .map(|row| {
            let risk: String = row.try_get("", "risk")?;
            let oid: String = row.try_get("", "list_oid")?;
            let agency: Oid = oid.parse().map_err(|_| unreadable("list_oid"))?;
            let id = row.try_get("", "id")?;
            let conflicts = conflicts.remove(&id).unwrap_or_default();
            let offered = offering.has(row.try_get("", "role_id")?, &agency);
            let concern = match concern(row)? {
                None if !offered => Some(SurgeOutcome::NotOffered),
                None if conflicts.iter().any(|rule| rule.strict) => Some(SurgeOutcome::Conflict),
                concern => concern,
            };
            Ok(SurgeEntryView {
                id,
                person: person(row)?,
                application: application(row)?,
                role: role(row)?,
                risk: Risk::from_name(&risk).unwrap_or(Risk::High),
                approved: row.try_get("", "approved")?,
                concern,
                conflicts,
            })
        })
        .collect()
}

/// Why the person in a row of `persons p` with the entry's `holder_oid` gets nothing.
pub(super) fn concern(row: &QueryResult) -> Result<Option<SurgeOutcome>, DbErr> {
    let holder: String = row.try_get("", "holder_oid")?;
    let now: Option<String> = row.try_get("", "person_oid")?;
    Ok(if perhaps(row, "disabled_at")?.is_some() {
        Some(SurgeOutcome::Disabled)
    } else if now.unwrap_or_default() != holder {
        Some(SurgeOutcome::Moved)
    } else {
        None
    })
}
