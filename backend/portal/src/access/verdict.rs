//! Decisions that wait at the same time are made in one transaction, each by itself (docs/decisions/0035).

use std::collections::HashSet;

use foundation::{
    clock::Clock,
    database::{self, Database},
};
use sea_orm::{DatabaseTransaction, DbErr};
use shared::{
    access::{RequestAction, RequestConflict, RequestState, Stage},
    audit::AuditAction,
    problem::ErrorCode,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    conflicts, desk,
    entity::grant,
    given::{self, NewGrant},
    held_request::{self, Held},
    requests::{self, Line, Move},
    routing,
    seat::Seats,
    telling,
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::{self, Gathering, Notice},
};

/// What a decider says of a request. The comment has been looked at.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) by: Uuid,
    /// The network address that it comes from.
    pub(super) source: String,
    /// The token of the program that it comes by.
    pub(super) token: Option<Uuid>,
    pub(super) request: Uuid,
    /// A manager's approval is a consent where a role wants the application's owner to agree too.
    pub(super) verdict: RequestAction,
    pub(super) comment: Option<String>,
    /// Whether the decider knows of conflicts of roles.
    pub(super) despite: bool,
}

/// Where the request stands then, and the posts that it was decided by; or why not.
pub(super) type Decided = ApiResult<(RequestState, Seats)>;

/// Makes each decision that its decider may make, in one transaction; the answers, in their order. Those who are told of
/// several get one letter.
///
/// # Errors
/// Of the database; nothing was decided then, unless the transaction's end was not heard of.
pub(super) async fn make(
    db: &Database,
    clock: &dyn Clock,
    decisions: &[Decision],
    gathering: &mut Gathering,
) -> Result<Vec<Decided>, DbErr> {
    gathering.begin();
    let transaction = database::begin_write(db).await?;
    // Whoever finds deciders anew holds several requests, in another order.
    routing::keep(&transaction).await?;
    let mut answers: Vec<Option<Decided>> = decisions.iter().map(|_| None).collect();
    let mut making = Making {
        transaction: &transaction,
        clock,
        notices: Vec::new(),
        events: Vec::new(),
    };
    let mut open: Vec<usize> = (0..decisions.len()).collect();
    while !open.is_empty() {
        let wanted: Vec<_> = open.iter().filter_map(|number| decisions.get(*number)).collect();
        let (now, later): (Vec<_>, Vec<_>) = making
            .round(&wanted)
            .await?
            .into_iter()
            .zip(open)
            .partition(|(answer, _)| answer.is_some());
        for (answer, number) in now {
            if let Some(place) = answers.get_mut(number) {
                *place = answer;
            }
        }
        open = later.into_iter().map(|(_, number)| number).collect();
    }
    let Making { notices, events, .. } = making;
    notification::tell_within(&transaction, clock, notices, gathering).await?;
    audit::record_all(&transaction, clock, events).await?;
    transaction.commit().await?;
    gathering.keep();
    Ok(answers.into_iter().flatten().collect())
}

/// The transaction, and what is written at its end.
struct Making<'a> {
    transaction: &'a DatabaseTransaction,
    clock: &'a dyn Clock,
    notices: Vec<Notice>,
    events: Vec<Event>,
}

/// A decision that may be made, of a request that is held.
struct Case<'a> {
    decision: &'a Decision,
    held: Held,
    action: RequestAction,
    next: RequestState,
    conflicts: Vec<RequestConflict>,
    grants: Vec<grant::Model>,
}

