//! Which rows are asked for, as SQL whose time does not grow with the log.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};
use shared::{audit::AuditAction, text::Oid, time::Timestamp};
use uuid::Uuid;

use crate::post::{Reach, subtree};

/// An action of which there are fewer rows than this is rare: they are looked through, whosever they are.
const RARE: i64 = 5000;

/// What a reader asks for. What is empty or none asks for everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of these was done.
    pub actions: Vec<AuditAction>,
    /// By this person.
    pub actor: Option<Uuid>,
    /// To this person.
    pub subject: Option<Uuid>,
    /// By or to one of these people; nobody when there are none.
    pub people: Option<Vec<Uuid>>,
    /// By or to somebody of this agency or one below it.
    pub agency: Option<Oid>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// Whoever did it, and whoever it was done to.
const PEOPLE: [&str; 2] = ["actor", "subject"];

/// A question, put together.
pub(super) struct Query {
    values: Vec<Value>,
    /// What every row must be.
    common: Vec<String>,
    /// The rows are those of any of these, each of which an index serves.
    branches: Vec<String>,
}

impl Query {
    /// The rows that fit the filter and that the reader may see.
    pub(super) async fn of<C: ConnectionTrait>(
        db: &C,
        filter: &Filter,
        reach: &Reach,
    ) -> Result<Self, DbErr> {
        let mut query = Self {
            values: Vec::new(),
            common: Vec::new(),
            branches: Vec::new(),
        };
        query.times(filter);
        for (column, person) in [("actor", filter.actor), ("subject", filter.subject)] {
            if let Some(person) = person {
                let place = query.place(person);
                query.common.push(format!("e.{column} = {place}"));
            }
        }
        let is_narrow = filter.actor.is_some() || filter.subject.is_some();
        query.reach(filter, reach);
        let has_branches =
            query.people(filter, is_narrow) || is_narrow || query.agencies(db, filter, reach).await?;
        query.actions(&filter.actions, has_branches);
        Ok(query)
    }

    fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Ids begin with the time, to the millisecond; a second of room is for what was read from the clock in between.
    fn times(&mut self, filter: &Filter) {
        const ROOM: i64 = 1000;
        if let Some(from) = filter.from {
            let id = self.place(first_id(from.as_millis() - ROOM));
            let at = self.place(from.as_millis());
            self.common.push(format!("e.id >= {id} AND e.at >= {at}"));
        }
        if let Some(to) = filter.to {
            let id = self.place(first_id(to.as_millis() + ROOM));
            let at = self.place(to.as_millis());
            self.common.push(format!("e.id < {id} AND e.at < {at}"));
        }
    }

    /// What the reader may see, and of which agency: one of the row's people was of such an agency then.
    fn reach(&mut self, filter: &Filter, reach: &Reach) {
        let below = filter
            .agency
            .clone()
            .map(|agency| Reach::Agencies(vec![(agency, true)]));
        let limits: Vec<_> = [Some(reach), below.as_ref()]
            .into_iter()
            .flatten()
            .filter(|reach| **reach != Reach::Everything)
            .collect();
        if limits.is_empty() {
            return;
        }
        let either = PEOPLE.map(|person| {
            let column = format!("e.{person}_agency_oid");
            let all: Vec<_> = limits
                .iter()
                .map(|reach| {
                    let (condition, values) = reach.condition(&column, self.values.len() + 1);
                    self.values.extend(values);
                    condition
                })
                .collect();
            all.join(" AND ")
        });
        self.common.push(format!("({})", either.join(" OR ")));
    }

    /// The rows of these people: whether they make the branches.
    fn people(&mut self, filter: &Filter, is_narrow: bool) -> bool {
        let Some(people) = &filter.people else {
            return false;
        };
        let places: Vec<_> = people.iter().map(|person| self.place(*person)).collect();
        let either = if places.is_empty() {
            vec!["FALSE".to_owned()]
        } else {
            let places = places.join(", ");
            PEOPLE.map(|column| format!("e.{column} IN ({places})")).to_vec()
        };
        if is_narrow {
            self.common.push(format!("({})", either.join(" OR ")));
        } else {
            self.branches = either;
        }
        true
    }

