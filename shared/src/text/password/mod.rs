//! Rules of new passwords for accounts of EMIC (NIST SP 800-63B-4, section 3.1.1.2), for the page while one types and
//! for the server. What only the server knows, the passwords before, it adds.

mod common;

use crate::problem::{Violation, ViolationCode};

/// Fewest characters.
pub const SHORTEST: usize = 8;
/// Most characters.
pub const LONGEST: usize = 128;
/// From so many characters on a password is called a good one.
pub const ADVISED: usize = 15;
/// How many passwords before the present one may not be used again.
pub const REMEMBERED: u8 = 3;

/// A rule that a new password keeps or breaks, whatever was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// 8 to 128 characters of any script.
    Length,
    /// No control characters.
    Characters,
    /// Nothing that guessers try first, nor a word of this agency with digits around it.
    NotCommon,
    /// Not the account's name.
    NotAccountName,
}

impl Rule {
    /// Every rule, in the order in which they are told.
    pub const ALL: &[Self] = &[
        Self::Length,
        Self::NotCommon,
        Self::NotAccountName,
        Self::Characters,
    ];

    /// How the password breaks it, if it does.
    pub fn violation(self, field: &str, password: &str, username: &str) -> Option<Violation> {
        let broken = |code| Some(Violation::new(field, code));
        match self {
            Self::Length => {
                let length = password.chars().count();
                if length < SHORTEST {
                    Some(Violation::new(field, ViolationCode::TooShort).with("min", SHORTEST))
                } else if length > LONGEST {
                    Some(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST))
                } else {
                    None
                }
            }
            Self::Characters if password.chars().any(char::is_control) => {
                broken(ViolationCode::ForbiddenCharacters)
            }
            Self::NotCommon if common::is_common(password) => broken(ViolationCode::Guessable),
            Self::NotAccountName if is_name(password, username) => broken(ViolationCode::IsAccountName),
            Self::Characters | Self::NotCommon | Self::NotAccountName => None,
        }
    }
}

fn is_name(password: &str, username: &str) -> bool {
    !username.is_empty() && key(password) == key(username)
}

#[cfg(feature = "graphemes")]
fn key(text: &str) -> String {
    super::fold(text).trim().to_owned()
}

/// Without the tables of Unicode, which would be a weight in the browser: of other likenesses the server decides.
#[cfg(not(feature = "graphemes"))]
fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// All the rules that a new password for the account of this name breaks. Characters of every script count as one.
pub fn violations(field: &str, password: &str, username: &str) -> Vec<Violation> {
    // One that is longer than any is not looked at further.
    if password.len() > 4 * LONGEST {
        return Rule::Length
            .violation(field, password, username)
            .into_iter()
            .collect();
    }
    Rule::ALL
        .iter()
        .filter_map(|rule| rule.violation(field, password, username))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(password: &str) -> Vec<ViolationCode> {
        violations("password", password, "dawen.chen")
            .into_iter()
            .map(|violation| violation.code)
            .collect()
    }

    #[test]
    fn length_counts_characters_of_any_script() {
        assert_eq!(codes("颱風警報期間值班"), []);
        assert_eq!(codes("颱風警報期間值"), [ViolationCode::TooShort]);
        assert_eq!(codes(&"ab".repeat(64)), []);
        assert_eq!(codes(&"ab颱".repeat(43)), [ViolationCode::TooLong]);
        assert_eq!(codes(&"字a".repeat(1_000_000)), [ViolationCode::TooLong]);
    }

    #[cfg(feature = "graphemes")]
    #[test]
    fn names_that_look_alike_are_the_same() {
        assert_eq!(codes("dawen.Ｃhen"), [ViolationCode::IsAccountName]);
    }

    #[test]
    fn every_broken_rule_is_named() {
        assert_eq!(codes("abcd\0efgh"), [ViolationCode::ForbiddenCharacters]);
        assert_eq!(codes(" DAWEN.Chen"), [ViolationCode::IsAccountName]);
        assert_eq!(codes("Typhoon119"), [ViolationCode::Guessable]);
        assert_eq!(codes("emic"), [ViolationCode::TooShort, ViolationCode::Guessable]);
        assert!(violations("password", "correct horse battery", "").is_empty());
    }
}
