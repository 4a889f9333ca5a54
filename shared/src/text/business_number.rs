//! 統一編號 of companies and agencies.

use super::written::{malformed, narrow};
use crate::problem::Violation;

const WEIGHTS: [u32; 8] = [1, 2, 1, 2, 1, 2, 4, 1];

/// Eight digits whose weighted sum is divisible by five (財政部, since 2023-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessNumber(String);

impl BusinessNumber {
    /// Checks a number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = narrow(text);
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed(field));
        }
        let sum: u32 = text
            .bytes()
            .zip(WEIGHTS)
            .map(|(b, weight)| u32::from(b - b'0') * weight)
            .map(|product| product / 10 + product % 10)
            .sum();
        // Seven times four is 28, whose digits make 10: either of 1 and 0 may count.
        let seventh_is_7 = text.as_bytes()[6] == b'7';
        if sum.is_multiple_of(5) || (seventh_is_7 && (sum + 1).is_multiple_of(5)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weighted_sum_is_checked() {
        for text in ["04595252", "10458570", "１０４５８５７０", "10458575"] {
            assert!(BusinessNumber::parse("number", text).is_ok(), "{text}");
        }
        for text in ["", "04595253", "1045857", "104585700", "1045857a"] {
            assert!(BusinessNumber::parse("number", text).is_err(), "{text}");
        }
    }
}
