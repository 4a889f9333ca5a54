//! Reading the log: who may, and how far.

use foundation::{clock::SharedClock, database::Database};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use shared::{
    audit::{AuditAction, AuditEventView, AuditFormat, AuditPerson},
    person::AgencyView,
    problem::ErrorCode,
    time::Timestamp,
};
use uuid::Uuid;

use super::{Event, filter::Filter, query::Query, record_alone};
use crate::{error::ApiResult, person, post::Reach};

/// Reads the log.
#[derive(Clone)]
pub struct AuditService {
    pub(super) db: Database,
    clock: SharedClock,
}

impl AuditService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// What a reader's posts reach now.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for whoever has no post that reads the log.
    async fn reach(&self, reader: Uuid) -> ApiResult<Reach> {
        let reach = Reach::of_reader(&self.db, reader).await?;
        if reach.is_nothing() {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(reach)
    }

    /// The people of this account name or this name.
    pub(super) async fn people_called(&self, text: &str) -> Result<Vec<Uuid>, DbErr> {
        person::called(&self.db, text).await
    }

    /// The rows that fit, the newest first, older than `after`.
    pub async fn list(
        &self,
        reader: Uuid,
        filter: &Filter,
        after: Option<Uuid>,
        limit: u32,
    ) -> ApiResult<Vec<AuditEventView>> {
        let reach = self.reach(reader).await?;
        let query = Query::of(&self.db, filter, &reach).await?;
        let statement = query.page(&self.db, after, limit).await?;
        let rows = self.db.query_all_raw(statement).await?;
        Ok(rows.iter().map(shown).collect::<Result<_, _>>()?)
    }

    /// What an export goes through, page by page. That it is made is recorded first.
    pub(super) async fn begin_export(
        &self,
        reader: Uuid,
        filter: &Filter,
        format: AuditFormat,
        source: &str,
    ) -> ApiResult<Query> {
        let reach = self.reach(reader).await?;
        let query = Query::of(&self.db, filter, &reach).await?;
        let event = told(
            Event::new(AuditAction::AuditExported)
                .actor(reader)
                .source(source)
                .detail("format", format.name()),
            filter,
        );
        record_alone(&self.db, self.clock.as_ref(), event).await?;
        Ok(query)
    }

    /// Now, for a file's name.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// What was asked for, in the log of exports.
fn told(mut event: Event, filter: &Filter) -> Event {
    if !filter.actions.is_empty() {
        let names: Vec<_> = filter.actions.iter().map(|action| action.name()).collect();
        event = event.detail("actions", &names.join(" "));
    }
    let people: Option<Vec<_>> = filter
        .people
        .as_ref()
        .map(|people| people.iter().map(Uuid::to_string).collect());
    let told = [
        ("by", filter.actor.map(|id| id.to_string())),
        ("to", filter.subject.map(|id| id.to_string())),
        ("people", people.map(|people| people.join(" "))),
        ("agency", filter.agency.as_ref().map(ToString::to_string)),
        ("from", filter.from.map(|at| at.to_string())),
        ("until", filter.to.map(|at| at.to_string())),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            event = event.detail(name, &value);
        }
    }
    event
}

fn shown(row: &QueryResult) -> Result<AuditEventView, DbErr> {
    let person = |first: usize| -> Result<Option<AuditPerson>, DbErr> {
        let Some(id) = row.try_get_by_index(first)? else {
            return Ok(None);
        };
        let oid: Option<String> = row.try_get_by_index(first + 2)?;
        let agency_name = row.try_get_by_index(first + 3)?;
        Ok(Some(AuditPerson {
            id,
            name: row.try_get_by_index(first + 1)?,
            agency: oid.map(|oid| AgencyView {
                oid,
                name: agency_name,
            }),
        }))
    };
    let details: String = row.try_get_by_index(4)?;
    Ok(AuditEventView {
        id: row.try_get_by_index(0)?,
        at: Timestamp::from_millis(row.try_get_by_index(1)?),
        action: row.try_get_by_index(2)?,
        source: row.try_get_by_index(3)?,
        // What is not as `record` writes it, is shown as it is.
        details: serde_json::from_str(&details).unwrap_or_else(|_| [("?".to_owned(), details)].into()),
        chain: row.try_get_by_index(5)?,
        number: row.try_get_by_index(6)?,
        actor: person(7)?,
        subject: person(11)?,
    })
}
