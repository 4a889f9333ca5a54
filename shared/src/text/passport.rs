//! 護照號碼.

use super::written::{malformed, narrow};
use crate::problem::Violation;

/// A passport's number: 5 to 20 letters and digits, of any country.
#[derive(Clone, PartialEq, Eq)]
pub struct PassportNumber(String);

impl PassportNumber {
    /// Checks a number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = narrow(text).to_ascii_uppercase();
        if (5..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text))
        } else {
            Err(malformed(field))
        }
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PassportNumber {
    /// The number does not belong into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PassportNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_taken_and_nothing_else() {
        assert_eq!(
            PassportNumber::parse("passport", " x12345678 ").unwrap().as_str(),
            "X12345678"
        );
        for text in ["", "1234", "123456789012345678901", "X-123456", "護照12345"] {
            assert!(PassportNumber::parse("passport", text).is_err(), "{text}");
        }
    }
}
