//! Telephone numbers of Taiwan, stored as domain.md writes them: `0912-345678`, `02-12345678#123`.

use super::written::{malformed, narrow};
use crate::problem::Violation;

/// Area codes, the longer before those that they begin with, and how many digits a number there has.
const AREAS: &[(&str, &[usize])] = &[
    ("0826", &[5]),
    ("0836", &[5]),
    ("037", &[6]),
    ("049", &[7]),
    ("082", &[6]),
    ("089", &[6]),
    ("02", &[8]),
    ("03", &[7]),
    ("04", &[7, 8]),
    ("05", &[7]),
    ("06", &[7]),
    ("07", &[7]),
    ("08", &[7]),
];
/// Most digits of an extension.
const LONGEST_EXTENSION: usize = 6;

/// What people write before an extension, in lower case.
const EXTENSION_SIGNS: [&str; 5] = ["#", "分機", "轉", "ext", "x"];

/// 行動電話: `09` and eight digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MobilePhone(String);

impl MobilePhone {
    /// Checks a number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let digits = national(&narrow(text)).ok_or_else(|| malformed(field))?;
        if digits.len() == 10 && digits.starts_with("09") {
            Ok(Self([&digits[..4], "-", &digits[4..]].concat()))
        } else {
            Err(malformed(field))
        }
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 市話 or 傳真: an area code, the number there, and perhaps an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LandlinePhone(String);

impl LandlinePhone {
    /// Checks a number.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = narrow(text).to_ascii_lowercase();
        let sign = EXTENSION_SIGNS
            .into_iter()
            .find_map(|sign| Some((text.find(sign)?, sign.len())));
        let (number, extension) = match sign {
            Some((at, length)) => (&text[..at], Some(&text[at + length..])),
            None => (text.as_str(), None),
        };
        let digits = national(number).ok_or_else(|| malformed(field))?;
        let area = AREAS
            .iter()
            .find(|(area, _)| digits.starts_with(area))
            .filter(|(area, lengths)| lengths.contains(&(digits.len() - area.len())));
        let Some((area, _)) = area else {
            return Err(malformed(field));
        };
        let mut written = [area, "-", &digits[area.len()..]].concat();
        if let Some(extension) = extension {
            let extension = extension.trim_start_matches(['.', ':', ' ']).trim();
            let right = (1..=LONGEST_EXTENSION).contains(&extension.len())
                && extension.bytes().all(|b| b.is_ascii_digit());
            if !right {
                return Err(malformed(field));
            }
            written.push('#');
            written.push_str(extension);
        }
        Ok(Self(written))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The digits of a number, from its trunk prefix `0`: without what people group them by, and with `0` for
/// `+886`. None when it holds anything else.
fn national(text: &str) -> Option<String> {
    let (text, abroad) = match text.trim().strip_prefix("+886") {
        Some(rest) => (rest, true),
        None => (text.trim(), false),
    };
    let grouping = |c: char| matches!(c, '-' | ' ' | '(' | ')');
    if !text.chars().all(|c| c.is_ascii_digit() || grouping(c)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let lacks_its_prefix = abroad && !digits.starts_with('0');
    Some(if lacks_its_prefix {
        ["0", &digits].concat()
    } else {
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mobile(text: &str) -> Option<String> {
        MobilePhone::parse("mobile_phone", text).ok().map(|phone| phone.0)
    }

    fn landline(text: &str) -> Option<String> {
        LandlinePhone::parse("fax", text).ok().map(|phone| phone.0)
    }

    #[test]
    fn mobile_numbers_are_stored_in_one_form() {
        for text in [
            "0912345678",
            "0912-345678",
            "0912-345-678",
            " ０９１２　３４５６７８ ",
            "+886 912 345 678",
            "+886-0912345678",
        ] {
            assert_eq!(mobile(text).as_deref(), Some("0912-345678"), "{text}");
        }
        for text in [
            "",
            "912345678",
            "091234567",
            "09123456789",
            "0812345678",
            "0912-34567a",
            "0912345678#1",
        ] {
            assert_eq!(mobile(text), None, "{text}");
        }
    }

    #[test]
    fn landlines_are_stored_with_their_area_and_extension() {
        for (text, stored) in [
            ("02-12345678", "02-12345678"),
            ("(02)1234-5678", "02-12345678"),
            ("０２－１２３４５６７８＃１２３", "02-12345678#123"),
            ("02 12345678 分機 3370", "02-12345678#3370"),
            ("02-81959119 ext 3370", "02-81959119#3370"),
            ("02-81959119 ext. 3370", "02-81959119#3370"),
            ("+886 2 1234 5678", "02-12345678"),
            ("04-7531234", "04-7531234"),
            ("04-22289111", "04-22289111"),
            ("049-2222106", "049-2222106"),
            ("0492222106", "049-2222106"),
            ("037123456", "037-123456"),
            ("082-325000", "082-325000"),
            ("0826-62345", "0826-62345"),
            ("0836-22345", "0836-22345"),
            ("089-326141", "089-326141"),
            ("08-7320415", "08-7320415"),
        ] {
            assert_eq!(landline(text).as_deref(), Some(stored), "{text}");
        }
        for text in [
            "",
            "02-1234567",
            "02-123456789",
            "037-1234567",
            "049-222210",
            "01-1234567",
            "09-12345678",
            "0912345678",
            "12345678",
            "02-12345678#",
            "02-12345678#1234567",
            "02-12345678#12a",
            "02-1234567八",
            "02/12345678",
            "02-12345678#1#2",
        ] {
            assert_eq!(landline(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_stored_is_taken_again_as_it_is() {
        for stored in ["02-12345678#123", "0826-62345", "049-2222106"] {
            assert_eq!(landline(stored).as_deref(), Some(stored));
        }
    }
}
