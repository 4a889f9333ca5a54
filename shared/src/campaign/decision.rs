//! What deciders send about permissions in a campaign.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ItemAction, ItemState};
use crate::{
    access::{MOST_AT_ONCE, Remark, RequestAction},
    problem::{ErrorCode, Violation, ViolationCode},
};

/// What a decider does to a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CampaignVerdict {
    /// 保留.
    Keep,
    /// 撤銷: at once, and for good.
    Revoke,
}

impl CampaignVerdict {
    /// The same as a move of a permission in its campaign.
    pub const fn action(self) -> ItemAction {
        match self {
            Self::Keep => ItemAction::Keep,
            Self::Revoke => ItemAction::Revoke,
        }
    }

    /// The rule that this reason breaks. To keep needs none.
    fn violation(self, reason: Option<&str>) -> Option<Violation> {
        let action = match self {
            Self::Keep => RequestAction::Approve,
            Self::Revoke => RequestAction::Reject,
        };
        let violation = remark(reason).violation(action)?;
        Some(Violation {
            field: "reason".to_owned(),
            ..violation
        })
    }
}

fn remark(reason: Option<&str>) -> Remark {
    Remark {
        comment: reason.map(str::to_owned),
    }
}

/// `POST /api/v1/campaigns/{id}/items/{grant}/decide`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemDecision {
    /// What is done.
    pub verdict: CampaignVerdict,
    /// Why, for the one who has the permission; at most 1000 characters. To keep needs none.
    #[cfg_attr(feature = "openapi", schema(example = "已調離應變中心。"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ItemDecision {
    /// The reason as it is stored; none when there is nothing in it.
    pub fn stored_reason(&self) -> Option<String> {
        remark(self.reason.as_deref()).stored()
    }

    /// The rule that it breaks.
    pub fn violation(&self) -> Option<Violation> {
        self.verdict.violation(self.reason.as_deref())
    }
}

/// `POST /api/v1/campaigns/{id}/decisions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemDecisions {
    /// The ids of 1 to 100 permissions, each named once.
    pub grants: Vec<Uuid>,
    /// What is done to each.
    pub verdict: CampaignVerdict,
    /// Why, for each of those who have them; at most 1000 characters. To keep needs none.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ItemDecisions {
    /// What is done to each.
    pub fn each(&self) -> ItemDecision {
        ItemDecision {
            verdict: self.verdict,
            reason: self.reason.clone(),
        }
    }

    /// All the rules that it breaks, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let distinct: BTreeSet<_> = self.grants.iter().collect();
        let of = |code| Some(Violation::new("grants", code));
        let grants = if self.grants.is_empty() {
            of(ViolationCode::Required)
        } else if self.grants.len() > MOST_AT_ONCE {
            Some(Violation::new("grants", ViolationCode::TooLong).with("max", MOST_AT_ONCE))
        } else if distinct.len() < self.grants.len() {
            of(ViolationCode::Malformed)
        } else {
            None
        };
        grants.into_iter().chain(self.each().violation()).collect()
    }
}

/// What became of one permission of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemResult {
    /// Which.
    pub grant: Uuid,
    /// Where it stands now, when it was done.
    pub state: Option<ItemState>,
    /// Why it was not done.
    pub refused: Option<ErrorCode>,
}

/// The answer to [`ItemDecisions`]: a result for each permission, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemResults {
    /// One for each.
    pub results: Vec<ItemResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_to_take_back_needs_a_reason() {
        let of = |verdict, reason: Option<&str>| ItemDecision {
            verdict,
            reason: reason.map(str::to_owned),
        };
        assert_eq!(of(CampaignVerdict::Keep, None).violation(), None);
        let wordless = of(CampaignVerdict::Revoke, Some(" ")).violation().unwrap();
        assert_eq!(
            (wordless.field.as_str(), wordless.code),
            ("reason", ViolationCode::Required)
        );
        assert_eq!(of(CampaignVerdict::Revoke, Some("調離")).violation(), None);
        let long = of(CampaignVerdict::Keep, Some(&"字".repeat(1001)));
        assert_eq!(long.violation().unwrap().code, ViolationCode::TooLong);
    }

    #[test]
    fn several_are_named_once_each_and_not_too_many() {
        let codes = |grants: Vec<Uuid>| -> Vec<_> {
            let decisions = ItemDecisions {
                grants,
                verdict: CampaignVerdict::Keep,
                reason: None,
            };
            decisions.violations().into_iter().map(|it| it.code).collect()
        };
        let ids: Vec<_> = (0..=MOST_AT_ONCE as u128).map(Uuid::from_u128).collect();
        assert_eq!(codes(Vec::new()), [ViolationCode::Required]);
        assert_eq!(codes(ids.clone()), [ViolationCode::TooLong]);
        assert_eq!(codes(vec![ids[0], ids[0]]), [ViolationCode::Malformed]);
        assert_eq!(codes(ids[1..].to_vec()), []);
    }
}