    /// The rows of few agencies: whether they make the branches.
    async fn agencies<C: ConnectionTrait>(
        &mut self,
        db: &C,
        filter: &Filter,
        reach: &Reach,
    ) -> Result<bool, DbErr> {
        let Some(agencies) = reach.agencies(filter.agency.as_ref()) else {
            return Ok(false);
        };
        if !filter.actions.is_empty() && are_rare(db, &filter.actions).await? {
            return Ok(false);
        }
        let bytes = subtree::by_bytes(db.get_database_backend());
        let mut branches = Vec::new();
        for person in PEOPLE {
            let column = format!("{person}_agency_oid");
            let Some(few) = subtree::agencies_with_rows(db, ("audit_events", &column), &agencies).await?
            else {
                return Ok(false);
            };
            for oid in few {
                branches.push((column.clone(), oid));
            }
        }
        for (column, oid) in branches {
            let place = self.place(oid);
            self.branches.push(format!("e.{column}{bytes} = {place}"));
        }
        Ok(true)
    }

    /// Which actions: by their index, but where another one is narrower, or sign-ins are among them.
    fn actions(&mut self, actions: &[AuditAction], has_branches: bool) {
        if actions.is_empty() {
            return;
        }
        let places: Vec<_> = actions.iter().map(|action| self.place(action.name())).collect();
        if has_branches || actions.contains(&AuditAction::SignedIn) {
            self.common.push(format!("e.action IN ({})", places.join(", ")));
            return;
        }
        self.branches = places
            .iter()
            .map(|place| format!("e.action = {place} AND e.action <> 'signed_in'"))
            .collect();
    }

    /// The rows older than `after`, the newest first, with all that is shown of them.
    pub(super) fn page(&self, backend: DatabaseBackend, after: Option<Uuid>, limit: u32) -> Statement {
        let (ids, values) = self.ids(after, limit);
        let sql = format!(
            "SELECT {COLUMNS} FROM ({ids}) found JOIN audit_events e ON e.id = found.id \
             LEFT JOIN persons pa ON pa.id = e.actor LEFT JOIN agencies aa ON aa.oid = pa.agency_oid \
             LEFT JOIN persons ps ON ps.id = e.subject LEFT JOIN agencies ags ON ags.oid = ps.agency_oid \
             ORDER BY e.id DESC"
        );
        Statement::from_sql_and_values(backend, sql, values)
    }

    /// The same with nothing but what is in the log, for exports: the columns of the table, by their names.
    pub(super) fn rows(&self, after: Option<Uuid>, limit: u32) -> (String, Vec<Value>) {
        if self.branches.is_empty() {
            let (conditions, values) = self.conditions(after);
            return (newest("e.*", &conditions, limit), values);
        }
        let (ids, values) = self.ids(after, limit);
        let sql = format!("SELECT e.* FROM ({ids}) found JOIN audit_events e ON e.id = found.id");
        (sql, values)
    }

    /// What every row of a page must be.
    fn conditions(&self, after: Option<Uuid>) -> (Vec<String>, Vec<Value>) {
        let mut values = self.values.clone();
        let mut conditions = self.common.clone();
        if let Some(after) = after {
            values.push(after.into());
            conditions.push(format!("e.id < ${}", values.len()));
        }
        (conditions, values)
    }

