//! Password hashes: argon2id with OWASP's parameters, a bounded number at once, on threads of their own.
//!
//! Each thread keeps its memory from hash to hash, which is measurably faster than to ask for it anew, and
//! runs at a lower priority than the threads that answer requests, so that a storm of sign-ins slows sign-ins.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
    mpsc,
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{Output, PasswordHash, Salt, SaltString},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::random;

/// How many sign-ins may wait per thread before further ones are turned away.
const WAITING_PER_THREAD: usize = 256;

/// The cost of a hash (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// KiB of memory.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// OWASP's recommendation: 19 MiB, two passes, one lane.
    pub const OWASP: Self = Self {
        memory: 19_456,
        passes: 2,
        lanes: 1,
    };
    /// The least that argon2 takes, for tests whose subject is something else.
    pub const LEAST: Self = Self {
        memory: 8,
        passes: 1,
        lanes: 1,
    };
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the password, or there was nothing to compare with.
    Wrong,
    /// It is the password.
    Right {
        /// The stored hash is cheaper than the present cost; hash the password anew.
        outdated: bool,
    },
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting; come back in a moment.
    #[error("too many password hashes are waiting")]
    Busy,
    /// A stored hash cannot be read, or the cost is none that argon2 takes.
    #[error("a password hash could not be computed")]
    Broken,
}

type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// Computes and compares password hashes.
#[derive(Clone)]
pub struct Hasher {
    cost: Cost,
    jobs: mpsc::Sender<Job>,
    waiting: Arc<Semaphore>,
    /// What an unknown user's password is compared with, so that it takes the same time.
    nobody: Arc<str>,
    computed: Arc<AtomicU64>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

impl Hasher {
    /// Starts the threads; they end with the last clone. No threads means one for each processor.
    pub fn start(cost: Cost, threads: Option<usize>) -> Result<Self, HashError> {
        let threads = threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
            .max(1);
        let nobody = compute(cost, &random::bytes(), b"", &mut Vec::new())?;
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("hasher-{number}"))
                .spawn(move || work(&queue))
                .map_err(|_| HashError::Broken)?;
        }
        Ok(Self {
            cost,
            jobs,
            waiting: Arc::new(Semaphore::new(threads * WAITING_PER_THREAD)),
            nobody: nobody.into(),
            computed: Arc::default(),
        })
    }

    /// How many hashes were computed since the start: of new passwords, and to compare with stored ones or with nobody's.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Vec<Block>) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place: OwnedSemaphorePermit = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let (answer, answered) = oneshot::channel();
        let computed = Arc::clone(&self.computed);
        let job: Job = Box::new(move |memory| {
            // Whoever asked may have gone away; then there is no one to compute it for.
            if !answer.is_closed() {
                computed.fetch_add(1, Ordering::Relaxed);
                drop(answer.send(job(memory)));
            }
            drop(place);
        });
        self.jobs.send(job).map_err(|_| HashError::Broken)?;
        answered.await.map_err(|_| HashError::Broken)?
    }

    /// The hash of a new password, as a PHC string.
    pub async fn hash(&self, password: SecretString) -> Result<String, HashError> {
        let cost = self.cost;
        self.run(move |memory| {
            compute(
                cost,
                &random::bytes(),
                password.expose_secret().as_bytes(),
                memory,
            )
        })
        .await
    }

    /// Compares a password with the stored hash. Without one (an unknown user) it takes the same time and
    /// is always wrong.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<Verdict, HashError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let cost = self.cost;
        self.run(move |memory| {
            let stored = PasswordHash::new(&stored).map_err(|_| HashError::Broken)?;
            let params = Params::try_from(&stored).map_err(|_| HashError::Broken)?;
            let expected = stored.hash.ok_or(HashError::Broken)?;
            let mut salt = [0; Salt::MAX_LENGTH];
            let salt = stored
                .salt
                .ok_or(HashError::Broken)?
                .decode_b64(&mut salt)
                .map_err(|_| HashError::Broken)?;
            let found = raw(&params, salt, password.expose_secret().as_bytes(), memory)?;
            let outdated = params.m_cost() < cost.memory || params.t_cost() < cost.passes;
            let same: bool = expected.as_bytes().ct_eq(&found).into();
            Ok(if same && known {
                Verdict::Right { outdated }
            } else {
                Verdict::Wrong
            })
        })
        .await
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 10) {
        tracing::warn!(%error, "the hashing threads keep the ordinary priority");
    }
    let mut memory = Vec::new();
    loop {
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        match job {
            Ok(job) => job(&mut memory),
            Err(mpsc::RecvError) => return,
        }
    }
}

fn raw(
    params: &Params,
    salt: &[u8],
    password: &[u8],
    memory: &mut Vec<Block>,
) -> Result<[u8; 32], HashError> {
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::default());
    }
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password, salt, &mut hash, &mut memory[..params.block_count()])
        .map_err(|_| HashError::Broken)?;
    Ok(hash)
}

fn compute(
    cost: Cost,
    salt: &[u8; 16],
    password: &[u8],
    memory: &mut Vec<Block>,
) -> Result<String, HashError> {
    let params =
        Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(|_| HashError::Broken)?;
    let hash = raw(&params, salt, password, memory)?;
    let salt = SaltString::encode_b64(salt).map_err(|_| HashError::Broken)?;
    let phc = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: (&params).try_into().map_err(|_| HashError::Broken)?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&hash).map_err(|_| HashError::Broken)?),
    };
    Ok(phc.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_told_from_a_wrong_one_and_from_nobody() {
        let hasher = Hasher::start(Cost::LEAST, Some(1)).unwrap();
        let stored = hasher.hash("correct horse".into()).await.unwrap();
        let verdict = |password: &str, stored: Option<&String>| {
            let (password, stored) = (password.to_owned().into(), stored.cloned());
            let hasher = hasher.clone();
            async move { hasher.verify(password, stored).await.unwrap() }
        };
        assert_eq!(
            verdict("correct horse", Some(&stored)).await,
            Verdict::Right { outdated: false }
        );
        assert_eq!(verdict("correct hors", Some(&stored)).await, Verdict::Wrong);
        assert_eq!(verdict("", None).await, Verdict::Wrong);
        assert_eq!(hasher.computed(), 4, "nobody's password takes one too");
    }

    #[tokio::test]
    async fn a_hash_of_lower_cost_is_outdated() {
        let cheap = Hasher::start(Cost::LEAST, Some(1)).unwrap();
        let stored = cheap.hash("correct horse".into()).await.unwrap();
        let dear = Hasher::start(
            Cost {
                memory: 16,
                ..Cost::LEAST
            },
            Some(1),
        )
        .unwrap();
        let verdict = dear.verify("correct horse".into(), Some(stored)).await.unwrap();
        assert_eq!(verdict, Verdict::Right { outdated: true });
    }

    #[tokio::test]
    async fn another_implementation_reads_our_hashes() {
        use argon2::PasswordVerifier;
        let hasher = Hasher::start(Cost::LEAST, Some(1)).unwrap();
        let stored = hasher.hash("颱風警報".into()).await.unwrap();
        let parsed = PasswordHash::new(&stored).unwrap();
        Argon2::default()
            .verify_password("颱風警報".as_bytes(), &parsed)
            .unwrap();
    }

    #[tokio::test]
    async fn a_broken_hash_is_an_error_and_not_a_wrong_password() {
        let hasher = Hasher::start(Cost::LEAST, Some(1)).unwrap();
        let answer = hasher.verify("x".into(), Some("not a hash".into())).await;
        assert_eq!(answer, Err(HashError::Broken));
    }
}
