//! Which rows are asked for, as SQL whose time does not grow with the log.

use std::collections::BTreeSet;

use foundation::id;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use shared::{audit::AuditAction, text::Oid, time::Timestamp};
use uuid::Uuid;

use super::query::Query;
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
pub(super) const PEOPLE: [&str; 2] = ["actor", "subject"];

impl Query {
    /// The rows that fit the filter and that the reader may see.
    pub(super) async fn of<C: ConnectionTrait>(
        db: &C,
        filter: &Filter,
        reach: &Reach,
    ) -> Result<Self, DbErr> {
        let mut query = Self::within(filter);
        for (column, person) in [("actor", filter.actor), ("subject", filter.subject)] {
            if let Some(person) = person {
                let place = query.place(person);
                query.common.push(format!("e.{column} = {place}"));
            }
        }
        let is_narrow = filter.actor.is_some() || filter.subject.is_some();
        let by_people = query.people(filter, is_narrow);
        if !is_narrow && !by_people {
            query.agencies = agencies(db, filter, reach).await?;
        }
        if query.agencies.is_none() {
            query.reach(filter, reach);
        }
        let is_limited = *reach != Reach::Everything || filter.agency.is_some();
        if is_limited && reach.agencies(filter.agency.as_ref()).is_none() {
            // What is asked for is not of the reader's: no row of the log is looked at for it.
            query.common.push("FALSE".to_owned());
        }
        query.actions(
            &filter.actions,
            is_narrow || by_people || query.agencies.is_some(),
        );
        Ok(query)
    }

    /// Of these times.
    fn within(filter: &Filter) -> Self {
        let mut query = Self {
            values: Vec::new(),
            common: Vec::new(),
            branches: Vec::new(),
            agencies: None,
            from: filter.from.map(Timestamp::as_millis),
            to: filter.to.map(Timestamp::as_millis),
        };
        query.times(filter);
        query
    }

    fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Ids begin with the time, to the millisecond; a second of room is for what was read from the clock in between.
    fn times(&mut self, filter: &Filter) {
        const ROOM: i64 = 1000;
        if let Some(from) = filter.from {
            let id = self.place(id::first_of(from.as_millis() - ROOM));
            let at = self.place(from.as_millis());
            self.common.push(format!("e.id >= {id} AND e.at >= {at}"));
        }
        if let Some(to) = filter.to {
            let id = self.place(id::first_of(to.as_millis() + ROOM));
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
}

/// The agencies by whose indexes the rows are found; none when there are many, or another index serves better.
async fn agencies<C: ConnectionTrait>(
    db: &C,
    filter: &Filter,
    reach: &Reach,
) -> Result<Option<Vec<String>>, DbErr> {
    let Some(agencies) = reach.agencies(filter.agency.as_ref()) else {
        return Ok(None);
    };
    if !filter.actions.is_empty() && are_rare(db, &filter.actions).await? {
        return Ok(None);
    }
    let mut found = BTreeSet::new();
    for person in PEOPLE {
        let column = format!("{person}_agency_oid");
        match subtree::agencies_with_rows(db, ("audit_events", &column), &agencies).await? {
            Some(few) => found.extend(few),
            None => return Ok(None),
        }
    }
    Ok(Some(found.into_iter().collect()))
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
            let mut query = Query::within(filter);
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
}
