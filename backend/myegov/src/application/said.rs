//! A reviewer's reason, or an applicant's words.

use shared::text::is_hidden;

/// The most characters.
pub(crate) const LONGEST: usize = 500;

/// A text of some lines, with nothing hidden in it. It may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said(String);

/// The text is too long, or holds characters that do not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unfit;

impl Said {
    /// Reads what was typed into a form.
    pub(crate) fn read(typed: &str) -> Result<Self, Unfit> {
        let text = typed.trim().replace("\r\n", "\n");
        if text.chars().count() > LONGEST || text.chars().any(|c| c != '\n' && is_hidden(c)) {
            return Err(Unfit);
        }
        Ok(Self(text))
    }

    /// The text; none when it is empty.
    pub(crate) fn text(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_and_nothing_is_hidden() {
        assert_eq!(
            Said::read(" 請補\r\n職員證 ").unwrap().text(),
            Some("請補\n職員證")
        );
        assert_eq!(Said::read(" ").unwrap().text(), None);
        assert_eq!(Said::read("a\u{202e}b"), Err(Unfit));
        assert_eq!(Said::read("a\0"), Err(Unfit));
        assert_eq!(Said::read(&"字".repeat(501)), Err(Unfit));
        assert!(Said::read(&"字".repeat(500)).is_ok());
    }
}
