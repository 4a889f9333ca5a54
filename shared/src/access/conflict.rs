//! 職務衝突 of a request: what its decider has to know of the rules that it is against.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::NamedByCode;
use crate::{application::RoleName, problem::ErrorCode};

/// How the one who asks stands to the role that one asked for should not go together with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConflictStanding {
    /// They have it on one of the days that are asked for.
    Held,
    /// This request asks for both.
    SameRequest,
    /// Another request of theirs asks for it and is not decided yet.
    Open,
}

/// That a role that is asked for should not go together with another one of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestConflict {
    /// The rule.
    pub rule: Uuid,
    /// The role that is asked for.
    pub asked: NamedByCode,
    /// The other one.
    pub other: RoleName,
    /// How the one who asks stands to the other one.
    pub standing: ConflictStanding,
    /// Why nobody should have both.
    pub reason: String,
    /// Whether the rule is one that nobody can approve against.
    pub strict: bool,
}

impl RequestConflict {
    /// Whether nobody can approve the request as it is. What is only asked for elsewhere can still be rejected there.
    pub fn forbids(&self) -> bool {
        self.strict && self.standing != ConflictStanding::Open
    }
}

/// Why these conflicts refuse an approval, whose decider knows of them or does not.
pub fn refusal_by(conflicts: &[RequestConflict], despite: bool) -> Option<ErrorCode> {
    if conflicts.iter().any(RequestConflict::forbids) {
        Some(ErrorCode::RoleConflictStrict)
    } else if !conflicts.is_empty() && !despite {
        Some(ErrorCode::RoleConflict)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Bilingual;

    fn conflict(standing: ConflictStanding, strict: bool) -> RequestConflict {
        let named = NamedByCode {
            code: "x".into(),
            name: Bilingual {
                zh: String::new(),
                en: String::new(),
            },
        };
        RequestConflict {
            rule: Uuid::nil(),
            asked: named.clone(),
            other: RoleName {
                application: named.clone(),
                role: named,
            },
            standing,
            reason: String::new(),
            strict,
        }
    }

    #[test]
    fn a_strict_rule_forbids_and_another_wants_the_decider_s_word() {
        let with = |standing, strict, despite| refusal_by(&[conflict(standing, strict)], despite);
        assert_eq!(refusal_by(&[], false), None);
        for standing in [ConflictStanding::Held, ConflictStanding::SameRequest] {
            assert_eq!(with(standing, false, false), Some(ErrorCode::RoleConflict));
            assert_eq!(with(standing, false, true), None);
            assert_eq!(with(standing, true, true), Some(ErrorCode::RoleConflictStrict));
        }
        assert_eq!(
            with(ConflictStanding::Open, true, false),
            Some(ErrorCode::RoleConflict)
        );
        assert_eq!(with(ConflictStanding::Open, true, true), None);
    }
}
