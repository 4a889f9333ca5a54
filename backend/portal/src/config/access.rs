//! `[access]`: how long requests wait.

use std::time::Duration;

use foundation::settings::Settings;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long requests wait.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// After so long without a decision a request goes to the next level of the agency tree.
    pub escalate_after: Duration,
}

impl Access {
    pub(super) fn read(s: &mut Settings) -> Self {
        let escalate_after = s.or("access.escalate_after", "EMIC_ACCESS_ESCALATE_AFTER", 3 * DAY);
        if escalate_after < Duration::from_secs(60) {
            s.fault(
                "access.escalate_after (EMIC_ACCESS_ESCALATE_AFTER)",
                "must be a minute at least",
            );
        }
        Self { escalate_after }
    }
}
