//! What somebody types for a message, and its rules.

use shared::{
    application::is_code,
    text::{Oid, is_hidden},
};

use crate::{directory::Criteria, http::form::Form};

/// The longest subject, in characters.
pub(super) const LONGEST_SUBJECT: usize = 100;
/// The longest text, in characters.
pub(super) const LONGEST_TEXT: usize = 2000;

/// A message that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) criteria: Criteria,
}

impl Draft {
    /// Reads a form; all that is wrong is noted in it.
    pub(super) fn read(form: &mut Form) -> Option<Self> {
        let subject = form.value("subject").trim().to_owned();
        let text = form.value("text").trim().replace("\r\n", "\n");
        let is_broken = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t');
        if subject.is_empty() {
            form.fault("subject", ("請輸入主旨", "Please write a subject"));
        } else if subject.chars().count() > LONGEST_SUBJECT {
            form.fault(
                "subject",
                ("主旨最多100個字", "A subject has at most 100 characters"),
            );
        } else if subject.chars().any(is_hidden) {
            form.fault(
                "subject",
                (
                    "主旨含有無法顯示的字元",
                    "The subject holds characters that cannot be shown",
                ),
            );
        }
        if text.is_empty() {
            form.fault("text", ("請輸入內容", "Please write a text"));
        } else if text.chars().count() > LONGEST_TEXT {
            form.fault("text", ("內容最多2000個字", "A text has at most 2000 characters"));
        } else if text.chars().any(is_broken) {
            form.fault(
                "text",
                (
                    "內容含有無法顯示的字元",
                    "The text holds characters that cannot be shown",
                ),
            );
        }
        let criteria = criteria(form);
        let draft = Self {
            subject,
            text,
            criteria: criteria?,
        };
        form.is_sound().then_some(draft)
    }
}

fn criteria(form: &mut Form) -> Option<Criteria> {
    let (agency, role) = (form.value("agency").to_owned(), form.value("role").to_owned());
    if agency.is_empty() && role.is_empty() {
        form.fault(
            "agency",
            (
                "請選擇機關、角色或兩者",
                "Please choose an agency, a role, or both",
            ),
        );
        return None;
    }
    let agency = match agency.parse::<Oid>() {
        Ok(oid) => Some(oid.as_str().to_owned()),
        Err(_) if agency.is_empty() => None,
        Err(_) => {
            form.fault(
                "agency",
                ("請選擇清單中的機關", "Please choose one of the agencies"),
            );
            return None;
        }
    };
    let role = match role.split_once(':') {
        Some((application, role)) if is_code(application) && is_code(role) => {
            Some((application.to_owned(), role.to_owned()))
        }
        None if role.is_empty() => None,
        _ => {
            form.fault("role", ("請選擇清單中的角色", "Please choose one of the roles"));
            return None;
        }
    };
    let below = agency.is_some() && form.has("below");
    Some(Criteria { agency, below, role })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Result<Draft, Vec<&'static str>> {
        let mut form = Form::default();
        for (field, value) in [
            ("subject", " 集結通知 "),
            ("text", "請於七時到達。\r\n攜帶裝備。"),
            ("agency", "2.16.886.101.90010.20002"),
            ("below", "1"),
            ("role", "emic:reporter"),
        ]
        .iter()
        .chain(changes)
        {
            form.set(field, *value);
        }
        Draft::read(&mut form).ok_or_else(|| form.all_wrong().iter().map(|(field, _)| *field).collect())
    }

    #[test]
    fn a_message_has_a_subject_a_text_and_an_audience() {
        let draft = read(&[]).unwrap();
        assert_eq!(
            (draft.subject.as_str(), draft.text.as_str()),
            ("集結通知", "請於七時到達。\n攜帶裝備。")
        );
        assert_eq!(draft.criteria.role, Some(("emic".into(), "reporter".into())));
        assert!(draft.criteria.below);
        let all = read(&[("subject", " "), ("text", "\n"), ("agency", ""), ("role", "")]);
        assert_eq!(all, Err(vec!["subject", "text", "agency"]));
        assert!(read(&[("agency", "")]).is_ok_and(|draft| !draft.criteria.below));
        assert!(read(&[("role", "")]).is_ok());
    }

    #[test]
    fn limits_are_in_characters_and_nothing_hides() {
        assert!(read(&[("subject", &"水".repeat(100)), ("text", &"水".repeat(2000))]).is_ok());
        assert_eq!(read(&[("subject", &"水".repeat(101))]), Err(vec!["subject"]));
        assert_eq!(read(&[("text", &"水".repeat(2001))]), Err(vec!["text"]));
        assert_eq!(read(&[("subject", "a\nBcc: x")]), Err(vec!["subject"]));
        assert_eq!(read(&[("text", "a\u{202e}b")]), Err(vec!["text"]));
    }

    #[test]
    fn only_oids_and_codes_are_looked_for() {
        for agency in ["1.2.3", "2.16.886.101.x", "%"] {
            assert_eq!(read(&[("agency", agency)]), Err(vec!["agency"]), "{agency}");
        }
        for role in ["reporter", "emic:", "emic:a&b", "EMIC:reporter", ":"] {
            assert_eq!(read(&[("role", role)]), Err(vec!["role"]), "{role}");
        }
    }
}
