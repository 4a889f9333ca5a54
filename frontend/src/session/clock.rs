//! The server's clock as this page knows it.
//!
//! A browser has two clocks. `Date.now()` follows the machine's clock, which somebody may set;
//! `performance.now()` cannot be set, but in some browsers stands still while the machine sleeps.
//! The page trusts neither alone: it takes the later of both for the moment, sees when they part, and
//! then asks the server.

use shared::time::Timestamp;

/// Clocks that part by more than this have been set, or the machine has slept, in milliseconds.
const PARTED: f64 = 1_500.0;

/// Ticks that come later than this, in milliseconds, come after a sleep.
const OVERDUE: f64 = 5_000.0;

/// Both clocks of the browser at one moment, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// `Date.now()`.
    pub wall: f64,
    /// `performance.now()`.
    pub steady: f64,
}

impl Reading {
    /// Both clocks now.
    pub fn now() -> Self {
        let steady = web_sys::window()
            .and_then(|window| window.performance())
            .map_or(0.0, |it| it.now());
        Self {
            wall: js_sys::Date::now(),
            steady,
        }
    }

    /// The time since an earlier reading: the longer of what the two clocks say, so that a page that slept
    /// never shows too much time.
    pub fn since(self, earlier: Self) -> f64 {
        (self.wall - earlier.wall).max(self.steady - earlier.steady)
    }

    /// Whether the clocks have parted since an earlier reading.
    pub fn parted_from(self, earlier: Self) -> bool {
        ((self.wall - earlier.wall) - (self.steady - earlier.steady)).abs() > PARTED
    }

    /// Whether a tick that was due a second after `earlier` comes after a sleep.
    pub fn overdue_after(self, earlier: Self) -> bool {
        self.since(earlier) > OVERDUE
    }
}

/// The server's clock, read once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServerClock {
    /// What the server's clock showed.
    server: Timestamp,
    /// What the browser's clocks showed at that moment.
    here: Reading,
}

impl ServerClock {
    /// From an answer that names the server's time: it was read about halfway between question and answer.
    pub fn read(server: Timestamp, sent: Reading, received: Reading) -> Self {
        let here = Reading {
            wall: f64::midpoint(sent.wall, received.wall),
            steady: f64::midpoint(sent.steady, received.steady),
        };
        Self { server, here }
    }

    /// The server's time at a moment of the browser's clocks.
    pub fn at(self, now: Reading) -> Timestamp {
        Timestamp::from_millis(self.server.as_millis() + whole(now.since(self.here)))
    }

    /// Whether this knowledge is doubtful, because the browser's clocks have parted since.
    pub fn is_doubtful(self, now: Reading) -> bool {
        now.parted_from(self.here)
    }

    /// By how many seconds the machine's clock is ahead of the server's; negative when it is behind.
    pub fn skew(self) -> i64 {
        (whole(self.here.wall) - self.server.as_millis()) / 1000
    }

    /// The machine's `Date.now()` when the server's clock shows this.
    pub fn wall_of(self, server: Timestamp) -> f64 {
        self.here.wall + millis(server.as_millis() - self.server.as_millis())
    }
}

/// How long to wait until the countdown shows the next second, in milliseconds.
pub fn until_next_second(expires_at: Timestamp, now: Timestamp) -> u32 {
    let left = expires_at.since(now).as_millis();
    let part = u32::try_from(left % 1000).unwrap_or(0);
    if part == 0 { 1000 } else { part }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of a browser's clock are far below 2^63"
)]
fn whole(millis: f64) -> i64 {
    millis.round() as i64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "differences of milliseconds fit into 53 bits"
)]
fn millis(whole: i64) -> f64 {
    whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(wall: f64, steady: f64) -> Reading {
        Reading { wall, steady }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_wrong_machine_clock_is_corrected() {
        // The machine is ten minutes ahead; the answer took 200 ms.
        let clock = ServerClock::read(
            at(1_000_000),
            reading(1_600_000.0, 50.0),
            reading(1_600_200.0, 250.0),
        );
        assert_eq!(clock.at(reading(1_600_100.0, 150.0)), at(1_000_000));
        assert_eq!(clock.at(reading(1_605_100.0, 5_150.0)), at(1_005_000));
        assert_eq!(clock.skew(), 600);
        assert!((clock.wall_of(at(999_000)) - 1_599_100.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_clock_that_is_set_back_changes_nothing_and_is_noticed() {
        let clock = ServerClock::read(at(0), reading(0.0, 0.0), reading(0.0, 0.0));
        let now = reading(-600_000.0, 3_000.0);
        assert_eq!(clock.at(now), at(3_000));
        assert!(clock.is_doubtful(now));
    }

    #[test]
    fn a_sleep_counts_even_where_the_steady_clock_stood_still() {
        let clock = ServerClock::read(at(0), reading(0.0, 0.0), reading(0.0, 0.0));
        let now = reading(600_000.0, 3_000.0);
        assert_eq!(clock.at(now), at(600_000));
        assert!(clock.is_doubtful(now));
        assert!(now.overdue_after(reading(2_000.0, 2_000.0)));
    }

    #[test]
    fn clocks_in_step_are_trusted() {
        let clock = ServerClock::read(at(0), reading(0.0, 0.0), reading(0.0, 0.0));
        assert!(!clock.is_doubtful(reading(900_000.0, 899_000.0)));
        assert!(!reading(2_000.0, 2_000.0).overdue_after(reading(1_000.0, 1_000.0)));
    }

    #[test]
    fn ticks_fall_on_whole_seconds_left() {
        assert_eq!(until_next_second(at(10_000), at(0)), 1000);
        assert_eq!(until_next_second(at(10_000), at(1)), 999);
        assert_eq!(until_next_second(at(10_000), at(9_999)), 1);
        assert_eq!(until_next_second(at(10_000), at(20_000)), 1000);
    }
}
