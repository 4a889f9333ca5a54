//! What is sent to open a campaign, to extend it and to cancel it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{Remark, RequestAction},
    date::Date,
    id::is_chosen,
    problem::{Violation, ViolationCode},
    text::{Oid, is_hidden},
};

/// The name of a campaign, in characters.
pub const LONGEST_NAME: usize = 100;
/// Instructions and reasons, in characters.
const LONGEST_TEXT: usize = 1000;
/// So many days from today a deadline is, at most.
pub const LONGEST_RUN: u32 = 180;

/// `POST /api/v1/campaigns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCampaign {
    /// Chosen by the one who sends it (UUIDv7), and the same in every retry.
    #[cfg_attr(feature = "openapi", schema(example = "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47"))]
    pub id: Uuid,
    /// What it is called, in 1 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(example = "115年下半年權限清查"))]
    pub name: String,
    /// What the managers should look at; at most 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "請逐一確認職務是否仍需使用。"))]
    #[serde(default)]
    pub instructions: String,
    /// 機關OID: all permissions for this agency and those below it. Either this or `application`.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// The code of an application: all permissions for its roles.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The last day, in Taiwan: today at the earliest, and at most 180 days from today.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-31"))]
    pub due_on: String,
}

/// A text of several lines as it is stored: with plain line breaks, and nothing around it.
fn stored(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// A deadline as it was typed.
fn due(text: &str, earliest: Date, today: Date) -> Result<Date, Violation> {
    let of = |code| Violation::new("due_on", code);
    let latest = today.plus_days(LONGEST_RUN);
    match text.parse::<Date>() {
        Err(_) if text.is_empty() => Err(of(ViolationCode::Required)),
        Err(_) => Err(of(ViolationCode::Malformed)),
        Ok(day) if day < earliest => Err(of(ViolationCode::TooEarly).with("min", earliest)),
        Ok(day) if day > latest => Err(of(ViolationCode::TooLate).with("max", latest)),
        Ok(day) => Ok(day),
    }
}

/// The rule that a reason breaks, which has to be given.
fn reason_violation(reason: &str) -> Option<Violation> {
    let remark = Remark {
        comment: Some(reason.to_owned()),
    };
    let violation = remark.violation(RequestAction::Comment)?;
    Some(Violation {
        field: "reason".to_owned(),
        ..violation
    })
}

impl NewCampaign {
    /// The name as it is stored.
    pub fn stored_name(&self) -> String {
        self.name.trim().to_owned()
    }

    /// The instructions as they are stored.
    pub fn stored_instructions(&self) -> String {
        stored(&self.instructions)
    }

    /// The deadline on this day, or all the rules that the campaign breaks. Whether there is such an agency or
    /// application only the server knows.
    ///
    /// # Errors
    /// The violations.
    pub fn due(&self, today: Date) -> Result<Date, Vec<Violation>> {
        let mut violations = Vec::new();
        let mut add = |field: &str, code| violations.push(Violation::new(field, code));
        if !is_chosen(&self.id) {
            add("id", ViolationCode::Malformed);
        }
        let name = self.stored_name();
        if name.is_empty() {
            add("name", ViolationCode::Required);
        } else if name.chars().any(is_hidden) {
            add("name", ViolationCode::ForbiddenCharacters);
        }
        let instructions = self.stored_instructions();
        if instructions
            .chars()
            .any(|c| is_hidden(c) && c != '\n' && c != '\t')
        {
            add("instructions", ViolationCode::ForbiddenCharacters);
        }
        match (self.agency.as_deref(), self.application.as_deref()) {
            (Some(_), Some(_)) => add("application", ViolationCode::Mismatched),
            (None | Some(""), None) => add("agency", ViolationCode::Required),
            (Some(oid), None) if oid.parse::<Oid>().is_err() => add("agency", ViolationCode::Malformed),
            (None, Some("")) => add("application", ViolationCode::Required),
            _ => {}
        }
        for (field, text, max) in [
            ("name", &name, LONGEST_NAME),
            ("instructions", &instructions, LONGEST_TEXT),
        ] {
            if text.chars().count() > max {
                violations.push(Violation::new(field, ViolationCode::TooLong).with("max", max));
            }
        }
        match due(&self.due_on, today, today) {
            Ok(day) if violations.is_empty() => Ok(day),
            Ok(_) => Err(violations),
            Err(violation) => {
                violations.push(violation);
                Err(violations)
            }
        }
    }
}

/// `POST /api/v1/campaigns/{id}/extend`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtendCampaign {
    /// The version of the campaign that was read. When it has changed since, this is refused.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub version: i64,
    /// The last day from now on, later than the one before and at most 180 days from today.
    #[cfg_attr(feature = "openapi", schema(example = "2027-01-15"))]
    pub due_on: String,
    /// Why, in 1 to 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "颱風應變期間，延長兩週。"))]
    pub reason: String,
}

