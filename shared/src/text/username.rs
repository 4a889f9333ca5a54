//! The name of an account of EMIC (帳號).

use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;

use super::fold;
use crate::problem::{Violation, ViolationCode};

/// Most characters of an account name.
const LONGEST: usize = 64;

/// An account name: 1 to 64 letters, digits and `. - _ @`, of one script, stored as NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Checks a new account name.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let name: String = text.trim().nfc().collect();
        let length = name.chars().count();
        if length == 0 {
            return Err(Violation::new(field, ViolationCode::Required));
        }
        if length > LONGEST {
            return Err(Violation::new(field, ViolationCode::TooLong).with("max", LONGEST));
        }
        if !name.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c)) {
            return Err(Violation::new(field, ViolationCode::ForbiddenCharacters));
        }
        if !name.as_str().is_single_script() {
            return Err(Violation::new(field, ViolationCode::MixedScripts));
        }
        Ok(Self(name))
    }

    /// As the person writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names have in common when people could take them for one.
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key of whatever was typed, to look an account up by: folded, without surrounding space. Names hold
    /// no ignorables, which [`fold`] leaves in.
    pub fn key_of(typed: &str) -> String {
        // Trimmed only now: some characters, `´` among them, become a space and a mark.
        fold(typed).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> Option<ViolationCode> {
        Username::parse("username", text)
            .err()
            .map(|violation| violation.code)
    }

    #[test]
    fn names_that_look_alike_collide() {
        assert_eq!(Username::key_of("ＤＡＷＥＮ"), Username::key_of(" dawen "));
        assert_eq!(Username::key_of("Ⅳ"), "iv");
        assert_eq!(Username::key_of("STRASSE"), Username::key_of("straße"));
        assert_eq!(Username::key_of("ΝΙΚΟΣ"), Username::key_of("νικος"));
    }

    #[test]
    fn space_that_a_character_becomes_is_no_part_of_the_key() {
        assert_eq!(Username::key_of("´"), "\u{301}");
    }

    #[test]
    fn mixed_scripts_and_strange_characters_are_refused() {
        assert_eq!(code("dаwen"), Some(ViolationCode::MixedScripts), "Cyrillic а");
        assert_eq!(code("da wen"), Some(ViolationCode::ForbiddenCharacters));
        assert_eq!(code("da\u{200b}wen"), Some(ViolationCode::ForbiddenCharacters));
        assert_eq!(code("\u{202e}dawen"), Some(ViolationCode::ForbiddenCharacters));
        assert_eq!(code(""), Some(ViolationCode::Required));
        assert_eq!(code(&"a".repeat(65)), Some(ViolationCode::TooLong));
        assert_eq!(code("陳大文"), None);
        assert_eq!(code("dawen.chen-01@chfd"), None);
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(text in "\\PC{0,40}") {
            let key = Username::key_of(&text);
            prop_assert_eq!(Username::key_of(&key), key);
        }
    }
}
