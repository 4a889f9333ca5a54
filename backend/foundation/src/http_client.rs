//! Requests to other servers: short patience, small answers, no redirects, https but on loopback.

use std::{net::IpAddr, time::Duration};

use http::{Request, Response};
use url::{Host, Url};

/// How long a whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next request. Servers close those that lie idle, some after five
/// seconds; a request that crosses with that fails, and a code for tokens cannot be sent twice.
const KEPT: Duration = Duration::from_secs(1);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Plain http to another machine.
    #[error("{0} is neither https nor on this machine")]
    Insecure(String),
    /// No answer in time, or none at all.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// More than the limit.
    #[error("the answer is larger than {LARGEST} bytes")]
    TooLarge,
}

/// Talks to other servers.
#[derive(Clone, Debug)]
pub struct HttpClient(reqwest::Client);

impl HttpClient {
    /// With the limits of this module.
    ///
    /// # Errors
    /// When the machine's certificates cannot be read.
    pub fn new() -> Result<Self, FetchError> {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE)
            .no_proxy()
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(KEPT)
            .user_agent(concat!("emic/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
            .map_err(|error| FetchError::NoAnswer(error.to_string()))
    }

    /// Sends the request and reads the whole answer, whatever its status.
    pub async fn fetch(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let no_answer = |error: reqwest::Error| FetchError::NoAnswer(error.without_url().to_string());
        let request = reqwest::Request::try_from(request).map_err(no_answer)?;
        if !is_secure(request.url()) {
            return Err(FetchError::Insecure(request.url().origin().ascii_serialization()));
        }
        let mut answer = self.0.execute(request).await.map_err(no_answer)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

/// Whether nobody on the way can read along: https, or a server on this machine.
pub fn is_secure(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests {
    use axum::{Router, response::Redirect, routing::get};

    use super::*;

    async fn fetch(path: &str) -> Result<Response<Vec<u8>>, FetchError> {
        let router = Router::new()
            .route("/away", get(|| async { Redirect::to("/here") }))
            .route("/here", get(|| async { "here" }))
            .route("/large", get(|| async { vec![b'x'; LARGEST + 1] }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let request = Request::get(format!("http://{address}{path}"))
            .body(Vec::new())
            .unwrap();
        HttpClient::new().unwrap().fetch(request).await
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        assert_eq!(fetch("/away").await.unwrap().status(), 303);
    }

    #[tokio::test]
    async fn a_large_answer_is_not_read() {
        assert!(matches!(fetch("/large").await, Err(FetchError::TooLarge)));
    }

    #[tokio::test]
    async fn a_small_answer_is_read_whole() {
        assert_eq!(fetch("/here").await.unwrap().body(), b"here");
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for url in [
            "https://egov.example",
            "http://localhost:1",
            "http://127.0.0.1",
            "http://[::1]:8081",
        ] {
            assert!(is_secure(&url.parse().unwrap()), "{url}");
        }
        for url in [
            "http://egov.example",
            "http://10.0.0.1",
            "http://localhost.evil",
            "ftp://localhost",
        ] {
            assert!(!is_secure(&url.parse().unwrap()), "{url}");
        }
    }
}
