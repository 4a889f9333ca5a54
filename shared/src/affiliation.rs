//! 機關歸屬: whose agency MyEGov does not know proposes it, and a manager who reaches that agency confirms it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    person::{AccountKind, AgencyView},
    problem::{Violation, ViolationCode},
    text::{Oid, is_hidden},
    time::Timestamp,
};

/// The most characters of the reason of a refusal.
pub const LONGEST_REASON: usize = 500;

/// Whether one of this kind of account whose agency is (not) known proposes one. A civil servant's comes from MyEGov.
pub fn may_propose(kind: AccountKind, has_agency: bool) -> bool {
    !has_agency && kind != AccountKind::CivilServant
}

/// What has become of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// 待確認.
    Open,
    /// 已確認: the person belongs to the agency.
    Confirmed,
    /// 未通過, for the reason that is given.
    Refused,
    /// 已撤回, by the person.
    Withdrawn,
    /// 已失效: the person's agency became known otherwise.
    Lapsed,
}

impl ProposalState {
    const ALL: [Self; 5] = [
        Self::Open,
        Self::Confirmed,
        Self::Refused,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A proposal as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnProposal {
    /// The agency.
    pub agency: AgencyView,
    /// What has become of it.
    pub state: ProposalState,
    /// When it was made.
    pub proposed_at: Timestamp,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// `GET /api/v1/profile/agency-proposal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Affiliation {
    /// Whether one may propose an agency.
    pub may_propose: bool,
    /// The latest proposal.
    pub proposal: Option<OwnProposal>,
}

/// `POST /api/v1/profile/agency-proposal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProposal {
    /// 機關OID.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub agency: String,
}

impl NewProposal {
    /// The rule that it breaks. Whether there is such an agency only the server knows.
    pub fn violation(&self) -> Option<Violation> {
        let code = match self.agency.as_str() {
            "" => ViolationCode::Required,
            oid if oid.parse::<Oid>().is_err() => ViolationCode::Malformed,
            _ => return None,
        };
        Some(Violation::new("agency", code))
    }
}

/// A proposal as those who decide on it see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalView {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub person: Uuid,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "林測試"))]
    pub name: String,
    /// 帳號, of those who have an account of EMIC.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub username: Option<String>,
    /// 帳號類型.
    pub account_kind: AccountKind,
    /// The agency.
    pub agency: AgencyView,
    /// When it was made.
    pub proposed_at: Timestamp,
}

/// `POST /api/v1/agency-proposals/{id}/refuse`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Why, for the person to read, in 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(example = "查無此員，請確認任職機關。"))]
    pub reason: String,
}

impl Refusal {
    /// The reason as it is stored: with plain line breaks, and nothing around it.
    pub fn stored_reason(&self) -> String {
        self.reason.replace("\r\n", "\n").trim().to_owned()
    }

    /// The rule that it breaks.
    pub fn violation(&self) -> Option<Violation> {
        let reason = self.stored_reason();
        let forbidden = |c: char| is_hidden(c) && c != '\n' && c != '\t';
        let of = |code| Some(Violation::new("reason", code));
        if reason.is_empty() {
            of(ViolationCode::Required)
        } else if reason.chars().any(forbidden) {
            of(ViolationCode::ForbiddenCharacters)
        } else if reason.chars().count() > LONGEST_REASON {
            Some(Violation::new("reason", ViolationCode::TooLong).with("max", LONGEST_REASON))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_read_back() {
        for state in ProposalState::ALL {
            assert_eq!(ProposalState::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn who_has_an_agency_or_gets_it_from_myegov_proposes_none() {
        assert!(may_propose(AccountKind::Emic, false) && may_propose(AccountKind::NaturalPerson, false));
        assert!(!may_propose(AccountKind::Emic, true) && !may_propose(AccountKind::CivilServant, false));
    }

    #[test]
    fn a_refusal_says_why() {
        let of = |reason: &str| {
            let refusal = Refusal {
                reason: reason.to_owned(),
            };
            refusal.violation().map(|violation| violation.code)
        };
        assert_eq!(of("查無此員\r\n請確認"), None);
        assert_eq!(of(" \n"), Some(ViolationCode::Required));
        assert_eq!(of("a\u{0}b"), Some(ViolationCode::ForbiddenCharacters));
        assert_eq!(of(&"字".repeat(501)), Some(ViolationCode::TooLong));
    }
}
