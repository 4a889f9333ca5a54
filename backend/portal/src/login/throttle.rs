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
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use shared::{text::Username, time::Timestamp};
use tokio::sync::{Mutex as TurnLock, OwnedMutexGuard};
use uuid::Uuid;

/// What attempts are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bucket(String);

impl Bucket {
    /// The account that the typed name means, known or not. Only a hash is stored: people type passwords
    /// into the wrong field.
    fn account(typed: &str) -> Self {
        Self::typed("account", typed)
    }

    fn typed(what: &str, typed: &str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(&random::hash(&Username::key_of(typed))[..16]);
        Self(format!("{what}:{hash}"))
    }

    /// A device that has signed in to this account before. It is counted by itself, so that strangers who
    /// guess cannot lock the owner out.
    fn device(device: Uuid) -> Self {
        Self(format!("device:{device}"))
    }

    /// A network address; of IPv6 the network of 64 bits, since whoever has one address there has them all. Its delay
    /// runs from the first failure, not from the last: so many people share one that a mistyping now and then must not
    /// add up for days.
    fn source(source: &str) -> Self {
        Self::network("source", source)
    }

    fn network(what: &str, source: &str) -> Self {
        let network = match source.parse::<Ipv6Addr>() {
            Ok(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
            Err(_) => source.to_owned(),
        };
        Self(format!("{what}:{network}"))
    }
}

/// What one attempt is counted by, and how many failures each may have. Each deed takes the row of `own` before that of
/// `source`: in two orders, two nodes would wait for each other.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    /// The account, or the device that is known to it.
    own: (Bucket, u32),
    /// The network address of an unknown device.
    source: Option<(Bucket, u32)>,
}

impl Buckets {
    /// Of a device that has signed in to the account before.
    pub(super) fn of_device(device: Uuid, most: u32) -> Self {
        Self {
            own: (Bucket::device(device), most),
            source: None,
        }
    }

    /// Of anybody else, who types this name at this network address.
    pub(super) fn of_stranger(typed: &str, most: u32, source: &str, most_of_source: u32) -> Self {
        Self {
            own: (Bucket::account(typed), most),
            source: Some((Bucket::source(source), most_of_source)),
        }
    }

    /// Of somebody who asks for a new password for the account that the typed text means.
    pub(super) fn of_reset(typed: &str, most: u32, source: &str, most_of_source: u32) -> Self {
        Self {
            own: (Bucket::typed("reset", typed), most),
            source: Some((Bucket::network("reset-source", source), most_of_source)),
        }
    }

    /// Of a signed-in person who does this.
    pub(super) fn of_person(what: &str, person: Uuid, most: u32) -> Self {
        Self {
            own: (Bucket(format!("{what}:{person}")), most),
            source: None,
        }
    }

    /// Those who try the same wait for each other.
    pub(super) fn turn(&self) -> &Bucket {
        &self.own.0
    }

    fn source_text(&self) -> Option<String> {
        self.source.as_ref().map(|(bucket, _)| bucket.0.clone())
    }
}

/// Why no attempt is made: a bucket is full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Full {
    bucket: Bucket,
    most: u32,
    /// Whether its first refusal is noted already.
    pub noted: bool,
    /// How long it stays so, in whole seconds, rounded up.
    pub seconds: u64,
}

