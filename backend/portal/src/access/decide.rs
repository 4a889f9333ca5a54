//! Deciding: 核准, 不核准, 退回補正, and what is said meanwhile.

use foundation::database;
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    access::{Approval, BulkDecision, BulkResult, Correction, Remark, RequestAction, RequestView, Stage},
    audit::AuditAction,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    AccessService, desk,
    requests::{self, Row},
    routing,
    service::Actor,
    telling,
    verdict::{self, Decision},
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::{self, Gathering, Notice},
};

/// So many decisions are one transaction.
const AT_ONCE: usize = 50;

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
        if let Some(violation) = remark.violation(verdict) {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let decision = by.decides(id, verdict, remark);
        self.judge(decision).await
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
        let decision = Decision {
            despite: approval.despite_conflicts,
            ..by.decides(id, RequestAction::Approve, &approval.remark())
        };
        self.judge(decision).await
    }

    /// The request after the deed, by the posts that it was done by: whoever loses one in between is still answered.
    async fn judge(&self, decision: Decision) -> ApiResult<RequestView> {
        let id = decision.request;
        let (_, seats) = self.deciding.ask(decision).await??;
        self.shown(id, seats).await
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
        for some in bulk.requests.chunks(AT_ONCE) {
            // Each conflict is looked at by itself: nobody approves several despite theirs at once.
            let decisions: Vec<_> = some
                .iter()
                .map(|request| by.decides(*request, verdict, &remark))
                .collect();
            let decided = verdict::make(&self.db, self.clock.as_ref(), &decisions, &mut gathering).await?;
            for (request, decided) in some.iter().copied().zip(decided) {
                let (state, refused) = match decided {
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
        self.shown(id, held.seats).await
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
        let roles = requests::roles_of_each(&transaction, &[id]).await?;
        let roles = roles.get(&id).map(|roles| requests::codes(roles));
        let asked_before = asked(&roles.unwrap_or_default(), &request);
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
            endorsed_for: None,
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
            .detail("application", &new.application)
            .detail("roles", &new.roles.join(" "))
            .detail("agency", &corrected.agency_oid)
            .detail("from", &corrected.starts_on)
            .detail("until", &corrected.ends_on)
            .detail("before", &asked_before)
            .detail("after", &asked(&new.roles.join(" "), &corrected));
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
        desk::route(transaction, id, case, self.clock.now()).await
    }
}

/// What a request asks for in the words of the log: roles, agency, first and last day.
fn asked(roles: &str, request: &Row) -> String {
    let Row {
        agency_oid,
        starts_on,
        ends_on,
        ..
    } = request;
    format!("{roles}, {agency_oid}, {starts_on} – {ends_on}")
}

impl Actor<'_> {
    fn decides(self, request: Uuid, verdict: RequestAction, remark: &Remark) -> Decision {
        Decision {
            by: self.person,
            source: self.source.to_owned(),
            token: audit::token(),
            request,
            verdict,
            comment: remark.stored(),
            despite: false,
        }
    }
}
