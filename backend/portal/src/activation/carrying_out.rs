//! Doing what a plan says: giving, ending, what the log says of it, and who is told.

use std::time::Duration;

use foundation::clock::Clock;
use sea_orm::{DatabaseTransaction, DbErr};
use shared::{audit::AuditAction, notification::Kind, time::Timestamp};
use uuid::Uuid;

use super::{
    event_store::{self, Running},
    plan::Plan,
    telling,
};
use crate::{
    access::surge::{self, Gift, Living},
    audit::Event,
    notification::Notice,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What the log is to say of a deed on events, and who is told what of it.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) log: Vec<Event>,
    pub(super) notices: Vec<Notice>,
}

impl From<Event> for Done {
    /// A deed that nobody is told of.
    fn from(event: Event) -> Self {
        Self {
            log: vec![event],
            notices: Vec::new(),
        }
    }
}

/// Gives what an event is to give and has not given, ends what is not due any more, and keeps the rest from running
/// out. In a transaction that holds the events.
pub(super) async fn carry_out(
    transaction: &DatabaseTransaction,
    clock: &dyn Clock,
    event: &Running,
    done: &mut Done,
) -> Result<(), DbErr> {
    let now = clock.now();
    let plan = Plan::of(transaction, &event.scene(), now).await?;
    surge::prolong(transaction, event.id, now).await?;
    end(transaction, event, &plan.over, now, done).await?;
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
    let held = plan.missing().map(|one| (one.person.id, one.role_id));
    done.notices
        .extend(telling::holders(transaction, Kind::SurgeGiven, event, held).await?);
    for (one, id) in plan.missing().zip(ids) {
        done.log.push(
            said(AuditAction::SurgeGranted, event, one.person.id, id)
                .detail("application", &one.application.code)
                .detail("role", &one.role.code)
                .detail("agency", one.agency.as_str())
                .detail("list", &one.list.to_string()),
        );
    }
    Ok(())
}

/// Ends these grants of an event.
pub(super) async fn end(
    transaction: &DatabaseTransaction,
    event: &Running,
    grants: &[Living],
    now: Timestamp,
    done: &mut Done,
) -> Result<(), DbErr> {
    let ids: Vec<_> = grants.iter().map(|grant| grant.id).collect();
    surge::end(transaction, &ids, now).await?;
    let held = grants.iter().map(|grant| (grant.person, grant.role));
    done.notices
        .extend(telling::holders(transaction, Kind::SurgeEnded, event, held).await?);
    let said = |grant: &Living| said(AuditAction::SurgeEnded, event, grant.person, grant.id);
    done.log.extend(grants.iter().map(said));
    Ok(())
}

fn said(action: AuditAction, event: &Running, person: Uuid, grant: Uuid) -> Event {
    Event::new(action)
        .subject(person)
        .detail("grant", &grant.to_string())
        .detail("activation", &event.id.to_string())
        .detail("name", &event.name)
}
