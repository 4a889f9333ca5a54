//! What deciders and the ones who asked send about a request that is there.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{NewRequest, RequestAction, RequestState};
use crate::{
    problem::{ErrorCode, Violation, ViolationCode},
    text::is_hidden,
};

/// A comment that people read, in characters.
pub const LONGEST_COMMENT: usize = 1000;
/// So many requests are decided at once, at most.
pub const MOST_AT_ONCE: usize = 100;

/// The body of `reject`, `return` and `comments`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Why, or what is to be corrected, or a question or its answer; at most 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "請補充預定發送的對象與時段。"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Whether somebody who does this must say something.
pub const fn needs_comment(action: RequestAction) -> bool {
    matches!(
        action,
        RequestAction::Reject | RequestAction::Return | RequestAction::Comment
    )
}

impl Remark {
    /// The comment as it is stored; none when there is nothing in it.
    pub fn stored(&self) -> Option<String> {
        let text = self.comment.as_deref()?.replace("\r\n", "\n");
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The rule that it breaks as the comment of this action.
    pub fn violation(&self, action: RequestAction) -> Option<Violation> {
        let of = |code| Violation::new("comment", code);
        let Some(text) = self.stored() else {
            return needs_comment(action).then(|| of(ViolationCode::Required));
        };
        if text.chars().any(|c| is_hidden(c) && c != '\n' && c != '\t') {
            Some(of(ViolationCode::ForbiddenCharacters))
        } else if text.chars().count() > LONGEST_COMMENT {
            Some(of(ViolationCode::TooLong).with("max", LONGEST_COMMENT))
        } else {
            None
        }
    }
}

/// The body of `approve`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What the decider says of it, at most 1000 characters. It is needed where it is `despite_conflicts`: why.
    #[cfg_attr(feature = "openapi", schema(example = "已確認值勤名冊。"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether the decider has seen that the roles are in conflict with others, and approves nevertheless.
    #[cfg_attr(feature = "openapi", schema(example = false))]
    #[serde(default)]
    pub despite_conflicts: bool,
}

impl Approval {
    /// Its comment.
    pub fn remark(&self) -> Remark {
        Remark {
            comment: self.comment.clone(),
        }
    }

    /// The rule that its comment breaks.
    pub fn violation(&self) -> Option<Violation> {
        // Who goes against a rule says why, as who rejects does.
        let action = if self.despite_conflicts {
            RequestAction::Reject
        } else {
            RequestAction::Approve
        };
        self.remark().violation(action)
    }
}

/// The body of `resubmit`: the request as it is asked for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The codes of one or more of the application's roles.
    #[cfg_attr(feature = "openapi", schema(example = json!(["reporter"])))]
    pub roles: Vec<String>,
    /// 機關OID of the agency that the work is done for.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub agency: String,
    /// Why, in 10 to 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "颱風期間輪值應變中心，需要登打災情。"))]
    pub reason: String,
    /// The first day, in Taiwan: today at the earliest.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-01"))]
    pub starts_on: String,
    /// The last day, in Taiwan.
    #[cfg_attr(feature = "openapi", schema(example = "2027-05-31"))]
    pub ends_on: String,
    /// What the one who asked says to the decider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Correction {
    /// The same as a new request of this id for this application, whose rules it keeps.
    pub fn as_new(&self, id: Uuid, application: &str) -> NewRequest {
        NewRequest {
            id,
            application: application.to_owned(),
            roles: self.roles.clone(),
            agency: self.agency.clone(),
            reason: self.reason.clone(),
            starts_on: self.starts_on.clone(),
            ends_on: self.ends_on.clone(),
        }
    }

    /// Its comment.
    pub fn remark(&self) -> Remark {
        Remark {
            comment: self.comment.clone(),
        }
    }
}

/// What a decider can do to several requests at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 核准.
    Approve,
    /// 不核准.
    Reject,
    /// 退回補正.
    Return,
}

impl Verdict {
    /// The same as a move of a request.
    pub const fn action(self) -> RequestAction {
        match self {
            Self::Approve => RequestAction::Approve,
            Self::Reject => RequestAction::Reject,
            Self::Return => RequestAction::Return,
        }
    }
}

/// `POST /api/v1/permission-requests/decisions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkDecision {
    /// 1 to 100 requests, each named once.
    pub requests: Vec<Uuid>,
    /// What is done to each.
    pub verdict: Verdict,
    /// The comment of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl BulkDecision {
    /// All the rules that it breaks, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let distinct: std::collections::BTreeSet<_> = self.requests.iter().collect();
        if self.requests.is_empty() {
            violations.push(Violation::new("requests", ViolationCode::Required));
        } else if self.requests.len() > MOST_AT_ONCE {
            violations.push(Violation::new("requests", ViolationCode::TooLong).with("max", MOST_AT_ONCE));
        } else if distinct.len() < self.requests.len() {
            violations.push(Violation::new("requests", ViolationCode::Malformed));
        }
        violations.extend(self.remark().violation(self.verdict.action()));
        violations
    }

    /// Its comment.
    pub fn remark(&self) -> Remark {
        Remark {
            comment: self.comment.clone(),
        }
    }
}

/// What became of one request of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    /// Which.
    pub request: Uuid,
    /// Where it stands now, when it was done.
    pub state: Option<RequestState>,
    /// Why it was not done.
    pub refused: Option<ErrorCode>,
}

/// The answer to a [`BulkDecision`]: a result for each request, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResults {
    /// One for each.
    pub results: Vec<BulkResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaks(text: Option<&str>, action: RequestAction) -> Option<ViolationCode> {
        let remark = Remark {
            comment: text.map(str::to_owned),
        };
        remark.violation(action).map(|violation| violation.code)
    }

    #[test]
    fn only_an_approval_needs_no_words() {
        for blank in [None, Some(""), Some(" \n ")] {
            assert_eq!(breaks(blank, RequestAction::Approve), None);
            for action in [
                RequestAction::Reject,
                RequestAction::Return,
                RequestAction::Comment,
            ] {
                assert_eq!(breaks(blank, action), Some(ViolationCode::Required));
            }
        }
    }

    #[test]
    fn a_comment_has_lines_but_no_hidden_characters_and_an_end() {
        let action = RequestAction::Reject;
        assert_eq!(breaks(Some("第一行\r\n第二行"), action), None);
        assert_eq!(
            breaks(Some("a\u{202e}b"), action),
            Some(ViolationCode::ForbiddenCharacters)
        );
        assert_eq!(breaks(Some(&"字".repeat(LONGEST_COMMENT)), action), None);
        assert_eq!(
            breaks(Some(&"字".repeat(LONGEST_COMMENT + 1)), action),
            Some(ViolationCode::TooLong)
        );
    }

    #[test]
    fn several_are_named_once_each_and_not_too_many() {
        let many = |ids: Vec<Uuid>| BulkDecision {
            requests: ids,
            verdict: Verdict::Approve,
            comment: None,
        };
        let codes = |bulk: BulkDecision| -> Vec<_> {
            bulk.violations()
                .into_iter()
                .map(|violation| violation.code)
                .collect()
        };
        let ids: Vec<_> = (0..=MOST_AT_ONCE as u128).map(Uuid::from_u128).collect();
        assert_eq!(codes(many(Vec::new())), [ViolationCode::Required]);
        assert_eq!(codes(many(ids.clone())), [ViolationCode::TooLong]);
        assert_eq!(codes(many(vec![ids[0], ids[0]])), [ViolationCode::Malformed]);
        assert_eq!(codes(many(ids[1..].to_vec())), []);
    }
}
