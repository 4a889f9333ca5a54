//! 中文姓名.

use unicode_normalization::UnicodeNormalization;

use super::written::is_hidden;
use crate::problem::{Violation, ViolationCode};

/// Most graphemes of a name.
const LONGEST: usize = 50;
/// Most characters: a letter with a thousand marks is one grapheme too.
const LONGEST_CHARACTERS: usize = 4 * LONGEST;

/// A person's name: 1 to 50 graphemes of any script, rare characters included, stored as NFC and never as
/// NFKC, which turns rare characters into others. Nothing hides or reverses text in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The rule that a name breaks. The pages use this alone: the tables of NFC stay on the server.
    pub fn violation(field: &str, name: &str) -> Option<Violation> {
        let name = name.trim();
        if name.is_empty() {
            Some(Violation::new(field, ViolationCode::Required))
        } else if is_too_long(name) {
            Some(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST))
        } else if name.chars().any(is_hidden) {
            Some(Violation::new(field, ViolationCode::ForbiddenCharacters))
        } else {
            None
        }
    }

    /// Checks a name.
    pub fn parse(field: &str, name: &str) -> Result<Self, Violation> {
        match Self::violation(field, name) {
            Some(violation) => Err(violation),
            None => Ok(Self(name.trim().nfc().collect())),
        }
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_too_long(name: &str) -> bool {
    let characters = name.chars().count();
    characters > LONGEST_CHARACTERS || (characters > LONGEST && graphemes(name) > LONGEST)
}

#[cfg(feature = "graphemes")]
fn graphemes(name: &str) -> usize {
    unicode_segmentation::UnicodeSegmentation::graphemes(name, true).count()
}

/// Without the tables of Unicode, which would be a weight in the browser: exact for Han and ASCII characters
/// alone. Of other long names the server decides.
#[cfg(not(feature = "graphemes"))]
fn graphemes(name: &str) -> usize {
    let alone =
        |c: char| c.is_ascii() || matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '·');
    if name.chars().all(alone) {
        name.chars().count()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Option<ViolationCode> {
        PersonName::violation("name", name).map(|violation| violation.code)
    }

    #[test]
    fn names_that_hide_something_are_refused_and_rare_ones_are_not() {
        for name in [
            "林小美",
            "吳明𡘙",
            "𠀋·那布",
            "O'Brien",
            "邉\u{e0100}",
            "游錫堃",
            "Ljuan Kaljuvucing",
        ] {
            assert_eq!(code(name), None, "{name}");
        }
        for name in ["", " ", "\u{3000}"] {
            assert_eq!(code(name), Some(ViolationCode::Required), "{name:?}");
        }
        for name in [
            "a\u{0}b",
            "a\u{202e}b",
            "a\u{2028}b",
            "a\u{200b}b",
            "a\u{61c}b",
            "a\u{2066}b",
            "a\u{ad}b",
            "林\u{3164}美",
        ] {
            assert_eq!(code(name), Some(ViolationCode::ForbiddenCharacters), "{name:?}");
        }
    }

    #[test]
    fn fifty_graphemes_are_the_most() {
        assert_eq!(code(&"字".repeat(50)), None);
        assert_eq!(code(&"𡘙".repeat(51)), Some(ViolationCode::TooLong));
        // A variation selector makes no grapheme of its own.
        assert_eq!(code(&"邉\u{e0100}".repeat(50)), None);
        assert_eq!(
            code(&["a", &"\u{301}".repeat(500)].concat()),
            Some(ViolationCode::TooLong)
        );
    }

    #[cfg(feature = "graphemes")]
    #[test]
    fn marks_are_counted_with_their_letters() {
        assert_eq!(code(&"e\u{301}".repeat(51)), Some(ViolationCode::TooLong));
    }

    #[test]
    fn names_are_stored_composed_and_otherwise_as_they_are() {
        let stored = |name: &str| PersonName::parse("name", name).map(|name| name.0).ok();
        assert_eq!(stored(" e\u{301} ").as_deref(), Some("\u{e9}"));
        // NFKC would take the circle away.
        assert_eq!(stored("㊣").as_deref(), Some("㊣"));
    }
}