impl Making<'_> {
    /// Makes those that have nothing to do with each other; of the others the answers are missing, and the next round
    /// finds what this one did. The first is always made.
    async fn round(&mut self, decisions: &[&Decision]) -> Result<Vec<Option<Decided>>, DbErr> {
        let now = self.clock.now();
        let wanted: Vec<_> = decisions.iter().map(|it| (it.by, it.request)).collect();
        let held = held_request::hold_each(self.transaction, &wanted, now).await?;
        let with_rules = held.iter().flatten().filter(|held| held.has_rules());
        conflicts::hold(self.transaction, with_rules.map(|held| held.request.person_id)).await?;
        let (mut requests, mut people) = (HashSet::new(), HashSet::new());
        let mut answers = Vec::new();
        let mut cases = Vec::new();
        for (held, decision) in held.into_iter().zip(decisions) {
            let held = match held {
                Ok(held) => held,
                Err(refusal) => {
                    answers.push(Some(Err(refusal)));
                    continue;
                }
            };
            let is_alone = requests.insert(held.request.id)
                && (!held.has_rules() || people.insert(held.request.person_id));
            if !is_alone {
                answers.push(None);
                continue;
            }
            answers.push(Some(match self.case(decision, held, now).await {
                Ok(case) => {
                    let answer = (case.next, case.held.seats.clone());
                    cases.push(case);
                    Ok(answer)
                }
                // The transaction is of no use any more.
                Err(ApiError::Database(error)) => return Err(error),
                Err(refusal) => Err(refusal),
            }));
        }
        self.write(&cases, now).await?;
        for case in &cases {
            self.notices.push(telling::applicant(
                &case.held.request,
                telling::of_decision(case.action),
            ));
            self.events.push(case.event());
        }
        Ok(answers)
    }

    /// Whether the decision may be made.
    async fn case<'a>(&self, decision: &'a Decision, held: Held, now: Timestamp) -> ApiResult<Case<'a>> {
        let verdict = decision.verdict;
        held.state.next(verdict).map_err(|_| ErrorCode::Conflict)?;
        if !held.decides {
            return Err(ErrorCode::Forbidden.into());
        }
        let approves = verdict == RequestAction::Approve;
        let conflicts = if approves && held.has_rules() {
            conflicts::pass(self.transaction, &held.request, now, decision.despite).await?
        } else {
            Vec::new()
        };
        let consents = approves && held.second_stage && held.stage == Stage::Manager;
        let action = if consents { RequestAction::Endorse } else { verdict };
        let next = held.state.next(action).map_err(|_| ErrorCode::Conflict)?;
        let grants = if action == RequestAction::Approve {
            grants(&held, now, self.clock)?
        } else {
            Vec::new()
        };
        Ok(Case {
            decision,
            held,
            action,
            next,
            conflicts,
            grants,
        })
    }

    /// Moves the requests on, and gives what was approved.
    async fn write(&mut self, cases: &[Case<'_>], now: Timestamp) -> Result<(), DbErr> {
        let moves: Vec<_> = cases.iter().map(|case| case.moved(now)).collect();
        requests::move_each(self.transaction, &moves).await?;
        let grants: Vec<_> = cases.iter().flat_map(|case| &case.grants).cloned().collect();
        given::insert(self.transaction, &grants).await?;
        for case in cases {
            let request = &case.held.request;
            if let Some(before) = request.renews {
                for grant in &case.grants {
                    given::mark_renewed(self.transaction, before, grant.role_id, grant.id).await?;
                }
            }
            if case.action == RequestAction::Endorse {
                let mut endorsed = request.case()?;
                endorsed.stage = Stage::Owner;
                endorsed.agreed = [Some(case.decision.by), case.held.in_place_of];
                let told = desk::route(self.transaction, request.id, &endorsed, now).await?;
                self.notices.extend(told);
            }
        }
        Ok(())
    }
}

impl Case<'_> {
    fn moved(&self, now: Timestamp) -> Move<'_> {
        Move {
            request: self.held.request.id,
            from: self.held.state,
            to: self.next,
            line: Line {
                at: now,
                action: self.action,
                actor: Some(self.decision.by),
                comment: self.decision.comment.as_deref(),
            },
        }
    }

    fn event(&self) -> Event {
        let (decision, request) = (self.decision, &self.held.request);
        let mut event = Event::new(audited(self.action))
            .actor(decision.by)
            .subject(request.person_id)
            .source(&decision.source)
            .by_token(decision.token)
            .detail("request", &request.id.to_string())
            .detail("roles", &requests::codes(&self.held.roles))
            .detail("agency", &request.agency_oid)
            .detail("from", &request.starts_on)
            .detail("until", &request.ends_on)
            .detail("before", self.held.state.name())
            .detail("after", self.next.name());
        if let Some(asked) = self.held.roles.first() {
            event = event.detail("application", &asked.application);
        }
        if let Some(away) = self.held.in_place_of {
            event = event.detail("in_place_of", &away.to_string());
        }
        if !self.grants.is_empty() {
            let ids: Vec<_> = self.grants.iter().map(|grant| grant.id.to_string()).collect();
            event = event.detail("grants", &ids.join(" "));
        }
        match self.action {
            // Why nothing is given is recorded with it; a remark beside a consent stands with the request alone.
            RequestAction::Reject | RequestAction::Return => {
                event.detail("reason", decision.comment.as_deref().unwrap_or_default())
            }
            _ if self.conflicts.is_empty() => event,
            _ => against(event, &self.conflicts, decision.comment.as_deref()),
        }
    }
}

/// The roles that were asked for, as they are given.
fn grants(held: &Held, now: Timestamp, clock: &dyn Clock) -> ApiResult<Vec<grant::Model>> {
    let request = &held.request;
    let (starts_at, ends_at) = request.lasts()?;
    if ends_at <= now {
        // Its last day has passed while it waited: there is nothing left to give.
        return Err(ErrorCode::Conflict.into());
    }
    let given = held.roles.iter().map(|asked| NewGrant {
        person: request.person_id,
        role: asked.role,
        agency: &request.agency_oid,
        starts_at,
        ends_at,
        request: Some(request.id),
    });
    Ok(given.map(|new| new.row(clock)).collect())
}

/// That a decision was made against rules, and why.
fn against(event: Event, conflicts: &[RequestConflict], why: Option<&str>) -> Event {
    let roles: Vec<_> = conflicts
        .iter()
        .map(|it| [&it.other.application.code, "/", &it.other.role.code].concat())
        .collect();
    event
        .detail("despite_conflicts", &roles.join(" "))
        .detail("reason", why.unwrap_or_default())
}

const fn audited(action: RequestAction) -> AuditAction {
    match action {
        RequestAction::Endorse => AuditAction::PermissionEndorsed,
        RequestAction::Approve => AuditAction::PermissionApproved,
        RequestAction::Return => AuditAction::PermissionReturned,
        _ => AuditAction::PermissionRejected,
    }
}
