//! When typing and pointing are told to the server.

use shared::session::EXTEND_AT_MOST_EVERY;

/// After an extension that failed, the next one is tried after this many milliseconds.
const AFTER_FAILURE: f64 = 10_000.0;

/// Whether an action at `now` is to be told, when the session was last extended at `extended` and an
/// extension was last tried at `tried`; all by `Date.now()`, for all tabs together.
///
/// A time in the future is no reason to be silent: the machine's clock has been set back.
pub fn is_to_be_told(now: f64, extended: f64, tried: f64) -> bool {
    let at_most_every = EXTEND_AT_MOST_EVERY.as_secs_f64() * 1000.0;
    let past = |since: f64, span: f64| !(0.0..span).contains(&(now - since));
    past(extended, at_most_every) && past(tried, AFTER_FAILURE)
}

#[cfg(test)]
mod tests {
    use super::is_to_be_told;

    #[test]
    fn the_first_action_after_a_minute_is_told_at_once() {
        assert!(is_to_be_told(60_000.0, 0.0, 0.0));
        assert!(!is_to_be_told(59_999.0, 0.0, 0.0));
    }

    #[test]
    fn a_failed_attempt_is_repeated_but_not_at_every_key() {
        assert!(!is_to_be_told(65_000.0, 0.0, 60_000.0));
        assert!(is_to_be_told(70_000.0, 0.0, 60_000.0));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_the_page() {
        assert!(is_to_be_told(0.0, 600_000.0, 600_000.0));
    }
}
