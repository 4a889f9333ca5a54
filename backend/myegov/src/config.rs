//! Everything an operator can set, read and checked once at the start.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use foundation::{
    hasher::Cost,
    random,
    settings::{Faults, Settings},
    telemetry::LogForm,
};
use ipnet::IpNet;
use oidc_provider::{
    Algorithm, Client, ClientAuthentication, Consent, Issuer, RegisteredUri, Scopes, SubjectType,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    member::{SealError, Seals},
    provider::SCOPES,
};

/// A client's secret must not be guessed.
const SHORTEST_SECRET: usize = 16;

/// The configuration of the site.
#[derive(Clone, Debug)]
pub struct Config {
    /// `MYEGOV_LISTEN`: the address and port to listen on.
    pub listen: SocketAddr,
    /// `MYEGOV_PUBLIC_URL`: the address under which browsers reach the site, and the provider's issuer.
    pub public_url: Url,
    /// The same as an issuer.
    pub issuer: Issuer,
    /// `MYEGOV_DATABASE_URL`: `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub database_url: SecretString,
    /// `MYEGOV_CLIENT_…`: the relying party; none without an id.
    pub client: Option<Client>,
    /// What the provider signs with.
    pub algorithms: Vec<Algorithm>,
    /// `MYEGOV_DEMO`: made-up members in an empty database.
    pub demo: bool,
    /// `MYEGOV_ID_KEYS` (or `…_FILE`): the keys of national IDs, the present one first.
    pub seals: Seals,
    /// How mail goes out.
    pub mail: Mail,
    /// `MYEGOV_TRUSTED_PROXIES`: networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// When a session ends by itself.
    pub session: SessionLimits,
    /// The cost of a password hash.
    pub cost: Cost,
    /// `MYEGOV_LOG_FORM`: `human` or `json`.
    pub log_form: LogForm,
    /// `MYEGOV_LOG`: which events are logged.
    pub log_filter: String,
}

/// How mail goes out.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `MYEGOV_SMTP_URL` (or `…_FILE`): `smtp://…` or `smtps://user:password@…`.
    pub smtp: Option<SecretString>,
    /// `MYEGOV_MAIL_FOLDER`: where there is no server, `.eml` files in this folder.
    pub folder: Option<PathBuf>,
    /// `MYEGOV_MAIL_FROM`: the sender.
    pub from: String,
}

impl Mail {
    fn read(s: &mut Settings) -> Self {
        Self {
            smtp: s.secret("mail.smtp_url", "MYEGOV_SMTP_URL"),
            folder: s.optional("mail.folder", "MYEGOV_MAIL_FOLDER"),
            from: s.or(
                "mail.from",
                "MYEGOV_MAIL_FROM",
                "我的E政府 <egov@localhost>".to_owned(),
            ),
        }
    }
}

/// When a session ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// After this long without a page.
    pub idle: Duration,
    /// After this long in any case.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 60 * 60),
        }
    }
}

impl Config {
    /// Reads and checks it.
    pub fn read(mut s: Settings) -> Result<Self, Faults> {
        let listen = s.or(
            "listen",
            "MYEGOV_LISTEN",
            SocketAddr::from(([127, 0, 0, 1], 8081)),
        );
        let site = s
            .required::<Url>("public_url", "MYEGOV_PUBLIC_URL")
            .and_then(|url| {
                let issuer = Issuer::parse(url.as_str()).ok().filter(|_| url.path() == "/");
                if issuer.is_none() {
                    let reason = "takes an https address without a path; http only on this machine";
                    s.fault("public_url (MYEGOV_PUBLIC_URL)", reason);
                }
                issuer.map(|issuer| (url, issuer))
            });
        let database_url: Option<String> = s.required("database_url", "MYEGOV_DATABASE_URL");
        let client = client(&mut s);
        let demo = s.or("demo", "MYEGOV_DEMO", false);
        let seals = seals(&mut s, demo);
        let mail = Mail::read(&mut s);
        let trusted_proxies = s.list("trusted_proxies", "MYEGOV_TRUSTED_PROXIES");
        let log_form = s.or("log.form", "MYEGOV_LOG_FORM", LogForm::Human);
        let log_filter = s.or("log.filter", "MYEGOV_LOG", "info,sqlx=warn".to_owned());
        s.finish()?;
        // What is required is there, or `finish` has said so.
        let (Some((public_url, issuer)), Some(database_url), Some(seals)) = (site, database_url, seals)
        else {
            return Err(Faults(Vec::new()));
        };
        Ok(Self {
            listen,
            public_url,
            issuer,
            database_url: database_url.into(),
            client,
            algorithms: Algorithm::ALL.to_vec(),
            demo,
            seals,
            mail,
            trusted_proxies,
            session: SessionLimits::default(),
            cost: Cost::OWASP,
            log_form,
            log_filter,
        })
    }
}

/// The keys of national IDs. Without any, made-up members alone get one, which is no secret.
fn seals(s: &mut Settings, demo: bool) -> Option<Seals> {
    let found = match s.secret("id_keys", "MYEGOV_ID_KEYS") {
        Some(keys) => Seals::read(keys.expose_secret()),
        None if demo => Seals::for_demo(),
        None => Err(SealError::Missing),
    };
    found
        .map_err(|fault| s.fault("id_keys (MYEGOV_ID_KEYS)", fault.to_string()))
        .ok()
}

fn uri(s: &mut Settings, setting: &str, text: &str) -> Option<RegisteredUri> {
    RegisteredUri::parse(text)
        .map_err(|fault| s.fault(setting, fault.to_string()))
        .ok()
}

