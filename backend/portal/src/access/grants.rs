//! What becomes of grants: 撤銷 and 續期.

use std::time::Duration;

use foundation::database;
use sea_orm::DatabaseTransaction;
use shared::{
    access::{GrantAction, GrantView, NewRequest, Renewal, RevokeGrant, renewal_of},
    audit::AuditAction,
    date::Date,
    notification::Kind,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    AccessService,
    held::{self, TakenBack},
    overseen::Wanted,
    seat::Seats,
    service::{Actor, Submitted},
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::{self, Facts, Notice},
    person,
};

/// A grant's end is the first moment after its last day.
const MOMENT: Duration = Duration::from_millis(1);

impl AccessService {
    /// A person's grants, the newest first.
    pub async fn grants(&self, person: Uuid, after: Option<Uuid>, limit: u32) -> ApiResult<Vec<GrantView>> {
        let now = self.clock.now();
        let seats = Seats::of(&self.db, person, now).await?;
        Ok(held::of_person(&self.db, person, &seats, now, (after, limit)).await?)
    }

    /// The grants that a reader's posts look after, as they are wanted.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] when there is no such post.
    pub(super) async fn grants_overseen(&self, reader: Uuid, wanted: &Wanted) -> ApiResult<Vec<GrantView>> {
        let now = self.clock.now();
        let seats = Seats::of(&self.db, reader, now).await?;
        if seats.is_empty() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(held::overseen(&self.db, wanted, &seats, now).await?)
    }

    /// The people whom a text names: by the id, or by exactly the account name or the name.
    pub(super) async fn people_named(&self, text: &str) -> ApiResult<Vec<Uuid>> {
        match text.trim().parse() {
            Ok(id) => Ok(vec![id]),
            Err(_) => Ok(person::called(&self.db, text).await?),
        }
    }

    /// Takes a grant back, and the renewals that were approved of it; they count no more from this moment on, on every node.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for one that the person may not see, [`ErrorCode::Forbidden`] for the own one,
    /// [`ErrorCode::Conflict`] when it counts no more; the reason's violation.
    pub async fn revoke(&self, by: Actor<'_>, id: Uuid, revoke: &RevokeGrant) -> ApiResult<GrantView> {
        let transaction = database::begin_write(&self.db).await?;
        let revoked = self.revoke_in(&transaction, by, id, revoke).await?;
        let events = revoked.into_iter().map(|(_, event)| event);
        audit::record_all(&transaction, self.clock.as_ref(), events).await?;
        transaction.commit().await?;
        let now = self.clock.now();
        let seats = Seats::of(&self.db, by.person, now).await?;
        let after = held::find(&self.db, id, &seats, now).await?;
        Ok(after.ok_or(ErrorCode::NotFound)?.view)
    }

    /// The same in a transaction that does more; which grants it takes back, and what is to be recorded last of each.
    pub(crate) async fn revoke_in(
        &self,
        transaction: &DatabaseTransaction,
        by: Actor<'_>,
        id: Uuid,
        revoke: &RevokeGrant,
    ) -> ApiResult<Vec<(Uuid, Event)>> {
        let now = self.clock.now();
        let seats = Seats::of(transaction, by.person, now).await?;
        let known = held::find(transaction, id, &seats, now)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let agency = known.view.agency.oid.parse().ok();
        if seats.is_mine(known.view.person.id) {
            return Err(ErrorCode::Forbidden.into());
        }
        if !seats.looks_after(known.application_id, agency.as_ref()) {
            return Err(ErrorCode::NotFound.into());
        }
        if let Some(violation) = revoke.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let reason = revoke.stored().unwrap_or_default();
        let revoked = held::revoke(transaction, id, by.person, &reason, now).await?;
        if revoked.is_empty() {
            return Err(ErrorCode::Conflict.into());
        }
        let notice = Notice::new(known.view.person.id, Kind::GrantRevoked)
            .of_application(known.application_id)
            .with(Facts {
                role: Some(known.view.role.name.clone()),
                ..Facts::default()
            });
        notification::tell(transaction, self.clock.as_ref(), vec![notice]).await?;
        let event = |grant: TakenBack| {
            let event = Event::new(AuditAction::GrantRevoked)
                .actor(by.person)
                .subject(known.view.person.id)
                .source(by.source)
                .detail("grant", &grant.id.to_string())
                .detail("application", &known.view.application.code)
                .detail("role", &known.view.role.code)
                .detail("agency", &grant.agency)
                .detail("until", &Date::in_taiwan(grant.ends_at.minus(MOMENT)).to_string())
                .detail("reason", &reason);
            (grant.id, event)
        };
        Ok(revoked.into_iter().map(event).collect())
    }

    /// Asks for the same role once more, from the day after its last one on: an ordinary request, decided as others
    /// are.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not the person's, [`ErrorCode::Conflict`] when it has ended or goes on
    /// already; the violations of the request.
    pub async fn renew(&self, by: Actor<'_>, id: Uuid, renewal: &Renewal) -> ApiResult<Submitted> {
        let now = self.clock.now();
        let seats = Seats::of(&self.db, by.person, now).await?;
        let known = held::find(&self.db, id, &seats, now)
            .await?
            .filter(|known| seats.is_mine(known.view.person.id))
            .ok_or(ErrorCode::NotFound)?;
        let grant = known.view;
        let (first, last) = renewal_of(
            Date::in_taiwan(now),
            grant.starts_at,
            grant.ends_at,
            known.max_days,
        );
        let new = NewRequest {
            id: renewal.id,
            application: grant.application.code,
            roles: vec![grant.role.code],
            agency: grant.agency.oid,
            reason: renewal.reason.clone(),
            starts_on: first.to_string(),
            ends_on: renewal.ends_on.clone().unwrap_or_else(|| last.to_string()),
        };
        let is_retry = self.is_known(renewal.id).await?;
        if !is_retry && !grant.may.contains(&GrantAction::Renew) {
            return Err(ErrorCode::Conflict.into());
        }
        self.submit_renewing(by, &new, Some(id)).await
    }
}
