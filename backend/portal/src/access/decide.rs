//! Deciding: 核准, 不核准, 退回補正, and what is said meanwhile.

use foundation::database;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    access::{
        Approval, BulkDecision, BulkResult, Correction, Remark, RequestAction, RequestConflict, RequestState,
        RequestView, Stage,
    },
    audit::AuditAction,
    notification::Kind,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    AccessService, conflicts, desk,
    held::{self, NewGrant},
    held_request::Held,
    requests::{self, Asked, Row},
    routing,
    seat::Seats,
    service::Actor,
    shown, telling,
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::{self, Gathering, Notice},
};

impl AccessService {
    /// Decides as the person's posts allow.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for what the person may not see; [`ErrorCode::Conflict`] when the request is in no
    /// state for it, [`ErrorCode::Forbidden`] when it waits for somebody else; the comment's violation.
    pub async fn decide(
        &self,
        by: Actor<'_>,
        id: Uuid,
        verdict: RequestAction,
        remark: &Remark,
    ) -> ApiResult<RequestView> {
        let (_, seats) = self
            .judge(by, id, verdict, remark, false, &mut Gathering::default())
            .await?;
        self.shown_after(id, &seats).await
    }

    /// Approves: a manager's approval is a consent where a role wants the application's owner to agree too.
    ///
    /// # Errors
    /// As of [`Self::decide`]; [`ErrorCode::RoleConflict`] when the roles are in conflict and the decider has not said that
    /// they know, [`ErrorCode::RoleConflictStrict`] when nobody can approve it.
    pub async fn approve(&self, by: Actor<'_>, id: Uuid, approval: &Approval) -> ApiResult<RequestView> {
        if let Some(violation) = approval.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let (verdict, despite) = (RequestAction::Approve, approval.despite_conflicts);
        let (_, seats) = self
            .judge(
                by,
                id,
                verdict,
                &approval.remark(),
                despite,
                &mut Gathering::default(),
            )
            .await?;
        self.shown_after(id, &seats).await
    }

    /// The request after the deed, by the posts that it was done by: whoever loses one in between is still answered.
    async fn shown_after(&self, id: Uuid, seats: &Seats) -> ApiResult<RequestView> {
        Ok(shown::read(&self.db, id, seats)
            .await?
            .ok_or(ErrorCode::NotFound)?)
    }

