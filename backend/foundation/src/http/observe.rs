//! Every request gets an id, a span in the log, and its place in the metrics.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    str,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderName, HeaderValue, Method};
use tracing::Instrument;

/// The answer's header that finds the request in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The request's id, for those who write it into an answer: 16 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; 16]);

impl RequestId {
    /// A new one. It is no secret, so it needs no random numbers of the operating system; it only shall not tell
    /// how many requests there were.
    fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (mut random, mut text) = ([0; 12], [b'-'; 16]);
        random[..8].copy_from_slice(&KEYS[0].hash_one(number).to_be_bytes());
        random[8..].copy_from_slice(&KEYS[1].hash_one(number).to_be_bytes()[..4]);
        // Twelve bytes are sixteen characters: it always fits.
        let _ = URL_SAFE_NO_PAD.encode_slice(random, &mut text);
        Self(text)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Lets a request be answered, and watches. It stands around routes, not around the router, so that metrics name
/// the route and not the address: addresses hold ids, and a metric for each would never end.
pub async fn observe<A: Future<Output = Response>>(
    mut request: Request,
    answer: impl FnOnce(Request) -> A,
) -> Response {
    let id = RequestId::next();
    request.extensions_mut().insert(id);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let name = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        id = id.as_str(),
        method = method.as_str(),
        route = name
    );
    let begun = Instant::now();
    let mut response = answer(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), begun.elapsed());

    let method_label = method_label(&method);
    metrics::counter!("http_requests_total", "method" => method_label, "route" => name.to_owned(), "status" => status.as_str().to_owned())
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method_label, "route" => name.to_owned())
        .record(took.as_secs_f64());
    span.in_scope(|| {
        let millis = took.as_secs_f64() * 1000.0;
        // Readers are many and change nothing; what changes or fails is worth a line.
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), millis, "answered");
        } else if method.is_safe() {
            tracing::debug!(status = status.as_u16(), millis, "answered");
        } else {
            tracing::info!(status = status.as_u16(), millis, "answered");
        }
    });
    if let Ok(id) = HeaderValue::from_bytes(&id.0) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Clients can invent methods; metrics do not follow them.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::RequestId;

    #[test]
    fn ids_are_distinct_and_do_not_count() {
        let ids: Vec<_> = (0..1000).map(|_| RequestId::next().to_string()).collect();
        assert!(ids.iter().all(|id| id.len() == 16));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        assert!(!ids.is_sorted());
    }
}
