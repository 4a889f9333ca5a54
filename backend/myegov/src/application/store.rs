//! Cases in the database.

use foundation::{clock::Clock, database::Database, id};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set, Statement, sea_query::Expr,
};
use shared::{date::Date, time::Timestamp};
use uuid::Uuid;

use super::{
    Action, State,
    entity::{case, event, file},
    number,
};

/// A file without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileNote {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) size: i32,
    pub(crate) added_at: i64,
}

/// The next 編號 of this day, in the transaction of its case.
pub(super) async fn next_number<C: ConnectionTrait>(db: &C, day: Date) -> Result<String, DbErr> {
    const SQL: &str = "INSERT INTO application_numbers (day, last) VALUES ($1, 1) \
         ON CONFLICT (day) DO UPDATE SET last = application_numbers.last + 1 RETURNING last";
    let values = [number::roc_digits(day).into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let row = db.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the day's number".to_owned()))?;
    Ok(number::of(day, row.try_get("", "last")?))
}

pub(super) async fn insert<C: ConnectionTrait>(db: &C, case: case::Model) -> Result<(), DbErr> {
    case::Entity::insert(case.into_active_model())
        .exec_without_returning(db)
        .await
        .map(drop)
}

pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<case::Model>, DbErr> {
    case::Entity::find_by_id(id).one(db).await
}

/// By 編號 or by the form's code.
pub(super) async fn find_by_number(db: &Database, typed: &str) -> Result<Option<case::Model>, DbErr> {
    let wanted = number::read(typed);
    case::Entity::find()
        .filter(
            Condition::any()
                .add(case::Column::Number.eq(&wanted))
                .add(case::Column::Code.eq(&wanted)),
        )
        .one(db)
        .await
}

/// The member's last case.
pub(super) async fn last<C: ConnectionTrait>(db: &C, member: Uuid) -> Result<Option<case::Model>, DbErr> {
    case::Entity::find()
        .filter(case::Column::MemberId.eq(member))
        .order_by_desc(case::Column::MadeAt)
        .order_by_desc(case::Column::Number)
        .one(db)
        .await
}

/// Cases of this state, up to so many: of those whose time is over, or of all.
pub(super) async fn of_state(
    db: &Database,
    state: State,
    due_before: Option<Timestamp>,
    most: u64,
) -> Result<Vec<case::Model>, DbErr> {
    let mut found = case::Entity::find().filter(case::Column::State.eq(state.name()));
    if let Some(before) = due_before {
        found = found.filter(case::Column::DueAt.lte(before.as_millis()));
    }
    found
        .order_by_asc(case::Column::DueAt)
        .order_by_asc(case::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// The queue of these states: those that are due first come first; after this place, up to so many.
pub(super) async fn queue(
    db: &Database,
    states: &[State],
    after: Option<(i64, Uuid)>,
    most: u64,
) -> Result<Vec<case::Model>, DbErr> {
    let names = states.iter().map(|state| state.name());
    let mut found = case::Entity::find().filter(case::Column::State.is_in(names));
    if let Some((due, id)) = after {
        found = found.filter(
            Condition::any().add(case::Column::DueAt.gt(due)).add(
                Condition::all()
                    .add(case::Column::DueAt.eq(due))
                    .add(case::Column::Id.gt(id)),
            ),
        );
    }
    found
        .order_by_asc(case::Column::DueAt)
        .order_by_asc(case::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// Moves a case on, unless something else has happened to it meanwhile. Whether it did.
pub(super) async fn move_on<C: ConnectionTrait>(
    db: &C,
    case: &case::Model,
    state: State,
    due: Option<Timestamp>,
    reviewer: Option<Uuid>,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let closed = state.is_closed().then(|| now.as_millis());
    let moved = case::Entity::update_many()
        .col_expr(case::Column::State, Expr::value(state.name()))
        .col_expr(case::Column::Version, Expr::value(case.version + 1))
        .col_expr(case::Column::DueAt, Expr::value(due.map(Timestamp::as_millis)))
        .col_expr(case::Column::ReviewerId, Expr::value(reviewer))
        .col_expr(case::Column::ClosedAt, Expr::value(closed))
        .filter(case::Column::Id.eq(case.id))
        .filter(case::Column::Version.eq(case.version))
        .exec(db)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Notes why the job did not approve a case.
pub(super) async fn note_cause<C: ConnectionTrait>(db: &C, id: Uuid, cause: String) -> Result<(), DbErr> {
    case::Entity::update_many()
        .col_expr(case::Column::Cause, Expr::value(cause))
        .filter(case::Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

/// Something that happened to a case, and what it made of it.
pub(super) struct Happened<'a> {
    pub(super) case: Uuid,
    /// None for the beginning.
    pub(super) action: Option<Action>,
    pub(super) state: State,
    pub(super) version: i64,
    pub(super) actor: Option<Uuid>,
    pub(super) said: Option<&'a str>,
}

/// Writes down what happened.
pub(super) async fn tell<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    happened: Happened<'_>,
) -> Result<(), DbErr> {
    let row = event::ActiveModel {
        id: Set(id::new(clock)),
        application_id: Set(happened.case),
        action: Set(happened.action.map(|action| action.name().to_owned())),
        state: Set(happened.state.name().to_owned()),
        version: Set(happened.version),
        actor_id: Set(happened.actor),
        said: Set(happened.said.map(ToOwned::to_owned)),
        at: Set(clock.now().as_millis()),
    };
    event::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// What happened to a case, the latest first.
pub(super) async fn events(db: &Database, case: Uuid) -> Result<Vec<event::Model>, DbErr> {
    event::Entity::find()
        .filter(event::Column::ApplicationId.eq(case))
        .order_by_desc(event::Column::Version)
        .all(db)
        .await
}

pub(super) async fn add_file<C: ConnectionTrait>(db: &C, file: file::Model) -> Result<(), DbErr> {
    file::Entity::insert(file.into_active_model())
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// What came with a case, without the contents.
pub(super) async fn files<C: ConnectionTrait>(db: &C, case: Uuid) -> Result<Vec<FileNote>, DbErr> {
    let rows: Vec<(Uuid, String, i32, i64)> = file::Entity::find()
        .select_only()
        .columns([
            file::Column::Id,
            file::Column::Name,
            file::Column::Size,
            file::Column::AddedAt,
        ])
        .filter(file::Column::ApplicationId.eq(case))
        .order_by_asc(file::Column::AddedAt)
        .order_by_asc(file::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    let note = |(id, name, size, added_at)| FileNote {
        id,
        name,
        size,
        added_at,
    };
    Ok(rows.into_iter().map(note).collect())
}

/// One file of a case.
pub(super) async fn file(db: &Database, case: Uuid, id: Uuid) -> Result<Option<file::Model>, DbErr> {
    file::Entity::find_by_id(id)
        .filter(file::Column::ApplicationId.eq(case))
        .one(db)
        .await
}
