//! Who is told what of a request, a grant and a delegation.

use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    access::{RequestAction, RequestState},
    notification::Kind,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    desk::{self, Case, Desk},
    requests::Row,
};
use crate::notification::Notice;

/// The one who asks is told of their request.
pub(super) fn applicant(request: &Row, kind: Kind) -> Notice {
    Notice::new(request.person_id, kind).of_request(request.id, request.application_id)
}

/// Everybody is told of this request who may decide on it at this desk now.
pub(super) async fn deciders<C: ConnectionTrait>(
    db: &C,
    request: Uuid,
    (case, desk): (&Case, &Desk),
    kind: Kind,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    let people = desk::people(db, desk, case, now).await?;
    let told = |person| Notice::new(person, kind).of_request(request, case.application);
    Ok(people.into_iter().map(told).collect())
}

/// What is told when something is said about an open request: the one who asks, unless it was they; else those who are
/// to decide, if somebody is.
pub(super) async fn of_remark<C: ConnectionTrait>(
    db: &C,
    request: &Row,
    by: Uuid,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    if by != request.person_id {
        return Ok(vec![applicant(request, Kind::RequestAsked)]);
    }
    let desk = request.desk.as_deref().and_then(Desk::read);
    match desk.filter(|_| request.state == RequestState::Submitted.name()) {
        Some(desk) => {
            let case = request.case()?;
            deciders(db, request.id, (&case, &desk), Kind::RequestAnswered, now).await
        }
        None => Ok(Vec::new()),
    }
}

/// What a decision means for the one who asks.
pub(super) const fn of_decision(action: RequestAction) -> Kind {
    match action {
        RequestAction::Endorse => Kind::RequestEndorsed,
        RequestAction::Approve => Kind::RequestApproved,
        RequestAction::Return => Kind::RequestReturned,
        _ => Kind::RequestRejected,
    }
}
