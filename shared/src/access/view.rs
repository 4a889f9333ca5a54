//! Requests and grants as they are shown.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RequestAction, RequestState};
use crate::{date::Date, person::AgencyView, text::Bilingual, time::Timestamp};

/// Something with a code for programs and a name for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedByCode {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: Bilingual,
}

/// A request and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestView {
    /// Its id, as the one who sent it chose it.
    pub id: Uuid,
    /// Where it stands.
    pub state: RequestState,
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
    /// No more.
    Expired,
}

impl GrantState {
    /// At this moment, for a grant from `starts_at` until before `ends_at`.
    pub fn at(
        now: Timestamp,
        starts_at: Timestamp,
        ends_at: Timestamp,
        revoked_at: Option<Timestamp>,
    ) -> Self {
        if revoked_at.is_some_and(|revoked| revoked <= now && revoked < ends_at) {
            Self::Revoked
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
            GrantState::at(time(millis), time(10), time(20), None)
        };
        assert_eq!(at(9), GrantState::Scheduled);
        assert_eq!(at(10), GrantState::Active);
        assert_eq!(at(19), GrantState::Active);
        assert_eq!(at(20), GrantState::Expired);
    }

    #[test]
    fn a_revoked_grant_counts_no_more_from_that_moment() {
        let at = |millis| {
            let time = Timestamp::from_millis;
            GrantState::at(time(millis), time(10), time(20), Some(time(15)))
        };
        assert_eq!(at(14), GrantState::Active);
        assert_eq!(at(15), GrantState::Revoked);
        assert_eq!(at(30), GrantState::Revoked);
    }
}
