//! 工作天: how long a reviewer has. The day on which a case comes in does not count (民法 第120條), nor do days on
//! which offices are closed (民法 第122條): weekends but those that are worked, and the public holidays that were imported.

use shared::{date::Date, time::Timestamp};

use crate::days_off::Calendar;

/// How many working days a manual review takes (申請書, 注意事項).
pub(crate) const REVIEW: u32 = 1;

/// The last moment in Taiwan's calendar of the so-many-th working day after this one.
pub(crate) fn due(since: Timestamp, days: u32, calendar: &Calendar) -> Timestamp {
    let mut day = Date::in_taiwan(since);
    for _ in 0..days {
        day = day.plus_days(1);
        while !calendar.is_worked(day) && day < Date::MAX {
            day = day.plus_days(1);
        }
    }
    day.ends_at()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{OffsetDateTime, UtcOffset, Weekday};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_do_not_count() {
        // A Monday morning, a Friday evening, a Saturday, and a Sunday that is still Saturday in Greenwich.
        for (since, until) in [
            ("2026-11-23T01:00:00.000Z", "2026-11-24T16:00:00.000Z"),
            ("2026-11-27T15:59:59.999Z", "2026-11-30T16:00:00.000Z"),
            ("2026-11-28T03:00:00.000Z", "2026-11-30T16:00:00.000Z"),
            ("2026-11-28T16:00:00.000Z", "2026-11-30T16:00:00.000Z"),
        ] {
            assert_eq!(due(at(since), REVIEW, &Calendar::default()), at(until), "{since}");
        }
    }

    #[test]
    fn public_holidays_do_not_count_and_weekends_that_are_worked_do() {
        let days = [
            ("2026-11-27", true),
            ("2026-11-28", false),
            ("2026-11-30", true),
            ("2026-12-01", true),
        ];
        let calendar = Calendar::of(days.map(|(day, is_off)| (day.parse().unwrap(), is_off)));
        // Thursday: Friday is off, and Saturday is worked. Saturday: Sunday to Tuesday are off.
        for (since, until) in [
            ("2026-11-26T03:00:00.000Z", "2026-11-28T16:00:00.000Z"),
            ("2026-11-28T03:00:00.000Z", "2026-12-02T16:00:00.000Z"),
        ] {
            assert_eq!(due(at(since), REVIEW, &calendar), at(until), "{since}");
        }
    }

    proptest! {
        #[test]
        fn there_are_as_many_working_days_between_as_another_calendar_counts(
            millis in 0_i64..4_000_000_000_000, days in 0_u32..15,
        ) {
            let taiwan = UtcOffset::from_hms(8, 0, 0).unwrap();
            let local = |at: Timestamp| {
                OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.as_millis()) * 1_000_000).unwrap().to_offset(taiwan)
            };
            let since = Timestamp::from_millis(millis);
            // The last moment that still belongs to the day.
            let last = local(Timestamp::from_millis(due(since, days, &Calendar::default()).as_millis() - 1)).date();
            let mut day = local(since).date();
            let mut counted = 0;
            while day < last {
                day = day.next_day().unwrap();
                if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                    counted += 1;
                }
            }
            prop_assert_eq!(counted, days);
            prop_assert!(days == 0 || !matches!(last.weekday(), Weekday::Saturday | Weekday::Sunday));
        }
    }
}
