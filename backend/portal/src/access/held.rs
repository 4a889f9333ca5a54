//! Rows of grants, and how a person stands to the roles there are.

use std::collections::{HashMap, HashSet};

use foundation::{
    clock::Clock,
    database::listed::{self, ColumnType, Listed},
    id,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryResult, Statement, Value,
    sea_query::Expr,
};
use serde::Serialize;
use shared::{
    access::{GrantAction, GrantState, GrantView, RequestState, Revocation},
    application::{ApplicationView, Availability, HeldGrant},
    person::AgencyView,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    ending::next_moment,
    entity::{grant, request, request_role},
    leaving,
    seat::Seats,
    shown::{brief, named, select},
};
use crate::{
    application::Application,
    post::subtree::{self, Table},
};

/// How a person stands to the roles of all applications now.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The grant of each role that lasts longest.
    grants: HashMap<Uuid, HeldGrant>,
    /// The roles that the person has at this moment.
    running: HashSet<Uuid>,
    /// The open request for each role.
    requests: HashMap<Uuid, (Uuid, RequestState)>,
}

impl Standing {
    /// The application as this person sees it: without closed roles that are nothing to them.
    pub fn mark(&self, application: Application) -> ApplicationView {
        let mut view = application.view;
        let asks = !application.role_ids.is_empty();
        let has_one = || application.role_ids.iter().any(|id| self.running.contains(id));
        if view.availability == Availability::Available && asks && !has_one() {
            view.availability = Availability::PermissionNeeded;
        }
        for (role, id) in view.roles.iter_mut().zip(&application.role_ids) {
            role.grant = self.grants.get(id).cloned();
            (role.open_request, role.open_request_state) = self.requests.get(id).copied().unzip();
        }
        view.roles
            .retain(|role| !role.closed || role.grant.is_some() || role.open_request.is_some());
        view
    }
}

/// How the person stands to all roles at this moment.
pub(super) async fn standing<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    now: Timestamp,
) -> Result<Standing, DbErr> {
    let mut standing = Standing::default();
    let grants = grant::Entity::find()
        .filter(grant::Column::PersonId.eq(person))
        .filter(grant::Column::EndsAt.gt(now.as_millis()))
        .filter(grant::Column::RevokedAt.is_null())
        .all(db)
        .await?;
    let during = events_of(db, &grants).await?;
    for row in grants {
        let grant = HeldGrant {
            starts_at: Timestamp::from_millis(row.starts_at),
            ends_at: Timestamp::from_millis(row.ends_at),
            activation: row.activation_id.and_then(|id| during.get(&id).cloned()),
        };
        if grant.starts_at <= now {
            standing.running.insert(row.role_id);
        }
        let longest = standing
            .grants
            .entry(row.role_id)
            .or_insert_with(|| grant.clone());
        if longest.ends_at < grant.ends_at {
            *longest = grant;
        }
    }
    let asked = request_role::Entity::find()
        .filter(request_role::Column::OpenFor.eq(person))
        .all(db)
        .await?;
    if !asked.is_empty() {
        let ids = asked.iter().map(|row| row.request_id);
        let requests = request::Entity::find()
            .filter(request::Column::Id.is_in(ids))
            .all(db)
            .await?;
        let states: HashMap<_, _> = requests.into_iter().map(|row| (row.id, row.state)).collect();
        for row in asked {
            let state = states
                .get(&row.request_id)
                .and_then(|name| RequestState::from_name(name))
                .unwrap_or(RequestState::Submitted);
            standing.requests.insert(row.role_id, (row.request_id, state));
        }
    }
    Ok(standing)
}

/// The names of the events that these grants are by.
async fn events_of<C: ConnectionTrait>(
    db: &C,
    grants: &[grant::Model],
) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut ids: Vec<_> = grants.iter().filter_map(|row| row.activation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut names = HashMap::new();
    for id in ids {
        let sql = "SELECT name FROM activations WHERE id = $1".to_owned();
        if let Some(row) = select(db, sql, vec![id.into()]).await?.first() {
            names.insert(id, row.try_get("", "name")?);
        }
    }
    Ok(names)
}

/// A grant to write.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewGrant<'a> {
    pub(super) person: Uuid,
    pub(super) role: Uuid,
    pub(super) agency: &'a str,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) request: Option<Uuid>,
}

