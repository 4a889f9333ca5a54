//! Rows of events: `activations`, `activation_agencies` and `surge_reviews`.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Value};
use shared::{
    activation::{ActivationAgency, ActivationView, Level, NewActivation, REVIEW_WITHIN},
    date::Date,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    plan::Scene,
    rows::{agency, level, perhaps, run, select, time},
};
use crate::post::Reach;

/// PostgreSQL's advisory lock of who changes what events give; any number that nothing else uses.
const EVENTS: i64 = 0x0045_4d49_4333;

/// Lets one transaction at a time change lists and events: each moves many grants, and what one of them gives depends on
/// all lists and on the event. It is the first thing that such a transaction does. SQLite has one writer anyhow.
pub(super) async fn hold<C: ConnectionTrait>(transaction: &C) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        let sql = format!("SELECT pg_advisory_xact_lock({EVENTS})");
        transaction.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// An event as the transaction that changes it knows it.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) opened_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) agencies: Vec<(Oid, bool)>,
}

impl Running {
    /// What it gives by.
    pub(super) fn scene(&self) -> Scene {
        Scene {
            running: Some((self.id, self.opened_at)),
            level: self.level,
            agencies: self.agencies.clone(),
        }
    }
}

/// Writes an event; whether its id is new.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    new: &NewActivation,
    by: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO activations (id, name, level, opened_level, opened_at, opened_by, expected_end) \
         VALUES ($1, $2, $3, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let values = vec![
        new.id.into(),
        new.name.trim().into(),
        new.level.grade().into(),
        now.as_millis().into(),
        by.into(),
        new.expected_end.clone().into(),
    ];
    Ok(run(db, SQL, values).await? > 0)
}

/// Adds an agency to an event, or lets it be for all below it too; whether that is new.
pub(super) async fn add_agency<C: ConnectionTrait>(
    db: &C,
    activation: Uuid,
    (agency, with_below): &(Oid, bool),
    at_opening: bool,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO activation_agencies \
         (activation_id, agency_oid, with_below, opened_for, opened_with_below) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (activation_id, agency_oid) DO UPDATE SET with_below = TRUE \
         WHERE excluded.with_below AND NOT activation_agencies.with_below";
    let values = vec![
        activation.into(),
        agency.as_str().into(),
        (*with_below).into(),
        at_opening.into(),
        (at_opening && *with_below).into(),
    ];
    Ok(run(db, SQL, values).await? > 0)
}

/// Whether the event of this id is the one that is sent, by the same person, as it was when it was opened.
pub(super) async fn is_same<C: ConnectionTrait>(
    db: &C,
    new: &NewActivation,
    by: Uuid,
) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT name, opened_level, opened_by, expected_end FROM activations WHERE id = $1";
    const AGENCIES: &str = "SELECT agency_oid, opened_with_below FROM activation_agencies \
         WHERE activation_id = $1 AND opened_for";
    let rows = select(db, SQL, vec![new.id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let agencies = select(db, AGENCIES, vec![new.id.into()]).await?;
    let mut all_there = agencies.len() == new.agencies.len();
    for agency in &agencies {
        let oid: String = agency.try_get("", "agency_oid")?;
        let below: bool = agency.try_get("", "opened_with_below")?;
        all_there &= new
            .agencies
            .iter()
            .any(|one| one.agency == oid && one.with_below == below);
    }
    Ok(all_there
        && row.try_get::<String>("", "name")? == new.name.trim()
        && level(row, "opened_level")? == new.level
        && row.try_get::<Uuid>("", "opened_by")? == by
        && row.try_get::<Option<String>>("", "expected_end")? == new.expected_end)
}

/// The event of this id.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Running>, DbErr> {
    Ok(running(db, "id = $1", vec![id.into()]).await?.pop())
}

/// The events that are open, the oldest first.
pub(super) async fn open<C: ConnectionTrait>(db: &C) -> Result<Vec<Running>, DbErr> {
    running(db, "closed_at IS NULL", Vec::new()).await
}

/// The closed events whose review is overdue since this moment's seven days, of which nobody was reminded.
pub(super) async fn overdue<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<Vec<Running>, DbErr> {
    let since = now.minus(REVIEW_WITHIN).as_millis();
    running(db, "closed_at <= $1 AND reminded_at IS NULL", vec![since.into()]).await
}

/// Notes that people are reminded of an event's review, unless another node was first. Whether it was noted.
pub(super) async fn mark_reminded<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE activations SET reminded_at = $2 WHERE id = $1 AND reminded_at IS NULL";
    Ok(run(db, SQL, vec![id.into(), now.as_millis().into()]).await? > 0)
}

