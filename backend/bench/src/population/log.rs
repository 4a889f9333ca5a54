//! The audit log, chained as the portal chains it (docs/audit.md, "The form of a hash"): `audit verify` is what proves
//! that this is so.

use anyhow::Result;
use sea_orm::{DatabaseBackend, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::plan::{self, Plan, mixed};
use crate::writing::Writing;

/// How many chains PostgreSQL has; SQLite has one.
const CHAINS: usize = 8;
const FORM: i32 = 1;

/// A row before it is chained.
struct Event {
    id: Uuid,
    at: i64,
    action: &'static str,
    actor: Uuid,
    subject: Option<Uuid>,
    /// Of which agencies they are.
    agencies: [Option<String>; 2],
    source: String,
    details: String,
}

/// The newest row of a chain.
#[derive(Clone, Copy)]
struct Head {
    number: i64,
    hash: [u8; 32],
}

pub(super) async fn write(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let chains = match writing.backend() {
        DatabaseBackend::Postgres => CHAINS,
        _ => 1,
    };
    // What making the accounts has written goes: no row of it is of the population.
    writing.execute("DELETE FROM audit_events", Vec::new()).await?;
    let mut heads = vec![
        Head {
            number: 0,
            hash: [0; 32],
        };
        chains
    ];
    let columns = [
        "chain",
        "number",
        "hash",
        "form",
        "id",
        "at",
        "action",
        "actor",
        "subject",
        "source",
        "details",
        "actor_agency_oid",
        "subject_agency_oid",
    ];
    let rows = (0..plan.events).map(|number| {
        let chain = number % chains;
        let event = event(plan, number);
        let head = &mut heads[chain];
        head.number += 1;
        head.hash = hash(chain as i32, head, &event);
        row(chain as i32, head, event)
    });
    writing.fill("audit_events", &columns, rows).await?;
    for (chain, head) in (0..).zip(heads) {
        let values: Vec<Value> = vec![
            Value::from(chain),
            head.number.into(),
            head.hash.to_vec().into(),
            vec![0_u8; 32].into(),
        ];
        writing
            .execute(
                "UPDATE audit_chains SET number = $2, hash = $3, begins_after = 0, begins_after_hash = $4 \
                 WHERE chain = $1",
                values,
            )
            .await?;
    }
    Ok(())
}

/// What a portal's log holds: sign-ins most of all.
fn event(plan: &Plan, number: usize) -> Event {
    let person = plan.holder_id(number, plan.events);
    let holder = plan.holder(number, plan.events);
    let agency = holder.map_or_else(|| plan::agency(0, 3), |person| plan.agency(person).1);
    let manager = plan.accounts.manager;
    let request = || plan.request(mixed(number) % plan.requests.max(1));
    let (action, actor, subject, details) = match mixed(number) % 100 {
        0..=49 => ("signed_in", person, None, r#"{"with":"egov"}"#.to_owned()),
        50..=69 => ("signed_out", person, None, "{}".to_owned()),
        70..=79 => (
            "permission_requested",
            person,
            Some(person),
            format!(r#"{{"request":"{}"}}"#, request()),
        ),
        80..=89 => (
            "permission_approved",
            manager,
            Some(person),
            format!(
                r#"{{"after":"approved","before":"submitted","request":"{}"}}"#,
                request()
            ),
        ),
        _ => ("profile_viewed", manager, Some(person), "{}".to_owned()),
    };
    // Who decides is not the manager alone.
    let actor = if actor == manager && !number.is_multiple_of(50) {
        plan.accounts.administrator
    } else {
        actor
    };
    let agencies = [
        if actor == person {
            Some(agency.clone())
        } else {
            (actor == manager).then(|| plan::agency(0, 0))
        },
        subject.map(|_| agency),
    ];
    Event {
        agencies,
        id: plan.event(number),
        at: plan.moment(number, plan.events),
        action,
        actor,
        subject,
        source: format!("192.0.2.{}", number % 250),
        details,
    }
}

fn hash(chain: i32, head: &Head, event: &Event) -> [u8; 32] {
    let mut text = Sha256::new();
    let mut add = |field: &[u8]| {
        text.update((field.len() as u64).to_be_bytes());
        text.update(field);
    };
    add(b"emic-audit-1");
    add(&chain.to_be_bytes());
    add(&head.number.to_be_bytes());
    add(&head.hash);
    add(event.id.as_bytes());
    add(&event.at.to_be_bytes());
    add(event.action.as_bytes());
    add(event.actor.as_bytes());
    match &event.subject {
        Some(subject) => add(subject.as_bytes()),
        // What is not there has a length that nothing has.
        None => text.update(u64::MAX.to_be_bytes()),
    }
    for field in [&event.source, &event.details] {
        text.update((field.len() as u64).to_be_bytes());
        text.update(field.as_bytes());
    }
    text.finalize().into()
}

fn row(chain: i32, head: &Head, event: Event) -> Vec<Value> {
    let [actor_agency, subject_agency] = event.agencies;
    vec![
        chain.into(),
        head.number.into(),
        head.hash.to_vec().into(),
        FORM.into(),
        event.id.into(),
        event.at.into(),
        event.action.into(),
        event.actor.into(),
        event.subject.into(),
        event.source.into(),
        event.details.into(),
        actor_agency.into(),
        subject_agency.into(),
    ]
}
