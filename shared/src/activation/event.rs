//! 應變中心開設: the event in which prepared lists count.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Level,
    words::{name_violation, oid_violation},
};
use crate::{
    access::{NamedByCode, PersonBrief},
    date::Date,
    id::is_chosen,
    person::AgencyView,
    problem::{Violation, ViolationCode},
    time::Timestamp,
};

/// So many agencies an event names at most; those below them are not counted.
pub const MOST_AGENCIES: usize = 100;

/// An activated response centre, as every page that is open hears of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationBrief {
    /// The event's id.
    pub id: Uuid,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "海葵颱風"))]
    pub name: String,
    /// How grave it is.
    pub level: Level,
}

/// An agency for which a response centre is activated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChosenAgency {
    /// 機關OID.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, example = "2.16.886.101.90010.20002")
    )]
    pub agency: String,
    /// Whether all agencies below it too.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub with_below: bool,
}

/// All the rules that a choice of agencies breaks.
fn agencies_violations(agencies: &[ChosenAgency]) -> Vec<Violation> {
    let of = |code| vec![Violation::new("agencies", code)];
    let distinct: std::collections::BTreeSet<_> = agencies.iter().map(|one| &one.agency).collect();
    if agencies.is_empty() {
        return of(ViolationCode::Required);
    }
    if agencies.len() > MOST_AGENCIES {
        return vec![Violation::new("agencies", ViolationCode::TooLong).with("max", MOST_AGENCIES)];
    }
    if distinct.len() < agencies.len() {
        return of(ViolationCode::Malformed);
    }
    let broken = agencies
        .iter()
        .find_map(|one| oid_violation("agencies", &one.agency));
    broken.into_iter().collect()
}

/// `POST /api/v1/activations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewActivation {
    /// Chosen by the one who sends it (UUIDv7), and the same in every retry.
    #[cfg_attr(feature = "openapi", schema(example = "019ab1c2-7c00-7000-8000-00000000e001"))]
    pub id: Uuid,
    /// What it is called, in 1 to 60 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, pattern = r"\S", example = "海葵颱風")
    )]
    pub name: String,
    /// How grave it is.
    pub level: Level,
    /// 1 to 100 agencies, each named once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 100, example = json!([{ "agency": "2.16.886.101.90010.20002", "with_below": true }]))
    )]
    pub agencies: Vec<ChosenAgency>,
    /// The day in Taiwan on which it is expected to end, `YYYY-MM-DD`; nothing ends by itself on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub expected_end: Option<String>,
}

impl NewActivation {
    /// The day on which it is expected to end.
    pub fn expected_day(&self) -> Option<Date> {
        self.expected_end.as_deref()?.parse().ok()
    }

    /// All the rules that it breaks, at once.
    pub fn violations(&self, today: Date) -> Vec<Violation> {
        let id = (!is_chosen(&self.id)).then(|| Violation::new("id", ViolationCode::Malformed));
        let of = |code| Violation::new("expected_end", code);
        let day = match (self.expected_end.as_deref(), self.expected_day()) {
            (None, _) => None,
            (Some(_), None) => Some(of(ViolationCode::Malformed)),
            (Some(_), Some(day)) => (day < today).then(|| of(ViolationCode::TooEarly).with("min", today)),
        };
        let mut violations: Vec<_> = [id, name_violation(&self.name)].into_iter().flatten().collect();
        violations.extend(agencies_violations(&self.agencies));
        violations.extend(day);
        violations
    }
}

/// `POST /api/v1/activations/preview`: what opening would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationProposal {
    /// How grave it is.
    pub level: Level,
    /// 1 to 100 agencies, each named once.
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 100, example = json!([{ "agency": "2.16.886.101.90010.20002", "with_below": true }]))
    )]
    pub agencies: Vec<ChosenAgency>,
}

impl ActivationProposal {
    /// All the rules that it breaks, at once.
    pub fn violations(&self) -> Vec<Violation> {
        agencies_violations(&self.agencies)
    }
}

/// `POST /api/v1/activations/{id}/agencies`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoreAgencies {
    /// 1 to 100 agencies, each named once; those that the event has already may be among them.
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 100, example = json!([{ "agency": "2.16.886.101.90010.90001.20002", "with_below": false }]))
    )]
    pub agencies: Vec<ChosenAgency>,
}

