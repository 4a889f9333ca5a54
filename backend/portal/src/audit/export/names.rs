//! What people in the log are called now. Each is looked up once, not for each row.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use foundation::database::{Database, placeholders};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use shared::person::AgencyView;
use uuid::Uuid;

use super::{
    packed::{self, Column},
    rows::Row,
};

/// So many are kept at most, so that their number does not take the memory that the log's does not: some 20 MB.
const MOST: usize = 150_000;
/// How many are asked for at once.
const AT_ONCE: usize = 500;

/// A person of the log, as [`shared::audit::AuditPerson`] is written.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Person<'a> {
    pub id: Uuid,
    pub name: Option<&'a str>,
    pub agency: Option<&'a AgencyView>,
}

#[derive(Debug)]
struct Known {
    name: Option<Box<str>>,
    agency: Option<Arc<AgencyView>>,
}

/// A row of what is looked up.
#[derive(Deserialize)]
struct Found {
    id: Uuid,
    name: Option<Box<str>>,
    oid: Option<String>,
    agency: Option<String>,
}

/// The fields of [`Found`], in their order.
const COLUMNS: [Column; 4] = [
    Column::Id("id"),
    Column::Plain("name"),
    Column::Plain("oid"),
    Column::Plain("agency"),
];

/// Those that are known.
#[derive(Debug, Default)]
pub(super) struct Names {
    people: HashMap<Uuid, Known>,
    /// Each once, however many are there.
    agencies: HashMap<String, Arc<AgencyView>>,
}

impl Names {
    /// Gets to know all who are in these rows.
    pub(super) async fn learn(&mut self, db: &Database, rows: &[Row]) -> Result<(), DbErr> {
        if self.people.len() > MOST {
            self.people.clear();
        }
        let people = rows.iter().flat_map(|row| [row.actor, row.subject]).flatten();
        let unknown: BTreeSet<_> = people
            .filter(|person| !self.people.contains_key(person))
            .collect();
        let unknown: Vec<_> = unknown.into_iter().collect();
        for some in unknown.chunks(AT_ONCE) {
            for found in look_up(db, some).await? {
                let agency = found.oid.map(|oid| self.agency(oid, found.agency));
                let name = found.name;
                self.people.insert(found.id, Known { name, agency });
            }
            for id in some {
                // Somebody who is not there any more.
                self.people.entry(*id).or_insert(Known {
                    name: None,
                    agency: None,
                });
            }
        }
        Ok(())
    }

    fn agency(&mut self, oid: String, name: Option<String>) -> Arc<AgencyView> {
        let agency = self.agencies.entry(oid).or_insert_with_key(|oid| {
            let oid = oid.clone();
            Arc::new(AgencyView { oid, name })
        });
        Arc::clone(agency)
    }

    /// The person of this id.
    pub(super) fn of(&self, id: Option<Uuid>) -> Option<Person<'_>> {
        let (id, known) = self.people.get_key_value(&id?)?;
        Some(Person {
            id: *id,
            name: known.name.as_deref(),
            agency: known.agency.as_deref(),
        })
    }

    #[cfg(test)]
    pub(super) fn knowing(person: shared::audit::AuditPerson) -> Self {
        let known = Known {
            name: person.name.map(Into::into),
            agency: person.agency.map(Arc::new),
        };
        Self {
            people: [(person.id, known)].into(),
            agencies: HashMap::new(),
        }
    }
}

async fn look_up(db: &Database, people: &[Uuid]) -> Result<Vec<Found>, DbErr> {
    // As many parameters each time: the statement is prepared once.
    let asked = people
        .iter()
        .chain(people.last().into_iter().cycle())
        .take(AT_ONCE)
        .map(|id| (*id).into());
    let sql = format!(
        "SELECT p.id, p.name, p.agency_oid AS oid, a.name AS agency FROM persons p \
         LEFT JOIN agencies a ON a.oid = p.agency_oid WHERE p.id IN {}",
        placeholders(1, AT_ONCE)
    );
    packed::rows(db, &COLUMNS, (sql, asked.collect())).await
}