/// Counts an attempt as a failure, unless a bucket is full; all in one statement. An address that is full does not
/// count against the account.
pub(super) async fn reserve<C: ConnectionTrait>(
    db: &C,
    buckets: &Buckets,
    delay: Duration,
    now: Timestamp,
) -> Result<Result<(), Full>, DbErr> {
    // Beyond the limit the delay runs out untouched.
    const SQL: &str = "INSERT INTO sign_in_throttle (bucket, failures, window_ends_at) \
         SELECT b.bucket, 1, $4 FROM (SELECT $1 AS bucket UNION ALL SELECT $2 AS bucket) AS b \
         WHERE b.bucket = $2 OR b.bucket = $1 AND NOT EXISTS (SELECT 1 FROM sign_in_throttle AS s \
               WHERE s.bucket = $2 AND s.failures >= $6 AND s.window_ends_at > $3) \
         ON CONFLICT (bucket) DO UPDATE SET \
         failures = CASE WHEN sign_in_throttle.window_ends_at <= $3 THEN 1 \
                         WHEN sign_in_throttle.failures > CASE WHEN sign_in_throttle.bucket = $2 THEN $6 ELSE $5 END \
                         THEN sign_in_throttle.failures \
                         ELSE sign_in_throttle.failures + 1 END, \
         window_ends_at = CASE WHEN sign_in_throttle.window_ends_at <= $3 \
                                    OR (sign_in_throttle.bucket = $1 AND sign_in_throttle.failures < $5) \
                               THEN $4 ELSE sign_in_throttle.window_ends_at END \
         RETURNING bucket, failures, window_ends_at";
    let values = [
        buckets.own.0.0.clone().into(),
        buckets.source_text().into(),
        now.as_millis().into(),
        now.plus(delay).as_millis().into(),
        i64::from(buckets.own.1).into(),
        i64::from(buckets.source.as_ref().map_or(0, |(_, most)| *most)).into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let rows = db.query_all_raw(statement).await?;
    let full = |(bucket, most): &(Bucket, u32)| -> Result<Option<Full>, DbErr> {
        for row in &rows {
            let failures = i64::from(row.try_get::<i32>("", "failures")?);
            if failures > i64::from(*most) && row.try_get::<String>("", "bucket")? == bucket.0 {
                let ends = Timestamp::from_millis(row.try_get("", "window_ends_at")?);
                let left = ends.since(now).as_millis().div_ceil(1000);
                return Ok(Some(Full {
                    bucket: bucket.clone(),
                    most: *most,
                    noted: failures > i64::from(*most) + 1,
                    seconds: u64::try_from(left).unwrap_or(u64::MAX).max(1),
                }));
            }
        }
        Ok(None)
    };
    let own = full(&buckets.own)?;
    let source = buckets.source.as_ref().map(full).transpose()?.flatten();
    if source.is_some() && own.is_none() && rows.len() > 1 {
        // Two at once that fill the address: the account was counted beside it, and nobody guessed at it.
        take_back(db, &buckets.own.0).await?;
    }
    Ok(source.or(own).map_or(Ok(()), Err))
}

/// Whether this is the first refusal of a full bucket: one is noted, however many there are.
pub(super) async fn first_refusal<C: ConnectionTrait>(db: &C, full: &Full) -> Result<bool, DbErr> {
    const SQL: &str =
        "UPDATE sign_in_throttle SET failures = failures + 1 WHERE bucket = $1 AND failures = $2 + 1";
    let values = [full.bucket.0.clone().into(), i64::from(full.most).into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    Ok(db.execute_raw(statement).await?.rows_affected() > 0)
}

/// The attempt was right: the account or device begins anew; of the address this one does not count, but those before
/// it do.
pub(super) async fn right<C: ConnectionTrait>(db: &C, buckets: &Buckets) -> Result<(), DbErr> {
    let own = buckets.own.0.0.clone().into();
    match (&buckets.source, db.get_database_backend()) {
        (Some((source, _)), backend @ DatabaseBackend::Sqlite) => {
            // Given to SQLite's thread as one.
            let sql = format!(
                "{BEGIN_ANEW}; {TAKE_BACK}",
                TAKE_BACK = TAKE_BACK.replace("$1", "$2")
            );
            let statement = Statement::from_sql_and_values(backend, sql, [own, source.0.clone().into()]);
            db.execute_raw(statement).await.map(drop)
        }
        (source, backend) => {
            db.execute_raw(Statement::from_sql_and_values(backend, BEGIN_ANEW, [own]))
                .await?;
            match source {
                Some((source, _)) => take_back(db, source).await,
                None => Ok(()),
            }
        }
    }
}

const BEGIN_ANEW: &str = "DELETE FROM sign_in_throttle WHERE bucket = $1";
const TAKE_BACK: &str =
    "UPDATE sign_in_throttle SET failures = failures - 1 WHERE bucket = $1 AND failures > 0";

/// The account that this name means begins anew.
pub(super) async fn lift<C: ConnectionTrait>(db: &C, username: &str) -> Result<(), DbErr> {
    let account = Bucket::account(username).0.into();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), BEGIN_ANEW, [account]);
    db.execute_raw(statement).await.map(drop)
}

/// The attempt was not made.
pub(super) async fn not_made<C: ConnectionTrait>(db: &C, buckets: &Buckets) -> Result<(), DbErr> {
    take_back(db, &buckets.own.0).await?;
    match &buckets.source {
        Some((source, _)) => take_back(db, source).await,
        None => Ok(()),
    }
}

async fn take_back<C: ConnectionTrait>(db: &C, bucket: &Bucket) -> Result<(), DbErr> {
    let bucket = bucket.0.clone().into();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), TAKE_BACK, [bucket]);
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
