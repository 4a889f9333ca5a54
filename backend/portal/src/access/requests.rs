//! Rows of requests as they are written and moved.

use std::collections::HashMap;

use foundation::database::listed::{self, ColumnType, Listed};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QuerySelect, Statement,
    TryInsertResult, UpdateMany,
    sea_query::{Expr, LockType, OnConflict},
};
use serde::Serialize;
use shared::{
    access::{RequestAction, RequestState, Stage},
    date::Date,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    desk::{Case, Desk},
    entity::{request, request_role},
};
use crate::db::packed::{self, Packed};

pub(super) use super::entity::request::Model as Row;

impl Row {
    /// Where the request stands.
    pub(super) fn state(&self) -> Result<RequestState, DbErr> {
        RequestState::from_name(&self.state).ok_or_else(|| unreadable("state"))
    }

    /// How far the decision has come.
    pub(super) fn stage(&self) -> Result<Stage, DbErr> {
        Stage::from_name(&self.stage).ok_or_else(|| unreadable("stage"))
    }

    /// The agency that the work is done for.
    pub(super) fn agency(&self) -> Result<Oid, DbErr> {
        self.agency_oid.parse().map_err(|_| unreadable("agency_oid"))
    }

    /// The first moment of its first day, and the first one after its last day.
    pub(super) fn lasts(&self) -> Result<(Timestamp, Timestamp), DbErr> {
        let day = |text: &str| text.parse::<Date>().map_err(|_| unreadable("day"));
        Ok((day(&self.starts_on)?.begins_at(), day(&self.ends_on)?.ends_at()))
    }

    /// What the search for its desk begins with.
    pub(super) fn case(&self) -> Result<Case, DbErr> {
        Ok(Case {
            applicant: self.person_id,
            application: self.application_id,
            agency: self.agency()?,
            from: self.route_from.as_deref().and_then(|oid| oid.parse().ok()),
            stage: self.stage()?,
            agreed: self.agreed(),
        })
    }

    /// The manager who has agreed, and in whose place they did.
    pub(super) fn agreed(&self) -> [Option<Uuid>; 2] {
        [self.endorsed_by, self.endorsed_for]
    }
}

pub(super) fn unreadable(column: &str) -> DbErr {
    DbErr::Type(format!("permission_requests: {column} cannot be read"))
}

/// The condition of a state. It says of what is not approved that it is not, as the indexes by states do, which no parameter would
/// be known to fit; what is approved, most of all requests, is in those of persons alone.
pub(super) fn in_state(column: &str, state: RequestState) -> String {
    let is = format!("{column} = '{}'", state.name());
    if state == RequestState::Approved {
        is
    } else {
        format!("{is} AND {column} <> 'approved'")
    }
}

/// Whether a row that could be there already was written.
fn was_written(result: &TryInsertResult<u64>) -> bool {
    matches!(result, TryInsertResult::Inserted(rows) if *rows > 0)
}

/// The request of this id, whoever sent it.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Row>, DbErr> {
    request::Entity::find_by_id(id).one(db).await
}

/// Holds a request until the transaction ends, so that whatever others do to it comes before or after; the row.
pub(super) async fn hold<C: ConnectionTrait>(transaction: &C, id: Uuid) -> Result<Option<Row>, DbErr> {
    // SQLite knows no such lock and needs none: whoever writes holds everything.
    request::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
}