async fn running<C: ConnectionTrait>(
    db: &C,
    condition: &str,
    values: Vec<Value>,
) -> Result<Vec<Running>, DbErr> {
    let sql = format!(
        "SELECT id, name, level, opened_at, closed_at FROM activations WHERE {condition} ORDER BY id"
    );
    let mut found = Vec::new();
    for row in select(db, sql, values).await? {
        let id = row.try_get("", "id")?;
        let agencies = agencies(db, id).await?;
        found.push(Running {
            id,
            name: row.try_get("", "name")?,
            level: level(&row, "level")?,
            opened_at: time(&row, "opened_at")?,
            closed_at: perhaps(&row, "closed_at")?,
            agencies: agencies
                .into_iter()
                .filter_map(|one| Some((one.agency.oid.parse().ok()?, one.with_below)))
                .collect(),
        });
    }
    Ok(found)
}

/// The agencies of an event.
async fn agencies<C: ConnectionTrait>(db: &C, activation: Uuid) -> Result<Vec<ActivationAgency>, DbErr> {
    const SQL: &str = "SELECT s.agency_oid, g.name AS agency_name, s.with_below FROM activation_agencies s \
         LEFT JOIN agencies g ON g.oid = s.agency_oid WHERE s.activation_id = $1 ORDER BY s.agency_oid";
    let rows = select(db, SQL, vec![activation.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(ActivationAgency {
                agency: agency(row)?,
                with_below: row.try_get("", "with_below")?,
            })
        })
        .collect()
}

/// Changes an event's level.
pub(super) async fn set_level<C: ConnectionTrait>(db: &C, id: Uuid, to: Level) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE activations SET level = $2 WHERE id = $1";
    run(db, SQL, vec![id.into(), to.grade().into()]).await.map(drop)
}

/// Closes an event.
pub(super) async fn close<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    by: Uuid,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE activations SET closed_at = $2, closed_by = $3 WHERE id = $1";
    let values = vec![id.into(), now.as_millis().into(), by.into()];
    run(db, SQL, values).await.map(drop)
}

/// Writes that these grants, by these lists, of holders of these agencies, are to be reviewed.
pub(super) async fn insert_reviews<C: ConnectionTrait>(
    db: &C,
    activation: Uuid,
    grants: &[(Uuid, Uuid, &str)],
) -> Result<(), DbErr> {
    for some in grants.chunks(100) {
        let mut values: Vec<Value> = vec![activation.into()];
        let mut rows = Vec::new();
        for (grant, list, holder) in some {
            let place = values.len() + 1;
            rows.push(format!("(${place}, $1, ${}, ${})", place + 1, place + 2));
            values.extend([(*grant).into(), (*list).into(), (*holder).into()]);
        }
        let sql = format!(
            "INSERT INTO surge_reviews (grant_id, activation_id, list_id, holder_oid) VALUES {}",
            rows.join(", ")
        );
        run(db, sql, values).await?;
    }
    Ok(())
}

/// Whether the event has granted something to people whom this reaches.
pub(super) async fn has_granted_to<C: ConnectionTrait>(
    db: &C,
    activation: Uuid,
    reach: &Reach,
) -> Result<bool, DbErr> {
    let (condition, more) = reach.condition("holder_oid", 2);
    let sql = format!("SELECT grant_id FROM surge_reviews WHERE activation_id = $1 AND {condition} LIMIT 1");
    let values = std::iter::once(activation.into()).chain(more).collect();
    Ok(!select(db, sql, values).await?.is_empty())
}

const SHOWN: &str = "SELECT id, name, level, opened_at, expected_end, closed_at FROM activations";

/// Events, those that are (not) open where that is asked for, the newest first, after this one.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    is_open: Option<bool>,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<ActivationView>, DbErr> {
    let condition = match is_open {
        None => "TRUE",
        Some(true) => "closed_at IS NULL",
        Some(false) => "closed_at IS NOT NULL",
    };
    let sql = format!("{SHOWN} WHERE id < $1 AND {condition} ORDER BY id DESC LIMIT $2");
    views(
        db,
        sql,
        vec![after.unwrap_or(Uuid::max()).into(), i64::from(limit).into()],
    )
    .await
}

/// The event of this id as it is shown.
pub(super) async fn shown<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<ActivationView>, DbErr> {
    Ok(views(db, format!("{SHOWN} WHERE id = $1"), vec![id.into()])
        .await?
        .pop())
}

async fn views<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<ActivationView>, DbErr> {
    let mut views = Vec::new();
    for row in select(db, sql, values).await? {
        let agencies = agencies(db, row.try_get("", "id")?).await?;
        views.push(view(&row, agencies)?);
    }
    Ok(views)
}

fn view(row: &QueryResult, agencies: Vec<ActivationAgency>) -> Result<ActivationView, DbErr> {
    let expected: Option<String> = row.try_get("", "expected_end")?;
    let closed_at = perhaps(row, "closed_at")?;
    Ok(ActivationView {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        level: level(row, "level")?,
        agencies,
        opened_at: time(row, "opened_at")?,
        expected_end: expected.and_then(|day| day.parse::<Date>().ok()),
        closed_at,
        review_until: closed_at.map(|closed| closed.plus(REVIEW_WITHIN)),
        may: Vec::new(),
    })
}
