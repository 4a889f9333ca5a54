//! How clients are told what happens behind a person's back.

use async_trait::async_trait;
use foundation::http_client::HttpClient;
use http::{Request, header};

/// The client did not confirm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client did not confirm: {0}")]
pub struct SendFailed(pub String);

/// Brings clients what they are told behind a person's back.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// Posts the token to the client's address (OpenID Connect Back-Channel Logout 1.0, section 2.5), and is content
    /// with a 200 or 204 alone.
    async fn logout(&self, uri: &str, logout_token: &str) -> Result<(), SendFailed>;

    /// Posts the event to the client's address (RFC 8935, section 2.1), and is content with a 202 alone.
    async fn event(&self, uri: &str, event: &str) -> Result<(), SendFailed>;
}

/// Brings them over HTTP, with the patience of [`HttpClient`].
#[derive(Clone, Debug)]
pub struct HttpSender(pub HttpClient);

impl HttpSender {
    async fn post(&self, uri: &str, kind: &str, body: String, taken: &[u16]) -> Result<(), SendFailed> {
        let failed = |error: &dyn std::fmt::Display| SendFailed(error.to_string());
        let request = Request::post(uri)
            .header(header::CONTENT_TYPE, kind)
            .body(body.into_bytes())
            .map_err(|error| failed(&error))?;
        let answer = self.0.fetch(request).await.map_err(|error| failed(&error))?;
        if taken.contains(&answer.status().as_u16()) {
            Ok(())
        } else {
            Err(failed(&answer.status()))
        }
    }
}

#[async_trait]
impl Sender for HttpSender {
    async fn logout(&self, uri: &str, logout_token: &str) -> Result<(), SendFailed> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", logout_token)
            .finish();
        self.post(uri, "application/x-www-form-urlencoded", body, &[200, 204])
            .await
    }

    async fn event(&self, uri: &str, event: &str) -> Result<(), SendFailed> {
        self.post(uri, "application/secevent+jwt", event.to_owned(), &[202])
            .await
    }
}
