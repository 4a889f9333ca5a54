//! After five failures an account waits fifteen minutes, whether it exists or not. It is kept in the
//! database, so that it survives a restart and holds for all nodes.

use std::time::Duration;

use foundation::{database::Database, random};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::time::Timestamp;

/// Failures before the delay.
const MOST_FAILURES: i32 = 5;
/// The delay, counted from the last failure that was tried.
const DELAY: Duration = Duration::from_secs(15 * 60);

/// An attempt may not be made for this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait(pub(super) Duration);

/// The throttle of sign-ins.
#[derive(Clone, Debug)]
pub(super) struct Throttle(Database);

impl Throttle {
    pub(super) fn new(database: Database) -> Self {
        Self(database)
    }

    async fn run(&self, sql: &str, values: Vec<sea_orm::Value>) -> Result<(), DbErr> {
        let statement = Statement::from_sql_and_values(self.0.get_database_backend(), sql, values);
        self.0.execute_raw(statement).await.map(drop)
    }

    /// Counts an attempt as a failure before it is made, so that many at once cannot overshoot. An attempt
    /// that comes during the delay is not made and does not prolong it.
    pub(super) async fn reserve(&self, account: &str, now: Timestamp) -> Result<Result<(), Wait>, DbErr> {
        const SQL: &str = "INSERT INTO sign_in_throttle (account_hash, failures, delayed_until) \
             VALUES ($1, 1, $3) \
             ON CONFLICT (account_hash) DO UPDATE SET \
             failures = CASE WHEN sign_in_throttle.delayed_until <= $2 THEN 1 \
                             WHEN sign_in_throttle.failures > $4 THEN sign_in_throttle.failures \
                             ELSE sign_in_throttle.failures + 1 END, \
             delayed_until = CASE WHEN sign_in_throttle.delayed_until <= $2 \
                                    OR sign_in_throttle.failures < $4 \
                                  THEN $3 ELSE sign_in_throttle.delayed_until END \
             RETURNING failures, delayed_until";
        let values = [
            random::hash(account).to_vec().into(),
            now.as_millis().into(),
            now.plus(DELAY).as_millis().into(),
            MOST_FAILURES.into(),
        ];
        let statement = Statement::from_sql_and_values(self.0.get_database_backend(), SQL, values);
        let row = self.0.writer().query_one_raw(statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the throttle's row".to_owned()))?;
        let failures: i32 = row.try_get("", "failures")?;
        if failures <= MOST_FAILURES {
            return Ok(Ok(()));
        }
        let until = Timestamp::from_millis(row.try_get("", "delayed_until")?);
        Ok(Err(Wait(until.since(now))))
    }

    /// The attempt was right: the account begins anew.
    pub(super) async fn clear(&self, account: &str) -> Result<(), DbErr> {
        const SQL: &str = "DELETE FROM sign_in_throttle WHERE account_hash = $1";
        self.run(SQL, vec![random::hash(account).to_vec().into()]).await
    }

    /// Forgets delays that are over.
    pub(super) async fn purge(&self, now: Timestamp) -> Result<(), DbErr> {
        const SQL: &str = "DELETE FROM sign_in_throttle WHERE delayed_until <= $1";
        self.run(SQL, vec![now.as_millis().into()]).await
    }
}
