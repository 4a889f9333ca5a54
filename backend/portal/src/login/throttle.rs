//! Slows guessing down: after a number of failures a bucket waits (附表十; security.md, "Credentials").
//!
//! An attempt counts as a failure before it is made, in one statement of the database, and is taken back
//! when it was right. So parallel bursts, on however many nodes, cannot overshoot, and a restart forgets nothing.

use std::{
    collections::HashMap,
    net::Ipv6Addr,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foundation::random;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{text::Username, time::Timestamp};
use tokio::sync::{Mutex as TurnLock, OwnedMutexGuard};
use uuid::Uuid;

/// What attempts are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bucket(String);

impl Bucket {
    /// The account that the typed name means, known or not. Only a hash is stored: people type passwords
    /// into the wrong field.
    pub(super) fn account(typed: &str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(&random::hash(&Username::key_of(typed))[..16]);
        Self(format!("account:{hash}"))
    }

    /// A device that has signed in to this account before. It is counted by itself, so that strangers who
    /// guess cannot lock the owner out.
    pub(super) fn device(device: Uuid) -> Self {
        Self(format!("device:{device}"))
    }

    /// A network address; of IPv6 the network of 64 bits, since whoever has one address there has them all.
    pub(super) fn source(source: &str) -> Self {
        let network = match source.parse::<Ipv6Addr>() {
            Ok(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
            Err(_) => source.to_owned(),
        };
        Self(format!("source:{network}"))
    }

    /// Whether each failure begins the delay anew. That of a network address runs from the first: so many
    /// people share one that a mistyping now and then must not add up for days.
    fn begins_anew(&self) -> bool {
        !self.0.starts_with("source:")
    }
}

/// Why no attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    /// How long, in whole seconds, rounded up.
    pub seconds: u64,
    /// Whether it is the first attempt that is refused within the delay.
    pub first: bool,
}

/// Counts an attempt as a failure, unless the bucket has too many already.
pub(super) async fn reserve<C: ConnectionTrait>(
    db: &C,
    bucket: &Bucket,
    most: u32,
    delay: Duration,
    now: Timestamp,
) -> Result<Result<(), Wait>, DbErr> {
    // Beyond the limit the delay runs out untouched, and one more is counted, to tell the first refusal.
    const SQL: &str = "INSERT INTO sign_in_throttle (bucket, failures, window_ends_at) VALUES ($1, 1, $3) \
         ON CONFLICT (bucket) DO UPDATE SET \
         failures = CASE WHEN sign_in_throttle.window_ends_at <= $2 THEN 1 \
                         WHEN sign_in_throttle.failures > $4 + 1 THEN sign_in_throttle.failures \
                         ELSE sign_in_throttle.failures + 1 END, \
         window_ends_at = CASE WHEN sign_in_throttle.window_ends_at <= $2 \
                                    OR ($5 = 1 AND sign_in_throttle.failures < $4) \
                               THEN $3 ELSE sign_in_throttle.window_ends_at END \
         RETURNING failures, window_ends_at";
    let values = [
        bucket.0.clone().into(),
        now.as_millis().into(),
        now.plus(delay).as_millis().into(),
        i64::from(most).into(),
        i64::from(bucket.begins_anew()).into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let row = db
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the throttle's row".to_owned()))?;
    let failures = i64::from(row.try_get::<i32>("", "failures")?);
    if failures <= i64::from(most) {
        return Ok(Ok(()));
    }
    let ends = Timestamp::from_millis(row.try_get("", "window_ends_at")?);
    let left = ends.since(now).as_millis().div_ceil(1000);
    Ok(Err(Wait {
        seconds: u64::try_from(left).unwrap_or(u64::MAX).max(1),
        first: failures == i64::from(most) + 1,
    }))
}

/// The attempt was right: the bucket begins anew.
pub(super) async fn clear<C: ConnectionTrait>(db: &C, bucket: &Bucket) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM sign_in_throttle WHERE bucket = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [bucket.0.clone().into()]);
    db.execute_raw(statement).await.map(drop)
}

/// The attempt was right, or was not made: it does not count, but those before it do.
pub(super) async fn take_back<C: ConnectionTrait>(db: &C, bucket: &Bucket) -> Result<(), DbErr> {
    const SQL: &str =
        "UPDATE sign_in_throttle SET failures = failures - 1 WHERE bucket = $1 AND failures > 0";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [bucket.0.clone().into()]);
    db.execute_raw(statement).await.map(drop)
}

/// Deletes buckets whose delay is over.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "DELETE FROM sign_in_throttle WHERE window_ends_at <= $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, [now.as_millis().into()]);
    db.execute_raw(statement).await.map(drop)
}

/// Lets attempts on one bucket wait for each other on this node, so that an owner who signs in on several
/// machines at the same moment does not count as several failures.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<String, Weak<TurnLock<()>>>>>);

impl Turns {
    /// Waits for one's turn; it ends when the guard is dropped.
    pub(super) async fn wait(&self, bucket: &Bucket) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if turns.len() > 1024 {
                turns.retain(|_, turn| turn.strong_count() > 0);
            }
            turns.get(&bucket.0).and_then(Weak::upgrade).unwrap_or_else(|| {
                let turn = Arc::new(TurnLock::new(()));
                turns.insert(bucket.0.clone(), Arc::downgrade(&turn));
                turn
            })
        };
        turn.lock_owned().await
    }
}
