//! Everything an operator can set, read and checked once at the start. The names in the environment are
//! part of the product's contract (docs/operations.md).

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use foundation::{
    hasher::Cost,
    http_client::is_secure,
    server::{ServerOptions, Tls},
    settings::{Faults, Settings},
    telemetry::LogForm,
};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use shared::session::Limits;
use url::Url;

/// The configuration of a portal.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[http]`
    pub http: Http,
    /// `[database]`
    pub database: Database,
    /// `[session]`
    pub session: Session,
    /// `[sign_in]`
    pub sign_in: SignIn,
    /// `[egov]`; none without an issuer.
    pub egov: Option<Egov>,
    /// `[mail]`
    pub mail: Mail,
    /// `[log]`
    pub log: Log,
    /// A folder whose files 下載專區 offers.
    pub downloads: Option<PathBuf>,
    /// Whether to put made-up people and announcements into an empty database.
    pub demo: bool,
}

/// Where the server listens and what it believes.
#[derive(Clone, Debug)]
pub struct Http {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// The address under which browsers reach the portal; its origin is the only one that may change state.
    pub public_url: Url,
    /// Further origins whose pages may change state: `trunk serve` on a developer's machine.
    pub further_origins: Vec<Url>,
    /// The listener of `/metrics`; none without it.
    pub metrics_listen: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Built pages in a folder, instead of those in the binary.
    pub assets: Option<PathBuf>,
    /// Timeouts and TLS.
    pub server: ServerOptions,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub url: SecretString,
    /// Most connections.
    pub connections: u32,
}

/// The session clock.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// When sessions end.
    pub limits: Limits,
    /// Whether this node holds sessions in memory. Only right when it is the only one.
    pub in_memory: bool,
}

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

/// MyEGov, and what the portal calls the claims that it takes from there.
#[derive(Clone, Debug)]
pub struct Egov {
    /// The provider's issuer, letter by letter as it writes it itself: issuers are compared as texts.
    pub issuer: String,
    /// The portal's name at the provider.
    pub client_id: String,
    /// The portal's secret at the provider.
    pub client_secret: SecretString,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// Whether the provider answers in the query or by a form.
    pub response_mode: ResponseMode,
    /// Signature algorithms that are believed.
    pub algorithms: Vec<SignatureAlgorithm>,
    /// Where people become members (加入會員).
    pub join_url: Option<Url>,
    /// Names of claims.
    pub claims: ClaimNames,
}

/// How the provider sends its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of a redirect.
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// Signature algorithms of ID tokens. HMAC and `none` cannot be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

/// The provider's names for what the portal wants to know. MyEGov does not publish them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// 中文姓名.
    pub name: String,
    /// 電子信箱.
    pub email: String,
    /// 電話.
    pub phone: String,
    /// 帳號類型.
    pub account_kind: String,
    /// The value of the account kind that means 公務人員.
    pub civil_servant: String,
    /// 機關OID.
    pub agency_oid: String,
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

impl foundation::settings::Setting for ResponseMode {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "query" => Ok(Self::Query),
            "form_post" => Ok(Self::FormPost),
            _ => Err("takes query or form_post".to_owned()),
        }
    }
}

impl foundation::settings::Setting for SignatureAlgorithm {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            "EdDSA" => Ok(Self::EdDsa),
            _ => Err("takes RS256, ES256 or EdDSA; others are not believed".to_owned()),
        }
    }
}

impl Config {
    /// Reads all sections. All faults come at once.
    pub fn read(mut settings: Settings) -> Result<Self, Faults> {
        let s = &mut settings;
        let http = Http::read(s);
        let database = Database::read(s);
        let single_node = database.as_ref().is_some_and(Database::is_sqlite);
        let session = Session::read(s, single_node);
        let sign_in = SignIn::read(s);
        let egov = Egov::read(s);
        let mail = Mail::read(s);
        let log = Log::read(s);
        let downloads = s.optional("downloads.folder", "EMIC_DOWNLOADS");
        let demo = s.or("demo", "EMIC_DEMO", false);
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
            sign_in,
            egov,
            mail,
            log,
            downloads,
            demo,
        })
    }
}

