//! Rows of `campaigns`.

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, QueryResult, Statement, Value};
use shared::{
    campaign::{CampaignState, NewCampaign},
    date::Date,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use crate::access::select;

/// What a campaign is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The permissions for this agency and all below it.
    Agency(Oid),
    /// Those for the roles of this application.
    Application(Uuid),
}

impl Scope {
    /// The condition of the permissions (`h`, with their roles as `r`), with its values from `$first` on.
    pub(super) fn condition(&self, first: usize) -> (String, Vec<Value>) {
        match self {
            Self::Agency(oid) => (
                format!("(h.agency_oid = ${first} OR h.agency_oid LIKE ${})", first + 1),
                vec![oid.as_str().into(), format!("{oid}.%").into()],
            ),
            Self::Application(id) => (format!("r.application_id = ${first}"), vec![(*id).into()]),
        }
    }

    /// The agency, as it is stored.
    fn agency(&self) -> Option<String> {
        match self {
            Self::Agency(oid) => Some(oid.to_string()),
            Self::Application(_) => None,
        }
    }

    /// The application.
    pub(super) fn application(&self) -> Option<Uuid> {
        match self {
            Self::Agency(_) => None,
            Self::Application(id) => Some(*id),
        }
    }
}

/// A campaign.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) instructions: String,
    pub(super) scope: Scope,
    pub(super) state: CampaignState,
    pub(super) opened_by: Uuid,
    pub(super) due_on: Date,
    pub(super) ends_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
}

impl Row {
    /// Whether permissions in it are decided on at this moment.
    pub(super) fn takes_decisions(&self, now: Timestamp) -> bool {
        self.state == CampaignState::Open && now < self.ends_at
    }

    /// The moment at which it is looked at: after its end, what happens to permissions is none of its business.
    pub(super) fn as_of(&self, now: Timestamp) -> Timestamp {
        self.closed_at.unwrap_or(now)
    }
}

const SELECT: &str = "SELECT id, version, name, instructions, agency_oid, application_id, state, opened_by, due_on, ends_at, \
     closed_at FROM campaigns";

/// The open campaigns of whose end nobody was reminded and that ends soon at the moment `$1`: in three days, or when half of its time
/// has passed if that is later.
const TO_REMIND: &str = "state = 'open' AND reminded_at IS NULL AND ends_at > $1 AND ends_at - 259200000 <= $1 \
     AND ends_at - (ends_at - opened_at) / 2 <= $1";

pub(super) fn unreadable(column: &str) -> DbErr {
    DbErr::Type(format!("campaigns: {column} cannot be read"))
}

fn row(row: &QueryResult) -> Result<Row, DbErr> {
    let agency: Option<String> = row.try_get("", "agency_oid")?;
    let application: Option<Uuid> = row.try_get("", "application_id")?;
    let scope = match (agency, application) {
        (Some(oid), None) => Scope::Agency(oid.parse().map_err(|_| unreadable("agency_oid"))?),
        (None, Some(id)) => Scope::Application(id),
        _ => return Err(unreadable("scope")),
    };
    let closed: Option<i64> = row.try_get("", "closed_at")?;
    Ok(Row {
        id: row.try_get("", "id")?,
        version: row.try_get("", "version")?,
        name: row.try_get("", "name")?,
        instructions: row.try_get("", "instructions")?,
        scope,
        state: state(row)?,
        opened_by: row.try_get("", "opened_by")?,
        due_on: due_on(row)?,
        ends_at: Timestamp::from_millis(row.try_get("", "ends_at")?),
        closed_at: closed.map(Timestamp::from_millis),
    })
}

/// The column `state`.
pub(super) fn state(row: &QueryResult) -> Result<CampaignState, DbErr> {
    let name: String = row.try_get("", "state")?;
    CampaignState::from_name(&name).ok_or_else(|| unreadable("state"))
}

/// The column `due_on`.
pub(super) fn due_on(row: &QueryResult) -> Result<Date, DbErr> {
    let day: String = row.try_get("", "due_on")?;
    day.parse().map_err(|_| unreadable("due_on"))
}

/// How a campaign is held in a transaction. SQLite's one writer holds it without asking.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hold {
    /// With others, so that it stays as it is.
    Shared,
    /// Alone, to change it.
    Alone,
}

/// The campaign of this id.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Row>, DbErr> {
    let rows = select(db, format!("{SELECT} WHERE id = $1"), vec![id.into()]).await?;
    rows.first().map(row).transpose()
}