impl NewGrant<'_> {
    /// Its row, with an id.
    pub(super) fn row(self, clock: &dyn Clock) -> grant::Model {
        let told = next_moment(clock.now(), self.starts_at, self.ends_at);
        grant::Model {
            id: id::new(clock),
            person_id: self.person,
            role_id: self.role,
            agency_oid: self.agency.to_owned(),
            starts_at: self.starts_at.as_millis(),
            ends_at: self.ends_at.as_millis(),
            revoked_at: None,
            request_id: self.request,
            renewed_by: None,
            revoked_by: None,
            revoke_reason: None,
            tell_at: told.map(Timestamp::as_millis),
            activation_id: None,
        }
    }
}

/// Writes grants that nothing has happened to yet.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, rows: &[grant::Model]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let sql = format!(
        "WITH {} INSERT INTO grants ({}) SELECT {} FROM given",
        GIVEN.with(backend, 1),
        GIVEN.names(),
        GIVEN.selected()
    );
    let rows: Vec<_> = rows.iter().map(row).collect();
    let statement = Statement::from_sql_and_values(backend, sql, [listed::parameter(&rows)?]);
    db.execute_raw(statement).await.map(drop)
}

/// A grant that nothing has happened to yet, as it is written.
fn row(grant: &grant::Model) -> impl Serialize {
    let grant::Model {
        id,
        person_id,
        role_id,
        ref agency_oid,
        starts_at,
        ends_at,
        request_id,
        tell_at,
        activation_id,
        ..
    } = *grant;
    (
        id,
        person_id,
        role_id,
        agency_oid.clone(),
        starts_at,
        ends_at,
        request_id,
        tell_at,
        activation_id,
    )
}

const GIVEN: Listed<'_> = Listed {
    name: "given",
    columns: &[
        ("id", ColumnType::Id),
        ("person_id", ColumnType::Id),
        ("role_id", ColumnType::Id),
        ("agency_oid", ColumnType::Text),
        ("starts_at", ColumnType::Number),
        ("ends_at", ColumnType::Number),
        ("request_id", ColumnType::Id),
        ("tell_at", ColumnType::Number),
        ("activation_id", ColumnType::Id),
    ],
};

/// Notes that another grant of the same role follows this one.
pub(super) async fn mark_renewed<C: ConnectionTrait>(
    db: &C,
    before: Uuid,
    role: Uuid,
    after: Uuid,
) -> Result<(), DbErr> {
    grant::Entity::update_many()
        .col_expr(grant::Column::RenewedBy, Expr::value(after))
        .col_expr(grant::Column::TellAt, Expr::value(Option::<i64>::None))
        .filter(grant::Column::Id.eq(before))
        .filter(grant::Column::RoleId.eq(role))
        .exec(db)
        .await
        .map(drop)
}

/// A grant and what its revocation and its renewal are decided by.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) view: GrantView,
    pub(super) application_id: Uuid,
    pub(super) max_days: u32,
}

const SHOWN: &str = "SELECT h.id, h.person_id, h.agency_oid, h.starts_at, h.ends_at, h.revoked_at, \
     h.request_id, h.renewed_by, h.revoke_reason, g.name AS agency_name, p.name AS person_name, \
     p.agency_oid AS person_oid, pg.name AS person_agency, v.name AS revoked_by_name, \
     a.id AS application_id, a.code AS application_code, a.name_zh AS application_name_zh, \
     a.name_en AS application_name_en, r.code, r.name_zh, r.name_en, r.max_days, r.closed_at, e.name AS activation_name";
const NAMED: &str = "JOIN application_roles r ON r.id = h.role_id \
     JOIN applications a ON a.id = r.application_id JOIN persons p ON p.id = h.person_id \
     LEFT JOIN agencies g ON g.oid = h.agency_oid LEFT JOIN agencies pg ON pg.oid = p.agency_oid \
     LEFT JOIN persons v ON v.id = h.revoked_by LEFT JOIN activations e ON e.id = h.activation_id";

/// Whose grants are shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    /// Those of this person.
    Person(Uuid),
    /// Those that the reader's posts look after.
    Overseen,
}

/// Grants, the newest first, older than `after` where one is given.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    whose: Whose,
    seats: &Seats,
    now: Timestamp,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<GrantView>, DbErr> {
    let mut values: Vec<Value> = vec![after.unwrap_or(Uuid::max()).into()];
    let page = match whose {
        Whose::Person(person) => {
            values.push(person.into());
            page("h.person_id = $2", limit)
        }
        Whose::Overseen => overseen(db, seats, limit, &mut values).await?,
    };
    // The page comes first: PostgreSQL would bring all names to all grants, and look for the page among them.
    let sql =
        format!("{SHOWN} FROM ({page}) page JOIN grants h ON h.id = page.id {NAMED} ORDER BY h.id DESC");
    let rows = select(db, sql, values).await?;
    rows.iter()
        .map(|row| known(row, seats, now).map(|known| known.view))
        .collect()
}

