//! What people write about lists and events.

use serde::{Deserialize, Serialize};

use crate::{
    problem::{Violation, ViolationCode},
    text::{Line, is_hidden},
};

/// The name of a list or of an event, in characters.
pub const LONGEST_NAME: usize = 60;
/// A remark, in characters.
pub const LONGEST_REMARK: usize = 500;

/// The rule that a name breaks.
pub(super) fn name_violation(name: &str) -> Option<Violation> {
    if name.trim().is_empty() {
        return Some(Violation::new("name", ViolationCode::Required));
    }
    Line::violation("name", name, LONGEST_NAME)
}

/// The rule that the OID in this field breaks. Whether there is such an agency only the server knows.
pub(super) fn oid_violation(field: &str, oid: &str) -> Option<Violation> {
    let code = match oid {
        "" => ViolationCode::Required,
        oid if oid.parse::<crate::text::Oid>().is_err() => ViolationCode::Malformed,
        _ => return None,
    };
    Some(Violation::new(field, code))
}

/// A remark as it is stored: with plain line breaks, and nothing around it; none when there is nothing in it.
pub(super) fn stored(text: Option<&str>) -> Option<String> {
    let text = text?.replace("\r\n", "\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The rule that a remark breaks.
pub(super) fn remark_violation(field: &str, text: Option<&str>, needed: bool) -> Option<Violation> {
    let Some(text) = stored(text) else {
        return needed.then(|| Violation::new(field, ViolationCode::Required));
    };
    if text.chars().any(|c| is_hidden(c) && c != '\n' && c != '\t') {
        Some(Violation::new(field, ViolationCode::ForbiddenCharacters))
    } else if text.chars().count() > LONGEST_REMARK {
        Some(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST_REMARK))
    } else {
        None
    }
}

/// `POST /api/v1/surge-lists/{id}/return`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ListRemark {
    /// What is to be corrected, for the one who prepared it, in 1 to 500 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 500,
            pattern = r"\S",
            example = "請確認輪值人員是否仍在職。"
        )
    )]
    pub remark: String,
}

impl ListRemark {
    /// The remark as it is stored.
    pub fn stored(&self) -> String {
        stored(Some(&self.remark)).unwrap_or_default()
    }

    /// The rule that it breaks.
    pub fn violation(&self) -> Option<Violation> {
        remark_violation("remark", Some(&self.remark), true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_with_something_in_it() {
        let code = |name: &str| name_violation(name).map(|violation| violation.code);
        assert_eq!(code("海葵颱風應變中心"), None);
        assert_eq!(code("  "), Some(ViolationCode::Required));
        assert_eq!(code("a\nb"), Some(ViolationCode::ForbiddenCharacters));
        assert_eq!(code(&"字".repeat(61)), Some(ViolationCode::TooLong));
    }

    #[test]
    fn a_remark_may_have_lines_and_must_be_there_where_it_is_needed() {
        let code = |text: Option<&str>, needed| remark_violation("remark", text, needed).map(|it| it.code);
        assert_eq!(code(None, false), None);
        assert_eq!(code(Some(" \r\n "), true), Some(ViolationCode::Required));
        assert_eq!(code(Some("第一行\r\n第二行"), true), None);
        assert_eq!(
            code(Some("a\u{202e}b"), false),
            Some(ViolationCode::ForbiddenCharacters)
        );
        assert_eq!(code(Some(&"字".repeat(501)), false), Some(ViolationCode::TooLong));
    }
}
