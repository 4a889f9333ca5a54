//! `[database]`.

use foundation::settings::Settings;
use secrecy::{ExposeSecret, SecretString};

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub url: SecretString,
    /// Most connections.
    pub connections: u32,
}

impl Database {
    pub(super) fn read(s: &mut Settings) -> Option<Self> {
        let url = s.secret("database.url", "EMIC_DATABASE_URL");
        let known = |url: &SecretString| {
            ["sqlite:", "postgres:", "postgresql:"]
                .iter()
                .any(|scheme| url.expose_secret().starts_with(scheme))
        };
        match &url {
            None => s.fault("database.url (EMIC_DATABASE_URL)", "must be set"),
            Some(url) if !known(url) => {
                s.fault(
                    "database.url (EMIC_DATABASE_URL)",
                    "takes sqlite://… or postgres://…",
                );
            }
            Some(_) => {}
        }
        let connections = s.or("database.connections", "EMIC_DATABASE_CONNECTIONS", 16);
        Some(Self {
            url: url?,
            connections,
        })
    }

    /// Whether it is embedded, and this node so the only one.
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().starts_with("sqlite:")
    }
}