impl MoreAgencies {
    /// All the rules that it breaks, at once.
    pub fn violations(&self) -> Vec<Violation> {
        agencies_violations(&self.agencies)
    }
}

/// `POST /api/v1/activations/{id}/level`, and the same of a surge list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnotherLevel {
    /// The level from now on.
    pub level: Level,
}

/// What can be done to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActivationAction {
    /// 調整等級.
    ChangeLevel,
    /// 增列機關.
    AddAgencies,
    /// 解除開設.
    Close,
    /// 檢視 whom it gives what.
    SeeGrants,
}

/// An agency of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationAgency {
    /// Which.
    pub agency: AgencyView,
    /// Whether all agencies below it too.
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub with_below: bool,
}

/// An event, as everybody who is signed in may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationView {
    /// Its id, as the one who opened it chose it.
    pub id: Uuid,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "海葵颱風"))]
    pub name: String,
    /// How grave it is, or was when it was closed.
    pub level: Level,
    /// For which agencies.
    pub agencies: Vec<ActivationAgency>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The day on which it is expected to end.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub expected_end: Option<Date>,
    /// When it was closed; none while it is open.
    pub closed_at: Option<Timestamp>,
    /// Until when what it granted is to be reviewed.
    pub review_until: Option<Timestamp>,
    /// What the one who reads this may do to it now.
    pub may: Vec<ActivationAction>,
}

/// What becomes of an entry of an approved list in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SurgeOutcome {
    /// The person gets the role.
    Given,
    /// The person holds it already, not from an event, and keeps that.
    Held,
    /// The person's account is disabled.
    Disabled,
    /// The person belongs to another agency than when the entry was made.
    Moved,
    /// The role was taken back from the person during the event.
    Revoked,
    /// The role is given no more, or not to the list's agency.
    NotOffered,
    /// The person has, or gets by another entry, a role that nobody may have beside this one.
    Conflict,
}

/// What an event gives, and to whom not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationPlan {
    /// How many people get something.
    pub people: u32,
    /// How many people get which role.
    pub roles: Vec<ActivationPlanRole>,
    /// Who is passed over, and why: 500 entries at most.
    pub skipped: Vec<SkippedSurgeEntry>,
    /// How many entries are passed over.
    pub skipped_count: u32,
}

/// How many people an event gives a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationPlanRole {
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
    /// For which agency.
    pub agency: AgencyView,
    /// How many.
    pub people: u32,
}

/// An entry that an event passes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SkippedSurgeEntry {
    /// Who.
    pub person: PersonBrief,
    /// The application.
    pub application: NamedByCode,
    /// The role.
    pub role: NamedByCode,
    /// The name of the list.
    pub list: String,
    /// Why.
    pub outcome: SurgeOutcome,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(agencies: &[&str], expected_end: Option<&str>) -> Vec<(String, ViolationCode)> {
        let new = NewActivation {
            id: "01938d5e-7a40-7cc0-8000-000000000001".parse().unwrap(),
            name: "海葵颱風".to_owned(),
            level: Level::Second,
            agencies: agencies
                .iter()
                .map(|agency| ChosenAgency {
                    agency: (*agency).to_owned(),
                    with_below: true,
                })
                .collect(),
            expected_end: expected_end.map(str::to_owned),
        };
        let violations = new.violations("2026-11-25".parse().unwrap()).into_iter();
        violations.map(|it| (it.field, it.code)).collect()
    }

    #[test]
    fn an_event_is_for_agencies_that_are_named_once() {
        let county = "2.16.886.101.90010.20002";
        let one = |code| vec![("agencies".to_owned(), code)];
        assert_eq!(codes(&[county], None), []);
        assert_eq!(codes(&[], None), one(ViolationCode::Required));
        assert_eq!(codes(&[county, county], None), one(ViolationCode::Malformed));
        assert_eq!(codes(&["2.16.x"], None), one(ViolationCode::Malformed));
        assert_eq!(codes(&[""; MOST_AGENCIES + 1], None), one(ViolationCode::TooLong));
    }

    #[test]
    fn its_end_is_expected_today_at_the_earliest() {
        let county = &["2.16.886.101.90010.20002"];
        let one = |code| vec![("expected_end".to_owned(), code)];
        assert_eq!(codes(county, Some("2026-11-25")), []);
        assert_eq!(codes(county, Some("2026-11-24")), one(ViolationCode::TooEarly));
        assert_eq!(codes(county, Some("")), one(ViolationCode::Malformed));
    }
}