/// The same of several; in the order of their ids, so that of two transactions that hold several, one waits for the other
/// and not both.
pub(super) async fn hold_each<C: ConnectionTrait>(
    transaction: &C,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Row>, DbErr> {
    let backend = transaction.get_database_backend();
    let lock = match backend {
        DatabaseBackend::Postgres => "FOR NO KEY UPDATE",
        _ => "",
    };
    let id = |column| packed::id(backend, column);
    let columns = format!(
        "{}, {}, {}, q.agency_oid, q.reason, q.starts_on, q.ends_on, q.state, q.submitted_at, q.stage, q.desk, q.route_from, \
         q.desk_since, q.reminded_at, {}, {}, {}",
        id("q.id"),
        id("q.person_id"),
        id("q.application_id"),
        id("q.endorsed_by"),
        id("q.endorsed_for"),
        id("q.renews")
    );
    let held = Packed {
        columns: &columns,
        from: &format!(
            "(SELECT * FROM permission_requests WHERE {} ORDER BY id {lock}) q",
            listed::among(backend, "id", 1)
        ),
        order: "q.id",
    };
    let rows: Vec<Row> = packed::all(transaction, held, [listed::parameter(&ids)?]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A role that is asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) role: Uuid,
    /// Its code, and that of its application, as the log names them.
    pub(super) code: String,
    pub(super) application: String,
    /// Whether it wants the application's owner to agree too.
    pub(super) second_stage: bool,
    /// Whether there is a rule with which other role it does not go together.
    pub(super) has_rules: bool,
}

/// The roles that each of these requests asks for.
pub(super) async fn roles_of_each<C: ConnectionTrait>(
    db: &C,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Asked>>, DbErr> {
    let backend = db.get_database_backend();
    let columns = [
        packed::id(backend, "q.request_id"),
        packed::id(backend, "q.role_id"),
        "r.code".to_owned(),
        "a.code".to_owned(),
        packed::flag("r.second_stage"),
        packed::flag("EXISTS (SELECT 1 FROM role_conflicts c WHERE c.role_a = r.id OR c.role_b = r.id)"),
    ];
    let asked = Packed {
        columns: &columns.join(", "),
        from: &format!(
            "permission_request_roles q JOIN application_roles r ON r.id = q.role_id \
             JOIN applications a ON a.id = r.application_id WHERE {}",
            listed::among(backend, "q.request_id", 1)
        ),
        order: "q.role_id",
    };
    let rows: Vec<(Uuid, Uuid, String, String, u8, u8)> =
        packed::all(db, asked, [listed::parameter(&ids)?]).await?;
    let mut roles: HashMap<Uuid, Vec<Asked>> = HashMap::new();
    for (request, role, code, application, second_stage, has_rules) in rows {
        roles.entry(request).or_default().push(Asked {
            role,
            code,
            application,
            second_stage: second_stage == 1,
            has_rules: has_rules == 1,
        });
    }
    Ok(roles)
}

/// The codes of these roles, as the log names them.
pub(super) fn codes(roles: &[Asked]) -> String {
    let codes: Vec<_> = roles.iter().map(|asked| asked.code.as_str()).collect();
    codes.join(" ")
}

/// Forgets which roles are asked for, before others are.
pub(super) async fn clear_roles<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<(), DbErr> {
    request_role::Entity::delete_many()
        .filter(request_role::Column::RequestId.eq(id))
        .exec(db)
        .await
        .map(drop)
}

/// Writes what a request asks for after its correction.
pub(super) async fn correct<C: ConnectionTrait>(db: &C, row: &Row) -> Result<(), DbErr> {
    request::Entity::update_many()
        .col_expr(request::Column::AgencyOid, Expr::value(row.agency_oid.clone()))
        .col_expr(request::Column::Reason, Expr::value(row.reason.clone()))
        .col_expr(request::Column::StartsOn, Expr::value(row.starts_on.clone()))
        .col_expr(request::Column::EndsOn, Expr::value(row.ends_on.clone()))
        .filter(request::Column::Id.eq(row.id))
        .exec(db)
        .await
        .map(drop)
}

/// Writes where a request waits from this moment on, and for which stage; nowhere when there is no desk.
pub(super) async fn place<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    desk: Option<&Desk>,
    case: &Case,
    now: Timestamp,
) -> Result<(), DbErr> {
    placing(desk, case, now)
        .filter(request::Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

/// The same, unless the request has been moved or decided on since it was read, without being held.
pub(super) async fn place_again<C: ConnectionTrait>(
    db: &C,
    read: &Row,
    desk: &Desk,
    case: &Case,
    now: Timestamp,
) -> Result<(), DbErr> {
    placing(Some(desk), case, now)
        .filter(request::Column::Id.eq(read.id))
        .filter(request::Column::State.eq(read.state.as_str()))
        .filter(request::Column::Stage.eq(read.stage.as_str()))
        .filter(request::Column::Desk.eq(read.desk.clone()))
        .exec(db)
        .await
        .map(drop)
}

/// Notes that those at the request's desk were reminded of it.
pub(super) async fn mark_reminded<C: ConnectionTrait>(db: &C, id: Uuid, now: Timestamp) -> Result<(), DbErr> {
    request::Entity::update_many()
        .col_expr(request::Column::RemindedAt, Expr::value(now.as_millis()))
        .filter(request::Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

fn placing(desk: Option<&Desk>, case: &Case, now: Timestamp) -> UpdateMany<request::Entity> {
    let from = case.from.as_ref().map(ToString::to_string);
    let [endorsed_by, endorsed_for] = case.agreed;
    request::Entity::update_many()
        .col_expr(request::Column::Desk, Expr::value(desk.map(ToString::to_string)))
        .col_expr(request::Column::Stage, Expr::value(case.stage.name()))
        .col_expr(request::Column::EndorsedBy, Expr::value(endorsed_by))
        .col_expr(request::Column::EndorsedFor, Expr::value(endorsed_for))
        .col_expr(request::Column::RouteFrom, Expr::value(from))
        .col_expr(request::Column::DeskSince, Expr::value(now.as_millis()))
        .col_expr(request::Column::RemindedAt, Expr::value(Option::<i64>::None))
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
    let open = OnConflict::columns([request_role::Column::OpenFor, request_role::Column::RoleId])
        .target_and_where(request_role::Column::OpenFor.is_not_null())
        .do_nothing()
        .to_owned();
    request_role::Entity::insert(row)
        .on_conflict(open)
        .try_insert()
        .exec_without_returning(db)
        .await
        .map(|result| was_written(&result))
}

/// What is written into a request's history.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) at: Timestamp,
    pub(super) action: RequestAction,
    /// None when the clock did it.
    pub(super) actor: Option<Uuid>,
    pub(super) comment: Option<&'a str>,
}

/// A request that is moved on from where it was read, and the line of its history that says so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move<'a> {
    pub(super) request: Uuid,
    pub(super) from: RequestState,
    pub(super) to: RequestState,
    pub(super) line: Line<'a>,
}

/// How requests are moved, as a statement reads it.
const MOVES: Listed<'_> = Listed {
    name: "v",
    columns: &[
        ("id", ColumnType::Id),
        ("was", ColumnType::Text),
        ("next", ColumnType::Text),
        ("closes", ColumnType::Flag),
        ("at", ColumnType::Number),
        ("action", ColumnType::Text),
        ("actor", ColumnType::Id),
        ("comment", ColumnType::Text),
    ],
};

impl Move<'_> {
    fn row(&self) -> impl Serialize {
        let Line {
            at,
            action,
            actor,
            comment,
        } = self.line;
        let (was, next) = (self.from.name(), self.to.name());
        let closes = !self.to.is_open();
        (
            self.request,
            was,
            next,
            closes,
            at.as_millis(),
            action.name(),
            actor,
            comment,
        )
    }
}

/// Moves a request on, if it still is where it was read. Whether it did.
pub(super) async fn move_on<C: ConnectionTrait>(db: &C, one: Move<'_>) -> Result<bool, DbErr> {
    Ok(move_each(db, &[one]).await? > 0)
}

/// Moves requests on, each once, that still are where they were read; none was, when the answer is 0. What is closed so frees
/// its roles, and lies on no desk any more.
pub(super) async fn move_each<C: ConnectionTrait>(db: &C, moves: &[Move<'_>]) -> Result<u64, DbErr> {
    const MOVING: &str = "UPDATE permission_requests AS q SET state = v.next, \
         desk = CASE WHEN v.next = 'submitted' THEN q.desk END FROM v WHERE q.id = v.id AND q.state = v.was";
    const FREEING: &str = "UPDATE permission_request_roles SET open_for = NULL WHERE request_id IN \
         (SELECT v.id FROM v JOIN";
    const TELLING: &str = "INSERT INTO permission_request_events (request_id, number, at, action, actor, comment) \
         SELECT v.id, (SELECT COALESCE(MAX(number), 0) + 1 FROM permission_request_events WHERE request_id = v.id), \
         v.at, v.action, v.actor, v.comment FROM v JOIN";
    if moves.is_empty() {
        return Ok(0);
    }
    let backend = db.get_database_backend();
    let rows: Vec<_> = moves.iter().map(Move::row).collect();
    let moves = format!("WITH {}", MOVES.with(backend, 1));
    // One statement, or, on SQLite, what is given to it at once.
    let sql = if backend == DatabaseBackend::Postgres {
        let gone = "moved m ON m.id = v.id";
        format!(
            "{moves}, moved AS ({MOVING} RETURNING q.id), freed AS ({FREEING} {gone} WHERE v.closes)) {TELLING} {gone}"
        )
    } else {
        // While the requests are where they were read.
        let read = "permission_requests q ON q.id = v.id AND q.state = v.was";
        format!("{moves} {TELLING} {read}; {moves} {FREEING} {read} WHERE v.closes); {moves} {MOVING}")
    };
    let statement = Statement::from_sql_and_values(backend, sql, [listed::parameter(&rows)?]);
    Ok(db.execute_raw(statement).await?.rows_affected())
}