impl Http {
    fn read(s: &mut Settings) -> Option<Self> {
        let listen = s.or(
            "http.listen",
            "EMIC_LISTEN",
            SocketAddr::from(([127, 0, 0, 1], 8080)),
        );
        let public_url: Option<Url> = s.required("http.public_url", "EMIC_PUBLIC_URL");
        if let Some(url) = &public_url {
            if !is_secure(url) {
                s.fault(
                    "http.public_url (EMIC_PUBLIC_URL)",
                    "must be https, but on localhost",
                );
            }
            if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
                s.fault(
                    "http.public_url (EMIC_PUBLIC_URL)",
                    "must be an origin without a path",
                );
            }
        }
        let certificate = s.optional("http.tls_certificate", "EMIC_TLS_CERTIFICATE");
        let key = s.optional("http.tls_key", "EMIC_TLS_KEY");
        if certificate.is_some() != key.is_some() {
            s.fault(
                "http.tls_certificate, http.tls_key",
                "must be set both or neither",
            );
        }
        let defaults = ServerOptions::default();
        let server = ServerOptions {
            head: s.or("http.head_timeout", "EMIC_HEAD_TIMEOUT", defaults.head),
            drain: s.or("http.drain", "EMIC_DRAIN", defaults.drain),
            tls: certificate
                .zip(key)
                .map(|(certificate, key)| Tls { certificate, key }),
        };
        Some(Self {
            listen,
            public_url: public_url?,
            further_origins: s.list("http.further_origins", "EMIC_FURTHER_ORIGINS"),
            metrics_listen: s.optional("http.metrics_listen", "EMIC_METRICS_LISTEN"),
            trusted_proxies: s.list("http.trusted_proxies", "EMIC_TRUSTED_PROXIES"),
            assets: s.optional("http.assets", "EMIC_ASSETS"),
            server,
        })
    }
}

impl Database {
    fn read(s: &mut Settings) -> Option<Self> {
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

impl Session {
    fn read(s: &mut Settings, single_node: bool) -> Self {
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

impl SignIn {
    fn read(s: &mut Settings) -> Self {
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

impl Egov {
    fn read(s: &mut Settings) -> Option<Self> {
        let issuer: Option<String> = s.optional("egov.issuer", "EMIC_EGOV_ISSUER");
        let client_id = s.optional("egov.client_id", "EMIC_EGOV_CLIENT_ID");
        let client_secret = s.secret("egov.client_secret", "EMIC_EGOV_CLIENT_SECRET");
        let mut scopes: Vec<String> = s.list("egov.scopes", "EMIC_EGOV_SCOPES");
        if scopes.is_empty() {
            scopes = ["profile", "email", "phone", "agency"].map(str::to_owned).into();
        }
        let mut algorithms: Vec<SignatureAlgorithm> = s.list("egov.algorithms", "EMIC_EGOV_ALGORITHMS");
        if algorithms.is_empty() {
            algorithms = vec![
                SignatureAlgorithm::Es256,
                SignatureAlgorithm::Rs256,
                SignatureAlgorithm::EdDsa,
            ];
        }
        let response_mode = s.or(
            "egov.response_mode",
            "EMIC_EGOV_RESPONSE_MODE",
            ResponseMode::Query,
        );
        let join_url = s.optional("egov.join_url", "EMIC_EGOV_JOIN_URL");
        let claims = ClaimNames::read(s);
        let issuer = issuer?;
        match issuer.parse::<Url>() {
            Ok(url) if !is_secure(&url) => s.fault(
                "egov.issuer (EMIC_EGOV_ISSUER)",
                "must be https, but on localhost",
            ),
            Ok(url) if url.query().is_some() || url.fragment().is_some() => s.fault(
                "egov.issuer (EMIC_EGOV_ISSUER)",
                "must have neither a query nor a fragment",
            ),
            Ok(_) => {}
            Err(_) => s.fault("egov.issuer (EMIC_EGOV_ISSUER)", "must be a URL"),
        }
        if client_id.is_none() {
            s.fault(
                "egov.client_id (EMIC_EGOV_CLIENT_ID)",
                "must be set with an issuer",
            );
        }
        if client_secret.is_none() {
            s.fault(
                "egov.client_secret (EMIC_EGOV_CLIENT_SECRET)",
                "must be set with an issuer",
            );
        }
        Some(Self {
            issuer,
            client_id: client_id?,
            client_secret: client_secret?,
            scopes,
            response_mode,
            algorithms,
            join_url,
            claims,
        })
    }
}

impl ClaimNames {
    fn read(s: &mut Settings) -> Self {
        let mut name = |path: &str, variable: &str, default: &str| s.or(path, variable, default.to_owned());
        Self {
            name: name("egov.claims.name", "EMIC_EGOV_CLAIM_NAME", "name"),
            email: name("egov.claims.email", "EMIC_EGOV_CLAIM_EMAIL", "email"),
            phone: name("egov.claims.phone", "EMIC_EGOV_CLAIM_PHONE", "phone_number"),
            account_kind: name(
                "egov.claims.account_kind",
                "EMIC_EGOV_CLAIM_ACCOUNT_KIND",
                "account_kind",
            ),
            civil_servant: name(
                "egov.claims.civil_servant",
                "EMIC_EGOV_CIVIL_SERVANT",
                "civil_servant",
            ),
            agency_oid: name(
                "egov.claims.agency_oid",
                "EMIC_EGOV_CLAIM_AGENCY_OID",
                "agency_oid",
            ),
        }
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
        assert!(config.session.in_memory && config.egov.is_none() && !config.demo);
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
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        assert!(!config.session.in_memory);
    }
}
