//! A request in the transaction that holds it, so that whatever others do to it comes before or after.

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use shared::{
    access::{RequestAction, RequestState, Stage},
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    AccessService, desk,
    requests::{self, Asked, Line, Row},
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

impl AccessService {
    /// Holds a request that the person may see.
    pub(super) async fn hold(
        &self,
        transaction: &DatabaseTransaction,
        by: Actor<'_>,
        id: Uuid,
    ) -> ApiResult<Held> {
        let request = requests::hold(transaction, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(transaction, by.person, self.clock.now()).await?;
        let (state, level, agency) = (request.state()?, request.stage()?, request.agency()?);
        let desk = request.desk.as_deref().and_then(desk::Desk::read);
        let roles = requests::roles_of(transaction, id).await?;
        let standing = Standing {
            applicant: request.person_id,
            application: request.application_id,
            agency: Some(&agency),
            desk: desk.as_ref(),
            state,
            stage: level,
            endorsed_by: request.endorsed_by,
            second_stage: roles.iter().any(|asked| asked.second_stage),
        };
        if !seats.sees(&standing) {
            return Err(ErrorCode::NotFound.into());
        }
        Ok(Held {
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
    let state = request.state()?;
    let next = state.next(line.action).map_err(|_| ErrorCode::Conflict)?;
    if !requests::move_on(transaction, request.id, (state, next), line).await? {
        return Err(ErrorCode::Conflict.into());
    }
    Ok(next)
}
