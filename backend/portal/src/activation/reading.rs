//! Events and what they grant, as they are read.

use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{
    access::GrantState,
    activation::{
        ActivationAction, ActivationGrantView, ActivationPlan, ActivationView, SurgeReview, SurgeReviewState,
        SurgeVerdict,
    },
    problem::ErrorCode,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    ActivationService,
    authority::Authority,
    event_store::{self, Running},
    plan::Plan,
    reviewers::{Reviewed, Reviewers},
    rows::{PERSON, ROLE, agency, application, perhaps, person, role, select, time},
};
use crate::error::ApiResult;

impl ActivationService {
    /// The events, those that are (not) open where that is asked for, the newest first.
    pub(super) async fn events(
        &self,
        reader: Uuid,
        is_open: Option<bool>,
        after: Option<Uuid>,
        limit: u32,
    ) -> ApiResult<Vec<ActivationView>> {
        let by = Authority::of(&self.db, reader).await?;
        let mut views = event_store::list(&self.db, is_open, after, limit).await?;
        for view in &mut views {
            view.may = may(&self.db, &by, view).await?;
        }
        Ok(views)
    }

    /// The event of this id.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none.
    pub(super) async fn event(&self, reader: Uuid, id: Uuid) -> ApiResult<ActivationView> {
        let by = Authority::of(&self.db, reader).await?;
        let mut view = event_store::shown(&self.db, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        view.may = may(&self.db, &by, &view).await?;
        Ok(view)
    }

    /// What an open event gives now, and whom it passes over, of those whom the reader looks after.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none that concerns them; [`ErrorCode::Conflict`] when it is closed.
    pub(super) async fn plan(&self, reader: Uuid, id: Uuid) -> ApiResult<ActivationPlan> {
        let (by, event) = self.concerned(reader, id).await?;
        if event.closed_at.is_some() {
            return Err(ErrorCode::Conflict.into());
        }
        let plan = Plan::of(&self.db, &event.scene(), self.clock.now()).await?;
        Ok(plan.shown(&by.reach))
    }

    /// The grants of an event to those whom the reader looks after, in the order in which they were given.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id that concerns them.
    pub(super) async fn grants(
        &self,
        reader: Uuid,
        id: Uuid,
        is_reviewed: Option<bool>,
        after: Option<Uuid>,
        limit: u32,
    ) -> ApiResult<Vec<ActivationGrantView>> {
        let (by, event) = self.concerned(reader, id).await?;
        Ok(grants(
            &self.db,
            &by,
            &event,
            (is_reviewed, after, limit),
            self.clock.now(),
        )
        .await?)
    }

    /// The event of this id, if it concerns whom the reader looks after.
    pub(super) async fn concerned(&self, reader: Uuid, id: Uuid) -> ApiResult<(Authority, Running)> {
        let by = Authority::of(&self.db, reader).await?;
        let event = event_store::find(&self.db, id)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        if is_concerned(&self.db, &by, &event).await? {
            Ok((by, event))
        } else {
            Err(ErrorCode::NotFound.into())
        }
    }
}

/// Whether the event concerns agencies that the person looks after, or has granted something to people of them.
pub(super) async fn is_concerned<C: ConnectionTrait>(
    db: &C,
    by: &Authority,
    event: &Running,
) -> Result<bool, DbErr> {
    let concerned = |(oid, below): &(Oid, bool)| by.is_concerned(oid, *below);
    Ok(event.agencies.iter().any(concerned) || event_store::has_granted_to(db, event.id, &by.reach).await?)
}

async fn may<C: ConnectionTrait>(
    db: &C,
    by: &Authority,
    view: &ActivationView,
) -> Result<Vec<ActivationAction>, DbErr> {
    let agencies = || {
        let each = view.agencies.iter();
        each.filter_map(|one| Some((one.agency.oid.parse::<Oid>().ok()?, one.with_below)))
    };
    let mut may = Vec::new();
    if agencies().any(|(oid, below)| by.is_concerned(&oid, below))
        || (!by.reach.is_nothing() && event_store::has_granted_to(db, view.id, &by.reach).await?)
    {
        may.push(ActivationAction::SeeGrants);
    }
    if view.closed_at.is_none() && agencies().all(|(oid, _)| by.commands(&oid)) {
        may.extend([
            ActivationAction::ChangeLevel,
            ActivationAction::AddAgencies,
            ActivationAction::Close,
        ]);
    }
    Ok(may)
}

async fn grants<C: ConnectionTrait>(
    db: &C,
    by: &Authority,
    event: &Running,
    (is_reviewed, after, limit): (Option<bool>, Option<Uuid>, u32),
    now: Timestamp,
) -> Result<Vec<ActivationGrantView>, DbErr> {
    let mut values: Vec<Value> = vec![
        event.id.into(),
        after.unwrap_or_default().into(),
        i64::from(limit).into(),
    ];
    let (of_agency, more) = by.reach.condition("h.agency_oid", values.len() + 1);
    values.extend(more);
    let (of_holder, more) = by.reach.condition("s.holder_oid", values.len() + 1);
    values.extend(more);
    let reviewed = match is_reviewed {
        None => "TRUE",
        Some(true) => "s.verdict IS NOT NULL",
        Some(false) => "s.verdict IS NULL",
    };
    let sql = format!(
        "SELECT h.id, h.agency_oid, g.name AS agency_name, h.starts_at, h.ends_at, h.revoked_at, l.name AS list_name, \
         s.holder_oid, s.verdict, s.remark, s.reviewed_at, v.name AS reviewed_by_name, {PERSON}, {ROLE} \
         FROM surge_reviews s JOIN grants h ON h.id = s.grant_id JOIN persons p ON p.id = h.person_id \
         JOIN application_roles r ON r.id = h.role_id JOIN applications a ON a.id = r.application_id \
         JOIN surge_lists l ON l.id = s.list_id LEFT JOIN agencies g ON g.oid = h.agency_oid \
         LEFT JOIN agencies pg ON pg.oid = p.agency_oid LEFT JOIN persons v ON v.id = s.reviewed_by \
         WHERE s.activation_id = $1 AND s.grant_id > $2 AND ({of_agency} OR {of_holder}) AND {reviewed} \
         ORDER BY s.grant_id LIMIT $3"
    );
    let rows = select(db, sql, values).await?;
    let mut views = Vec::new();
    let mut reviewed = Vec::new();
    for row in &rows {
        let (starts_at, ends_at) = (time(row, "starts_at")?, time(row, "ends_at")?);
        let revoked_at = perhaps(row, "revoked_at")?;
        let verdict: Option<String> = row.try_get("", "verdict")?;
        let review = match verdict.as_deref().and_then(SurgeVerdict::from_name) {
            Some(verdict) => Some(SurgeReview {
                verdict,
                remark: row.try_get("", "remark")?,
                by: row.try_get("", "reviewed_by_name")?,
                at: perhaps(row, "reviewed_at")?.unwrap_or(now),
            }),
            None => None,
        };
        let over = revoked_at.map_or(ends_at, |revoked| revoked.min(ends_at));
        let person = person(row)?;
        reviewed.push(Reviewed {
            holder: person.id,
            agency: row.try_get::<String>("", "holder_oid")?.parse().ok(),
        });
        views.push(ActivationGrantView {
            id: row.try_get("", "id")?,
            person,
            application: application(row)?,
            role: role(row)?,
            agency: agency(row)?,
            list: row.try_get("", "list_name")?,
            state: GrantState::at(now, starts_at, ends_at, revoked_at, false),
            starts_at,
            ended_at: (over <= now).then_some(over),
            review_state: SurgeReviewState::at(now, event.closed_at, review.is_some()),
            review,
            may_review: false,
        });
    }
    let reviewers = Reviewers::of(db, &reviewed).await?;
    for (view, reviewed) in views.iter_mut().zip(&reviewed) {
        view.may_review = reviewers.may(by, reviewed, view.review_state);
    }
    Ok(views)
}
