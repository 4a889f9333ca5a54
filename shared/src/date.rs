//! A day as people in Taiwan mean it: from its midnight to the next one, at UTC+8 all year.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::{MILLIS_PER_DAY, Timestamp, civil_from_days, days_from_civil};

/// How far Taiwan's clocks are ahead of UTC. There is no summer time.
const TAIWAN: Duration = Duration::from_secs(8 * 60 * 60);

/// A day of the Gregorian calendar, in the years 1 to 9999. Written as `2026-11-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

/// The text is not of the form `YYYY-MM-DD`, or there is no such day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate;

impl Date {
    /// 1 January of the year 1.
    pub const MIN: Self = Self(-719_162);
    /// 31 December 9999.
    pub const MAX: Self = Self(2_932_896);

    /// The day that it is in Taiwan at this moment.
    pub fn in_taiwan(at: Timestamp) -> Self {
        let days = at.plus(TAIWAN).as_millis().div_euclid(MILLIS_PER_DAY);
        Self(days.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Its first moment in Taiwan.
    pub fn begins_at(self) -> Timestamp {
        Timestamp::from_millis(self.0 * MILLIS_PER_DAY).minus(TAIWAN)
    }

    /// The first moment in Taiwan that no longer belongs to it.
    pub fn ends_at(self) -> Timestamp {
        Timestamp::from_millis((self.0 + 1) * MILLIS_PER_DAY).minus(TAIWAN)
    }

    /// The Monday of its week, held at [`Self::MIN`].
    #[must_use]
    pub fn monday(self) -> Self {
        // The epoch's first day was a Thursday.
        Self((self.0 - (self.0 + 3).rem_euclid(7)).max(Self::MIN.0))
    }

    /// So many days earlier, held at [`Self::MIN`].
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        Self((self.0 - i64::from(days)).max(Self::MIN.0))
    }

    /// So many days later, held at [`Self::MAX`].
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self((self.0 + i64::from(days)).min(Self::MAX.0))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let bytes = text.as_bytes();
        let fits = bytes.len() == 10
            && b"dddd-dd-dd"
                .iter()
                .zip(bytes)
                .all(|(f, b)| if *f == b'd' { b.is_ascii_digit() } else { f == b });
        if !fits {
            return Err(NotADate);
        }
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .fold(0_i64, |n, b| n * 10 + i64::from(b - b'0'))
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let days = days_from_civil(year, month, day);
        // A day that does not exist (30 February) comes back as another one.
        if year == 0 || civil_from_days(days) != (year, month, day) {
            return Err(NotADate);
        }
        Ok(Self(days))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse()
            .map_err(|NotADate| serde::de::Error::custom("not a date"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Date {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, schema::Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some("A day in Taiwan"))
            .examples(["2026-11-24"])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Date {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{OffsetDateTime, UtcOffset};

    use super::*;

    proptest! {
        #[test]
        fn reads_back_what_it_writes(days in Date::MIN.0..=Date::MAX.0) {
            prop_assert_eq!(Date(days).to_string().parse(), Ok(Date(days)));
        }

        #[test]
        fn agrees_with_an_independent_calendar(millis in 0..4_102_444_800_000_i64) {
            let theirs = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
                .unwrap()
                .to_offset(UtcOffset::from_hms(8, 0, 0).unwrap())
                .date();
            let ours = Date::in_taiwan(Timestamp::from_millis(millis));
            prop_assert_eq!(ours.to_string(), theirs.to_string());
        }

        #[test]
        fn a_week_begins_on_the_monday_of_an_independent_calendar(days in -700_000..700_000_i64) {
            let day = Date(days);
            let theirs = OffsetDateTime::UNIX_EPOCH.date().to_julian_day() + i32::try_from(days).unwrap();
            let theirs = time::Date::from_julian_day(theirs).unwrap();
            let since = u32::from(theirs.weekday().number_days_from_monday());
            prop_assert_eq!(day.monday(), day.minus_days(since));
        }

        #[test]
        fn a_moment_lies_in_its_day(millis in 0..4_102_444_800_000_i64) {
            let at = Timestamp::from_millis(millis);
            let day = Date::in_taiwan(at);
            prop_assert!(day.begins_at() <= at && at < day.ends_at());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,12}") {
            let _ = text.parse::<Date>();
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_taiwan() {
        let day: Date = "2026-11-24".parse().unwrap();
        assert_eq!(day.begins_at().to_string(), "2026-11-23T16:00:00.000Z");
        assert_eq!(day.ends_at().to_string(), "2026-11-24T16:00:00.000Z");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "",
            "2026-02-30",
            "2026-13-01",
            "0000-01-01",
            "2026-1-1",
            "20261-1-1",
            "2026/01/01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
        assert_eq!("9999-12-31".parse(), Ok(Date::MAX));
        assert_eq!("0001-01-01".parse(), Ok(Date::MIN));
        assert_eq!(Date::MAX.plus_days(1), Date::MAX);
    }
}
