//! Requests in the transaction that holds them, so that whatever others do to them comes before or after.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    access::{RequestAction, RequestState, Stage},
    problem::ErrorCode,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    AccessService, desk,
    requests::{self, Asked, Line, Move, Row},
    seat::{Seats, Standing},
    service::Actor,
};
use crate::error::ApiResult;

/// A request in the transaction that holds it, and what the one who acts may do to it.
pub(super) struct Held {
    pub(super) request: Row,
    pub(super) state: RequestState,
    pub(super) stage: Stage,
    pub(super) roles: Vec<Asked>,
    pub(super) second_stage: bool,
    pub(super) decides: bool,
    /// Whose post it is, where the one who acts stands in for them.
    pub(super) in_place_of: Option<Uuid>,
    pub(super) seats: Seats,
}

impl Held {
    fn new(request: Row, roles: Vec<Asked>, seats: Seats) -> ApiResult<Self> {
        let (state, level, agency) = (request.state()?, request.stage()?, request.agency()?);
        let desk = request.desk.as_deref().and_then(desk::Desk::read);
        let standing = Standing {
            applicant: request.person_id,
            application: request.application_id,
            agency: Some(&agency),
            desk: desk.as_ref(),
            state,
            stage: level,
            agreed: request.agreed(),
            second_stage: roles.iter().any(|asked| asked.second_stage),
        };
        if !seats.sees(&standing) {
            return Err(ErrorCode::NotFound.into());
        }
        Ok(Self {
            state,
            stage: level,
            second_stage: standing.second_stage,
            roles,
            decides: seats.decides(&standing),
            in_place_of: seats.in_place_of(&standing),
            request,
            seats,
        })
    }

    /// Whether a rule says of one of its roles with which other one it does not go together.
    pub(super) fn has_rules(&self) -> bool {
        self.roles.iter().any(|asked| asked.has_rules)
    }
}

/// Holds requests, each that its person may see: who acts, and on which.
pub(super) async fn hold_each(
    transaction: &DatabaseTransaction,
    wanted: &[(Uuid, Uuid)],
    now: Timestamp,
) -> Result<Vec<ApiResult<Held>>, DbErr> {
    let (people, ids): (Vec<_>, Vec<_>) = wanted.iter().copied().unzip();
    let requests = requests::hold_each(transaction, &distinct(ids)).await?;
    let known: Vec<_> = requests.keys().copied().collect();
    if known.is_empty() {
        return Ok(wanted.iter().map(|_| Err(ErrorCode::NotFound.into())).collect());
    }
    let seats = Seats::of_each(transaction, &distinct(people), now).await?;
    let roles = requests::roles_of_each(transaction, &known).await?;
    let held = |(person, id): &(Uuid, Uuid)| {
        let request = requests.get(id).cloned().ok_or(ErrorCode::NotFound)?;
        let seats = seats.get(person).cloned().ok_or(ErrorCode::NotFound)?;
        Held::new(request, roles.get(id).cloned().unwrap_or_default(), seats)
    };
    Ok(wanted.iter().map(held).collect())
}

fn distinct(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl AccessService {
    /// Holds a request that the person may see.
    pub(super) async fn hold(
        &self,
        transaction: &DatabaseTransaction,
        by: Actor<'_>,
        id: Uuid,
    ) -> ApiResult<Held> {
        let wanted = [(by.person, id)];
        let held = hold_each(transaction, &wanted, self.clock.now()).await?;
        held.into_iter().next().unwrap_or(Err(ErrorCode::NotFound.into()))
    }

    /// Moves a request as the state machine says, with its line of history; where it stands then.
    pub(super) async fn step(
        &self,
        transaction: &DatabaseTransaction,
        request: &Row,
        action: RequestAction,
        by: Actor<'_>,
        comment: Option<&str>,
    ) -> ApiResult<RequestState> {
        let line = Line {
            at: self.clock.now(),
            action,
            actor: Some(by.person),
            comment,
        };
        step(transaction, request, line).await
    }
}

/// Moves a held request, and writes the line that says so; where it stands then.
pub(super) async fn step<C: ConnectionTrait>(
    transaction: &C,
    request: &Row,
    line: Line<'_>,
) -> ApiResult<RequestState> {
    let from = request.state()?;
    let to = from.next(line.action).map_err(|_| ErrorCode::Conflict)?;
    let moved = Move {
        request: request.id,
        from,
        to,
        line,
    };
    if !requests::move_on(transaction, moved).await? {
        return Err(ErrorCode::Conflict.into());
    }
    Ok(to)
}
