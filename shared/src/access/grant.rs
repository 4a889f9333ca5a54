//! What is sent about a grant that is there.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Remark;
use crate::{date::Date, problem::Violation, time::Timestamp};

/// Whether grants still count or will, or count no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GrantPhase {
    /// They count now, or will.
    Living,
    /// They have ended, or were taken back.
    Ended,
}

impl GrantPhase {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Living, Self::Ended];

    /// The word for it in JSON and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Living => "living",
            Self::Ended => "ended",
        }
    }
}

/// `POST /api/v1/grants/{id}/revoke`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeGrant {
    /// Why, for the one who has it; at most 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "已調離應變中心。"))]
    pub reason: String,
}

impl RevokeGrant {
    /// The reason as it is stored; none when there is nothing in it.
    pub fn stored(&self) -> Option<String> {
        self.as_remark().stored()
    }

    /// The rule that the reason breaks.
    pub fn violation(&self) -> Option<Violation> {
        let violation = self.as_remark().violation(super::RequestAction::Comment)?;
        Some(Violation {
            field: "reason".to_owned(),
            ..violation
        })
    }

    fn as_remark(&self) -> Remark {
        Remark {
            comment: Some(self.reason.clone()),
        }
    }
}

/// `POST /api/v1/grants/{id}/renew`: asks for the same role once more, from the day after its last on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// The id of the request that this makes, chosen by the one who sends it (UUIDv7), and the same in every retry.
    #[cfg_attr(feature = "openapi", schema(example = "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47"))]
    pub id: Uuid,
    /// Why it is needed on, in 10 to 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "職務未變動，仍須登打災情案件。"))]
    pub reason: String,
    /// The last day; as long as before unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<String>,
}

/// The days of a renewal: from the day after the last one (or today, if that has passed) on, as long as before and
/// at most as long as the role allows.
pub fn renewal_of(today: Date, starts_at: Timestamp, ends_at: Timestamp, max_days: u32) -> (Date, Date) {
    const DAY: u128 = 24 * 60 * 60 * 1000;
    let first = Date::in_taiwan(ends_at).max(today);
    let days = ends_at.since(starts_at).as_millis().div_ceil(DAY);
    let days = u32::try_from(days).unwrap_or(u32::MAX).clamp(1, max_days.max(1));
    (first, first.plus_days(days - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_renewal_follows_and_lasts_as_long_as_before() {
        let (from, to) = (day("2026-11-01").begins_at(), day("2026-11-30").ends_at());
        let renewed = renewal_of(day("2026-11-25"), from, to, 365);
        assert_eq!(renewed, (day("2026-12-01"), day("2026-12-30")));
        assert_eq!(renewal_of(day("2026-11-25"), from, to, 10).1, day("2026-12-10"));
        assert_eq!(renewal_of(day("2027-01-05"), from, to, 365).0, day("2027-01-05"));
    }

    #[test]
    fn a_reason_must_be_given_for_taking_back() {
        let revoke = |reason: &str| RevokeGrant {
            reason: reason.into(),
        };
        assert_eq!(revoke(" ").violation().unwrap().field, "reason");
        assert!(revoke("調離").violation().is_none());
    }
}
