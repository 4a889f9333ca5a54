//! Doing what a plan says: giving, ending, and what the log says of it.

use std::time::Duration;

use foundation::clock::Clock;
use sea_orm::{DatabaseTransaction, DbErr};
use shared::{audit::AuditAction, time::Timestamp};
use uuid::Uuid;

use super::{
    event_store::{self, Running},
    plan::Plan,
};
use crate::{
    access::surge::{self, Gift, Living},
    audit::Event,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Gives what an event is to give and has not given, ends what is not due any more, and keeps the rest from running
/// out; what the log is to say of it. In a transaction that holds the events.
pub(super) async fn carry_out(
    transaction: &DatabaseTransaction,
    clock: &dyn Clock,
    event: &Running,
) -> Result<Vec<Event>, DbErr> {
    let now = clock.now();
    let plan = Plan::of(transaction, &event.scene(), now).await?;
    surge::prolong(transaction, event.id, now).await?;
    let mut log = end(transaction, event, &plan.over, now).await?;
    let gifts: Vec<_> = plan
        .missing()
        .map(|one| Gift {
            person: one.person.id,
            role: one.role_id,
            agency: one.agency.clone(),
            ends_at: now.plus(DAY * one.max_days.max(1)),
        })
        .collect();
    let ids = surge::give(transaction, clock, event.id, &gifts).await?;
    let given: Vec<_> = plan
        .missing()
        .zip(&ids)
        .map(|(one, id)| (*id, one.list, one.holder.as_str()))
        .collect();
    event_store::insert_reviews(transaction, event.id, &given).await?;
    for (one, id) in plan.missing().zip(ids) {
        log.push(
            said(AuditAction::SurgeGranted, event, one.person.id, id)
                .detail("application", &one.application.code)
                .detail("role", &one.role.code)
                .detail("agency", one.agency.as_str())
                .detail("list", &one.list.to_string()),
        );
    }
    Ok(log)
}

/// Ends these grants of an event; what the log is to say of it.
pub(super) async fn end(
    transaction: &DatabaseTransaction,
    event: &Running,
    grants: &[Living],
    now: Timestamp,
) -> Result<Vec<Event>, DbErr> {
    let ids: Vec<_> = grants.iter().map(|grant| grant.id).collect();
    surge::end(transaction, &ids, now).await?;
    let said = |grant: &Living| said(AuditAction::SurgeEnded, event, grant.person, grant.id);
    Ok(grants.iter().map(said).collect())
}

fn said(action: AuditAction, event: &Running, person: Uuid, grant: Uuid) -> Event {
    Event::new(action)
        .subject(person)
        .detail("grant", &grant.to_string())
        .detail("activation", &event.id.to_string())
        .detail("name", &event.name)
}
