//! 郵遞區號: three digits name a district, five or six a delivery route in it. A 3-digit code alone is not
//! unique, so that the key is county and district.

use super::written::{malformed, narrow};
use crate::problem::Violation;

/// Counties and districts, in the order of their codes: 中華郵政's table, in both languages.
const TABLE: &str = include_str!("postal_codes.csv");

/// A district (鄉鎮市區) with its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct District<'a> {
    /// 縣市.
    pub county: &'a str,
    /// 鄉鎮市區.
    pub district: &'a str,
    /// The first three digits of its codes.
    pub code: &'a str,
    /// The county in English.
    pub county_en: &'a str,
    /// The district in English.
    pub district_en: &'a str,
}

/// Every district.
pub fn districts() -> impl Iterator<Item = District<'static>> {
    read(TABLE)
}

/// The districts of such a table. The pages fetch it when somebody edits an address, and do not carry it along.
pub fn read(table: &str) -> impl Iterator<Item = District<'_>> {
    table.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some(District {
            county: cells.next()?,
            district: cells.next()?,
            code: cells.next()?,
            county_en: cells.next()?,
            district_en: cells.next()?,
        })
    })
}

/// The district of this name in this county.
pub fn find(county: &str, district: &str) -> Option<District<'static>> {
    districts().find(|it| it.county == county && it.district == district)
}

/// A postal code of three, five or six digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalCode(String);

impl PostalCode {
    /// Checks a code.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = narrow(text);
        if matches!(text.len(), 3 | 5 | 6) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text))
        } else {
            Err(malformed(field))
        }
    }

    /// Whether it is one of the district's.
    pub fn is_in(&self, district: &District<'_>) -> bool {
        self.0.starts_with(district.code)
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
    fn the_table_is_whole() {
        let all: Vec<_> = districts().collect();
        assert_eq!(all.len(), 371);
        let mut counties: Vec<_> = all.iter().map(|it| it.county).collect();
        counties.dedup();
        assert_eq!(counties.len(), 22);
        for it in &all {
            assert!(
                it.code.len() == 3 && it.code.bytes().all(|b| b.is_ascii_digit()),
                "{it:?}"
            );
            assert!(!it.county_en.is_empty() && !it.district_en.is_empty(), "{it:?}");
            assert_eq!(
                find(it.county, it.district),
                Some(*it),
                "county and district are a key"
            );
        }
    }

    #[test]
    fn a_code_belongs_to_its_district() {
        let xindian = find("新北市", "新店區").unwrap();
        for text in ["231", "23143", "２３１０４３"] {
            assert!(
                PostalCode::parse("postal_code", text).unwrap().is_in(&xindian),
                "{text}"
            );
        }
        assert!(!PostalCode::parse("postal_code", "23443").unwrap().is_in(&xindian));
        for text in ["", "2314", "23", "2310431", "23l"] {
            assert!(PostalCode::parse("postal_code", text).is_err(), "{text}");
        }
        assert_eq!(find("新竹市", "新店區"), None);
    }
}
