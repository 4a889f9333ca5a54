//! The keys in use, read from the storage at most once a minute, and made when they are due.

use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use jsonwebtoken::jwk::JwkSet;
use shared::time::Timestamp;
use tokio::sync::Mutex;

use super::{Algorithm, KeyPolicy, KeyState, SigningKey, StoredKey, rotation};
use crate::{host::Unavailable, storage::Storage};

/// For how long other nodes' keys may go unseen; much shorter than keys are published before they sign.
const FRESH: Duration = Duration::from_secs(60);

/// All keys that are not gone, as they were at one moment.
#[derive(Debug)]
pub(crate) struct KeySet {
    read_at: Timestamp,
    keys: Vec<Arc<SigningKey>>,
    policy: KeyPolicy,
}

impl KeySet {
    /// The key that signs now.
    pub(crate) fn active(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        self.keys
            .iter()
            .filter(|key| key.stored.algorithm == algorithm)
            .filter(|key| key.stored.state(now, &self.policy) == KeyState::Active)
            .max_by_key(|key| key.stored.generation)
            .map(AsRef::as_ref)
    }

    /// Those that verify now.
    pub(crate) fn published(&self, now: Timestamp) -> impl Iterator<Item = &SigningKey> {
        self.keys
            .iter()
            .filter(move |key| key.stored.state(now, &self.policy) != KeyState::Gone)
            .map(AsRef::as_ref)
    }

    /// The key set of RFC 7517, section 5.
    pub(crate) fn public(&self, now: Timestamp) -> JwkSet {
        JwkSet {
            keys: self.published(now).map(|key| key.public.clone()).collect(),
        }
    }
}

/// The keys of a provider.
pub(crate) struct Keys {
    storage: Arc<dyn Storage>,
    policy: KeyPolicy,
    algorithms: Vec<Algorithm>,
    current: RwLock<Option<Arc<KeySet>>>,
    /// One reads while the others wait for what it finds.
    reading: Mutex<()>,
}

impl Keys {
    pub(crate) fn new(storage: Arc<dyn Storage>, policy: KeyPolicy, algorithms: Vec<Algorithm>) -> Self {
        Self {
            storage,
            policy,
            algorithms,
            current: RwLock::default(),
            reading: Mutex::default(),
        }
    }

    fn cached(&self) -> Option<Arc<KeySet>> {
        self.current.read().ok().and_then(|current| current.clone())
    }

    fn fresh(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        self.cached().filter(|set| {
            let age = now.since(set.read_at);
            let signs = self
                .algorithms
                .iter()
                .all(|algorithm| set.active(*algorithm, now).is_some());
            now >= set.read_at && age < FRESH && signs
        })
    }

    /// The keys at this moment.
    pub(crate) async fn at(&self, now: Timestamp) -> Result<Arc<KeySet>, Unavailable> {
        if let Some(set) = self.fresh(now) {
            return Ok(set);
        }
        let _reading = self.reading.lock().await;
        if let Some(set) = self.fresh(now) {
            return Ok(set);
        }
        match self.read(now).await {
            Ok(set) => {
                let set = Arc::new(set);
                if let Ok(mut current) = self.current.write() {
                    *current = Some(Arc::clone(&set));
                }
                Ok(set)
            }
            // A known key is as good as before while the storage is away.
            Err(error) => self.cached().ok_or(error),
        }
    }

    async fn read(&self, now: Timestamp) -> Result<KeySet, Unavailable> {
        let mut stored = self.storage.keys().await?;
        let mut made = false;
        for algorithm in &self.algorithms {
            let of_this: Vec<&StoredKey> = stored.iter().filter(|key| key.algorithm == *algorithm).collect();
            if let Some(due) = rotation::due(&of_this, now, &self.policy) {
                let algorithm = *algorithm;
                let key = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm, due))
                    .await
                    .map_err(Unavailable::because)?
                    .map_err(Unavailable::because)?;
                tracing::info!(kid = %key.stored.kid, algorithm = algorithm.name(), "made a signing key");
                self.storage.add_key(&key.stored).await?;
                made = true;
            }
        }
        if made {
            // Another node may have made the same generation first; then its key is the one.
            stored = self.storage.keys().await?;
        }
        let mut keys = Vec::with_capacity(stored.len());
        for key in stored {
            if key.state(now, &self.policy) != KeyState::Gone {
                keys.push(Arc::new(SigningKey::read(key).map_err(Unavailable::because)?));
            }
        }
        Ok(KeySet {
            read_at: now,
            keys,
            policy: self.policy,
        })
    }
}
