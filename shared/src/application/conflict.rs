//! 職務衝突: rules of which roles one person should not have at once (separation of duties).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::data::code_violation;
use crate::{
    access::NamedByCode,
    problem::{Violation, ViolationCode},
    text::Line,
    time::Timestamp,
};

/// Why, in characters.
const LONGEST_REASON: usize = 300;

/// `POST /api/v1/role-conflicts`. The two roles in either order are one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRoleConflict {
    /// The application of one of them.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 40, example = "emic")
    )]
    pub application: String,
    /// The code of one of them.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 40, example = "reporter")
    )]
    pub role: String,
    /// The application of the other.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 40, example = "emic")
    )]
    pub other_application: String,
    /// The code of the other.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 40, example = "centre")
    )]
    pub other_role: String,
    /// Why nobody should have both, for deciders to read.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 300,
            pattern = r"\S",
            example = "通報與核定不得為同一人。"
        )
    )]
    pub reason: String,
    /// Whether nobody can approve that somebody has both.
    pub strict: bool,
}

impl NewRoleConflict {
    /// All the rules that it breaks, at once. Whether there are such roles only the server knows.
    pub fn violations(&self) -> Vec<Violation> {
        let codes = [
            ("application", &self.application),
            ("role", &self.role),
            ("other_application", &self.other_application),
            ("other_role", &self.other_role),
        ];
        let mut violations: Vec<_> = codes
            .into_iter()
            .filter_map(|(field, code)| code_violation(field, code))
            .collect();
        if violations.is_empty() && self.application == self.other_application && self.role == self.other_role
        {
            violations.push(Violation::new("other_role", ViolationCode::SameRole));
        }
        if self.reason.trim().is_empty() {
            violations.push(Violation::new("reason", ViolationCode::Required));
        }
        violations.extend(Line::violation("reason", &self.reason, LONGEST_REASON));
        violations
    }
}

/// A role by what it and its application are called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleName {
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
}

/// A rule as those who keep it see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleConflictView {
    /// Its id.
    pub id: Uuid,
    /// One of the roles.
    pub one: RoleName,
    /// The other.
    pub other: RoleName,
    /// Why nobody should have both.
    #[cfg_attr(feature = "openapi", schema(example = "通報與核定不得為同一人。"))]
    pub reason: String,
    /// Whether nobody can approve that somebody has both.
    pub strict: bool,
    /// When it was set.
    pub set_at: Timestamp,
    /// Whether the one who asks may change and remove it.
    pub may_change: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(role: &str, other: &str, reason: &str) -> Vec<(String, ViolationCode)> {
        let new = NewRoleConflict {
            application: "emic".into(),
            role: role.into(),
            other_application: "emic".into(),
            other_role: other.into(),
            reason: reason.into(),
            strict: false,
        };
        let violations = new.violations().into_iter();
        violations.map(|it| (it.field, it.code)).collect()
    }

    #[test]
    fn a_rule_names_two_roles_and_says_why() {
        assert_eq!(broken("reporter", "centre", "不得為同一人"), []);
        let same = [("other_role".to_owned(), ViolationCode::SameRole)];
        assert_eq!(broken("reporter", "reporter", "不得為同一人"), same);
        let nothing = [
            ("role".to_owned(), ViolationCode::Required),
            ("other_role".to_owned(), ViolationCode::Malformed),
            ("reason".to_owned(), ViolationCode::Required),
        ];
        assert_eq!(broken("", "Centre!", " \n"), nothing);
        let long = "字".repeat(301);
        assert_eq!(
            broken("reporter", "centre", &long),
            [("reason".to_owned(), ViolationCode::TooLong)]
        );
    }
}
