//! 附件: files that go with a request for a permission.

mod kind;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::kind::FileKind;
use crate::{
    id::is_chosen,
    problem::{Violation, ViolationCode},
    text::is_hidden,
    time::Timestamp,
};

/// The largest file, in bytes: 5 MiB.
pub const LARGEST: usize = 5 * 1024 * 1024;
/// So many files go with one request, at most.
pub const MOST: usize = 5;
/// The longest name of a file, in characters.
pub const LONGEST_NAME: usize = 120;

/// `POST /api/v1/permission-requests/{id}/attachments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// Chosen by the one who sends it (UUIDv7), and the same in every retry.
    #[cfg_attr(feature = "openapi", schema(example = "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a48"))]
    pub id: Uuid,
    /// The file's name with its ending, in 1 to 120 characters; no path.
    #[cfg_attr(feature = "openapi", schema(example = "派遣令.pdf"))]
    pub name: String,
    /// The file, in base64 with padding (RFC 4648, section 4): PDF, PNG or JPEG, 5 MiB at most.
    #[cfg_attr(feature = "openapi", schema(content_encoding = "base64"))]
    pub content: String,
}

/// A file as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// How long it is, in bytes.
    pub size: u32,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether the one who reads this may take it away now.
    pub removable: bool,
}

/// A file of a person's own, in what they take away of their data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptAttachment {
    /// Its id.
    pub id: Uuid,
    /// The request that it is for, which may not have been sent yet.
    pub request: Uuid,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(example = "派遣令.pdf"))]
    pub name: String,
    /// What it is, by its content.
    pub kind: FileKind,
    /// How long it is, in bytes.
    pub size: u32,
    /// The SHA-256 of its content, in hexadecimal digits, as the audit log has it.
    pub sha256: String,
    /// When it was added.
    pub added_at: Timestamp,
}

impl NewAttachment {
    /// All the rules that the id and the name break, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        if !is_chosen(&self.id) {
            violations.push(Violation::new("id", ViolationCode::Malformed));
        }
        violations.extend(name_violation(&self.name));
        violations
    }
}

/// The rule that a file's name breaks, if so. What it ends with has to fit its content: see [`violation_of`].
fn name_violation(name: &str) -> Option<Violation> {
    let of = |code| Some(Violation::new("name", code));
    match name.chars().count() {
        0 => of(ViolationCode::Required),
        count if count > LONGEST_NAME => {
            Some(Violation::new("name", ViolationCode::TooLong).with("max", LONGEST_NAME))
        }
        // Names of files only, that no system reads as a path, and that look like what they are.
        _ if name.chars().any(|c| is_hidden(c) || "/\\:*?\"<>|".contains(c)) => {
            of(ViolationCode::ForbiddenCharacters)
        }
        _ if name.starts_with('.') || name.trim() != name => of(ViolationCode::Malformed),
        _ => None,
    }
}

/// What a file of this name and content is.
///
/// # Errors
/// The rule that it breaks: nothing in it, too much, or not of a type that is taken and that its name says.
pub fn kind_of(name: &str, content: &[u8]) -> Result<FileKind, Violation> {
    let of = |code| Violation::new("content", code);
    if content.is_empty() {
        return Err(of(ViolationCode::Required));
    }
    if content.len() > LARGEST {
        return Err(of(ViolationCode::TooLarge).with("max", LARGEST));
    }
    FileKind::of(content)
        .filter(|kind| kind.fits(name))
        .ok_or_else(|| of(ViolationCode::WrongType))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(name: &str) -> Option<ViolationCode> {
        name_violation(name).map(|violation| violation.code)
    }

    #[test]
    fn a_name_is_a_files_own() {
        assert_eq!(broken("派遣令 (修正) 2026-11.pdf"), None);
        assert_eq!(broken(&"字".repeat(120)), None);
        assert_eq!(broken(&"字".repeat(121)), Some(ViolationCode::TooLong));
        assert_eq!(broken(""), Some(ViolationCode::Required));
        for name in [
            "../a.pdf",
            "a\\b.pdf",
            "a:b.pdf",
            "a\0.pdf",
            "a\u{202e}fdp.exe",
            "a\n.pdf",
        ] {
            assert_eq!(broken(name), Some(ViolationCode::ForbiddenCharacters), "{name:?}");
        }
        for name in [".pdf", " a.pdf", "a.pdf "] {
            assert_eq!(broken(name), Some(ViolationCode::Malformed), "{name:?}");
        }
    }

    #[test]
    fn a_file_has_something_in_it_and_not_too_much() {
        let code = |content: &[u8]| kind_of("a.pdf", content).map_err(|violation| violation.code);
        assert_eq!(code(b""), Err(ViolationCode::Required));
        assert_eq!(code(&vec![0; LARGEST + 1]), Err(ViolationCode::TooLarge));
        assert_eq!(code(b"MZ"), Err(ViolationCode::WrongType));
        assert_eq!(code(b"%PDF-1.7\n1 0 obj\n%%EOF\n"), Ok(FileKind::Pdf));
    }

    #[test]
    fn a_file_is_what_its_name_says() {
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
        assert!(kind_of("A.PDF", pdf).is_ok());
        for name in ["a.png", "a.pdf.exe", "a", "pdf"] {
            let code = kind_of(name, pdf).map_err(|violation| violation.code);
            assert_eq!(code, Err(ViolationCode::WrongType), "{name}");
        }
    }
}
