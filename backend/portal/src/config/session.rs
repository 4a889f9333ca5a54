//! `[session]`: the session clock.

use std::time::Duration;

use foundation::settings::Settings;
use shared::session::Limits;

/// The session clock.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// When sessions end.
    pub limits: Limits,
    /// Whether this node holds sessions in memory. Only right when it is the only one.
    pub in_memory: bool,
}

impl Session {
    pub(super) fn read(s: &mut Settings, single_node: bool) -> Self {
        let defaults = Limits::default();
        let limits = Limits {
            idle: s.or("session.idle", "EMIC_SESSION_IDLE", defaults.idle),
            absolute: s.or("session.absolute", "EMIC_SESSION_ABSOLUTE", defaults.absolute),
        };
        if limits.idle < Duration::from_secs(1) {
            s.fault("session.idle (EMIC_SESSION_IDLE)", "must be a second at least");
        }
        if limits.absolute < limits.idle {
            s.fault(
                "session.absolute (EMIC_SESSION_ABSOLUTE)",
                "must not be shorter than session.idle",
            );
        }
        Self {
            limits,
            in_memory: s.or("session.in_memory", "EMIC_SESSION_IN_MEMORY", single_node),
        }
    }
}
