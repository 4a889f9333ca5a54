//! Tells clients that a session has ended (OpenID Connect Back-Channel Logout 1.0): each at least once, as often as it
//! takes, and none because of another one's silence.

use std::{collections::HashSet, time::Duration};

use futures::{StreamExt, stream, stream::FuturesUnordered};
use shared::time::Timestamp;

use crate::{
    backchannel::SendFailed,
    client::{Client, RegisteredUri},
    host::Unavailable,
    keys::SigningKey,
    provider::Provider,
    storage::{Lease, Notice, Settled},
    tokens,
};

/// How long to wait after each time that a client did not confirm, and an hour after each further time.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(10 * 60),
];
const HOUR: Duration = Duration::from_secs(60 * 60);
/// A client that has not confirmed for so long is told no more.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// So many notices of one client are taken together.
const TAKEN: u32 = 100;
/// So many of them are under way at once.
const AT_ONCE: usize = 8;
/// A client answers within this time.
const ANSWER: Duration = Duration::from_secs(5);
/// How long the notices that were taken belong to this node: longer than a client can take that answers none of them.
const LEASE: Duration = Duration::from_secs(90);
/// While some are being told, how often to look for others.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Provider {
    /// Tells every client what it is due to be told. It comes back when nothing is due any more; a client that does
    /// not answer keeps it, but delays no other, also none whose turn comes only then. The host calls it again and
    /// again, a second after it came back or when [`Self::woken`]; several calls at once, on one node or on many, do
    /// each notice once.
    ///
    /// # Errors
    /// When the storage or a key was not to be had; what was not told is told the next time.
    pub async fn tell_of_ends(&self) -> Result<(), Unavailable> {
        let mut telling = FuturesUnordered::new();
        let mut begun = HashSet::new();
        let mut outcome = Ok(());
        loop {
            for client_id in self.storage().clients_to_tell(self.now()).await? {
                if begun.insert(client_id.clone()) {
                    telling.push(async move { (tell(self, &client_id).await, client_id) });
                }
            }
            if telling.is_empty() {
                return outcome;
            }
            tokio::select! {
                Some((told, client_id)) = telling.next() => match told {
                    Ok(()) => drop(begun.remove(&client_id)),
                    // Not again before the host's next call.
                    Err(error) => outcome = outcome.and(Err(error)),
                },
                () = self.woken() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }
}

/// Tells one client what is due, until nothing is.
async fn tell(provider: &Provider, client_id: &str) -> Result<(), Unavailable> {
    loop {
        let now = provider.now();
        let client = provider.client_to_tell(client_id).await?;
        let keys = provider.keys().at(now).await?;
        let teller = match client
            .as_ref()
            .and_then(|client| Some((client, client.backchannel_logout_uri.as_ref()?)))
        {
            None => None,
            Some((client, uri)) => Some(Teller {
                provider,
                client,
                uri,
                key: keys.active(client.algorithm, now).ok_or_else(|| {
                    Unavailable::because(format!("no key signs {}", client.algorithm.name()))
                })?,
            }),
        };
        let lease = Lease {
            id: provider.new_id(),
            until: now.plus(LEASE),
            most: TAKEN,
        };
        let notices = provider.storage().take_notices(client_id, &lease, now).await?;
        if notices.is_empty() {
            return Ok(());
        }
        let settled = match teller {
            Some(teller) => teller.tell(notices).await,
            None => notices
                .into_iter()
                .map(|notice| (notice.id, Settled::NoAddress))
                .collect(),
        };
        provider
            .storage()
            .settle_notices(lease.id, &settled, provider.now())
            .await?;
    }
}

/// Tells one client.
struct Teller<'a> {
    provider: &'a Provider,
    client: &'a Client,
    uri: &'a RegisteredUri,
    key: &'a SigningKey,
}

impl Teller<'_> {
    async fn tell(&self, notices: Vec<Notice>) -> Vec<(i64, Settled)> {
        let told = stream::iter(notices).map(|notice| async move {
            let sent = self.send(&notice).await;
            if let Err(error) = &sent {
                let (client, attempts) = (&self.client.id, notice.attempts);
                tracing::warn!(client, attempts, %error, "could not tell of the end of a session");
            }
            (notice.id, self.settled(&notice, &sent))
        });
        let settled: Vec<_> = told.buffer_unordered(AT_ONCE).collect().await;
        let confirmed = settled.iter().filter(|told| told.1 == Settled::Confirmed).count();
        tracing::info!(
            client = self.client.id,
            confirmed,
            of = settled.len(),
            "told of the end of sessions"
        );
        settled
    }

    async fn send(&self, notice: &Notice) -> Result<(), SendFailed> {
        let failed = |reason: String| SendFailed(reason);
        let provider = self.provider;
        let known_as = |error: Unavailable| failed(error.to_string());
        let subject = provider
            .subject_for(self.client, &notice.subject)
            .map_err(known_as)?;
        let sid = provider.sid_for(self.client, &notice.sid).map_err(known_as)?;
        // A new `jti` each time: a client whose answer was lost would take the same one for a replay.
        let (typ, claims) = tokens::logout_token(
            provider.issuer(),
            &self.client.id,
            &subject,
            &sid,
            provider.new_id(),
            provider.now(),
        );
        let token = self
            .key
            .sign(typ, &claims)
            .map_err(|error| failed(error.to_string()))?;
        tokio::time::timeout(ANSWER, provider.sender().logout(self.uri.as_str(), &token))
            .await
            .unwrap_or_else(|_| Err(failed("no answer in time".to_owned())))
    }

    fn settled(&self, notice: &Notice, sent: &Result<(), SendFailed>) -> Settled {
        match sent {
            Ok(()) => Settled::Confirmed,
            Err(_) => match next_time(notice.attempts, notice.ended_at, self.provider.now()) {
                Some(time) => Settled::Again(time),
                None => Settled::GivenUp,
            },
        }
    }
}

/// When to try again after so many attempts, the last of them now; none: not at all.
fn next_time(attempts: u32, ended_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let made = usize::try_from(attempts).unwrap_or(usize::MAX).saturating_sub(1);
    let next = now.plus(PAUSES.get(made).copied().unwrap_or(HOUR));
    (next <= ended_at.plus(PATIENCE)).then_some(next)
}

#[cfg(test)]
#[path = "logout_tests.rs"]
mod tests;