/// The ids of a page of the grants that are of this, the newest first, older than `$1`.
fn page(condition: &str, limit: u32) -> String {
    // The limit stands in the statement, so that PostgreSQL plans for a page and not for a part of the table.
    format!(
        "SELECT h.id FROM grants h JOIN application_roles r ON r.id = h.role_id WHERE {condition} AND h.id < $1 \
         ORDER BY h.id DESC LIMIT {limit}"
    )
}

/// The same of those that the posts look after: those of few agencies are looked up agency by agency.
async fn overseen<C: ConnectionTrait>(
    db: &C,
    seats: &Seats,
    limit: u32,
    values: &mut Vec<Value>,
) -> Result<String, DbErr> {
    const TABLE: Table = Table {
        name: "grants",
        keys: "id",
        order: "id DESC",
    };
    if let Some(agencies) = seats.agencies()
        && let Some(few) = subtree::agencies_with_rows(db, (TABLE.name, "agency_oid"), &agencies).await?
    {
        let bytes = subtree::by_bytes(db.get_database_backend());
        return Ok(subtree::first_of_each(
            TABLE,
            few,
            "id < $1",
            limit,
            (bytes, values),
        ));
    }
    let (condition, more) = seats.overseen("h.agency_oid", "r.application_id", values.len() + 1);
    values.extend(more);
    Ok(page(&condition, limit))
}

/// The grant of this id.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    seats: &Seats,
    now: Timestamp,
) -> Result<Option<Known>, DbErr> {
    let rows = select(
        db,
        format!("{SHOWN} FROM grants h {NAMED} WHERE h.id = $1"),
        vec![id.into()],
    )
    .await?;
    rows.first().map(|row| known(row, seats, now)).transpose()
}

/// Takes a grant back, if that has not been done before. Whether it was.
pub(super) async fn revoke<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    by: Uuid,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE grants SET revoked_at = $2, revoked_by = $3, revoke_reason = $4, tell_at = NULL \
         WHERE id = $1 AND revoked_at IS NULL AND ends_at > $2";
    let values = [id.into(), now.as_millis().into(), by.into(), reason.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let revoked = db.execute_raw(statement).await?.rows_affected() > 0;
    if revoked {
        leaving::tell_applications(db, &[id], now).await?;
    }
    Ok(revoked)
}

fn known(row: &QueryResult, seats: &Seats, now: Timestamp) -> Result<Known, DbErr> {
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let (starts_at, ends_at) = (time("starts_at")?, time("ends_at")?);
    let revoked_at = row
        .try_get::<Option<i64>>("", "revoked_at")?
        .map(Timestamp::from_millis);
    let is_renewed = row.try_get::<Option<Uuid>>("", "renewed_by")?.is_some();
    let state = GrantState::at(now, starts_at, ends_at, revoked_at, is_renewed);
    let oid: String = row.try_get("", "agency_oid")?;
    let application_id = row.try_get("", "application_id")?;
    let person = brief(row)?;
    let activation: Option<String> = row.try_get("", "activation_name")?;
    let lives = matches!(state, GrantState::Scheduled | GrantState::Active);
    let mut may = Vec::new();
    let is_closed = row.try_get::<Option<i64>>("", "closed_at")?.is_some();
    // What is by an event ends with it.
    if lives && seats.is_mine(person.id) && !is_renewed && !is_closed && activation.is_none() {
        may.push(GrantAction::Renew);
    }
    if lives
        && !seats.is_mine(person.id)
        && seats.looks_after(application_id, oid.parse::<Oid>().ok().as_ref())
    {
        may.push(GrantAction::Revoke);
    }
    let revoked = match revoked_at {
        Some(at) => Some(Revocation {
            at,
            by: row.try_get("", "revoked_by_name")?,
            reason: row
                .try_get::<Option<String>>("", "revoke_reason")?
                .unwrap_or_default(),
        }),
        None => None,
    };
    let view = GrantView {
        id: row.try_get("", "id")?,
        state,
        person,
        may,
        application: named(row, "application_")?,
        role: named(row, "")?,
        agency: AgencyView {
            oid,
            name: row.try_get("", "agency_name")?,
        },
        starts_at,
        ends_at,
        request: row.try_get("", "request_id")?,
        activation,
        revoked,
    };
    Ok(Known {
        view,
        application_id,
        max_days: u32::try_from(row.try_get::<i32>("", "max_days")?).unwrap_or(1),
    })
}
