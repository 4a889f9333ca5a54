//! Where a request comes from.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use foundation::http::source::client_address;
use http::{Extensions, HeaderMap, header, request::Parts};
use ipnet::IpNet;

/// The client's network address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(String);

impl Source {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The proxies that are believed.
#[derive(Clone, Debug)]
pub struct TrustedProxies(pub Arc<[IpNet]>);

impl<S> FromRequestParts<S> for Source
where
    TrustedProxies: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let trusted = TrustedProxies::from_ref(state);
        Ok(Self(
            address(&parts.extensions, &parts.headers, &trusted).to_string(),
        ))
    }
}

/// The client's network address.
pub fn address(extensions: &Extensions, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    // Without a connection there is a test that calls the router itself.
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| {
            address.ip()
        });
    client_address(peer, headers, &trusted.0)
}

/// The browser as it names itself, cut to 200 characters.
pub fn user_agent(headers: &HeaderMap) -> String {
    headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}
