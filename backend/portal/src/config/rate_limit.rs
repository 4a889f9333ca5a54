//! `[rate_limit]`: how often one caller may call the API.

use foundation::settings::Settings;

/// How often one caller may call the API.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Requests a minute of one token, and of one person's sessions together.
    pub per_caller: u32,
    /// Requests a minute of one network address without either. A whole agency can be behind one.
    pub per_source: u32,
}

impl RateLimit {
    pub(super) fn read(s: &mut Settings) -> Self {
        Self {
            per_caller: s.or("rate_limit.per_caller", "EMIC_RATE_PER_CALLER", 600).max(1),
            per_source: s.or("rate_limit.per_source", "EMIC_RATE_PER_SOURCE", 6000).max(1),
        }
    }
}
