//! `[http]`: where the server listens and what it believes.

use std::{net::SocketAddr, path::PathBuf};

use foundation::{
    http_client::is_secure,
    server::{ServerOptions, Tls},
    settings::Settings,
};
use ipnet::IpNet;
use url::Url;

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

impl Http {
    pub(super) fn read(s: &mut Settings) -> Option<Self> {
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
