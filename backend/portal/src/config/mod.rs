//! Everything an operator can set, read and checked once at the start. The names in the environment are
//! part of the product's contract (docs/operations.md).

mod access;
mod audit;
mod database;
mod demo;
mod egov;
mod http;
mod rate_limit;
mod session;
mod sign_in;

use std::path::PathBuf;

use foundation::{
    settings::{Faults, Settings},
    telemetry::LogForm,
};
use secrecy::SecretString;

pub use self::{
    access::Access,
    audit::Audit,
    database::Database,
    demo::{Demo, Samples},
    egov::{ClaimNames, Egov, ResponseMode, SignatureAlgorithm},
    http::Http,
    rate_limit::RateLimit,
    session::Session,
    sign_in::SignIn,
};

/// The configuration of a portal.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[http]`
    pub http: Http,
    /// `[database]`
    pub database: Database,
    /// `[session]`
    pub session: Session,
    /// `[rate_limit]`
    pub rate_limit: RateLimit,
    /// `[sign_in]`
    pub sign_in: SignIn,
    /// `[access]`
    pub access: Access,
    /// `[egov]`; none without an issuer.
    pub egov: Option<Egov>,
    /// `[mail]`
    pub mail: Mail,
    /// `[audit]`
    pub audit: Audit,
    /// `[log]`
    pub log: Log,
    /// A folder whose files 下載專區 offers.
    pub downloads: Option<PathBuf>,
    /// `[demo]`
    pub demo: Demo,
}

/// Mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The mail server.
    pub smtp: Option<SecretString>,
    /// A folder for .eml files instead of a server.
    pub folder: Option<PathBuf>,
    /// The sender's address.
    pub from: String,
}

/// The log.
#[derive(Clone, Debug)]
pub struct Log {
    /// For people or for machines.
    pub form: LogForm,
    /// `tracing`'s filter.
    pub filter: String,
}

impl Config {
    /// Reads all sections. All faults come at once.
    pub fn read(mut settings: Settings) -> Result<Self, Faults> {
        let s = &mut settings;
        let http = Http::read(s);
        let database = Database::read(s);
        let single_node = database.as_ref().is_some_and(Database::is_sqlite);
        let session = Session::read(s, single_node);
        let rate_limit = RateLimit::read(s);
        let sign_in = SignIn::read(s);
        let access = Access::read(s);
        let egov = Egov::read(s);
        let mail = Mail::read(s);
        let audit = Audit::read(s);
        let log = Log::read(s);
        let downloads = s.optional("downloads.folder", "EMIC_DOWNLOADS");
        let demo = Demo::read(s);
        let (Some(http), Some(database)) = (http, database) else {
            // A missing section is a fault that `finish` reports.
            settings.finish()?;
            return Err(Faults(Vec::new()));
        };
        settings.finish()?;
        Ok(Self {
            http,
            database,
            session,
            rate_limit,
            sign_in,
            access,
            egov,
            mail,
            audit,
            log,
            downloads,
            demo,
        })
    }
}

impl Mail {
    fn read(s: &mut Settings) -> Self {
        Self {
            smtp: s.secret("mail.smtp_url", "EMIC_SMTP_URL"),
            folder: s.optional("mail.folder", "EMIC_MAIL_FOLDER"),
            from: s.or("mail.from", "EMIC_MAIL_FROM", "EMIC <emic@localhost>".to_owned()),
        }
    }
}

impl Log {
    fn read(s: &mut Settings) -> Self {
        Self {
            form: s.or("log.form", "EMIC_LOG_FORM", LogForm::Human),
            filter: s.or("log.filter", "EMIC_LOG", "info,sqlx=warn".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::session::Limits;

    use super::*;

    fn read(environment: &[(&str, &str)]) -> Result<Config, Faults> {
        let environment = environment
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::read(Settings::load(None, environment)?)
    }

    #[test]
    fn the_least_configuration_is_an_address_and_a_database() {
        let config = read(&[
            ("EMIC_PUBLIC_URL", "http://localhost:8080"),
            ("EMIC_DATABASE_URL", "sqlite://portal.db?mode=rwc"),
        ])
        .unwrap();
        assert_eq!(config.session.limits, Limits::default());
        assert!(config.session.in_memory && config.egov.is_none() && !config.demo.on);
    }

    #[test]
    fn every_fault_of_every_section_is_listed_and_no_secret_is() {
        let faults = read(&[
            ("EMIC_PUBLIC_URL", "http://portal.example"),
            ("EMIC_DATABASE_URL", "mysql://user:hush@db"),
            ("EMIC_SESSION_IDLE", "2h"),
            ("EMIC_SESSION_ABSOLUTE", "1h"),
            ("EMIC_EGOV_ISSUER", "https://egov.example"),
            ("EMIC_EGOV_ALGORITHMS", "ES256 HS256"),
        ])
        .unwrap_err();
        assert_eq!(faults.0.len(), 6, "{faults}");
        assert!(!faults.to_string().contains("hush"));
    }

    #[test]
    fn secrets_do_not_show_when_the_configuration_is_printed() {
        let config = read(&[
            ("EMIC_PUBLIC_URL", "https://portal.example"),
            ("EMIC_DATABASE_URL", "postgres://emic:hush@db/emic"),
            ("EMIC_EGOV_ISSUER", "https://egov.example"),
            ("EMIC_EGOV_CLIENT_ID", "emic"),
            ("EMIC_EGOV_CLIENT_SECRET", "hush"),
            ("EMIC_SMTP_URL", "smtps://emic:hush@mail.example"),
            ("EMIC_AUDIT_KEY", "hush-and-thirty-two-characters-more"),
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        assert!(!config.session.in_memory);
    }
}