    async fn judge(
        &self,
        by: Actor<'_>,
        id: Uuid,
        verdict: RequestAction,
        remark: &Remark,
        despite: bool,
        gathering: &mut Gathering,
    ) -> ApiResult<(RequestState, Seats)> {
        gathering.begin();
        if let Some(violation) = remark.violation(verdict) {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let transaction = database::begin_write(&self.db).await?;
        let held = self.hold(&transaction, by, id).await?;
        held.state.next(verdict).map_err(|_| ErrorCode::Conflict)?;
        if !held.decides {
            return Err(ErrorCode::Forbidden.into());
        }
        let conflicts = if verdict == RequestAction::Approve {
            conflicts::pass(&transaction, &held.request, self.clock.now(), despite).await?
        } else {
            Vec::new()
        };
        let consents = verdict == RequestAction::Approve && held.second_stage && held.stage == Stage::Manager;
        let action = if consents { RequestAction::Endorse } else { verdict };
        let comment = remark.stored();
        let next = self
            .step(&transaction, &held.request, action, by, comment.as_deref())
            .await?;
        let mut granted = Vec::new();
        let mut notices = vec![telling::applicant(&held.request, telling::of_decision(action))];
        match action {
            RequestAction::Endorse => {
                let mut case = held.request.case()?;
                case.stage = Stage::Owner;
                case.endorsed_by = Some(by.person);
                notices.extend(self.route(&transaction, id, &case).await?);
            }
            RequestAction::Approve => granted = self.grant(&transaction, &held).await?,
            _ => {}
        }
        notification::tell_within(&transaction, self.clock.as_ref(), notices, gathering).await?;
        let event = Event::new(audited(action))
            .actor(by.person)
            .subject(held.request.person_id)
            .source(by.source)
            .detail("request", &id.to_string())
            .detail("agency", &held.request.agency_oid)
            .detail("before", held.state.name())
            .detail("after", next.name());
        let event = match held.in_place_of {
            Some(away) => event.detail("in_place_of", &away.to_string()),
            None => event,
        };
        let event = if granted.is_empty() {
            event
        } else {
            event.detail("grants", &granted.join(" "))
        };
        let event = if conflicts.is_empty() {
            event
        } else {
            against(event, &conflicts, comment.as_deref())
        };
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        gathering.keep();
        Ok((next, held.seats))
    }

    /// Decides on each of several requests by itself; one that is refused does not hold up the others.
    ///
    /// # Errors
    /// All violations of the body; a fault of the server ends it, and what was done before stays done.
    pub async fn decide_each(&self, by: Actor<'_>, bulk: &BulkDecision) -> ApiResult<Vec<BulkResult>> {
        let violations = bulk.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let (verdict, remark) = (bulk.verdict.action(), bulk.remark());
        let mut results = Vec::new();
        // Nobody gets a mail for each.
        let mut gathering = Gathering::default();
        for request in bulk.requests.iter().copied() {
            // Each conflict is looked at by itself: nobody approves several despite theirs at once.
            let (state, refused) = match self
                .judge(by, request, verdict, &remark, false, &mut gathering)
                .await
            {
                Ok((state, _)) => (Some(state), None),
                Err(ApiError::Code(code)) if code.status() < 500 => (None, Some(code)),
                Err(fault) => return Err(fault),
            };
            results.push(BulkResult {
                request,
                state,
                refused,
            });
        }
        Ok(results)
    }

    /// A question or an answer, by everybody who sees the request, while it is open.
    ///
    /// # Errors
    /// As of [`Self::decide`].
    pub async fn comment(&self, by: Actor<'_>, id: Uuid, remark: &Remark) -> ApiResult<RequestView> {
        let action = RequestAction::Comment;
        if let Some(violation) = remark.violation(action) {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let transaction = database::begin_write(&self.db).await?;
        let held = self.hold(&transaction, by, id).await?;
        let comment = remark.stored();
        self.step(&transaction, &held.request, action, by, comment.as_deref())
            .await?;
        let notices = telling::of_remark(&transaction, &held.request, by.person, self.clock.now()).await?;
        notification::tell(&transaction, self.clock.as_ref(), notices).await?;
        let event = Event::new(AuditAction::PermissionRequestCommented)
            .actor(by.person)
            .subject(held.request.person_id)
            .source(by.source)
            .detail("request", &id.to_string())
            .detail("agency", &held.request.agency_oid);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.shown_after(id, &held.seats).await
    }

    /// Sends a request that was returned once more, corrected; it finds its decider anew.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not the person's, [`ErrorCode::Conflict`] when it was not returned; all
    /// violations at once.
    pub async fn resubmit(&self, by: Actor<'_>, id: Uuid, correction: &Correction) -> ApiResult<RequestView> {
        let before = super::service::own(&self.db, by.person, id).await?;
        let action = RequestAction::Resubmit;
        before.state()?.next(action).map_err(|_| ErrorCode::Conflict)?;
        let application = self.application_of(&before).await?;
        let new = correction.as_new(id, &application);
        let remark = correction.remark();
        let checked = self.check(&new).await;
        let (application, agency) = match (checked, remark.violation(action)) {
            (Err(ApiError::Invalid(mut violations)), further) => {
                violations.extend(further);
                return Err(ApiError::Invalid(violations));
            }
            (Ok(_), Some(violation)) => return Err(ApiError::Invalid(vec![violation])),
            (checked, None) => checked?,
            (Err(fault), _) => return Err(fault),
        };
        let transaction = database::begin_write(&self.db).await?;
        routing::keep(&transaction).await?;
        let request = requests::hold(&transaction, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let comment = remark.stored();
        self.step(&transaction, &request, action, by, comment.as_deref())
            .await?;
        let corrected = Row {
            agency_oid: agency.to_string(),
            reason: new.stored_reason(),
            starts_on: new.starts_on.clone(),
            ends_on: new.ends_on.clone(),
            route_from: Some(agency.to_string()),
            stage: Stage::Manager.name().to_owned(),
            endorsed_by: None,
            ..request
        };
        requests::correct(&transaction, &corrected).await?;
        requests::clear_roles(&transaction, id).await?;
        super::service::take_roles(&transaction, &corrected, &application, &new).await?;
        let notices = self.route(&transaction, id, &corrected.case()?).await?;
        notification::tell(&transaction, self.clock.as_ref(), notices).await?;
        let event = Event::new(AuditAction::PermissionResubmitted)
            .actor(by.person)
            .subject(by.person)
            .source(by.source)
            .detail("request", &id.to_string())
            .detail("roles", &new.roles.join(" "))
            .detail("agency", &corrected.agency_oid);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, id).await
    }

    /// The code of the application that the request is for.
    async fn application_of(&self, request: &Row) -> ApiResult<String> {
        let code = crate::application::code(&self.db, request.application_id).await?;
        Ok(code.ok_or(ErrorCode::NotFound)?)
    }

    /// Finds who is to decide, and writes it; what they are told.
    pub(super) async fn route<C: ConnectionTrait>(
        &self,
        transaction: &C,
        id: Uuid,
        case: &desk::Case,
    ) -> Result<Vec<Notice>, DbErr> {
        let (desk, now) = (desk::find(transaction, case).await?, self.clock.now());
        requests::place(transaction, id, Some(&desk), case, now).await?;
        telling::deciders(transaction, id, (case, &desk), Kind::RequestWaits, now).await
    }

    /// Gives the roles that were asked for; the ids of the grants.
    async fn grant(&self, transaction: &DatabaseTransaction, held: &Held) -> ApiResult<Vec<String>> {
        let request = &held.request;
        let (starts_at, ends_at) = request.lasts()?;
        if ends_at <= self.clock.now() {
            // Its last day has passed while it waited: there is nothing left to give.
            return Err(ErrorCode::Conflict.into());
        }
        let mut ids = Vec::new();
        for Asked { role, .. } in held.roles.iter().copied() {
            let new = NewGrant {
                person: request.person_id,
                role,
                agency: &request.agency_oid,
                starts_at,
                ends_at,
                request: Some(request.id),
            };
            let id = held::insert(transaction, self.clock.as_ref(), new).await?;
            if let Some(before) = request.renews {
                held::mark_renewed(transaction, before, role, id).await?;
            }
            ids.push(id.to_string());
        }
        Ok(ids)
    }
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