/// All of them, or none when one cannot be registered.
fn uris(s: &mut Settings, path: &str, variable: &str) -> Option<Vec<RegisteredUri>> {
    let texts: Vec<String> = s.list(path, variable);
    let uris: Vec<_> = texts
        .iter()
        .filter_map(|text| uri(s, &format!("{path} ({variable})"), text))
        .collect();
    (uris.len() == texts.len()).then_some(uris)
}

fn client(s: &mut Settings) -> Option<Client> {
    let id: Option<String> = s.optional("client.id", "MYEGOV_CLIENT_ID");
    let secret = s.secret("client.secret", "MYEGOV_CLIENT_SECRET");
    let name = s.or("client.name", "MYEGOV_CLIENT_NAME", "EMIC".to_owned());
    let redirect_uris = uris(s, "client.redirect_uris", "MYEGOV_CLIENT_REDIRECT_URIS");
    let post_logout_redirect_uris = uris(
        s,
        "client.post_logout_redirect_uris",
        "MYEGOV_CLIENT_POST_LOGOUT_REDIRECT_URIS",
    );
    let mut told_at = |path: &str, variable: &str| {
        let text: String = s.optional(path, variable)?;
        uri(s, &format!("{path} ({variable})"), &text)
    };
    let backchannel_logout_uri = told_at(
        "client.backchannel_logout_uri",
        "MYEGOV_CLIENT_BACKCHANNEL_LOGOUT_URI",
    );
    let events_uri = told_at("client.events_uri", "MYEGOV_CLIENT_EVENTS_URI");
    let algorithm = s.or("client.alg", "MYEGOV_CLIENT_ALG", "ES256".to_owned());
    let algorithm = Algorithm::from_name(&algorithm);
    if algorithm.is_none() {
        s.fault("client.alg (MYEGOV_CLIENT_ALG)", "takes ES256 or RS256");
    }
    let id = id?;
    if redirect_uris.as_ref().is_some_and(Vec::is_empty) {
        s.fault(
            "client.redirect_uris (MYEGOV_CLIENT_REDIRECT_URIS)",
            "must be set for a client",
        );
    }
    let secret = secret.filter(|secret| secret.expose_secret().len() >= SHORTEST_SECRET);
    if secret.is_none() {
        let reason = format!("must be set for a client, with {SHORTEST_SECRET} characters at least");
        s.fault("client.secret (MYEGOV_CLIENT_SECRET)", reason);
    }
    Some(Client {
        id,
        name,
        authentication: ClientAuthentication::Secret(vec![random::hash(secret?.expose_secret())]),
        subject: SubjectType::Public,
        redirect_uris: redirect_uris?,
        post_logout_redirect_uris: post_logout_redirect_uris?,
        backchannel_logout_uri,
        events_uri,
        algorithm: algorithm?,
        scopes: Scopes::of(SCOPES),
        consent: Consent::Ask,
        refresh: false,
        own_scopes: Scopes::default(),
        pushed_only: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: [(&str, &str); 6] = [
        (
            "MYEGOV_ID_KEYS",
            "2026:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
        ("MYEGOV_PUBLIC_URL", "http://localhost:8081"),
        ("MYEGOV_DATABASE_URL", "sqlite://x.db?mode=rwc"),
        ("MYEGOV_CLIENT_ID", "emic-portal"),
        ("MYEGOV_CLIENT_SECRET", "0123456789abcdef"),
        (
            "MYEGOV_CLIENT_REDIRECT_URIS",
            "http://localhost:8080/a https://portal.example/b",
        ),
    ];

    fn read(changes: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let kept = SOUND
            .iter()
            .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let pairs = kept
            .chain(changes)
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let faults = |faults: Faults| faults.0.into_iter().map(|fault| fault.setting).collect();
        Config::read(Settings::load(None, pairs).unwrap()).map_err(faults)
    }

    #[test]
    fn what_is_not_set_has_a_default() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8081");
        assert_eq!(config.issuer.as_str(), "http://localhost:8081");
        let client = config.client.unwrap();
        assert_eq!(
            (client.name.as_str(), client.algorithm),
            ("EMIC", Algorithm::Es256)
        );
        assert!(client.has_redirect_uri("https://portal.example/b"));
        assert!(client.has_secret("0123456789abcdef"));
        assert!(!config.demo);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let faults = read(&[
            ("MYEGOV_PUBLIC_URL", "http://egov.example"),
            ("MYEGOV_DATABASE_URL", ""),
            ("MYEGOV_CLIENT_SECRET", "short"),
            ("MYEGOV_CLIENT_REDIRECT_URIS", "http://portal.example/a"),
            ("MYEGOV_CLIENT_ALG", "HS256"),
            ("MYEGOV_DEMO", "perhaps"),
            ("MYEGOV_ID_KEYS", "2026"),
        ])
        .unwrap_err();
        for setting in [
            "public_url",
            "database_url",
            "client.secret",
            "client.redirect_uris",
            "client.alg",
            "demo",
            "id_keys",
        ] {
            assert!(
                faults.iter().any(|fault| fault.starts_with(setting)),
                "{setting} in {faults:?}"
            );
        }
    }

    #[test]
    fn keys_of_national_ids_may_be_missing_in_demo_mode_alone() {
        let none = ("MYEGOV_ID_KEYS", "");
        assert_eq!(read(&[none]).unwrap_err(), ["id_keys (MYEGOV_ID_KEYS)"]);
        assert!(read(&[none, ("MYEGOV_DEMO", "1")]).is_ok());
    }

    #[test]
    fn the_issuer_has_no_path() {
        assert!(read(&[("MYEGOV_PUBLIC_URL", "https://egov.example/members")]).is_err());
        assert!(read(&[("MYEGOV_PUBLIC_URL", "https://egov.example/")]).is_ok());
    }
}
