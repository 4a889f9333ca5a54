//! The ticking. Nothing is counted down: every tick reads the clocks and reckons anew.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::{session::Remaining, time::Timestamp};

use super::{
    Doubt, Session,
    clock::{Reading, until_next_second},
    tabs::Message,
    warning,
};

/// The server is not asked again within this many milliseconds while the page wonders.
const ASK_AT_MOST_EVERY: f64 = 1_000.0;
/// The same while it cannot be reached.
const ASK_OFFLINE_EVERY: f64 = 3_000.0;

impl Session {
    /// Shows the time left now, does what is due, and comes back at the next whole second.
    pub(super) fn tick(self) {
        let now = Reading::now();
        let reckoned = self.times.try_update_value(|times| {
            let server = times.server?;
            let server_now = server.at(now);
            let slept = now.overdue_after(times.last_tick) || server.is_doubtful(now);
            times.last_tick = now;
            let left = Remaining::until(times.expires_at, server_now);
            if left.warning().is_none() {
                times.closed_warning = None;
            }
            let due = warning::to_show(left, times.idle_limit_seconds, times.closed_warning);
            Some((left, slept, due, until_next_second(times.expires_at, server_now)))
        });
        let Some((left, slept, due, pause)) = reckoned.flatten() else {
            return;
        };
        if self.left.get_untracked() != left {
            self.left.set(left);
        }
        if left.is_over() {
            self.warning.set(None);
            if self.doubt.get_untracked() == Doubt::None {
                self.doubt.set(Doubt::Asking);
            }
            self.ask_if_due(now);
        } else if (slept || self.doubt.get_untracked() != Doubt::None) && !document().hidden() {
            // Not to warn of what the server may know better.
            self.ask_if_due(now);
        } else if self.warning.get_untracked() != due {
            self.extend_failed.set(false);
            self.warning.set(due);
        }
        self.times
            .update_value(|times| times.timer = Some(Timeout::new(pause, move || self.tick())));
    }

    fn ask_if_due(self, now: Reading) {
        let pause = if self.doubt.get_untracked() == Doubt::Offline {
            ASK_OFFLINE_EVERY
        } else {
            ASK_AT_MOST_EVERY
        };
        let due = self
            .times
            .with_value(|times| times.asked.is_none_or(|asked| now.since(asked) >= pause));
        if due {
            self.refresh(None);
        }
    }

    /// The page may have slept, or has been looked at again: shows the time at once and asks the server.
    pub(super) fn wake(self) {
        self.tick();
        self.ask_if_due(Reading::now());
    }

    /// The browser shows a page again that it had kept whole (bfcache). Who is signed in now is for the server to say,
    /// and an answer to a question from before is worth nothing: until then nothing of the person is shown.
    pub(super) fn resume(self) {
        self.times.update_value(|times| {
            times.era += 1;
            times.asking = false;
            times.ask_again = false;
        });
        if self.is_signed_in() {
            self.doubt.set(Doubt::Asking);
        }
        self.refresh(None);
    }

    /// The person has closed the warning: it stays closed until the next threshold.
    pub fn close_warning(self) {
        let shown = self.warning.get_untracked();
        self.times
            .update_value(|times| times.closed_warning = shown.or(times.closed_warning));
        self.warning.set(None);
    }

    /// The session ends later than was known, says an answer of the server.
    pub(super) fn heard(self, expires_at: Timestamp) {
        if self.prolong(expires_at) {
            self.tell(Message::Extended(expires_at));
        }
    }

    /// Takes a later end over; false when it is none.
    pub(super) fn prolong(self, expires_at: Timestamp) -> bool {
        let later = self.is_signed_in() && self.times.with_value(|times| expires_at > times.expires_at);
        if later {
            self.times.update_value(|times| {
                times.expires_at = expires_at;
                times.extended = js_sys::Date::now();
            });
            self.tick();
            if self.doubt.get_untracked() != Doubt::None && !self.left.get_untracked().is_over() {
                self.doubt.set(Doubt::None);
            }
        }
        later
    }
}