/// The campaigns whose deciders are to be reminded now.
pub(super) async fn to_remind<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<Vec<Row>, DbErr> {
    let sql = format!("{SELECT} WHERE {TO_REMIND} ORDER BY id LIMIT 100");
    let rows = select(db, sql, vec![now.as_millis().into()]).await?;
    rows.iter().map(row).collect()
}

/// Notes that they are, unless another node was first, or the campaign has changed. Whether it was noted.
pub(super) async fn mark_reminded(
    transaction: &DatabaseTransaction,
    id: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let sql = format!("UPDATE campaigns SET reminded_at = $1 WHERE id = $2 AND {TO_REMIND}");
    Ok(execute(transaction, &sql, vec![now.as_millis().into(), id.into()]).await? > 0)
}

/// The same, held until the transaction ends.
pub(super) async fn hold(
    transaction: &DatabaseTransaction,
    id: Uuid,
    how: Hold,
) -> Result<Option<Row>, DbErr> {
    let lock = match (transaction.get_database_backend(), how) {
        (DatabaseBackend::Postgres, Hold::Shared) => " FOR SHARE",
        (DatabaseBackend::Postgres, Hold::Alone) => " FOR UPDATE",
        _ => "",
    };
    let rows = select(
        transaction,
        format!("{SELECT} WHERE id = $1{lock}"),
        vec![id.into()],
    )
    .await?;
    rows.first().map(row).transpose()
}

async fn execute(transaction: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    Ok(transaction.execute_raw(statement).await?.rows_affected())
}

/// Writes a new campaign, unless its id is taken. Whether it was written.
pub(super) async fn insert(
    transaction: &DatabaseTransaction,
    new: &NewCampaign,
    scope: &Scope,
    due_on: Date,
    (by, now): (Uuid, Timestamp),
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO campaigns (id, version, name, instructions, agency_oid, application_id, state, \
         opened_at, opened_by, due_on, ends_at) VALUES ($1, 1, $2, $3, $4, $5, 'open', $6, $7, $8, $9) \
         ON CONFLICT (id) DO NOTHING";
    let values = vec![
        new.id.into(),
        new.stored_name().into(),
        new.stored_instructions().into(),
        scope.agency().into(),
        scope.application().into(),
        now.as_millis().into(),
        by.into(),
        due_on.to_string().into(),
        due_on.ends_at().as_millis().into(),
    ];
    Ok(execute(transaction, SQL, values).await? > 0)
}

/// Writes another deadline, and why.
pub(super) async fn extend(
    transaction: &DatabaseTransaction,
    id: Uuid,
    due_on: Date,
    reason: &str,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE campaigns SET version = version + 1, due_on = $2, ends_at = $3, remark = $4, reminded_at = NULL \
         WHERE id = $1";
    let values = vec![
        id.into(),
        due_on.to_string().into(),
        due_on.ends_at().as_millis().into(),
        reason.into(),
    ];
    execute(transaction, SQL, values).await.map(drop)
}

/// Moves a held campaign to this state: since when nothing happens in it any more, where it is over, and why.
pub(super) async fn move_on(
    transaction: &DatabaseTransaction,
    id: Uuid,
    state: CampaignState,
    closed_at: Option<Timestamp>,
    reason: Option<&str>,
) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE campaigns SET version = version + 1, state = $2, closed_at = $3, \
         remark = COALESCE($4, remark) WHERE id = $1";
    let values = vec![
        id.into(),
        state.name().into(),
        closed_at.map(Timestamp::as_millis).into(),
        reason.map(str::to_owned).into(),
    ];
    execute(transaction, SQL, values).await.map(drop)
}

/// The campaigns whose deadline has passed and that are not over.
pub(super) async fn due<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<Vec<Uuid>, DbErr> {
    const SQL: &str = "SELECT id FROM campaigns WHERE state IN ('open', 'closing') AND ends_at <= $1 \
         ORDER BY ends_at, id LIMIT 100";
    let rows = select(db, SQL.to_owned(), vec![now.as_millis().into()]).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}

/// The open campaigns, held so that none begins to close; in one order.
pub(super) async fn open(transaction: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    let lock = match transaction.get_database_backend() {
        DatabaseBackend::Postgres => " FOR SHARE",
        _ => "",
    };
    let sql = format!("SELECT id FROM campaigns WHERE state = 'open' ORDER BY id{lock}");
    let rows = select(transaction, sql, Vec::new()).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}
