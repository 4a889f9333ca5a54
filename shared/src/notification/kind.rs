//! The kinds of notifications, and the groups that a person chooses by.

use serde::{Deserialize, Serialize};

/// What a person chooses by, how they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 申請進度: what becomes of one's own requests.
    Progress,
    /// 待我審核: what waits for one's decision.
    ToDecide,
    /// 權限到期: what one holds begins, ends, or is taken.
    Expiry,
    /// 帳號與職務: one's agency and posts, and for whom one stands in.
    Account,
}

impl Group {
    /// Every group, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Progress, Self::ToDecide, Self::Expiry, Self::Account];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::ToDecide => "to_decide",
            Self::Expiry => "expiry",
            Self::Account => "account",
        }
    }
}

/// Declares the kinds once: variant, the word for it, the group that it is of.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $group:ident;)+) => {
        /// What a notification says. The word is what its row holds, so it never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Kind {
            /// Every kind, group by group.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word for it in JSON and in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The group that it is of.
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group,)+ }
            }
        }
    };
}

kinds! {
    /// Somebody who decides asked something about one's request.
    RequestAsked "request_asked" Progress;
    /// One's request was sent back for correction.
    RequestReturned "request_returned" Progress;
    /// A manager agreed to one's request, which goes on to the application's owner.
    RequestEndorsed "request_endorsed" Progress;
    /// One's request was approved.
    RequestApproved "request_approved" Progress;
    /// One's request was rejected.
    RequestRejected "request_rejected" Progress;
    /// One's request lapsed because its days had passed.
    RequestLapsed "request_lapsed" Progress;
    /// Nobody acted on one's request in time, and it went to the next level.
    RequestMovedUp "request_moved_up" Progress;
    /// A surge list that one has prepared was approved.
    SurgeListApproved "surge_list_approved" Progress;
    /// One that one has prepared was sent back for correction.
    SurgeListReturned "surge_list_returned" Progress;
    /// A request waits for one's decision.
    RequestWaits "request_waits" ToDecide;
    /// A request still waits for one's decision, and will go to the next level.
    RequestReminder "request_reminder" ToDecide;
    /// A request that nobody acted on came up to one.
    RequestEscalated "request_escalated" ToDecide;
    /// The one who asks said something about a request that waits for one's decision, or that one sent back.
    RequestAnswered "request_answered" ToDecide;
    /// Permissions in a review campaign wait for one's decision.
    CampaignWaits "campaign_waits" ToDecide;
    /// Some still do, and the campaign's deadline comes near.
    CampaignReminder "campaign_reminder" ToDecide;
    /// A surge list waits for one's consent.
    SurgeListWaits "surge_list_waits" ToDecide;
    /// What an event granted, which is over, waits for one's review.
    SurgeReviewWaits "surge_review_waits" ToDecide;
    /// Some of it still does, though its days have passed.
    SurgeReviewOverdue "surge_review_overdue" ToDecide;
    /// Somebody says that they belong to an agency that one manages.
    AgencyProposed "agency_proposed" ToDecide;
    /// Somebody who belongs to another agency now still holds roles for one that one manages.
    HolderMoved "holder_moved" ToDecide;
    /// A role that was granted for later is held from now on.
    GrantBegun "grant_begun" Expiry;
    /// A role that one holds ends soon.
    GrantEnding "grant_ending" Expiry;
    /// A role that one held has ended.
    GrantEnded "grant_ended" Expiry;
    /// A role that one held was taken back.
    GrantRevoked "grant_revoked" Expiry;
    /// A role that one held lapsed, because nobody answered for it in a review campaign.
    GrantLapsed "grant_lapsed" Expiry;
    /// An activated response centre gave one roles.
    SurgeGiven "surge_given" Expiry;
    /// Roles that an activated response centre gave one have ended.
    SurgeEnded "surge_ended" Expiry;
    /// One stands in for somebody who is away.
    StandIn "stand_in" Account;
    /// One was given a post, or how far it reaches was changed.
    PostGiven "post_given" Account;
    /// A post was taken from one.
    PostTaken "post_taken" Account;
    /// A manager confirmed that one belongs to the agency that one proposed.
    AgencyConfirmed "agency_confirmed" Account;
    /// A manager refused it.
    AgencyRefused "agency_refused" Account;
}

impl Kind {
    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

// By hand: the derive does not see names that come through a macro.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Kind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|kind| kind.name())))
            .description(Some("What a notification says."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Kind {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_groups_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
            assert_eq!(
                serde_json::to_value(kind).unwrap(),
                serde_json::json!(kind.name())
            );
        }
        for group in Group::ALL {
            assert_eq!(
                serde_json::to_value(group).unwrap(),
                serde_json::json!(group.name())
            );
            assert!(Kind::ALL.iter().any(|kind| kind.group() == group));
        }
    }
}
