//! What a demonstration begins with: grants and requests that have a past.

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    access::{RequestAction, RequestState, Stage},
    date::Date,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    desk,
    given::{self, NewGrant},
    requests::{self, Line, Move, Row},
};

/// A request, and what was done to it, when, by whom, and what they wrote.
pub(crate) struct Past<'a> {
    /// Who asked.
    pub(crate) person: Uuid,
    /// For which application.
    pub(crate) application: Uuid,
    /// For which of its roles.
    pub(crate) roles: &'a [Uuid],
    /// For which agency.
    pub(crate) agency: &'a Oid,
    /// Why.
    pub(crate) reason: &'a str,
    /// From which day to which.
    pub(crate) days: (Date, Date),
    /// Its history.
    pub(crate) history: &'a [(Timestamp, RequestAction, Uuid, Option<&'a str>)],
}

/// Writes a request as its past has left it. Moves that the state machine does not allow end it there.
pub(crate) async fn insert_request<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    past: Past<'_>,
) -> Result<(), DbErr> {
    let submitted = past.history.first().map_or(Timestamp::MIN, |(at, ..)| *at);
    let row = Row {
        id: id::new(clock),
        person_id: past.person,
        application_id: past.application,
        agency_oid: past.agency.to_string(),
        reason: past.reason.to_owned(),
        starts_on: past.days.0.to_string(),
        ends_on: past.days.1.to_string(),
        state: RequestState::Draft.name().to_owned(),
        submitted_at: submitted.as_millis(),
        stage: Stage::Manager.name().to_owned(),
        desk: None,
        route_from: Some(past.agency.to_string()),
        desk_since: None,
        reminded_at: None,
        endorsed_by: None,
        endorsed_for: None,
        renews: None,
    };
    requests::insert(db, row.clone()).await?;
    for role in past.roles {
        requests::insert_role(db, &row, *role).await?;
    }
    let mut state = RequestState::Draft;
    for (at, action, actor, comment) in past.history {
        let Ok(next) = state.next(*action) else { break };
        let line = Line {
            at: *at,
            action: *action,
            actor: Some(*actor),
            comment: *comment,
        };
        let moved = Move {
            request: row.id,
            from: state,
            to: next,
            line,
        };
        requests::move_on(db, moved).await?;
        state = next;
    }
    if state == RequestState::Submitted {
        let case = row.case()?;
        let desk = desk::find(db, &case).await?;
        requests::place(db, row.id, Some(&desk), &case, clock.now()).await?;
    }
    Ok(())
}

/// Writes that a person has a role for these days.
pub(crate) async fn insert_grant<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    person: Uuid,
    role: Uuid,
    agency: &Oid,
    days: (Date, Date),
) -> Result<(), DbErr> {
    let new = NewGrant {
        person,
        role,
        agency: agency.as_str(),
        starts_at: days.0.begins_at(),
        ends_at: days.1.ends_at(),
        request: None,
    };
    given::insert(db, &[new.row(clock)]).await
}
