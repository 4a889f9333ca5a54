//! 帳號: 5 to 15 letters and digits, first a letter; large and small letters are the same.

/// The key under which an account is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountName(String);

impl AccountName {
    /// Reads what was typed; none when no account can have this name.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let fits = (5..=15).contains(&typed.len())
            && typed.bytes().all(|b| b.is_ascii_alphanumeric())
            && typed.starts_with(|c: char| c.is_ascii_alphabetic());
        fits.then(|| Self(typed.to_ascii_lowercase()))
    }

    /// In small letters.
    pub(crate) fn key(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_small_letters_are_the_same() {
        assert_eq!(AccountName::read(" DaWen1234 ").unwrap().key(), "dawen1234");
    }

    #[test]
    fn other_texts_are_no_accounts() {
        for typed in [
            "",
            "abcd",
            "a234567890123456",
            "1dawen",
            "da wen",
            "dawen\0",
            "陳大文陳大文",
            "dаwen1",
        ] {
            assert_eq!(AccountName::read(typed), None, "{typed}");
        }
    }
}
