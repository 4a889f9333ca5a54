//! Requests as they are shown: by queries that bring the names along, with what the reader may do.

use std::collections::HashMap;

use foundation::database::listed;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    access::{
        NamedByCode, PersonBrief, RequestAction, RequestEvent, RequestState, RequestView, Stage, WaitsFor,
    },
    date::Date,
    person::{AgencyView, Role},
    text::{Bilingual, Oid},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    desk::Desk,
    requests::{in_state, unreadable},
    seat::{Seats, Standing},
};
use crate::{
    db::packed::{self, Packed},
    post::subtree::{self, Table},
};

/// Which requests are shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    /// Those of this person.
    Own(Uuid),
    /// Those that the reader is to decide on.
    ToDecide,
    /// Those that the reader's posts look after.
    Overseen,
}

/// Which of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) whose: Whose,
    pub(super) state: Option<RequestState>,
    /// The moment and the id of the last one that was shown.
    pub(super) after: Option<(i64, Uuid)>,
    pub(super) limit: u32,
}

const SHOWN: &str = "q.id, q.state, q.stage, q.desk, q.desk_since, q.endorsed_by, q.endorsed_for, q.person_id, \
     q.application_id, q.agency_oid, q.reason, q.starts_on, q.ends_on, q.submitted_at, a.code, a.name_zh, a.name_en, \
     g.name AS agency_name, p.name AS person_name, p.agency_oid AS person_oid, pg.name AS person_agency, \
     d.name AS desk_name";
const NAMED: &str = "JOIN applications a ON a.id = q.application_id \
     JOIN persons p ON p.id = q.person_id LEFT JOIN agencies g ON g.oid = q.agency_oid \
     LEFT JOIN agencies pg ON pg.oid = p.agency_oid LEFT JOIN agencies d ON d.oid = q.desk";

/// Code and names of each role that is asked for, and whether it wants the application's owner to agree too.
const ROLES: Packed<'_> = Packed {
    columns: "r.code, r.name_zh, r.name_en, CASE WHEN r.second_stage THEN 1 ELSE 0 END",
    from: "permission_request_roles s JOIN application_roles r ON r.id = s.role_id WHERE s.request_id = q.id",
    order: "r.position, r.id",
};
/// When, what, by whom, and what was said.
const HISTORY: Packed<'_> = Packed {
    columns: "e.at, e.action, w.name, e.comment",
    from: "permission_request_events e LEFT JOIN persons w ON w.id = e.actor WHERE e.request_id = q.id",
    order: "e.number",
};

/// The wanted requests: those to decide on the oldest first, others the newest first.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    wanted: Wanted,
    seats: &Seats,
) -> Result<Vec<RequestView>, DbErr> {
    let oldest_first = matches!(wanted.whose, Whose::ToDecide);
    let (sign, order, beyond) = if oldest_first {
        (">", "ASC", (i64::MIN, Uuid::nil()))
    } else {
        ("<", "DESC", (i64::MAX, Uuid::max()))
    };
    let (at, id) = wanted.after.unwrap_or(beyond);
    let mut values: Vec<Value> = vec![at.into(), id.into()];
    let (mut condition, more) = match wanted.whose {
        Whose::Own(person) => ("q.person_id = $3".to_owned(), vec![person.into()]),
        Whose::ToDecide => seats.queue(3),
        Whose::Overseen => match of_agencies(db, wanted, seats, &mut values).await? {
            Some(rest) => return shown(db, (&rest, "DESC"), values, seats).await,
            None => seats.overseen("q.agency_oid", "q.application_id", 3),
        },
    };
    values.extend(more);
    if let Some(only) = wanted.state {
        condition.push_str(" AND ");
        condition.push_str(&in_state("q.state", only));
    }
    // The limit stands in the statement, so that PostgreSQL plans for a page and not for a part of the table.
    let rest = format!(
        "WHERE {condition} AND (q.submitted_at, q.id) {sign} ($1, $2) \
         ORDER BY q.submitted_at {order}, q.id {order} LIMIT {}",
        wanted.limit
    );
    shown(db, (&rest, order), values, seats).await
}

