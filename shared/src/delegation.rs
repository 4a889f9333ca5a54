//! 代理: who decides in a person's place while they are away.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::PersonBrief,
    date::Date,
    problem::{Violation, ViolationCode},
};

/// Nobody is away for longer, in days.
const LONGEST: u32 = 92;

/// `POST /api/v1/delegations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDelegation {
    /// Account name of who stands in.
    #[cfg_attr(feature = "openapi", schema(example = "meihui"))]
    pub username: String,
    /// The first day, in Taiwan: today at the earliest.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-01"))]
    pub starts_on: String,
    /// The last day; at most 92 days with the first.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-07"))]
    pub ends_on: String,
}

impl NewDelegation {
    /// The first and the last day, or all the rules that they break. Whether there is such an account only the server
    /// knows.
    ///
    /// # Errors
    /// The violations.
    pub fn days(&self, today: Date) -> Result<(Date, Date), Vec<Violation>> {
        let mut violations = Vec::new();
        if self.username.trim().is_empty() {
            violations.push(Violation::new("username", ViolationCode::Required));
        }
        let mut day = |field: &str, text: &str| {
            let parsed: Option<Date> = text.parse().ok();
            if parsed.is_none() {
                let code = if text.is_empty() {
                    ViolationCode::Required
                } else {
                    ViolationCode::Malformed
                };
                violations.push(Violation::new(field, code));
            }
            parsed
        };
        let (first, last) = (day("starts_on", &self.starts_on), day("ends_on", &self.ends_on));
        if first.is_some_and(|first| first < today) {
            violations.push(Violation::new("starts_on", ViolationCode::TooEarly).with("min", today));
        }
        if let (Some(first), Some(last)) = (first, last) {
            let longest = first.plus_days(LONGEST - 1);
            if last < first {
                violations.push(Violation::new("ends_on", ViolationCode::TooEarly).with("min", first));
            } else if last > longest {
                violations.push(Violation::new("ends_on", ViolationCode::TooLate).with("max", longest));
            }
        }
        match (first, last) {
            (Some(first), Some(last)) if violations.is_empty() => Ok((first, last)),
            _ => Err(violations),
        }
    }
}

/// One delegation, of oneself or to oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DelegationView {
    /// Its id.
    pub id: Uuid,
    /// Who is away.
    pub person: PersonBrief,
    /// Who stands in.
    pub delegate: PersonBrief,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// Whether it counts on these days. It does not while one of the two may not sign in, or while who stands in is neither of
    /// the agency of who is away nor within the reach of their posts.
    pub counts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(username: &str, starts_on: &str, ends_on: &str) -> Vec<(String, ViolationCode)> {
        let new = NewDelegation {
            username: username.into(),
            starts_on: starts_on.into(),
            ends_on: ends_on.into(),
        };
        let violations = new.days("2026-11-25".parse().unwrap()).err().unwrap_or_default();
        violations.into_iter().map(|it| (it.field, it.code)).collect()
    }

    #[test]
    fn it_begins_today_at_the_earliest_and_has_an_end() {
        assert_eq!(broken("meihui", "2026-11-25", "2026-11-25"), []);
        assert_eq!(broken("meihui", "2026-11-25", "2027-02-24"), []);
        let one = |field: &str, code| vec![(field.to_owned(), code)];
        assert_eq!(
            broken("meihui", "2026-11-24", "2026-11-25"),
            one("starts_on", ViolationCode::TooEarly)
        );
        assert_eq!(
            broken("meihui", "2026-11-25", "2027-02-25"),
            one("ends_on", ViolationCode::TooLate)
        );
        assert_eq!(
            broken("meihui", "2026-11-26", "2026-11-25"),
            one("ends_on", ViolationCode::TooEarly)
        );
        assert_eq!(broken(" ", "", "x").len(), 3);
    }
}
