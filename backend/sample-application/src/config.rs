//! Everything an operator can set, read and checked once at the start.

use std::{net::SocketAddr, path::PathBuf};

use foundation::{
    http_client::is_secure,
    settings::{Faults, Settings},
    telemetry::LogForm,
};
use secrecy::SecretString;
use url::Url;

use crate::kind::Kind;

/// The configuration of an application.
#[derive(Clone, Debug)]
pub struct Config {
    /// `SAMPLE_KIND`: `response` or `messages`.
    pub kind: Kind,
    /// `SAMPLE_LISTEN`: the address and port to listen on.
    pub listen: SocketAddr,
    /// `SAMPLE_PUBLIC_URL`: the address under which browsers and the portal reach it.
    pub public_url: Url,
    /// `SAMPLE_DATABASE_URL`: `sqlite://PATH?mode=rwc` or `postgres://…`.
    pub database_url: SecretString,
    /// The portal, and what this application is there.
    pub portal: Portal,
    /// How mail goes out.
    pub mail: Mail,
    /// `SAMPLE_LOG_FORM`: `human` or `json`.
    pub log_form: LogForm,
    /// `SAMPLE_LOG`: which events are logged.
    pub log_filter: String,
}

/// The portal, and what this application is there.
#[derive(Clone, Debug)]
pub struct Portal {
    /// `SAMPLE_ISSUER`: the portal's public URL, letter by letter as its discovery document names it.
    pub issuer: String,
    /// `SAMPLE_CLIENT_ID`.
    pub client_id: String,
    /// `SAMPLE_CLIENT_SECRET` (or `…_FILE`).
    pub client_secret: SecretString,
}

/// How mail goes out.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `SAMPLE_SMTP_URL` (or `…_FILE`): `smtp://…` or `smtps://user:password@…`.
    pub smtp: Option<SecretString>,
    /// `SAMPLE_MAIL_FOLDER`: where there is no server, `.eml` files in this folder.
    pub folder: Option<PathBuf>,
    /// `SAMPLE_MAIL_FROM`: the sender.
    pub from: String,
}

impl Config {
    /// Reads and checks it.
    pub fn read(mut s: Settings) -> Result<Self, Faults> {
        let kind: Option<Kind> = s.required("kind", "SAMPLE_KIND");
        let port = kind.map_or(0, Kind::port);
        let listen = s.or(
            "listen",
            "SAMPLE_LISTEN",
            SocketAddr::from(([127, 0, 0, 1], port)),
        );
        let public_url = s
            .required::<Url>("public_url", "SAMPLE_PUBLIC_URL")
            .filter(|url| {
                let sound = is_secure(url) && url.path() == "/" && url.query().is_none();
                if !sound {
                    let reason = "takes an https address without a path; http only on this machine";
                    s.fault("public_url (SAMPLE_PUBLIC_URL)", reason);
                }
                sound
            });
        let database_url: Option<String> = s.required("database_url", "SAMPLE_DATABASE_URL");
        let portal = Portal::read(&mut s);
        let mail = Mail::read(&mut s, kind);
        let log_form = s.or("log.form", "SAMPLE_LOG_FORM", LogForm::Human);
        let log_filter = s.or("log.filter", "SAMPLE_LOG", "info,sqlx=warn".to_owned());
        s.finish()?;
        // What is required is there, or `finish` has said so.
        let (Some(kind), Some(public_url), Some(database_url), Some(portal)) =
            (kind, public_url, database_url, portal)
        else {
            return Err(Faults(Vec::new()));
        };
        Ok(Self {
            kind,
            listen,
            public_url,
            database_url: database_url.into(),
            portal,
            mail,
            log_form,
            log_filter,
        })
    }
}

impl Portal {
    fn read(s: &mut Settings) -> Option<Self> {
        let issuer: Option<String> = s.required("issuer", "SAMPLE_ISSUER");
        let issuer = issuer.filter(|issuer| {
            let sound = issuer
                .parse()
                .is_ok_and(|url: Url| is_secure(&url) && url.query().is_none() && url.fragment().is_none());
            if !sound {
                s.fault(
                    "issuer (SAMPLE_ISSUER)",
                    "takes an https address; http only on this machine",
                );
            }
            sound
        });
        let client_id = s.required("client.id", "SAMPLE_CLIENT_ID");
        let client_secret = s.secret("client.secret", "SAMPLE_CLIENT_SECRET");
        if client_secret.is_none() {
            s.fault("client.secret (SAMPLE_CLIENT_SECRET)", "must be set");
        }
        Some(Self {
            issuer: issuer?,
            client_id: client_id?,
            client_secret: client_secret?,
        })
    }
}

impl Mail {
    fn read(s: &mut Settings, kind: Option<Kind>) -> Self {
        let mail = Self {
            smtp: s.secret("mail.smtp_url", "SAMPLE_SMTP_URL"),
            folder: s.optional("mail.folder", "SAMPLE_MAIL_FOLDER"),
            from: s.or(
                "mail.from",
                "SAMPLE_MAIL_FROM",
                "訊息服務發送平台 <messages@localhost>".to_owned(),
            ),
        };
        if kind == Some(Kind::Messages) && mail.smtp.is_none() && mail.folder.is_none() {
            s.fault(
                "mail.smtp_url (SAMPLE_SMTP_URL)",
                "must be set to send messages, or a folder for them",
            );
        }
        mail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: [(&str, &str); 6] = [
        ("SAMPLE_KIND", "response"),
        ("SAMPLE_PUBLIC_URL", "http://localhost:8082"),
        ("SAMPLE_DATABASE_URL", "sqlite://x.db?mode=rwc"),
        ("SAMPLE_ISSUER", "http://localhost:8080"),
        ("SAMPLE_CLIENT_ID", "emic"),
        ("SAMPLE_CLIENT_SECRET", "0123456789abcdef"),
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
        assert_eq!(config.listen.to_string(), "127.0.0.1:8082");
        let messages = [
            ("SAMPLE_KIND", "messages"),
            ("SAMPLE_SMTP_URL", "smtp://localhost:25"),
        ];
        assert_eq!(read(&messages).unwrap().listen.port(), 8083);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let faults = read(&[
            ("SAMPLE_KIND", "both"),
            ("SAMPLE_PUBLIC_URL", "http://response.example"),
            ("SAMPLE_DATABASE_URL", ""),
            ("SAMPLE_ISSUER", "http://portal.example"),
            ("SAMPLE_CLIENT_ID", ""),
            ("SAMPLE_CLIENT_SECRET", ""),
            ("SAMPLE_LOG_FORM", "verse"),
        ])
        .unwrap_err();
        for setting in [
            "kind",
            "public_url",
            "database_url",
            "issuer",
            "client.id",
            "client.secret",
            "log.form",
        ] {
            let named = |fault: &String| fault.starts_with(&format!("{setting} ("));
            assert!(faults.iter().any(named), "{setting} in {faults:?}");
        }
    }

    #[test]
    fn messages_want_a_way_out() {
        let faults = read(&[("SAMPLE_KIND", "messages")]).unwrap_err();
        assert_eq!(faults, ["mail.smtp_url (SAMPLE_SMTP_URL)"]);
        assert!(read(&[("SAMPLE_KIND", "messages"), ("SAMPLE_MAIL_FOLDER", "mail")]).is_ok());
    }
}
