//! 民國 dates.

use std::fmt;

use super::written::{malformed, narrow};
use crate::problem::Violation;

/// 民國 1 is this year of the common era.
const FIRST: i32 = 1911;

/// A day, written by the years of the Republic of China: 民國115年11月24日; before 1912, 民國前.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RocDate {
    /// Year of the common era.
    year: i32,
    month: u8,
    day: u8,
}

impl RocDate {
    /// A day of the common era's calendar, if there is such a day.
    pub fn from_common(year: i32, month: u8, day: u8) -> Option<Self> {
        let right = (1..=9999).contains(&year) && (1..=days(year, month)).contains(&day);
        right.then_some(Self { year, month, day })
    }

    /// The day of `YYYY-MM-DD`, by years of the common era (RFC 3339).
    pub fn of_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(str::parse::<u16>);
        let mut part = || parts.next()?.ok();
        let (year, month, day) = (part()?, part()?, part()?);
        Self::from_common(year.into(), u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Reads `115-11-24`, `115/11/24`, `民國115年11月24日` or `民國前1年12月31日`.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        Self::read(&narrow(text)).ok_or_else(|| malformed(field))
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.strip_prefix("民國").unwrap_or(text);
        let (before, text) = match text.strip_prefix('前') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text = text.strip_suffix('日').unwrap_or(text);
        let mut parts = text.split(['-', '/', '.', '年', '月']);
        let mut part = |most: usize| {
            let part = parts.next()?.trim();
            ((1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<i32>().ok())
                .flatten()
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() || year == 0 {
            return None;
        }
        let year = if before { FIRST + 1 - year } else { FIRST + year };
        Self::from_common(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Year, month and day of the common era.
    pub const fn common(self) -> (i32, u8, u8) {
        (self.year, self.month, self.day)
    }
}

impl fmt::Display for RocDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year - FIRST;
        let (era, year) = if year > 0 {
            ("民國", year)
        } else {
            ("民國前", 1 - year)
        };
        write!(f, "{era}{year}年{}月{}日", self.month, self.day)
    }
}

fn days(year: i32, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn years_are_counted_from_1912() {
        let day = RocDate::parse("date", "１１５年１１月２４日").unwrap();
        assert_eq!(day.common(), (2026, 11, 24));
        assert_eq!(day.to_string(), "民國115年11月24日");
        assert_eq!(
            RocDate::from_common(1912, 1, 1).unwrap().to_string(),
            "民國1年1月1日"
        );
        assert_eq!(
            RocDate::from_common(1911, 12, 31).unwrap().to_string(),
            "民國前1年12月31日"
        );
        assert_eq!(
            RocDate::parse("date", "民國前1年12月31日").unwrap().common(),
            (1911, 12, 31)
        );
        assert_eq!(
            RocDate::parse("date", "113/2/29").unwrap().common(),
            (2024, 2, 29)
        );
    }

    #[test]
    fn days_that_never_were_are_refused() {
        for text in [
            "",
            "114-2-29",
            "115-13-1",
            "115-0-1",
            "115-1-0",
            "0-1-1",
            "115-1",
            "115-1-1-1",
            "一一五年一月一日",
            "民國前2000年1月1日",
        ] {
            assert!(RocDate::parse("date", text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_reads_back_and_is_a_day_to_another_calendar(ordinal in 1_i32..=3_652_059) {
            let date = time::Date::from_julian_day(ordinal + 1_721_425).unwrap();
            let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
            let ours = RocDate::from_common(year, month, day).unwrap();
            prop_assert_eq!(RocDate::parse("date", &ours.to_string()).unwrap(), ours);
        }

        #[test]
        fn what_another_calendar_refuses_is_refused(year in 1_i32..=9999, month in 0_u8..=13, day in 0_u8..=32) {
            let theirs = time::Month::try_from(month).ok()
                .and_then(|month| time::Date::from_calendar_date(year, month, day).ok());
            prop_assert_eq!(RocDate::from_common(year, month, day).is_some(), theirs.is_some());
        }
    }
}