impl ExtendCampaign {
    /// The reason as it is stored.
    pub fn stored_reason(&self) -> String {
        stored(&self.reason)
    }

    /// The new deadline of a campaign that was due on this day, or all the rules that it breaks.
    ///
    /// # Errors
    /// The violations.
    pub fn due(&self, before: Date, today: Date) -> Result<Date, Vec<Violation>> {
        let reason = reason_violation(&self.reason);
        match (due(&self.due_on, before.plus_days(1), today), reason) {
            (Ok(day), None) => Ok(day),
            (day, reason) => Err(day.err().into_iter().chain(reason).collect()),
        }
    }
}

/// `POST /api/v1/campaigns/{id}/cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelCampaign {
    /// The version of the campaign that was read. When it has changed since, this is refused.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub version: i64,
    /// Why, in 1 to 1000 characters.
    #[cfg_attr(feature = "openapi", schema(example = "範圍有誤，將重新開立。"))]
    pub reason: String,
}

impl CancelCampaign {
    /// The reason as it is stored.
    pub fn stored_reason(&self) -> String {
        stored(&self.reason)
    }

    /// The rule that it breaks.
    pub fn violation(&self) -> Option<Violation> {
        reason_violation(&self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn campaign() -> NewCampaign {
        NewCampaign {
            id: "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47".parse().unwrap(),
            name: "權限清查".into(),
            instructions: "第一行\r\n第二行".into(),
            agency: Some("2.16.886.101.90010.20002".into()),
            application: None,
            due_on: "2026-11-25".into(),
        }
    }

    fn broken(new: &NewCampaign) -> Vec<(String, ViolationCode)> {
        let violations = new.due(day("2026-11-25")).err().unwrap_or_default();
        violations.into_iter().map(|it| (it.field, it.code)).collect()
    }

    #[test]
    fn it_is_for_an_agency_or_an_application_and_ends() {
        assert_eq!(campaign().due(day("2026-11-25")), Ok(day("2026-11-25")));
        let both = NewCampaign {
            application: Some("emic".into()),
            ..campaign()
        };
        assert_eq!(
            broken(&both),
            [("application".to_owned(), ViolationCode::Mismatched)]
        );
        let none = NewCampaign {
            agency: None,
            due_on: "2027-05-25".into(),
            ..campaign()
        };
        assert_eq!(
            broken(&none),
            [
                ("agency".to_owned(), ViolationCode::Required),
                ("due_on".to_owned(), ViolationCode::TooLate)
            ]
        );
        let passed = NewCampaign {
            due_on: "2026-11-24".into(),
            ..campaign()
        };
        assert_eq!(broken(&passed), [("due_on".to_owned(), ViolationCode::TooEarly)]);
    }

    #[test]
    fn all_violations_are_named_at_once() {
        let wrong = NewCampaign {
            id: Uuid::nil(),
            name: " ".into(),
            instructions: "字".repeat(LONGEST_TEXT + 1),
            agency: Some("x".into()),
            application: None,
            due_on: String::new(),
        };
        let fields: Vec<_> = broken(&wrong).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["id", "name", "agency", "instructions", "due_on"]);
    }

    #[test]
    fn an_extension_is_later_and_says_why() {
        let extend = |due_on: &str, reason: &str| ExtendCampaign {
            version: 1,
            due_on: due_on.into(),
            reason: reason.into(),
        };
        let (before, today) = (day("2026-12-01"), day("2026-11-25"));
        assert_eq!(
            extend("2026-12-02", "延長").due(before, today),
            Ok(day("2026-12-02"))
        );
        assert_eq!(extend("2026-12-01", " ").due(before, today).unwrap_err().len(), 2);
    }
}
