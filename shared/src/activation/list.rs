//! 應變編組: a prepared list of who gets which role when a response centre is activated.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Level, SurgeListAction, SurgeListState, SurgeOutcome,
    words::{name_violation, oid_violation},
};
use crate::{
    access::{NamedByCode, PersonBrief},
    application::{Risk, RoleName},
    id::is_chosen,
    person::{AgencyView, Role},
    problem::{Violation, ViolationCode},
    time::Timestamp,
};

/// So many entries a list has at most.
pub const MOST_ENTRIES: usize = 200;

/// `POST /api/v1/surge-lists`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSurgeList {
    /// Chosen by the one who sends it (UUIDv7), and the same in every retry.
    #[cfg_attr(feature = "openapi", schema(example = "019ab1c2-7c00-7000-8000-00000000c001"))]
    pub id: Uuid,
    /// 機關OID of the agency that the work is done for.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, example = "2.16.886.101.90010.20002")
    )]
    pub agency: String,
    /// What it is called, in 1 to 60 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = r"\S",
            example = "災害應變中心進駐編組"
        )
    )]
    pub name: String,
    /// From which level on it counts.
    pub level: Level,
}

impl NewSurgeList {
    /// All the rules that it breaks, at once. Whether there is such an agency only the server knows.
    pub fn violations(&self) -> Vec<Violation> {
        let id = (!is_chosen(&self.id)).then(|| Violation::new("id", ViolationCode::Malformed));
        let broken = [
            id,
            oid_violation("agency", &self.agency),
            name_violation(&self.name),
        ];
        broken.into_iter().flatten().collect()
    }
}

/// `POST /api/v1/surge-lists/{id}/entries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSurgeEntry {
    /// Who, of those whom one looks after.
    pub person: Uuid,
    /// The application's code.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub application: String,
    /// The code of one of its roles.
    #[cfg_attr(feature = "openapi", schema(example = "centre"))]
    pub role: String,
}

/// A list without its entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeListView {
    /// Its id.
    pub id: Uuid,
    /// The agency that the work is done for.
    pub agency: AgencyView,
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "災害應變中心進駐編組"))]
    pub name: String,
    /// From which level on it is to count.
    pub level: Level,
    /// From which level on it does count, with the entries that are approved; none before its first approval.
    pub counts_from: Option<Level>,
    /// Where it stands.
    pub state: SurgeListState,
    /// How many entries it has.
    pub entries: u32,
    /// How many of them are not approved yet.
    pub unapproved: u32,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// What is to be corrected, after it was sent back.
    pub remark: Option<String>,
}

/// A list with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeListDetails {
    /// The list.
    pub list: SurgeListView,
    /// Who gets what.
    pub entries: Vec<SurgeEntryView>,
    /// Whose consent it takes, while it is submitted.
    pub consents: Vec<SurgeConsentView>,
    /// What the one who reads this may do to it now.
    pub may: Vec<SurgeListAction>,
}

/// One person in one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeEntryView {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub person: PersonBrief,
    /// The application.
    pub application: NamedByCode,
    /// Its role.
    pub role: NamedByCode,
    /// What can go wrong with the role.
    pub risk: Risk,
    /// Whether the entry is approved.
    pub approved: bool,
    /// Why the person would get nothing today: [`SurgeOutcome::Disabled`], [`SurgeOutcome::Moved`],
    /// [`SurgeOutcome::NotOffered`] or [`SurgeOutcome::Conflict`].
    pub concern: Option<SurgeOutcome>,
    /// The rules of roles that the entry is against: whoever approves the list approves it despite those that are not
    /// strict.
    pub conflicts: Vec<SurgeConflict>,
}

/// That a role of an entry should not go together with another one, which the person holds or stands on a list with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeConflict {
    /// The other role.
    pub other: RoleName,
    /// Why nobody should have both.
    pub reason: String,
    /// Whether nobody can approve both: then an event gives the one that comes first.
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub strict: bool,
}

/// A consent that a submitted list takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurgeConsentView {
    /// By which post.
    pub role: Role,
    /// For an owner: the application.
    pub application: Option<NamedByCode>,
    /// Who gave it; none while it is missing.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_name_and_an_agency() {
        let codes = |agency: &str, name: &str| -> Vec<_> {
            let new = NewSurgeList {
                id: "01938d5e-7a40-7cc0-8000-000000000001".parse().unwrap(),
                agency: agency.to_owned(),
                name: name.to_owned(),
                level: Level::Second,
            };
            let violations = new.violations().into_iter();
            violations.map(|it| (it.field, it.code)).collect()
        };
        assert_eq!(codes("2.16.886.101.90010.20002", "進駐編組"), []);
        assert_eq!(
            codes("2.16.x", " "),
            [
                ("agency".into(), ViolationCode::Malformed),
                ("name".into(), ViolationCode::Required)
            ]
        );
    }
}
