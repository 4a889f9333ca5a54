//! 身分證字號 and 統一證號: a letter, nine digits, and a sum that finds most slips.

use super::written::{malformed, narrow};
use crate::problem::Violation;

/// Values of the letters A to Z.
const LETTERS: [u32; 26] = [
    10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33,
];
/// Weights of the eleven digits: the first letter's two, and the nine that follow.
const WEIGHTS: [u32; 11] = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];

/// The value of an upper-case letter.
fn value(letter: u8) -> Option<u32> {
    LETTERS.get(usize::from(letter.checked_sub(b'A')?)).copied()
}

/// Whether the sum of a first letter's value and nine digits is right.
fn adds_up(first: u32, rest: impl Iterator<Item = u32>) -> bool {
    let digits = [first / 10, first % 10].into_iter().chain(rest);
    digits
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum::<u32>()
        % 10
        == 0
}

/// The text as ten upper-case letters and digits, if that is what it is.
fn ten(text: &str) -> Option<[u8; 10]> {
    narrow(text).to_ascii_uppercase().into_bytes().try_into().ok()
}

fn digits(bytes: &[u8]) -> Option<Vec<u32>> {
    bytes
        .iter()
        .map(|b| b.is_ascii_digit().then(|| u32::from(b - b'0')))
        .collect()
}

fn written(bytes: [u8; 10]) -> String {
    bytes.into_iter().map(char::from).collect()
}

/// 身分證字號.
#[derive(Clone, PartialEq, Eq)]
pub struct NationalId(String);

impl NationalId {
    /// Checks a number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let right = |bytes: &[u8; 10]| {
            let first = value(bytes[0])?;
            let rest = digits(&bytes[1..])?;
            (matches!(bytes[1], b'1' | b'2') && adds_up(first, rest.into_iter())).then_some(())
        };
        ten(text)
            .filter(|bytes| right(bytes).is_some())
            .map(|bytes| Self(written(bytes)))
            .ok_or_else(|| malformed(field))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For screens: without its last four digits.
    pub fn masked(&self) -> String {
        [&self.0[..6], "****"].concat()
    }
}

/// 統一證號 of a resident from abroad, in its new form (`A8…`, `A9…`) or its old one (`AC…`).
#[derive(Clone, PartialEq, Eq)]
pub struct ResidentNumber(String);

impl ResidentNumber {
    /// Checks a number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let right = |bytes: &[u8; 10]| {
            let first = value(bytes[0])?;
            let second = match bytes[1] {
                b'8' => 8,
                b'9' => 9,
                // The old form: the second letter counts as the units digit of its value.
                letter @ b'A'..=b'D' => value(letter)? % 10,
                _ => return None,
            };
            let rest = digits(&bytes[2..])?;
            adds_up(first, std::iter::once(second).chain(rest)).then_some(())
        };
        ten(text)
            .filter(|bytes| right(bytes).is_some())
            .map(|bytes| Self(written(bytes)))
            .ok_or_else(|| malformed(field))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For screens: without its last four digits.
    pub fn masked(&self) -> String {
        [&self.0[..6], "****"].concat()
    }
}

/// Neither number belongs into a log.
macro_rules! hidden_debug {
    ($($type:ident)+) => {
        $(impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(…)"))
            }
        })+
    };
}

hidden_debug!(NationalId ResidentNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_ids_add_up() {
        for text in ["A123456789", "a123456789", "Ａ１２３４５６７８９"] {
            assert_eq!(NationalId::parse("id", text).unwrap().as_str(), "A123456789");
        }
        for text in [
            "",
            "A123456788",
            "A323456789",
            "1123456789",
            "A12345678",
            "A1234567890",
            "A800000014",
            "Á123456789",
        ] {
            assert!(NationalId::parse("id", text).is_err(), "{text}");
        }
        assert_eq!(
            NationalId::parse("id", "A123456789").unwrap().masked(),
            "A12345****"
        );
    }

    #[test]
    fn resident_numbers_of_both_forms_add_up() {
        for text in [
            "A800000014",
            "A900000016",
            "AC01234567",
            "AD30000004",
            "ac01234567",
        ] {
            assert!(ResidentNumber::parse("id", text).is_ok(), "{text}");
        }
        for text in [
            "",
            "A800000015",
            "A700000014",
            "AE01234567",
            "AC01234568",
            "A123456789",
            "AC0123456X",
        ] {
            assert!(ResidentNumber::parse("id", text).is_err(), "{text}");
        }
    }

    #[test]
    fn they_do_not_show_in_logs() {
        let number = NationalId::parse("id", "A123456789").unwrap();
        assert_eq!(format!("{number:?}"), "NationalId(…)");
    }
}
