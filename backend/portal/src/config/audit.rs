//! `[audit]`: the key that seals the audit log.

use foundation::settings::Settings;
use secrecy::{ExposeSecret, SecretString};

/// A shorter key could be guessed from a seal.
const SHORTEST_KEY: usize = 32;

/// The audit log.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The key; without one the log is chained, but not sealed.
    pub key: Option<SecretString>,
}

impl Audit {
    pub(super) fn read(s: &mut Settings) -> Self {
        let key = s.secret("audit.key", "EMIC_AUDIT_KEY");
        if key
            .as_ref()
            .is_some_and(|key| key.expose_secret().len() < SHORTEST_KEY)
        {
            s.fault(
                "audit.key (EMIC_AUDIT_KEY)",
                format!("takes {SHORTEST_KEY} characters or more"),
            );
        }
        Self { key }
    }
}
