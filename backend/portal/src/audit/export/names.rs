//! What people in the log are called now. Each is looked up once, not for each row.

use std::collections::{BTreeSet, HashMap};

use foundation::database::Database;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{audit::AuditPerson, person::AgencyView};
use uuid::Uuid;

use super::rows::Row;

/// So many are kept at most, so that their number does not take the memory that the log's does not.
const MOST: usize = 50_000;
/// How many are asked for at once.
const AT_ONCE: usize = 500;

/// Those that are known.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<Uuid, AuditPerson>);

impl Names {
    /// Gets to know all who are in these rows.
    pub(super) async fn learn(&mut self, db: &Database, rows: &[Row]) -> Result<(), DbErr> {
        if self.0.len() > MOST {
            self.0.clear();
        }
        let people = rows.iter().flat_map(|row| [row.actor, row.subject]).flatten();
        let unknown: BTreeSet<_> = people.filter(|person| !self.0.contains_key(person)).collect();
        let unknown: Vec<_> = unknown.into_iter().collect();
        for some in unknown.chunks(AT_ONCE) {
            // As many parameters each time: the statement is prepared once.
            let asked: Vec<_> = some
                .iter()
                .chain(some.last().into_iter().cycle())
                .take(AT_ONCE)
                .copied()
                .collect();
            let places: Vec<_> = (1..=AT_ONCE).map(|place| format!("${place}")).collect();
            let sql = format!(
                "SELECT p.id, p.name, p.agency_oid, a.name FROM persons p \
                 LEFT JOIN agencies a ON a.oid = p.agency_oid WHERE p.id IN ({})",
                places.join(", ")
            );
            let values = asked.into_iter().map(Into::into);
            let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
            for row in db.query_all_raw(statement).await? {
                let (oid, name): (Option<String>, _) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
                let person = AuditPerson {
                    id: row.try_get_by_index(0)?,
                    name: row.try_get_by_index(1)?,
                    agency: oid.map(|oid| AgencyView { oid, name }),
                };
                self.0.insert(person.id, person);
            }
            for id in some {
                // Somebody who is not there any more.
                self.0.entry(*id).or_insert(AuditPerson {
                    id: *id,
                    name: None,
                    agency: None,
                });
            }
        }
        Ok(())
    }

    /// The person of this id.
    pub(super) fn of(&self, id: Option<Uuid>) -> Option<&AuditPerson> {
        self.0.get(&id?)
    }

    #[cfg(test)]
    pub(super) fn knowing(person: AuditPerson) -> Self {
        Self([(person.id, person)].into())
    }
}
