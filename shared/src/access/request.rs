//! A request as it is sent, and its rules.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    application::RoleView,
    date::Date,
    id::is_chosen,
    problem::{Violation, ViolationCode},
    text::{Oid, is_hidden},
};

/// A permission begins so many days after the day on which it is asked for, at most: later, nobody knows who will need it.
const LATEST_START: u32 = 365;
/// A reason that a decider can decide by, in characters.
pub const SHORTEST_REASON: usize = 10;
/// A reason that a decider reads, in characters.
pub const LONGEST_REASON: usize = 1000;

/// `POST /api/v1/permission-requests`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// Chosen by the one who sends it (UUIDv7), and the same in every retry.
    #[cfg_attr(feature = "openapi", schema(example = "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47"))]
    pub id: Uuid,
    /// The application's code.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub application: String,
    /// The codes of one or more of its roles.
    #[cfg_attr(feature = "openapi", schema(example = json!(["reporter"])))]
    pub roles: Vec<String>,
    /// 機關OID of the agency that the work is done for.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub agency: String,
    /// Why, in 10 to 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "颱風期間輪值應變中心，需要登打災情。"))]
    pub reason: String,
    /// The first day, in Taiwan: `YYYY-MM-DD`, today at the earliest.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-01"))]
    pub starts_on: String,
    /// The last day, in Taiwan. Counting from the first, at most as many days as each of the roles allows.
    #[cfg_attr(feature = "openapi", schema(example = "2027-05-31"))]
    pub ends_on: String,
}

/// Whether a character has no place in a text of several lines.
fn is_forbidden(c: char) -> bool {
    is_hidden(c) && c != '\n' && c != '\t'
}

/// A day as people typed it.
fn day(field: &str, text: &str, violations: &mut Vec<Violation>) -> Option<Date> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let code = if text.is_empty() {
            ViolationCode::Required
        } else {
            ViolationCode::Malformed
        };
        violations.push(Violation::new(field, code));
    }
    parsed
}

impl NewRequest {
    /// The reason as it is stored: with plain line breaks, and nothing around it.
    pub fn stored_reason(&self) -> String {
        self.reason.replace("\r\n", "\n").trim().to_owned()
    }

    /// All the rules that the request breaks on this day, at once. `offered` are the roles of the application, none
    /// when there is no such application. Whether the agency exists only the server knows.
    pub fn violations(&self, today: Date, offered: Option<&[RoleView]>) -> Vec<Violation> {
        let mut violations = Vec::new();
        if !is_chosen(&self.id) {
            violations.push(Violation::new("id", ViolationCode::Malformed));
        }
        if self.application.is_empty() {
            violations.push(Violation::new("application", ViolationCode::Required));
        } else if offered.is_none() {
            violations.push(Violation::new("application", ViolationCode::Unknown));
        }
        violations.extend(self.roles_violation(offered));
        if self.agency.is_empty() {
            violations.push(Violation::new("agency", ViolationCode::Required));
        } else if self.agency.parse::<Oid>().is_err() {
            violations.push(Violation::new("agency", ViolationCode::Malformed));
        }
        violations.extend(self.reason_violation());
        self.check_days(today, offered, &mut violations);
        violations
    }

    fn roles_violation(&self, offered: Option<&[RoleView]>) -> Option<Violation> {
        let distinct: BTreeSet<_> = self.roles.iter().collect();
        let code = if self.roles.is_empty() {
            ViolationCode::Required
        } else if distinct.len() < self.roles.len() {
            ViolationCode::Malformed
        } else {
            let offered = offered?;
            let known = |code: &String| offered.iter().any(|role| role.code == *code);
            if self.roles.iter().all(known) {
                return self.refused_role(offered);
            }
            ViolationCode::Unknown
        };
        Some(Violation::new("roles", code))
    }

    /// The first of the chosen roles that is given no more, or not to the agency.
    pub fn refused_role(&self, offered: &[RoleView]) -> Option<Violation> {
        let agency = self.agency.parse::<Oid>().ok();
        let mut chosen = offered.iter().filter(|role| self.roles.contains(&role.code));
        let refused = |role: &RoleView| {
            let code = match &agency {
                Some(agency) => role.refusal(agency)?,
                None => role.closed.then_some(ViolationCode::RoleClosed)?,
            };
            Some(Violation::new("roles", code).with("role", &role.code))
        };
        chosen.find_map(refused)
    }

    fn reason_violation(&self) -> Option<Violation> {
        let reason = self.stored_reason();
        let of = |code| Violation::new("reason", code);
        match reason.chars().count() {
            0 => Some(of(ViolationCode::Required)),
            _ if reason.chars().any(is_forbidden) => Some(of(ViolationCode::ForbiddenCharacters)),
            count if count < SHORTEST_REASON => {
                Some(of(ViolationCode::TooShort).with("min", SHORTEST_REASON))
            }
            count if count > LONGEST_REASON => Some(of(ViolationCode::TooLong).with("max", LONGEST_REASON)),
            _ => None,
        }
    }

    /// The most days that every chosen role allows; none while none is chosen.
    pub fn most_days(&self, offered: &[RoleView]) -> Option<u32> {
        let chosen = offered.iter().filter(|role| self.roles.contains(&role.code));
        chosen.map(|role| role.max_days).min()
    }

    fn check_days(&self, today: Date, offered: Option<&[RoleView]>, violations: &mut Vec<Violation>) {
        let starts_on = day("starts_on", &self.starts_on, violations);
        let latest = today.plus_days(LATEST_START);
        match starts_on {
            Some(day) if day < today => {
                violations.push(Violation::new("starts_on", ViolationCode::TooEarly).with("min", today));
            }
            Some(day) if day > latest => {
                violations.push(Violation::new("starts_on", ViolationCode::TooLate).with("max", latest));
            }
            _ => {}
        }
        let Some(ends_on) = day("ends_on", &self.ends_on, violations) else {
            return;
        };
        let first = starts_on.map_or(today, |day| day.max(today));
        if ends_on < first {
            violations.push(Violation::new("ends_on", ViolationCode::TooEarly).with("min", first));
        }
        let most = offered.and_then(|offered| self.most_days(offered));
        if let (Some(starts_on), Some(most)) = (starts_on, most) {
            let last = starts_on.plus_days(most.saturating_sub(1));
            if ends_on > last {
                violations.push(Violation::new("ends_on", ViolationCode::TooLate).with("max", last));
            }
        }
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
