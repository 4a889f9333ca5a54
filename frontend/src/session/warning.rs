//! Which warning before the automatic sign-out is to be seen.

use shared::session::Remaining;

/// The warning that is due, unless the person has closed it: a closed warning stays closed until the next.
/// A session that never lasts as long as a warning's threshold is not warned by it.
pub fn to_show(left: Remaining, idle_limit_seconds: u64, closed: Option<u64>) -> Option<u64> {
    if left.is_over() {
        return None;
    }
    left.warning()
        .filter(|due| *due < idle_limit_seconds)
        .filter(|due| closed.is_none_or(|closed| *due < closed))
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;

    use super::*;

    fn left(seconds: i64) -> Remaining {
        Remaining::until(Timestamp::from_millis(seconds * 1000), Timestamp::from_millis(0))
    }

    #[test]
    fn warnings_come_at_five_two_and_one_minutes() {
        let due = |seconds| to_show(left(seconds), 1800, None);
        assert_eq!(
            (due(301), due(300), due(120), due(60), due(0)),
            (None, Some(300), Some(120), Some(60), None)
        );
    }

    #[test]
    fn a_closed_warning_stays_closed_until_the_next() {
        assert_eq!(to_show(left(299), 1800, Some(300)), None);
        assert_eq!(to_show(left(120), 1800, Some(300)), Some(120));
        assert_eq!(to_show(left(30), 1800, Some(60)), None);
    }

    #[test]
    fn a_short_session_is_not_warned_from_its_start() {
        assert_eq!(to_show(left(180), 180, None), None);
        assert_eq!(to_show(left(120), 180, None), Some(120));
        assert_eq!(to_show(left(59), 60, None), None);
    }
}
