//! 事後審查: what an event granted is looked at once more after it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ActivationView,
    words::{remark_violation, stored},
};
use crate::{
    access::{GrantState, MOST_AT_ONCE, NamedByCode, PersonBrief},
    person::AgencyView,
    problem::{ErrorCode, Violation, ViolationCode},
    time::Timestamp,
};

/// What an event granted is reviewed within so long after its close.
pub const REVIEW_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What a review finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SurgeVerdict {
    /// 符合.
    InOrder,
    /// 不符合.
    NotInOrder,
}

/// Whether a review that finds this must say something.
pub const fn needs_remark(verdict: SurgeVerdict) -> bool {
    matches!(verdict, SurgeVerdict::NotInOrder)
}

impl SurgeVerdict {
    const ALL: [Self; 2] = [Self::InOrder, Self::NotInOrder];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InOrder => "in_order",
            Self::NotInOrder => "not_in_order",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// `POST /api/v1/activations/{id}/reviews`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SurgeReviewDecision {
    /// 1 to 100 grants of the event, each named once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 100))]
    pub grants: Vec<Uuid>,
    /// What is found of each.
    pub verdict: SurgeVerdict,
    /// The remark on each, of at most 500 characters; what is not in order needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "依編組進駐，使用情形正常。"))]
    pub remark: Option<String>,
}

impl SurgeReviewDecision {
    /// The remark as it is stored.
    pub fn stored(&self) -> Option<String> {
        stored(self.remark.as_deref())
    }

    /// All the rules that it breaks, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        let distinct: std::collections::BTreeSet<_> = self.grants.iter().collect();
        if self.grants.is_empty() {
            violations.push(Violation::new("grants", ViolationCode::Required));
        } else if self.grants.len() > MOST_AT_ONCE {
            violations.push(Violation::new("grants", ViolationCode::TooLong).with("max", MOST_AT_ONCE));
        } else if distinct.len() < self.grants.len() {
            violations.push(Violation::new("grants", ViolationCode::Malformed));
        }
        let needed = needs_remark(self.verdict);
        violations.extend(remark_violation("remark", self.remark.as_deref(), needed));
        violations
    }
}

/// What became of one grant of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeReviewResult {
    /// Which.
    pub grant: Uuid,
    /// Why it was not marked; none when it was.
    pub refused: Option<ErrorCode>,
}

/// The answer to a [`SurgeReviewDecision`]: a result for each grant, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeReviewResults {
    /// One for each.
    pub results: Vec<SurgeReviewResult>,
}

/// Where the review of a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SurgeReviewState {
    /// 開設中: the event is open.
    NotYet,
    /// 待審查.
    Waiting,
    /// 逾期未審查.
    Overdue,
    /// 已審查.
    Done,
}

impl SurgeReviewState {
    /// Every one.
    pub const ALL: &[Self] = &[Self::NotYet, Self::Waiting, Self::Overdue, Self::Done];

    /// The word for it in JSON and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotYet => "not_yet",
            Self::Waiting => "waiting",
            Self::Overdue => "overdue",
            Self::Done => "done",
        }
    }

    /// At this moment, of a grant of an event that was closed then.
    pub fn at(now: Timestamp, closed_at: Option<Timestamp>, is_reviewed: bool) -> Self {
        match closed_at {
            None => Self::NotYet,
            Some(_) if is_reviewed => Self::Done,
            Some(closed_at) if now >= closed_at.plus(REVIEW_WITHIN) => Self::Overdue,
            Some(_) => Self::Waiting,
        }
    }
}

/// What a review found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeReview {
    /// Whether it is in order.
    pub verdict: SurgeVerdict,
    /// What was said besides.
    pub remark: Option<String>,
    /// The name of who did it.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A grant of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationGrantView {
    /// The grant.
    pub id: Uuid,
    /// Who has it, or had.
    pub person: PersonBrief,
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
    /// The agency that the work is done for.
    pub agency: AgencyView,
    /// The name of the list that it is by.
    pub list: String,
    /// Whether it counts.
    pub state: GrantState,
    /// From this moment on.
    pub starts_at: Timestamp,
    /// From when on it counts no more; none while it does.
    pub ended_at: Option<Timestamp>,
    /// Where its review stands.
    pub review_state: SurgeReviewState,
    /// What the review found.
    pub review: Option<SurgeReview>,
    /// Whether the one who reads this may mark it now.
    pub may_review: bool,
}

/// How much of an event waits for the review of the one who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeReviewTask {
    /// The event.
    pub activation: ActivationView,
    /// How many grants.
    pub waiting: u32,
    /// Whether the time for it is over.
    pub overdue: bool,
}

/// `GET /api/v1/activation-reviews`: what waits for the review of the one who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeReviewTasks {
    /// How many grants wait.
    pub waiting: u32,
    /// How many of them are overdue.
    pub overdue: u32,
    /// Event by event, the most urgent first.
    pub tasks: Vec<SurgeReviewTask>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_has_seven_days_after_the_close() {
        let closed = Timestamp::from_millis(1_000);
        let at = |now: Timestamp, done| SurgeReviewState::at(now, Some(closed), done);
        let end = closed.plus(REVIEW_WITHIN);
        let just_before = end.minus(Duration::from_millis(1));
        assert_eq!(SurgeReviewState::at(end, None, false), SurgeReviewState::NotYet);
        assert_eq!(at(just_before, false), SurgeReviewState::Waiting);
        assert_eq!(at(end, false), SurgeReviewState::Overdue);
        assert_eq!(at(end, true), SurgeReviewState::Done);
    }

    #[test]
    fn what_is_not_in_order_says_why() {
        let codes = |grants: Vec<Uuid>, verdict, remark: Option<&str>| -> Vec<_> {
            let decision = SurgeReviewDecision {
                grants,
                verdict,
                remark: remark.map(str::to_owned),
            };
            let violations = decision.violations().into_iter();
            violations.map(|it| it.code).collect()
        };
        let one = Uuid::from_u128(1);
        assert_eq!(codes(vec![one], SurgeVerdict::InOrder, None), []);
        assert_eq!(
            codes(vec![one], SurgeVerdict::NotInOrder, Some(" ")),
            [ViolationCode::Required]
        );
        assert_eq!(
            codes(Vec::new(), SurgeVerdict::InOrder, None),
            [ViolationCode::Required]
        );
        assert_eq!(
            codes(vec![one, one], SurgeVerdict::NotInOrder, Some("未進駐")),
            [ViolationCode::Malformed]
        );
        let many = (0..=MOST_AT_ONCE as u128).map(Uuid::from_u128).collect();
        assert_eq!(codes(many, SurgeVerdict::InOrder, None), [ViolationCode::TooLong]);
    }
}
