//! Tells clients that a session has ended (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use async_trait::async_trait;
use foundation::http_client::HttpClient;
use http::{Request, header};

use crate::{host::Unavailable, provider::Provider, storage::Participant, tokens};

/// How often a client is told, and how long to wait after each time that it did not answer.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::ZERO];

/// The client did not confirm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client did not confirm: {0}")]
pub struct SendFailed(pub String);

/// Brings clients what they are told behind a person's back.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// Posts the token to the client's address, and is content with a 200 or 204 alone.
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

/// Tells one client, in the background: nobody waits for a client that does not answer.
pub(crate) fn tell(provider: &Provider, participant: Participant, sid: String) {
    let provider = provider.clone();
    tokio::spawn(async move {
        let client = &participant.client_id;
        for pause in PAUSES {
            match once(&provider, &participant, &sid).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(client, %error, "could not tell of the end of a session");
                }
            }
            tokio::time::sleep(pause).await;
        }
    });
}

/// A client that is gone, or does not want to hear, has nothing to be told.
async fn once(
    provider: &Provider,
    Participant { client_id, subject }: &Participant,
    sid: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let Some(client) = provider.client(client_id).await? else {
        return Ok(());
    };
    let Some(uri) = &client.backchannel_logout_uri else {
        return Ok(());
    };
    let now = provider.now();
    // A new `jti` each time: a client whose answer was lost would take the same one for a replay.
    let (typ, claims) =
        tokens::logout_token(provider.issuer(), client_id, subject, sid, provider.new_id(), now);
    let keys = provider.keys().at(now).await?;
    let key = keys
        .active(client.algorithm, now)
        .ok_or_else(|| Unavailable::because(format!("no key signs {}", client.algorithm.name())))?;
    let token = key.sign(typ, &claims)?;
    provider.sender().logout(uri.as_str(), &token).await?;
    tracing::info!(client = client_id, "told of the end of a session");
    Ok(())
}
