//! 職務: posts as they are given, shown and taken.

use serde::{Deserialize, Serialize};

use crate::{
    person::{AgencyView, Role},
    problem::{Violation, ViolationCode},
    text::{Bilingual, Oid},
    time::Timestamp,
};

/// A post of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostView {
    /// Names it among the person's posts: the role, and for what it is.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "agency_manager:2.16.886.101.90010.20002")
    )]
    pub key: String,
    /// Which post.
    pub role: Role,
    /// The agency that a manager manages.
    pub agency: Option<AgencyView>,
    /// Whether a manager manages all agencies below it too.
    pub with_below: bool,
    /// The application that an owner answers for.
    pub application: Option<PostApplication>,
    /// Since when.
    pub given_at: Timestamp,
    /// Who gave it; none when it was given from the command line, or nobody knows any more.
    #[cfg_attr(feature = "openapi", schema(example = "李志豪"))]
    pub given_by: Option<String>,
    /// Whether the one who asks may take it.
    pub may_take: bool,
}

/// An application as a post names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostApplication {
    /// Its code.
    #[cfg_attr(feature = "openapi", schema(example = "emic"))]
    pub code: String,
    /// What it is called.
    pub name: Bilingual,
}

/// `POST /api/v1/persons/{id}/posts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// Which post.
    #[cfg_attr(feature = "openapi", schema(example = "agency_manager"))]
    pub role: Role,
    /// For a manager: 機關OID of the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002.20040"))]
    pub agency: Option<String>,
    /// For a manager: whether all agencies below it too.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub with_below: bool,
    /// For an owner: the application's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub application: Option<String>,
}

impl NewPost {
    /// All the rules that it breaks, at once: a manager's is for an agency, an owner's for an application, and the
    /// others for nothing. Whether there is such an agency or application only the server knows.
    pub fn violations(&self) -> Vec<Violation> {
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (agency, application) = (text(&self.agency), text(&self.application));
        let mut violations = Vec::new();
        let mut add = |field: &str, code| violations.push(Violation::new(field, code));
        match (self.role == Role::AgencyManager, &agency) {
            (true, None) => add("agency", ViolationCode::Required),
            (true, Some(oid)) if oid.parse::<Oid>().is_err() => add("agency", ViolationCode::Malformed),
            (false, Some(_)) => add("agency", ViolationCode::Mismatched),
            _ => {}
        }
        if self.with_below && self.role != Role::AgencyManager {
            add("with_below", ViolationCode::Mismatched);
        }
        match (self.role == Role::ApplicationOwner, &application) {
            (true, None) => add("application", ViolationCode::Required),
            (false, Some(_)) => add("application", ViolationCode::Mismatched),
            _ => {}
        }
        violations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(role: Role, agency: Option<&str>, application: Option<&str>) -> Vec<(String, ViolationCode)> {
        let new = NewPost {
            role,
            agency: agency.map(str::to_owned),
            with_below: false,
            application: application.map(str::to_owned),
        };
        let violations = new.violations().into_iter();
        violations.map(|it| (it.field, it.code)).collect()
    }

    #[test]
    fn a_post_is_for_what_its_role_is_for() {
        let oid = Some("2.16.886.101.90010.20002");
        assert_eq!(broken(Role::AgencyManager, oid, None), []);
        assert_eq!(broken(Role::ApplicationOwner, None, Some("emic")), []);
        assert_eq!(broken(Role::Auditor, None, None), []);
        assert_eq!(
            broken(Role::AgencyManager, None, Some("emic")),
            [
                ("agency".into(), ViolationCode::Required),
                ("application".into(), ViolationCode::Mismatched)
            ]
        );
        assert_eq!(
            broken(Role::AgencyManager, Some("2.16.x"), None),
            [("agency".into(), ViolationCode::Malformed)]
        );
        assert_eq!(
            broken(Role::ApplicationOwner, oid, Some("")),
            [
                ("agency".into(), ViolationCode::Mismatched),
                ("application".into(), ViolationCode::Required)
            ]
        );
        assert_eq!(
            broken(Role::SystemAdministrator, oid, None),
            [("agency".into(), ViolationCode::Mismatched)]
        );
    }
}
