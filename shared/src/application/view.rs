//! An application as everybody sees it, and how the one who asks stands to its roles.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AllowedAgency;
use crate::{
    access::RequestState,
    person::AgencyView,
    problem::ViolationCode,
    text::{Bilingual, Oid},
    time::Timestamp,
};

/// One application: what it is for, who owns it, which roles it has, and what the one who asks has of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationView {
    /// Its id.
    pub id: Uuid,
    /// Its short name in addresses: `/launch/{code}`.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub code: String,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "EMIC 應變服務", "en": "EMIC response service" })))]
    pub name: Bilingual,
    /// What it is for, in one sentence.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "zh": "災情查通報、應變中心作業", "en": "Disaster reports" })))]
    pub description: Bilingual,
    /// One character that stands for it on its tile where it has no picture.
    #[cfg_attr(feature = "openapi", schema(example = "應"))]
    pub glyph: String,
    /// Where its picture is, for the one who is signed in; none where the character is all there is. Another picture has
    /// another address.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/api/v1/applications/emic/icon?v=9f86d081884c7d65")
    )]
    pub icon: Option<String>,
    /// Whether it can be started from here now.
    pub availability: Availability,
    /// Who answers for it, if that is known.
    pub owner: Option<OwnerView>,
    /// How it answered when it was last looked at; none where nobody looks.
    pub health: Option<ApplicationHealth>,
    /// What its keepers want people to know of it now, such as when it is not there.
    pub notice: Option<Bilingual>,
    /// When the one who asks last started it from here.
    pub started_at: Option<Timestamp>,
    /// Its roles, the least risky first; none where it needs no permission.
    pub roles: Vec<RoleView>,
}

/// How an application answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationHealth {
    /// Whether it answers.
    pub state: HealthState,
    /// Since when it is so.
    pub since: Timestamp,
}

/// Whether an application answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// 正常.
    Up,
    /// 緩慢: it takes longer than two seconds.
    Slow,
    /// 中斷: it does not answer, or with an error.
    Down,
}

impl HealthState {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Up, Self::Slow, Self::Down];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Slow => "slow",
            Self::Down => "down",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }
}

/// Who answers for an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerView {
    /// The agency.
    pub agency: AgencyView,
    /// Whom to call or to write to there.
    pub contact: String,
}

/// A role of an application, and how the one who asks stands to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleView {
    /// Its code within the application.
    pub code: String,
    /// What it is called.
    pub name: Bilingual,
    /// What one may do with it.
    pub description: Bilingual,
    /// What can go wrong with it.
    pub risk: Risk,
    /// The most days that it is granted for at once.
    pub max_days: u32,
    /// Whether the application's owner has to agree too, after the manager.
    pub second_stage: bool,
    /// The agencies that it can be asked for on behalf of; none is all.
    pub agencies: Vec<AllowedAgency>,
    /// Whether it is given no more. Who has it keeps it until its end.
    pub closed: bool,
    /// The grant of it that lasts longest, now or later.
    pub grant: Option<HeldGrant>,
    /// The request for it that is under way.
    pub open_request: Option<Uuid>,
    /// Where that request stands: whether it waits for its decider or for the one who asked.
    pub open_request_state: Option<RequestState>,
}

impl RoleView {
    /// Whether it can be asked for on behalf of this agency.
    pub fn is_for(&self, agency: &Oid) -> bool {
        self.agencies.is_empty() || self.agencies.iter().any(|allowed| allowed.covers(agency))
    }

    /// Why the role is not given for this agency: [`ViolationCode::RoleClosed`] or [`ViolationCode::NotForAgency`].
    pub fn refusal(&self, agency: &Oid) -> Option<ViolationCode> {
        if self.closed {
            Some(ViolationCode::RoleClosed)
        } else {
            (!self.is_for(agency)).then_some(ViolationCode::NotForAgency)
        }
    }
}

/// A grant as the role that it is of shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldGrant {
    /// From this moment on.
    pub starts_at: Timestamp,
    /// The first moment at which it no longer counts.
    pub ends_at: Timestamp,
    /// The name of the event (應變中心開設) that it is for and ends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<String>,
}

impl HeldGrant {
    /// The last moment at which it counts, for people who read days.
    pub fn last_moment(&self) -> Timestamp {
        self.ends_at.minus(std::time::Duration::from_millis(1))
    }
}

/// What can go wrong with a role in the wrong hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// 低: it reads what many may read.
    Low,
    /// 中: it changes what others work with.
    Medium,
    /// 高: it reaches the public, or personal data.
    High,
}

impl Risk {
    /// Every one, the least first.
    pub const ALL: &[Self] = &[Self::Low, Self::Medium, Self::High];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|risk| risk.name() == name)
    }
}

/// Whether one can start an application from the portal now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// `GET /launch/{code}` starts it: one has one of its roles now, or it has none.
    Available,
    /// One has none of its roles, or not yet.
    PermissionNeeded,
    /// It is announced, but has no address yet.
    NotOpenYet,
}
