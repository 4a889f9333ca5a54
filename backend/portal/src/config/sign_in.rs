//! `[sign_in]`: accounts of EMIC and how guessing is slowed down.

use std::time::Duration;

use foundation::{hasher::Cost, settings::Settings};

/// Sign-in with an account name and a password.
#[derive(Clone, Copy, Debug)]
pub struct SignIn {
    /// How many failures an account has within the delay before it waits.
    pub failures_per_account: u32,
    /// The same for a network address.
    pub failures_per_source: u32,
    /// How long it waits.
    pub delay: Duration,
    /// The cost of a password hash.
    pub cost: Cost,
    /// How many hashes at once; none for one a processor.
    pub hashes_at_once: Option<usize>,
}

impl SignIn {
    pub(super) fn read(s: &mut Settings) -> Self {
        let cost = Cost {
            memory: s.or("sign_in.argon2_memory", "EMIC_ARGON2_MEMORY", Cost::OWASP.memory),
            passes: s.or("sign_in.argon2_passes", "EMIC_ARGON2_PASSES", Cost::OWASP.passes),
            lanes: s.or("sign_in.argon2_lanes", "EMIC_ARGON2_LANES", Cost::OWASP.lanes),
        };
        Self {
            failures_per_account: s
                .or("sign_in.failures_per_account", "EMIC_SIGN_IN_FAILURES", 5)
                .max(1),
            failures_per_source: s
                .or("sign_in.failures_per_source", "EMIC_SIGN_IN_SOURCE_FAILURES", 100)
                .max(1),
            delay: s.or(
                "sign_in.delay",
                "EMIC_SIGN_IN_DELAY",
                Duration::from_secs(15 * 60),
            ),
            cost,
            hashes_at_once: s.optional("sign_in.hashes_at_once", "EMIC_HASHES_AT_ONCE"),
        }
    }
}