    /// The ids of a page's rows.
    fn ids(&self, after: Option<Uuid>, limit: u32) -> (String, Vec<Value>) {
        let (conditions, values) = self.conditions(after);
        let branches: Vec<_> = self
            .branches
            .iter()
            .enumerate()
            .map(|(number, branch)| {
                let conditions: Vec<_> = [branch].into_iter().chain(&conditions).cloned().collect();
                format!(
                    "SELECT id FROM ({}) b{number}",
                    newest("e.id", &conditions, limit)
                )
            })
            .collect();
        let ids = if branches.is_empty() {
            newest("e.id", &conditions, limit)
        } else {
            format!(
                "SELECT id FROM ({}) b ORDER BY id DESC LIMIT {limit}",
                branches.join(" UNION ")
            )
        };
        (ids, values)
    }
}

/// These columns of the newest rows that are all of this.
fn newest(columns: &str, conditions: &[String], limit: u32) -> String {
    let condition = if conditions.is_empty() {
        "TRUE".to_owned()
    } else {
        conditions.join(" AND ")
    };
    format!("SELECT {columns} FROM audit_events e WHERE {condition} ORDER BY e.id DESC LIMIT {limit}")
}

/// What is shown of a row, in this order.
const COLUMNS: &str = "e.id, e.at, e.action, e.source, e.details, e.chain, e.number, \
     e.actor, pa.name, pa.agency_oid, aa.name, e.subject, ps.name, ps.agency_oid, ags.name";

/// The least id of a moment.
fn first_id(millis: i64) -> Uuid {
    let millis = u128::try_from(millis).unwrap_or(0).min((1 << 48) - 1);
    Uuid::from_u128(millis << 80)
}

/// Whether there are few rows of these actions.
async fn are_rare<C: ConnectionTrait>(db: &C, actions: &[AuditAction]) -> Result<bool, DbErr> {
    if actions.contains(&AuditAction::SignedIn) {
        return Ok(false);
    }
    let some: Vec<_> = (1..=actions.len())
        .map(|place| {
            format!(
                "SELECT 1 FROM (SELECT 1 FROM audit_events WHERE action = ${place} AND action <> 'signed_in' \
                 LIMIT {RARE}) of_{place}"
            )
        })
        .collect();
    let sql = format!("SELECT COUNT(*) FROM ({}) some_rows", some.join(" UNION ALL "));
    let values = actions.iter().map(|action| Value::from(action.name()));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
    let row = db.query_one_raw(statement).await?;
    let count: i64 = row.map_or(Ok(RARE), |row| row.try_get_by_index(0))?;
    Ok(count < RARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_that_are_both_seen_and_asked_for() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let of = |filter: &Filter, reach: &Reach| {
            let mut query = Query {
                values: Vec::new(),
                common: Vec::new(),
                branches: Vec::new(),
            };
            query.reach(filter, reach);
            query.people(filter, false);
            query
        };
        let reach = Reach::Agencies(vec![(oid("2.16.886.101.1"), false)]);
        let mut filter = Filter::default();
        assert!(of(&filter, &Reach::Everything).common.is_empty());
        filter.agency = Some(oid("2.16.886.101.2"));
        filter.people = Some(vec![Uuid::nil()]);
        let query = of(&filter, &reach);
        assert_eq!(
            query.common,
            [
                "((e.actor_agency_oid = $1) AND (e.actor_agency_oid = $2 OR e.actor_agency_oid LIKE $3) \
                 OR (e.subject_agency_oid = $4) AND (e.subject_agency_oid = $5 OR e.subject_agency_oid LIKE $6))"
            ]
        );
        assert_eq!(query.branches, ["e.actor IN ($7)", "e.subject IN ($7)"]);
        assert_eq!(query.values.len(), 7);
        filter.people = Some(Vec::new());
        assert_eq!(of(&filter, &reach).branches, ["FALSE"], "nobody is called so");
        let nothing = Reach::Agencies(Vec::new());
        assert_eq!(of(&Filter::default(), &nothing).common, ["(FALSE OR FALSE)"]);
    }

    #[test]
    fn ids_of_a_moment_begin_with_it() {
        let id = first_id(1_795_395_600_000);
        assert!(id.to_string().starts_with("01a2"), "{id}");
        assert_eq!(first_id(-5), Uuid::nil());
    }
}