/// The requests of the agencies that the posts look after, looked up agency by agency where these are few. The first two
/// values are those of [`list`].
async fn of_agencies<C: ConnectionTrait>(
    db: &C,
    wanted: Wanted,
    seats: &Seats,
    values: &mut Vec<Value>,
) -> Result<Option<String>, DbErr> {
    const TABLE: Table = Table {
        name: "permission_requests",
        read: "submitted_at, id",
        keys: "submitted_at, id",
        order: "submitted_at DESC, id DESC",
    };
    let Some(agencies) = seats.agencies() else {
        return Ok(None);
    };
    let Some(few) = subtree::agencies_with_rows(db, (TABLE.name, "agency_oid"), &agencies).await? else {
        return Ok(None);
    };
    let mut condition = "(submitted_at, id) < ($1, $2)".to_owned();
    if let Some(only) = wanted.state {
        condition.push_str(" AND ");
        condition.push_str(&in_state("state", only));
    }
    let agency = subtree::by_agency(db.get_database_backend());
    let ids = subtree::first_of_each(TABLE, (&agency, few), &condition, wanted.limit, values);
    Ok(Some(format!(
        "WHERE q.id IN ({ids}) ORDER BY q.submitted_at DESC, q.id DESC LIMIT {}",
        wanted.limit
    )))
}

/// How many requests the reader is to decide on.
pub(super) async fn count_to_decide<C: ConnectionTrait>(db: &C, seats: &Seats) -> Result<i64, DbErr> {
    let (condition, values) = seats.queue(1);
    let sql = format!("SELECT COUNT(*) AS n FROM permission_requests q WHERE {condition}");
    let rows = select(db, sql, values).await?;
    rows.first().map_or(Ok(0), |row| row.try_get("", "n"))
}

/// Requests, each as a reader with these posts sees it.
pub(super) async fn read_each<C: ConnectionTrait>(
    db: &C,
    wanted: &[(Uuid, Seats)],
) -> Result<Vec<Option<RequestView>>, DbErr> {
    let ids: Vec<_> = wanted.iter().map(|(id, _)| *id).collect();
    let these = listed::among(db.get_database_backend(), "q.id", 1);
    let values = vec![listed::parameter(&ids)?];
    let mut rows = HashMap::new();
    for row in rows_of(db, ("permission_requests q", &format!("WHERE {these}")), values).await? {
        rows.insert(row.try_get::<Uuid>("", "id")?, row);
    }
    wanted
        .iter()
        .map(|(id, seats)| rows.get(id).map(|row| view(row, seats)).transpose())
        .collect()
}

/// A page, which is found before all names are brought to it.
async fn shown<C: ConnectionTrait>(
    db: &C,
    (rest, order): (&str, &str),
    values: Vec<Value>,
    seats: &Seats,
) -> Result<Vec<RequestView>, DbErr> {
    let page = format!(
        "(SELECT q.id FROM permission_requests q {rest}) page JOIN permission_requests q ON q.id = page.id"
    );
    let in_order = format!("ORDER BY q.submitted_at {order}, q.id {order}");
    let rows = rows_of(db, (&page, &in_order), values).await?;
    rows.iter().map(|row| view(row, seats)).collect()
}

async fn rows_of<C: ConnectionTrait>(
    db: &C,
    (requests, rest): (&str, &str),
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let backend = db.get_database_backend();
    let sql = format!(
        "SELECT {SHOWN}, {} AS roles, {} AS history FROM {requests} {NAMED} {rest}",
        ROLES.within(backend),
        HISTORY.within(backend)
    );
    select(db, sql, values).await
}

pub(crate) async fn select<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await
}

/// The columns `code`, `name_zh` and `name_en`.
pub(crate) fn named(row: &QueryResult, prefix: &str) -> Result<NamedByCode, DbErr> {
    let text = |column: &str| row.try_get::<String>(prefix, column);
    Ok(NamedByCode {
        code: text("code")?,
        name: Bilingual {
            zh: text("name_zh")?,
            en: text("name_en")?,
        },
    })
}

