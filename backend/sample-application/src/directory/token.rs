//! The access token of the application itself (RFC 6749, section 4.4), kept until shortly before it expires.

use std::time::Duration;

use foundation::clock::SharedClock;
use secrecy::SecretString;
use shared::time::Timestamp;
use tokio::sync::Mutex;

use crate::portal::{Fault, Grant, Portal};

/// What it may do.
const SCOPE: &str = "directory";
/// It is given up so long before it expires: a request takes its time.
const EARLY: Duration = Duration::from_secs(30);

pub(super) struct OwnToken {
    portal: Portal,
    clock: SharedClock,
    held: Mutex<Option<(SecretString, Timestamp)>>,
}

impl OwnToken {
    pub(super) fn new(portal: Portal, clock: SharedClock) -> Self {
        Self {
            portal,
            clock,
            held: Mutex::new(None),
        }
    }

    /// The token. Of many who want it at once, one asks for it.
    pub(super) async fn get(&self) -> Result<SecretString, Fault> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if let Some((token, until)) = &*held
            && now < *until
        {
            return Ok(token.clone());
        }
        let tokens = self.portal.tokens(Grant::OwnName { scope: SCOPE }).await?;
        let until = now.plus(tokens.lives.saturating_sub(EARLY));
        *held = Some((tokens.access.clone(), until));
        Ok(tokens.access)
    }

    /// The portal does not take it any more.
    pub(super) async fn forget(&self) {
        *self.held.lock().await = None;
    }
}
