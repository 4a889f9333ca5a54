//! Rows of requests: written by entities, shown by queries that bring the names along.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryResult, Statement, TryInsertResult, Value, sea_query::Expr,
};
use shared::{
    access::{NamedByCode, RequestAction, RequestEvent, RequestState, RequestView},
    date::Date,
    person::AgencyView,
    text::Bilingual,
    time::Timestamp,
};
use uuid::Uuid;

use super::entity::{event, request, request_role};

pub(super) use super::entity::request::Model as Row;

impl Row {
    /// Where the request stands.
    pub(super) fn state(&self) -> Result<RequestState, DbErr> {
        RequestState::from_name(&self.state).ok_or_else(|| unreadable("state"))
    }
}

fn unreadable(column: &str) -> DbErr {
    DbErr::Type(format!("permission_requests: {column} cannot be read"))
}

/// Whether a row that could be there already was written.
fn was_written(result: &TryInsertResult<u64>) -> bool {
    matches!(result, TryInsertResult::Inserted(rows) if *rows > 0)
}

/// The request of this id, whoever sent it.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Row>, DbErr> {
    request::Entity::find_by_id(id).one(db).await
}

/// Writes a new request, unless its id is taken. Whether it was written.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, row: Row) -> Result<bool, DbErr> {
    let row = request::ActiveModel::from(row);
    request::Entity::insert(row)
        .on_conflict_do_nothing_on([request::Column::Id])
        .exec_without_returning(db)
        .await
        .map(|result| was_written(&result))
}

/// Writes that an open request asks for a role, unless the person has another one for it. Whether it was written.
pub(super) async fn insert_role<C: ConnectionTrait>(
    db: &C,
    request: &Row,
    role: Uuid,
) -> Result<bool, DbErr> {
    let row = request_role::ActiveModel {
        request_id: Set(request.id),
        role_id: Set(role),
        open_for: Set(Some(request.person_id)),
    };
    request_role::Entity::insert(row)
        .on_conflict_do_nothing_on([request_role::Column::OpenFor, request_role::Column::RoleId])
        .exec_without_returning(db)
        .await
        .map(|result| was_written(&result))
}

/// Moves a request on, if it still is where it was read. Whether it did. A request that is closed so frees its roles.
pub(super) async fn move_on<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    from: RequestState,
    to: RequestState,
) -> Result<bool, DbErr> {
    let moved = request::Entity::update_many()
        .col_expr(request::Column::State, Expr::value(to.name()))
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::State.eq(from.name()))
        .exec(db)
        .await?
        .rows_affected;
    if moved == 0 {
        return Ok(false);
    }
    if !to.is_open() {
        request_role::Entity::update_many()
            .col_expr(request_role::Column::OpenFor, Expr::value(Option::<Uuid>::None))
            .filter(request_role::Column::RequestId.eq(id))
            .exec(db)
            .await?;
    }
    Ok(true)
}

/// What is written into a request's history.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) at: Timestamp,
    pub(super) action: RequestAction,
    pub(super) actor: Uuid,
    pub(super) comment: Option<&'a str>,
}

/// Writes the next line of a request's history, in the transaction that has moved the request.
pub(super) async fn insert_event<C: ConnectionTrait>(
    db: &C,
    request: Uuid,
    line: Line<'_>,
) -> Result<(), DbErr> {
    let before = event::Entity::find()
        .filter(event::Column::RequestId.eq(request))
        .count(db)
        .await?;
    let row = event::ActiveModel {
        request_id: Set(request),
        number: Set(i32::try_from(before + 1).unwrap_or(i32::MAX)),
        at: Set(line.at.as_millis()),
        action: Set(line.action.name().to_owned()),
        actor: Set(Some(line.actor)),
        comment: Set(line.comment.map(str::to_owned)),
    };
    event::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// Which requests are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) person: Uuid,
    pub(super) state: Option<RequestState>,
    /// The moment and the id of the last one that was shown.
    pub(super) after: Option<(i64, Uuid)>,
    pub(super) limit: u32,
}

const SHOWN: &str = "SELECT q.id, q.state, q.agency_oid, q.reason, q.starts_on, q.ends_on, q.submitted_at, \
     a.code, a.name_zh, a.name_en, g.name AS agency_name FROM permission_requests q \
     JOIN applications a ON a.id = q.application_id LEFT JOIN agencies g ON g.oid = q.agency_oid";

