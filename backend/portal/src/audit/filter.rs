//! Which rows are asked for, as SQL whose time does not grow with the log.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Value};
use shared::{audit::AuditAction, text::Oid, time::Timestamp};
use uuid::Uuid;

use crate::post::{Reach, subtree};

/// Of fewer people than this the rows are found by their indexes; of more, they are so many that the newest rows hold
/// enough of them.
const FEW_PEOPLE: usize = 200;
/// Of fewer people than this a set is made for a page.
const SET_OF_PEOPLE: i64 = 5000;

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
        let by_people = query.people(db, filter, reach, is_narrow).await?;
        query.actions(&filter.actions, is_narrow || by_people);
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

    /// Whose rows: whether they make the branches.
    async fn people<C: ConnectionTrait>(
        &mut self,
        db: &C,
        filter: &Filter,
        reach: &Reach,
        is_narrow: bool,
    ) -> Result<bool, DbErr> {
        let bytes = subtree::by_bytes(db.get_database_backend());
        let agencies = match reach.agencies(filter.agency.as_ref()) {
            Some(agencies) if filter.people.is_none() => {
                subtree::agencies_with_rows(db, "persons", &agencies).await?
            }
            _ => None,
        };
        let whose = |first: usize| match &agencies {
            Some(agencies) => Some(of_agencies(agencies, bytes, first)),
            None => people(filter, reach, first),
        };
        if !is_narrow
            && let Some((condition, values)) = whose(1)
            && let Some(few) = few(db, &condition, values).await?
        {
            let places: Vec<_> = few.into_iter().map(|person| self.place(person)).collect();
            self.branches = if places.is_empty() {
                vec!["FALSE".to_owned()]
            } else {
                let places = places.join(", ");
                ["actor", "subject"]
                    .map(|column| format!("e.{column} IN ({places})"))
                    .to_vec()
            };
            return Ok(true);
        }
        let as_set = match whose(1) {
            Some((condition, values)) if agencies.is_some() => are_a_set(db, &condition, values).await?,
            _ => false,
        };
        if let Some((condition, values)) = whose(self.values.len() + 1) {
            self.values.extend(values);
            let one = |column| {
                if as_set {
                    // Kept from the indexes of people: all that so many have done is more than the newest rows, which
                    // are looked through.
                    format!(
                        "COALESCE(e.{column}, e.{column}) IN (SELECT p.id FROM persons p WHERE {condition})"
                    )
                } else {
                    format!("EXISTS (SELECT 1 FROM persons p WHERE p.id = e.{column} AND {condition})")
                }
            };
            self.common
                .push(format!("({} OR {})", one("actor"), one("subject")));
        }
        Ok(false)
    }

    /// Which actions: by their index, but where another one is narrower, or sign-ins are among them.
    fn actions(&mut self, actions: &[AuditAction], is_narrow: bool) {
        if actions.is_empty() {
            return;
        }
        let places: Vec<_> = actions.iter().map(|action| self.place(action.name())).collect();
        if is_narrow || actions.contains(&AuditAction::SignedIn) {
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

/// Which people the reader may see and asks for, as a condition on `persons p` with its values for the placeholders
/// from `$first` on; none for everybody.
fn people(filter: &Filter, reach: &Reach, first: usize) -> Option<(String, Vec<Value>)> {
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    let below = filter
        .agency
        .clone()
        .map(|agency| Reach::Agencies(vec![(agency, true)]));
    for reach in [Some(reach), below.as_ref()].into_iter().flatten() {
        if *reach != Reach::Everything {
            let (sql, further) = reach.condition("p.agency_oid", first + values.len());
            values.extend(further);
            conditions.push(sql);
        }
    }
    if let Some(people) = &filter.people {
        let places: Vec<_> = (first + values.len()..)
            .take(people.len())
            .map(|place| format!("${place}"))
            .collect();
        values.extend(people.iter().copied().map(Value::from));
        conditions.push(if places.is_empty() {
            "FALSE".to_owned()
        } else {
            format!("p.id IN ({})", places.join(", "))
        });
    }
    (!conditions.is_empty()).then(|| (conditions.join(" AND "), values))
}

/// The people of these agencies, as a condition like that of [`people`].
fn of_agencies(agencies: &[String], bytes: &str, first: usize) -> (String, Vec<Value>) {
    let places: Vec<_> = (first..)
        .take(agencies.len())
        .map(|place| format!("${place}"))
        .collect();
    let condition = format!("p.agency_oid{bytes} IN ({})", places.join(", "));
    (
        condition,
        agencies.iter().map(|oid| oid.as_str().into()).collect(),
    )
}

/// Whether these people are so few that a set of them is soon made: then each row is compared with it, where otherwise its
/// people would be looked up.
async fn are_a_set<C: ConnectionTrait>(db: &C, condition: &str, values: Vec<Value>) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM (SELECT 1 FROM persons p WHERE {condition} LIMIT {SET_OF_PEOPLE}) some_people"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
    let row = db.query_one_raw(statement).await?;
    let count: i64 = row.map_or(Ok(SET_OF_PEOPLE), |row| row.try_get("", "n"))?;
    Ok(count < SET_OF_PEOPLE)
}

/// These people, if they are few.
async fn few<C: ConnectionTrait>(
    db: &C,
    condition: &str,
    values: Vec<Value>,
) -> Result<Option<Vec<Uuid>>, DbErr> {
    let sql = format!("SELECT p.id FROM persons p WHERE {condition} LIMIT {FEW_PEOPLE}");
    let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, values);
    let rows = db.query_all_raw(statement).await?;
    if rows.len() >= FEW_PEOPLE {
        return Ok(None);
    }
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_those_that_are_both_seen_and_asked_for() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let reach = Reach::Agencies(vec![(oid("2.16.886.101.1"), false)]);
        let mut filter = Filter::default();
        assert_eq!(people(&filter, &Reach::Everything, 1), None);
        filter.agency = Some(oid("2.16.886.101.2"));
        filter.people = Some(vec![Uuid::nil()]);
        let (sql, values) = people(&filter, &reach, 3).unwrap();
        assert_eq!(
            sql,
            "(p.agency_oid = $3) AND (p.agency_oid = $4 OR p.agency_oid LIKE $5) AND p.id IN ($6)"
        );
        assert_eq!(values.len(), 4);
        filter.people = Some(Vec::new());
        let (sql, _) = people(&filter, &Reach::Everything, 1).unwrap();
        assert!(sql.ends_with("AND FALSE"), "nobody is called so");
    }

    #[test]
    fn ids_of_a_moment_begin_with_it() {
        let id = first_id(1_795_395_600_000);
        assert!(id.to_string().starts_with("01a2"), "{id}");
        assert_eq!(first_id(-5), Uuid::nil());
    }
}
