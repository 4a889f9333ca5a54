//! The queue of those who are to be told of ends.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set, Statement,
    sea_query::{Expr, IntoCondition},
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{
    super::{Lease, Notice, Settled},
    entity::{client_token, grant, logout, participant},
    grants,
};
use crate::ends::{Ended, Told, ToldState};

/// So many rows go into one statement.
const ROWS: usize = 1000;

const CONFIRMED: &str = "confirmed";
const GIVEN_UP: &str = "given_up";
const NO_ADDRESS: &str = "no_address";

/// Revokes the grants of what has ended, and notes for each client that took part that it has to be told: within the
/// host's own transaction, so that whatever ends a session also ends what came of it, or nothing does. Of several that
/// end the same at once, one notes it. After the commit, [`Provider::wake`](crate::Provider::wake) saves a second.
pub async fn end(connection: &impl ConnectionTrait, ended: Ended<'_>, now: Timestamp) -> Result<(), DbErr> {
    let (grants, participants) = match ended {
        Ended::Session(sid) => (
            grant::Column::Sid.eq(sid).into_condition(),
            participant::Column::Sid.eq(sid).into_condition(),
        ),
        Ended::Person(subject) => (
            grant::Column::Subject.eq(subject).into_condition(),
            participant::Column::Subject.eq(subject).into_condition(),
        ),
        Ended::Client(client_id) => {
            client_token::Entity::delete_many()
                .filter(client_token::Column::ClientId.eq(client_id))
                .exec(connection)
                .await?;
            (
                grant::Column::ClientId.eq(client_id).into_condition(),
                participant::Column::ClientId.eq(client_id).into_condition(),
            )
        }
        Ended::Access { subject, client_id } => (
            Condition::all()
                .add(grant::Column::Subject.eq(subject))
                .add(grant::Column::ClientId.eq(client_id)),
            Condition::all()
                .add(participant::Column::Subject.eq(subject))
                .add(participant::Column::ClientId.eq(client_id)),
        ),
    };
    grants::revoke(connection, grants, now).await?;
    let gone = participant::Entity::delete_many()
        .filter(participants)
        .exec_with_returning(connection)
        .await?;
    for rows in gone.chunks(ROWS) {
        let notices = rows.iter().map(|row| logout::ActiveModel {
            sid: Set(row.sid.clone()),
            client_id: Set(row.client_id.clone()),
            subject: Set(row.subject.clone()),
            ended_at: Set(now.as_millis()),
            attempts: Set(0),
            due_at: Set(Some(now.as_millis())),
            ..Default::default()
        });
        logout::Entity::insert_many(notices)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// The host's session of this `sid` goes on with a new proof, in the host's own transaction: its clients are remembered from
/// now on for as long as a session can last, so that they are told of its end.
pub async fn renew(connection: &impl ConnectionTrait, sid: &str, now: Timestamp) -> Result<(), DbErr> {
    participant::Entity::update_many()
        .col_expr(participant::Column::Since, Expr::value(now.as_millis()))
        .filter(participant::Column::Sid.eq(sid))
        .exec(connection)
        .await
        .map(drop)
}

pub(super) async fn clients_to_tell(
    connection: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Vec<String>, DbErr> {
    logout::Entity::find()
        .select_only()
        .column(logout::Column::ClientId)
        .distinct()
        .filter(logout::Column::DueAt.lte(now.as_millis()))
        .into_tuple()
        .all(connection)
        .await
}

/// Takes what is due, in one statement. Under PostgreSQL a row that another node is just taking is passed over, under
/// SQLite one waits for the other.
pub(super) async fn take(
    writer: &impl ConnectionTrait,
    client_id: &str,
    lease: &Lease,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    let backend = writer.get_database_backend();
    let passing_over = match backend {
        DatabaseBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    };
    let sql = format!(
        "WITH due AS MATERIALIZED (SELECT id FROM oidc_logouts WHERE client_id = $1 AND due_at <= $2
             ORDER BY due_at, id LIMIT $3 {passing_over})
         UPDATE oidc_logouts SET lease = $4, due_at = $5, attempts = attempts + 1
         WHERE id IN (SELECT id FROM due)
         RETURNING id, sid, subject, ended_at, attempts"
    );
    let values = [
        client_id.into(),
        now.as_millis().into(),
        i64::from(lease.most).into(),
        lease.id.into(),
        lease.until.as_millis().into(),
    ];
    let taken = writer
        .query_all_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    let notice = |row: &sea_orm::QueryResult| {
        Ok(Notice {
            id: row.try_get("", "id")?,
            sid: row.try_get("", "sid")?,
            subject: row.try_get("", "subject")?,
            ended_at: Timestamp::from_millis(row.try_get("", "ended_at")?),
            attempts: u32::try_from(row.try_get::<i32>("", "attempts")?).unwrap_or(u32::MAX),
        })
    };
    taken.iter().map(notice).collect()
}

/// One statement for all of which the same came.
pub(super) async fn settle(
    connection: &impl ConnectionTrait,
    lease: Uuid,
    settled: &[(i64, Settled)],
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut alike: BTreeMap<Settled, Vec<i64>> = BTreeMap::new();
    for (id, settled) in settled {
        alike.entry(*settled).or_default().push(*id);
    }
    for (settled, ids) in alike {
        let (outcome, due_at) = match settled {
            Settled::Confirmed => (Some(CONFIRMED), None),
            Settled::GivenUp => (Some(GIVEN_UP), None),
            Settled::NoAddress => (Some(NO_ADDRESS), None),
            Settled::Again(time) => (None, Some(time.as_millis())),
        };
        let settled_at = outcome.map(|_| now.as_millis());
        logout::Entity::update_many()
            .col_expr(logout::Column::Outcome, Expr::value(outcome))
            .col_expr(logout::Column::SettledAt, Expr::value(settled_at))
            .col_expr(logout::Column::DueAt, Expr::value(due_at))
            .col_expr(logout::Column::Lease, Expr::value(None::<Uuid>))
            .filter(logout::Column::Lease.eq(lease))
            .filter(logout::Column::Id.is_in(ids))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// Of a client that took part twice, because it was taken out of the session and came back, the last time counts.
pub(super) async fn told(connection: &impl ConnectionTrait, sid: &str) -> Result<Vec<Told>, DbErr> {
    let rows = logout::Entity::find()
        .filter(logout::Column::Sid.eq(sid))
        .order_by_asc(logout::Column::Id)
        .all(connection)
        .await?;
    let last: BTreeMap<String, Told> = rows
        .into_iter()
        .map(|row| (row.client_id.clone(), Told::from(row)))
        .collect();
    Ok(last.into_values().collect())
}

impl From<logout::Model> for Told {
    fn from(row: logout::Model) -> Self {
        let state = match row.outcome.as_deref() {
            Some(CONFIRMED) => ToldState::Confirmed,
            Some(NO_ADDRESS) => ToldState::NoAddress,
            Some(_) => ToldState::GivenUp,
            None => ToldState::Waiting,
        };
        Self {
            client_id: row.client_id,
            state,
            at: Timestamp::from_millis(row.settled_at.unwrap_or(row.ended_at)),
        }
    }
}