/// The columns `person_id`, `person_name`, `person_oid` and `person_agency`.
pub(crate) fn brief(row: &QueryResult) -> Result<PersonBrief, DbErr> {
    let oid: Option<String> = row.try_get("", "person_oid")?;
    let name = row.try_get("", "person_agency")?;
    Ok(PersonBrief {
        id: row.try_get("", "person_id")?,
        name: row.try_get("", "person_name")?,
        agency: oid.map(|oid| AgencyView { oid, name }),
    })
}

fn view(row: &QueryResult, seats: &Seats) -> Result<RequestView, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let day = |column: &str| text(column)?.parse::<Date>().map_err(|_| unreadable(column));
    let state = RequestState::from_name(&text("state")?).ok_or_else(|| unreadable("state"))?;
    let level = Stage::from_name(&text("stage")?).ok_or_else(|| unreadable("stage"))?;
    let oid: Option<Oid> = text("agency_oid")?.parse().ok();
    let desk: Option<String> = row.try_get("", "desk")?;
    let desk = desk.as_deref().and_then(Desk::read);
    let (roles, second_stage) = roles(row)?;
    let standing = Standing {
        applicant: row.try_get("", "person_id")?,
        application: row.try_get("", "application_id")?,
        agency: oid.as_ref(),
        desk: desk.as_ref(),
        state,
        stage: level,
        agreed: [row.try_get("", "endorsed_by")?, row.try_get("", "endorsed_for")?],
        second_stage,
    };
    Ok(RequestView {
        id: row.try_get("", "id")?,
        state,
        applicant: brief(row)?,
        stage: level,
        waits_for: desk.as_ref().map(|desk| waits_for(row, desk)).transpose()?,
        may: seats.may(&standing),
        application: named(row, "")?,
        roles,
        agency: AgencyView {
            oid: text("agency_oid")?,
            name: row.try_get("", "agency_name")?,
        },
        reason: text("reason")?,
        starts_on: day("starts_on")?,
        ends_on: day("ends_on")?,
        submitted_at: Timestamp::from_millis(row.try_get("", "submitted_at")?),
        history: history(row)?,
    })
}

fn waits_for(row: &QueryResult, desk: &Desk) -> Result<WaitsFor, DbErr> {
    let since = row.try_get::<Option<i64>>("", "desk_since")?.unwrap_or_default();
    let name = row.try_get("", "desk_name")?;
    let (role, agency) = match desk {
        Desk::Agency(oid) => {
            let oid = oid.to_string();
            (Role::AgencyManager, Some(AgencyView { oid, name }))
        }
        Desk::Owner(_) => (Role::ApplicationOwner, None),
        Desk::Administrators => (Role::SystemAdministrator, None),
    };
    Ok(WaitsFor {
        role,
        agency,
        since: Timestamp::from_millis(since),
    })
}

/// The roles, and whether one of them wants the application's owner to agree too.
fn roles(row: &QueryResult) -> Result<(Vec<NamedByCode>, bool), DbErr> {
    let roles: Vec<(String, String, String, u8)> = packed::read(row, "roles")?;
    let second_stage = roles.iter().any(|(.., second_stage)| *second_stage == 1);
    let named = |(code, zh, en, _)| NamedByCode {
        code,
        name: Bilingual { zh, en },
    };
    Ok((roles.into_iter().map(named).collect(), second_stage))
}

fn history(row: &QueryResult) -> Result<Vec<RequestEvent>, DbErr> {
    let lines: Vec<(i64, String, Option<String>, Option<String>)> = packed::read(row, "history")?;
    let event = |(at, action, by, comment): (i64, String, _, _)| {
        Ok(RequestEvent {
            at: Timestamp::from_millis(at),
            action: RequestAction::from_name(&action).ok_or_else(|| unreadable("action"))?,
            by,
            comment,
        })
    };
    lines.into_iter().map(event).collect()
}
