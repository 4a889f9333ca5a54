//! Rules of new passwords for accounts of EMIC (NIST SP 800-63B-4, section 3.1.1.2).

use crate::problem::{Violation, ViolationCode};

/// Fewest characters.
pub const SHORTEST: usize = 8;
/// Most characters.
pub const LONGEST: usize = 128;

/// The rules that a new password breaks, whatever the account. Characters of every script count as one.
pub fn violations(field: &str, password: &str) -> Vec<Violation> {
    let length = password.chars().count();
    let mut broken = Vec::new();
    if length < SHORTEST {
        broken.push(Violation::new(field, ViolationCode::TooShort).with("min", SHORTEST));
    }
    if length > LONGEST {
        broken.push(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST));
    }
    if password.chars().any(char::is_control) {
        broken.push(Violation::new(field, ViolationCode::ForbiddenCharacters));
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_of_any_script() {
        assert!(violations("password", "颱風警報期間應變").is_empty());
        assert_eq!(
            violations("password", "颱風警報期間應")[0].code,
            ViolationCode::TooShort
        );
        assert_eq!(
            violations("password", &"a".repeat(129))[0].code,
            ViolationCode::TooLong
        );
        assert_eq!(
            violations("password", "abcd\0efgh")[0].code,
            ViolationCode::ForbiddenCharacters
        );
    }
}
