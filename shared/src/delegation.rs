//! 代理: who decides in a person's place while they are away.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::PersonBrief,
    date::Date,
    person::AgencyView,
    problem::{Violation, ViolationCode},
};

/// Nobody is away for longer, in days.
const LONGEST: u32 = 92;

/// `POST /api/v1/delegations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDelegation {
    /// Who stands in, by the id that `GET /api/v1/delegations/candidates` has. It counts where both are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, example = "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47")
    )]
    pub person: Option<Uuid>,
    /// Who stands in, by their account name of EMIC.
    #[serde(default, skip_serializing_if = "String::is_empty")]
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
    /// The field that says who stands in.
    pub const fn names_by(&self) -> &'static str {
        if self.person.is_some() {
            "person"
        } else {
            "username"
        }
    }

    /// The first and the last day, or all the rules that they break. Whether there is such a person only the server knows.
    ///
    /// # Errors
    /// The violations.
    pub fn days(&self, today: Date) -> Result<(Date, Date), Vec<Violation>> {
        let mut violations = Vec::new();
        if self.person.is_none() && self.username.trim().is_empty() {
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

/// Somebody whom one may name as one's stand-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// The opaque id to name them by.
    pub id: Uuid,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "陳大文"))]
    pub name: String,
    /// 帳號, of those who have an account of EMIC.
    #[cfg_attr(feature = "openapi", schema(example = "dawen"))]
    pub username: Option<String>,
    /// The agency, if one is known.
    pub agency: Option<AgencyView>,
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
            person: None,
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

    #[test]
    fn who_stands_in_is_named_by_id_or_by_account() {
        let read = |text: &str| serde_json::from_str::<NewDelegation>(text).unwrap();
        let days = r#""starts_on": "2026-11-25", "ends_on": "2026-11-25""#;
        let by_id = read(&format!(r#"{{ "person": "{}", {days} }}"#, Uuid::from_u128(7)));
        let by_account = read(&format!(r#"{{ "username": "meihui", {days} }}"#));
        let neither = read(&format!("{{ {days} }}"));
        let today = "2026-11-25".parse().unwrap();
        assert!(by_id.days(today).is_ok() && by_account.days(today).is_ok());
        assert_eq!((by_id.names_by(), by_account.names_by()), ("person", "username"));
        assert_eq!(neither.days(today).unwrap_err()[0].field, "username");
    }
}