/// A person's requests, the newest first.
pub(super) async fn list<C: ConnectionTrait>(db: &C, wanted: Wanted) -> Result<Vec<RequestView>, DbErr> {
    let (at, id) = wanted.after.unwrap_or((i64::MAX, Uuid::max()));
    let mut values: Vec<Value> = vec![
        wanted.person.into(),
        at.into(),
        id.into(),
        i64::from(wanted.limit).into(),
    ];
    let mut state = "";
    if let Some(only) = wanted.state {
        state = "AND q.state = $5";
        values.push(only.name().into());
    }
    let rest = format!(
        "WHERE q.person_id = $1 AND (q.submitted_at, q.id) < ($2, $3) {state} \
         ORDER BY q.submitted_at DESC, q.id DESC LIMIT $4"
    );
    shown(db, &rest, values).await
}

/// The request of this id as it is shown.
pub(super) async fn read<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<RequestView>, DbErr> {
    Ok(shown(db, "WHERE q.id = $1", vec![id.into()]).await?.pop())
}

async fn shown<C: ConnectionTrait>(
    db: &C,
    rest: &str,
    values: Vec<Value>,
) -> Result<Vec<RequestView>, DbErr> {
    let rows = select(db, format!("{SHOWN} {rest}"), values).await?;
    let mut views: Vec<_> = rows.iter().map(view).collect::<Result<_, _>>()?;
    let ids: Vec<Value> = views.iter().map(|view| view.id.into()).collect();
    if ids.is_empty() {
        return Ok(views);
    }
    let mut roles = roles_of(db, &ids).await?;
    let mut histories = histories_of(db, &ids).await?;
    for view in &mut views {
        view.roles = roles.remove(&view.id).unwrap_or_default();
        view.history = histories.remove(&view.id).unwrap_or_default();
    }
    Ok(views)
}

async fn select<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await
}

/// `($1, $2, …)`, so many.
fn placeholders(count: usize) -> String {
    let each: Vec<_> = (1..=count).map(|number| format!("${number}")).collect();
    format!("({})", each.join(", "))
}

/// The columns `code`, `name_zh` and `name_en`.
pub(super) fn named(row: &QueryResult, prefix: &str) -> Result<NamedByCode, DbErr> {
    let text = |column: &str| row.try_get::<String>(prefix, column);
    Ok(NamedByCode {
        code: text("code")?,
        name: Bilingual {
            zh: text("name_zh")?,
            en: text("name_en")?,
        },
    })
}

fn view(row: &QueryResult) -> Result<RequestView, DbErr> {
    let text = |column: &str| row.try_get::<String>("", column);
    let day = |column: &str| text(column)?.parse::<Date>().map_err(|_| unreadable(column));
    Ok(RequestView {
        id: row.try_get("", "id")?,
        state: RequestState::from_name(&text("state")?).ok_or_else(|| unreadable("state"))?,
        application: named(row, "")?,
        roles: Vec::new(),
        agency: AgencyView {
            oid: text("agency_oid")?,
            name: row.try_get("", "agency_name")?,
        },
        reason: text("reason")?,
        starts_on: day("starts_on")?,
        ends_on: day("ends_on")?,
        submitted_at: Timestamp::from_millis(row.try_get("", "submitted_at")?),
        history: Vec::new(),
    })
}

async fn roles_of<C: ConnectionTrait>(
    db: &C,
    ids: &[Value],
) -> Result<HashMap<Uuid, Vec<NamedByCode>>, DbErr> {
    let sql = format!(
        "SELECT q.request_id, r.code, r.name_zh, r.name_en FROM permission_request_roles q \
         JOIN application_roles r ON r.id = q.role_id WHERE q.request_id IN {} ORDER BY r.position, r.id",
        placeholders(ids.len())
    );
    let mut roles: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in select(db, sql, ids.to_vec()).await? {
        let request = row.try_get("", "request_id")?;
        roles.entry(request).or_default().push(named(&row, "")?);
    }
    Ok(roles)
}

async fn histories_of<C: ConnectionTrait>(
    db: &C,
    ids: &[Value],
) -> Result<HashMap<Uuid, Vec<RequestEvent>>, DbErr> {
    let sql = format!(
        "SELECT e.request_id, e.at, e.action, e.comment, p.name FROM permission_request_events e \
         LEFT JOIN persons p ON p.id = e.actor WHERE e.request_id IN {} ORDER BY e.number",
        placeholders(ids.len())
    );
    let mut histories: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in select(db, sql, ids.to_vec()).await? {
        let action: String = row.try_get("", "action")?;
        let event = RequestEvent {
            at: Timestamp::from_millis(row.try_get("", "at")?),
            action: RequestAction::from_name(&action).ok_or_else(|| unreadable("action"))?,
            by: row.try_get("", "name")?,
            comment: row.try_get("", "comment")?,
        };
        histories
            .entry(row.try_get("", "request_id")?)
            .or_default()
            .push(event);
    }
    Ok(histories)
}
