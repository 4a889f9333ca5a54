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
    seat::Seats,
    shown::select,
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
/// to decide, and of a request that was sent back, who did that.
pub(super) async fn of_remark<C: ConnectionTrait>(
    db: &C,
    request: &Row,
    by: Uuid,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    if by != request.person_id {
        return Ok(vec![applicant(request, Kind::RequestAsked)]);
    }
    let mut case = request.case()?;
    let kind = Kind::RequestAnswered;
    let desk = match request.desk.as_deref().and_then(Desk::read) {
        Some(desk) if request.state()? == RequestState::Submitted => desk,
        _ => {
            if let Some(person) = returner(db, request, &case, now).await? {
                return Ok(vec![
                    Notice::new(person, kind).of_request(request.id, case.application),
                ]);
            }
            // Nobody is left who did: those to whom it comes when it is corrected.
            case.begin_anew();
            desk::find(db, &case).await?
        }
    };
    deciders(db, request.id, (&case, &desk), kind, now).await
}

/// Who sent the request back, if they look after it still.
async fn returner<C: ConnectionTrait>(
    db: &C,
    request: &Row,
    case: &Case,
    now: Timestamp,
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "SELECT actor FROM permission_request_events WHERE request_id = $1 AND action = $2 \
         AND actor IS NOT NULL ORDER BY number DESC LIMIT 1";
    let values = vec![request.id.into(), RequestAction::Return.name().into()];
    let rows = select(db, SQL.to_owned(), values).await?;
    let Some(person) = rows.first().map(|row| row.try_get("", "actor")).transpose()? else {
        return Ok(None);
    };
    let seats = Seats::of(db, person, now).await?;
    Ok(seats
        .looks_after(case.application, Some(&case.agency))
        .then_some(person))
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
