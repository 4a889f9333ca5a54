//! 事後審查: what an event granted is marked as in order or not.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    activation::{
        SurgeReviewDecision, SurgeReviewResult, SurgeReviewResults, SurgeReviewState, SurgeReviewTask,
        SurgeReviewTasks,
    },
    audit::AuditAction,
    problem::ErrorCode,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    ActivationService,
    authority::Authority,
    event_store::{self, Running},
    reading::is_concerned,
    reviewers::{Reviewed, Reviewers},
    rows::{perhaps, run, select},
    service::Actor,
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
};

/// So many grants that wait are looked at for one person.
const MOST: i64 = 10_000;

/// A grant that waits for its review.
struct Waiting {
    activation: Uuid,
    closed_at: Option<Timestamp>,
    reviewed: Reviewed,
}

impl ActivationService {
    /// What waits for this person's review.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who looks after nobody.
    pub(super) async fn review_tasks(&self, person: Uuid) -> ApiResult<SurgeReviewTasks> {
        let by = Authority::of(&self.db, person).await?;
        if by.reach.is_nothing() {
            return Err(ErrorCode::Forbidden.into());
        }
        let waiting = waiting(&self.db, &by).await?;
        let reviewed: Vec<_> = waiting.iter().map(|one| one.reviewed.clone()).collect();
        let reviewers = Reviewers::of(&self.db, &reviewed).await?;
        let now = self.clock.now();
        let mut counts: HashMap<Uuid, (u32, bool)> = HashMap::new();
        for one in &waiting {
            let state = SurgeReviewState::at(now, one.closed_at, false);
            if reviewers.may(&by, &one.reviewed, state) {
                let count = counts.entry(one.activation).or_default();
                *count = (count.0 + 1, state == SurgeReviewState::Overdue);
            }
        }
        let mut tasks = Vec::new();
        for (id, (waiting, overdue)) in counts {
            tasks.push(SurgeReviewTask {
                activation: self.event(person, id).await?,
                waiting,
                overdue,
            });
        }
        tasks.sort_by_key(|task| (task.activation.closed_at, task.activation.id));
        Ok(SurgeReviewTasks {
            waiting: tasks.iter().map(|task| task.waiting).sum(),
            overdue: tasks
                .iter()
                .filter(|task| task.overdue)
                .map(|task| task.waiting)
                .sum(),
            tasks,
        })
    }

    /// Marks grants of an event; a result for each.
    ///
    /// # Errors
    /// All violations at once; [`ErrorCode::NotFound`] when there is none of this id that concerns whom the person looks
    /// after.
    pub(super) async fn review(
        &self,
        by: Actor<'_>,
        id: Uuid,
        decision: &SurgeReviewDecision,
    ) -> ApiResult<SurgeReviewResults> {
        let transaction = self.begin().await?;
        let authority = Authority::of(&transaction, by.person).await?;
        let event = event_store::find(&transaction, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        if !is_concerned(&transaction, &authority, &event).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let violations = decision.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let (mut results, mut log) = (Vec::new(), Vec::new());
        for grant in &decision.grants {
            let marked = self
                .mark(&transaction, by, &authority, &event, (*grant, decision))
                .await;
            let refused = match marked {
                Ok(said) => {
                    log.push(said);
                    None
                }
                Err(ApiError::Code(code)) => Some(code),
                Err(other) => return Err(other),
            };
            results.push(SurgeReviewResult {
                grant: *grant,
                refused,
            });
        }
        audit::record_all(&transaction, self.clock.as_ref(), log).await?;
        transaction.commit().await?;
        Ok(SurgeReviewResults { results })
    }

    async fn mark(
        &self,
        transaction: &DatabaseTransaction,
        by: Actor<'_>,
        authority: &Authority,
        event: &Running,
        (grant, decision): (Uuid, &SurgeReviewDecision),
    ) -> ApiResult<Event> {
        const FIND: &str = "SELECT s.holder_oid, s.verdict, h.person_id, h.agency_oid FROM surge_reviews s \
             JOIN grants h ON h.id = s.grant_id WHERE s.grant_id = $1 AND s.activation_id = $2";
        const MARK: &str = "UPDATE surge_reviews SET verdict = $2, remark = $3, reviewed_by = $4, reviewed_at = $5 \
             WHERE grant_id = $1";
        let rows = select(transaction, FIND, vec![grant.into(), event.id.into()]).await?;
        let row = rows.first().ok_or(ErrorCode::NotFound)?;
        let reviewed = Reviewed {
            holder: row.try_get("", "person_id")?,
            agency: row.try_get::<String>("", "holder_oid")?.parse().ok(),
        };
        let of: String = row.try_get("", "agency_oid")?;
        let reach = &authority.reach;
        if !reach.covers(reviewed.agency.as_ref()) && !reach.covers(of.parse().ok().as_ref()) {
            return Err(ErrorCode::NotFound.into());
        }
        let now = self.clock.now();
        let is_done = row.try_get::<Option<String>>("", "verdict")?.is_some();
        let state = SurgeReviewState::at(now, event.closed_at, is_done);
        if matches!(state, SurgeReviewState::NotYet | SurgeReviewState::Done) {
            return Err(ErrorCode::Conflict.into());
        }
        let reviewers = Reviewers::of(transaction, std::slice::from_ref(&reviewed)).await?;
        if !reviewers.may(authority, &reviewed, state) {
            return Err(ErrorCode::Forbidden.into());
        }
        let remark = decision.stored();
        let values = vec![
            grant.into(),
            decision.verdict.name().into(),
            remark.clone().into(),
            by.person.into(),
            now.as_millis().into(),
        ];
        run(transaction, MARK, values).await?;
        Ok(by
            .did(AuditAction::SurgeReviewed)
            .subject(reviewed.holder)
            .detail("grant", &grant.to_string())
            .detail("activation", &event.id.to_string())
            .detail("name", &event.name)
            .detail("verdict", decision.verdict.name())
            .detail("reason", &remark.unwrap_or_default()))
    }
}

/// The grants of closed events, to holders whom the person looks after, that nobody has marked.
async fn waiting<C: ConnectionTrait>(db: &C, by: &Authority) -> Result<Vec<Waiting>, DbErr> {
    let (condition, more) = by.reach.condition("s.holder_oid", 2);
    let sql = format!(
        "SELECT s.activation_id, s.holder_oid, v.closed_at, h.person_id FROM activations v \
         JOIN surge_reviews s ON s.activation_id = v.id AND s.verdict IS NULL JOIN grants h ON h.id = s.grant_id \
         WHERE v.closed_at IS NOT NULL AND {condition} ORDER BY s.grant_id LIMIT $1"
    );
    let values = std::iter::once(MOST.into()).chain(more).collect();
    let rows = select(db, sql, values).await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                activation: row.try_get("", "activation_id")?,
                closed_at: perhaps(row, "closed_at")?,
                reviewed: Reviewed {
                    holder: row.try_get("", "person_id")?,
                    agency: row.try_get::<String>("", "holder_oid")?.parse().ok(),
                },
            })
        })
        .collect()
}
