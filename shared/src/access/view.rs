//! Requests and grants as they are shown.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RequestAction, RequestConflict, RequestState};
use crate::{
    application::RoleView,
    date::Date,
    person::{AccountKind, AgencyView, Role},
    text::Bilingual,
    time::Timestamp,
};

/// Something with a code for programs and a name for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedByCode {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: Bilingual,
}

/// A person in somebody else's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonBrief {
    /// An opaque id.
    pub id: Uuid,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "陳大文"))]
    pub name: String,
    /// The person's own agency, if one is known.
    pub agency: Option<AgencyView>,
}

/// The stages of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 單位管理者 decides.
    Manager,
    /// 系統承辦人 decides, after a manager has agreed, where a role wants that.
    Owner,
}

impl Stage {
    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Manager, Self::Owner]
            .into_iter()
            .find(|stage| stage.name() == name)
    }
}

/// Who a request waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitsFor {
    /// Which post decides.
    pub role: Role,
    /// The agency whose managers decide.
    pub agency: Option<AgencyView>,
    /// Since when it waits there.
    pub since: Timestamp,
}

/// A request and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestView {
    /// Its id, as the one who sent it chose it.
    pub id: Uuid,
    /// Where it stands.
    pub state: RequestState,
    /// Who asks.
    pub applicant: PersonBrief,
    /// How far the decision has come.
    pub stage: Stage,
    /// Who is to decide; none when nobody is.
    pub waits_for: Option<WaitsFor>,
    /// What the one who reads this may do to it now.
    pub may: Vec<RequestAction>,
    /// The application.
    pub application: NamedByCode,
    /// The roles that are asked for.
    pub roles: Vec<NamedByCode>,
    /// The agency that the work is done for.
    pub agency: AgencyView,
    /// Why.
    pub reason: String,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// When it was sent.
    pub submitted_at: Timestamp,
    /// What has happened to it, the oldest first.
    pub history: Vec<RequestEvent>,
}

/// Everything that a decision on a request is made by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The request.
    pub request: RequestView,
    /// 帳號 of the one who asks, if it is an account of EMIC: there are people of one name.
    #[cfg_attr(feature = "openapi", schema(example = "dawen"))]
    pub username: Option<String>,
    /// 帳號類型 of the one who asks.
    pub account_kind: AccountKind,
    /// What the one who asks holds now or will.
    pub grants: Vec<GrantView>,
    /// The roles that are asked for.
    pub roles: Vec<ReviewRole>,
    /// The roles, of all applications, that others hold for the same agency now: those of most people first, 20 at most.
    pub colleagues: Vec<HeldByOthers>,
    /// Which of them are in conflict with what the one who asks has or asks for.
    pub conflicts: Vec<RequestConflict>,
}

/// A role that is asked for, as a decider sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewRole {
    /// The role.
    pub role: RoleView,
    /// How many others hold it for the same agency now.
    pub others: u32,
}

/// A role that others hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldByOthers {
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
    /// How many hold it.
    #[cfg_attr(feature = "openapi", schema(example = 8))]
    pub people: u32,
}

/// One thing that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: RequestAction,
    /// The name of who did it; none when the clock did.
    pub by: Option<String>,
    /// What they wrote besides.
    pub comment: Option<String>,
}

/// A role that a person has for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantView {
    /// Its id.
    pub id: Uuid,
    /// Whether it counts now.
    pub state: GrantState,
    /// Who has it.
    pub person: PersonBrief,
    /// What the one who reads this may do to it now.
    pub may: Vec<GrantAction>,
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
    /// The agency that the work is done for.
    pub agency: AgencyView,
    /// From this moment on.
    pub starts_at: Timestamp,
    /// The first moment at which it no longer counts, unless it was revoked before.
    pub ends_at: Timestamp,
    /// The request that it was granted on, where there was one.
    pub request: Option<Uuid>,
    /// The name of the event (應變中心開設) that it is for and ends with, where it is by one.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub activation: Option<String>,
    /// Why and when it was taken back.
    pub revoked: Option<Revocation>,
}

/// What can be done to a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GrantAction {
    /// 續期, by the one who has it.
    Renew,
    /// 撤銷, by a manager whose posts reach it, the application's owner, or a system administrator.
    Revoke,
}

/// That a grant was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// The name of who did it.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
}

/// Whether a grant counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Not yet.
    Scheduled,
    /// Now.
    Active,
    /// It was taken back.
    Revoked,
    /// No more, and another of the same role followed it.
    Renewed,
    /// No more.
    Expired,
}

impl GrantState {
    /// At this moment, for a grant from `starts_at` until before `ends_at`, which another one follows or not.
    pub fn at(
        now: Timestamp,
        starts_at: Timestamp,
        ends_at: Timestamp,
        revoked_at: Option<Timestamp>,
        is_renewed: bool,
    ) -> Self {
        if revoked_at.is_some_and(|revoked| revoked <= now && revoked < ends_at) {
            Self::Revoked
        } else if now >= ends_at && is_renewed {
            Self::Renewed
        } else if now >= ends_at {
            Self::Expired
        } else if now >= starts_at {
            Self::Active
        } else {
            Self::Scheduled
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_counts_from_its_first_moment_until_before_its_end() {
        let at = |millis| {
            let time = Timestamp::from_millis;
            GrantState::at(time(millis), time(10), time(20), None, false)
        };
        assert_eq!(at(9), GrantState::Scheduled);
        assert_eq!(at(10), GrantState::Active);
        assert_eq!(at(19), GrantState::Active);
        assert_eq!(at(20), GrantState::Expired);
    }

    #[test]
    fn a_grant_that_another_follows_ends_as_renewed() {
        let at = |millis| {
            let time = Timestamp::from_millis;
            GrantState::at(time(millis), time(10), time(20), None, true)
        };
        assert_eq!(at(19), GrantState::Active);
        assert_eq!(at(20), GrantState::Renewed);
    }

    #[test]
    fn a_revoked_grant_counts_no_more_from_that_moment() {
        let at = |millis| {
            let time = Timestamp::from_millis;
            GrantState::at(time(millis), time(10), time(20), Some(time(15)), false)
        };
        assert_eq!(at(14), GrantState::Active);
        assert_eq!(at(15), GrantState::Revoked);
        assert_eq!(at(30), GrantState::Revoked);
    }
}
