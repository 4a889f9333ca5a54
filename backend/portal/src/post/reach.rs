//! How far a person's posts reach.

use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{person::Role, text::Oid};
use uuid::Uuid;

use super::{Post, acting};

/// The agencies whose people, requests, grants and logs a person may look after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of them, and what is of no agency.
    Everything,
    /// These, and where the flag says so all below them. Nothing when there are none.
    Agencies(Vec<(Oid, bool)>),
}

impl Reach {
    /// Of a person's posts now: a system administrator's reach everything, a manager's the own agencies.
    pub async fn of<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Self, DbErr> {
        Ok(Self::by(&acting(db, person).await?, &[Role::SystemAdministrator]))
    }

    /// The same for reading the log, where an auditor's post reaches everything too.
    pub async fn of_reader<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Self, DbErr> {
        let everywhere = [Role::SystemAdministrator, Role::Auditor];
        Ok(Self::by(&acting(db, person).await?, &everywhere))
    }

    fn by(posts: &[Post], everywhere: &[Role]) -> Self {
        if posts.iter().any(|post| everywhere.contains(&post.role)) {
            return Self::Everything;
        }
        let managed = posts.iter().filter(|post| post.role == Role::AgencyManager);
        Self::Agencies(
            managed
                .filter_map(|post| Some((post.agency.clone()?, post.with_below)))
                .collect(),
        )
    }

    /// The same and this agency besides, without those below it.
    #[must_use]
    pub fn and(mut self, agency: Option<Oid>) -> Self {
        if let (Self::Agencies(agencies), Some(agency)) = (&mut self, agency) {
            agencies.push((agency, false));
        }
        self
    }

    /// Whether it reaches nothing at all.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Agencies(agencies) if agencies.is_empty())
    }

    /// Whether it reaches what is of this agency; what is of none is reached by everything alone.
    pub fn covers(&self, agency: Option<&Oid>) -> bool {
        match self {
            Self::Everything => true,
            Self::Agencies(agencies) => agency.is_some_and(|agency| {
                agencies
                    .iter()
                    .any(|(own, below)| own == agency || (*below && own.covers(agency)))
            }),
        }
    }

    /// The agencies that it reaches and that are this one or below it, with those below them where the flag says so; none
    /// where that is not a matter of agencies.
    pub fn agencies(&self, under: Option<&Oid>) -> Option<Vec<(Oid, bool)>> {
        match (self, under) {
            (Self::Everything, None) => None,
            (Self::Everything, Some(under)) => Some(vec![(under.clone(), true)]),
            (Self::Agencies(agencies), None) => Some(agencies.clone()),
            (Self::Agencies(agencies), Some(under)) => Some(
                agencies
                    .iter()
                    .filter_map(|(own, below)| {
                        if own == under || under.covers(own) {
                            Some((own.clone(), *below))
                        } else {
                            (*below && own.covers(under)).then(|| (under.clone(), true))
                        }
                    })
                    .collect(),
            ),
        }
        .filter(|agencies| !agencies.is_empty())
    }

    /// Whether a manager's post reaches no further.
    pub fn covers_post(&self, post: &Post) -> bool {
        let Some(agency) = &post.agency else {
            return *self == Self::Everything;
        };
        match self {
            Self::Everything => true,
            Self::Agencies(agencies) => agencies.iter().any(|(own, below)| {
                if *below {
                    own.covers(agency)
                } else {
                    own == agency && !post.with_below
                }
            }),
        }
    }

    /// The same as a condition on a column that holds an OID, with its values for the placeholders from `$first` on.
    pub fn condition(&self, column: &str, first: usize) -> (String, Vec<Value>) {
        let Self::Agencies(agencies) = self else {
            return ("TRUE".to_owned(), Vec::new());
        };
        let mut values: Vec<Value> = Vec::new();
        let mut parts = Vec::new();
        for (oid, below) in agencies {
            let place = first + values.len();
            values.push(oid.as_str().into());
            if *below {
                // An OID holds digits and dots alone, so nothing in it is a wildcard.
                parts.push(format!("{column} = ${place} OR {column} LIKE ${}", place + 1));
                values.push(format!("{oid}.%").into());
            } else {
                parts.push(format!("{column} = ${place}"));
            }
        }
        if parts.is_empty() {
            return ("FALSE".to_owned(), values);
        }
        (format!("({})", parts.join(" OR ")), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CITY: &str = "2.16.886.101.90010.20002";
    const FIRE: &str = "2.16.886.101.90010.20002.20040";
    const OTHER: &str = "2.16.886.101.90010.200025";

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    fn manager(agency: &str, with_below: bool) -> Post {
        Post {
            role: Role::AgencyManager,
            agency: Some(oid(agency)),
            with_below,
            application: None,
        }
    }

    #[test]
    fn a_manager_reaches_the_own_agency_and_by_choice_those_below() {
        let alone = Reach::by(&[manager(CITY, false)], &[]);
        let below = Reach::by(&[manager(CITY, true)], &[]);
        assert!(alone.covers(Some(&oid(CITY))) && below.covers(Some(&oid(CITY))));
        assert!(!alone.covers(Some(&oid(FIRE))) && below.covers(Some(&oid(FIRE))));
        assert!(
            !below.covers(Some(&oid(OTHER))),
            "an arc that begins alike is another"
        );
        assert!(!below.covers(None));
    }

    #[test]
    fn an_administrator_reaches_everything_and_an_auditor_only_what_is_read() {
        let auditor = [Post::at(Role::Auditor, Some(&oid(CITY)))];
        assert!(Reach::by(&auditor, &[Role::SystemAdministrator]).is_nothing());
        let reader = Reach::by(&auditor, &[Role::SystemAdministrator, Role::Auditor]);
        assert!(reader.covers(None));
    }

    #[test]
    fn what_is_reached_under_an_agency_is_of_both() {
        let reach = Reach::by(&[manager(CITY, true), manager(OTHER, false)], &[]);
        let under = |text: &str| reach.agencies(Some(&oid(text)));
        assert_eq!(
            under(FIRE),
            Some(vec![(oid(FIRE), true)]),
            "below what is reached"
        );
        assert_eq!(under(CITY), Some(vec![(oid(CITY), true)]));
        assert_eq!(
            under("2.16.886.101.90010"),
            Some(vec![(oid(CITY), true), (oid(OTHER), false)])
        );
        assert_eq!(under(&format!("{OTHER}.1")), None);
        assert_eq!(Reach::Everything.agencies(None), None);
        assert_eq!(
            Reach::Everything.agencies(Some(&oid(CITY))),
            Some(vec![(oid(CITY), true)])
        );
    }

    #[test]
    fn the_condition_says_the_same() {
        let reach = Reach::by(&[manager(CITY, true), manager(OTHER, false)], &[]);
        let (sql, values) = reach.condition("p.agency_oid", 3);
        assert_eq!(
            sql,
            "(p.agency_oid = $3 OR p.agency_oid LIKE $4 OR p.agency_oid = $5)"
        );
        assert_eq!(values, [CITY.into(), format!("{CITY}.%").into(), OTHER.into()]);
        assert_eq!(Reach::Everything.condition("x", 1).0, "TRUE");
        assert_eq!(Reach::Agencies(Vec::new()).condition("x", 1).0, "FALSE");
    }
}
