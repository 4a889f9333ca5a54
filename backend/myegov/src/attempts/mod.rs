//! How often something may be tried, by source or by account: counted in the database, so that it holds for all nodes
//! and after a restart.

use std::time::Duration;

use foundation::{clock::SharedClock, database::Database, random};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::time::Timestamp;

use crate::error::SiteError;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Whether an account is free, asked while one types; by source.
    NameCheck,
    /// 帳號 and 設定密碼 of a registration; by source.
    Account,
    /// 建立我的帳戶; by source.
    Registration,
    /// The letters that registrations send to one address.
    LetterToAddress,
    /// A sign-in, whatever comes of it; by source, for whoever tries one password with many accounts.
    SignIn,
    /// A mail that somebody asks for; by source.
    LetterFromSource,
    /// The same; by account, whether it exists or not.
    LetterToAccount,
    /// A password that is asked for once more of somebody who is signed in; by member.
    Password,
}

impl Limit {
    /// The name of its counts, how many attempts there may be, and within which time.
    const fn terms(self) -> (&'static str, i32, Duration) {
        match self {
            Self::NameCheck => ("name", 60, MINUTE),
            Self::Account => ("join", 60, MINUTE),
            Self::Registration => ("registration", 30, HOUR),
            Self::LetterToAddress => ("address", 5, HOUR.saturating_mul(24)),
            // A whole office may come from one address in the morning.
            Self::SignIn => ("sign-in", 300, MINUTE.saturating_mul(15)),
            Self::LetterFromSource => ("source", 30, HOUR),
            Self::LetterToAccount => ("account", 5, HOUR),
            Self::Password => ("password", 10, MINUTE.saturating_mul(15)),
        }
    }
}

/// Counts attempts.
#[derive(Clone, Debug)]
pub(crate) struct Attempts {
    db: Database,
    clock: SharedClock,
}

impl Attempts {
    pub(crate) fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// Counts an attempt before it is made, so that many at once cannot overshoot. `whose` is a source or an account.
    pub(crate) async fn count(&self, limit: Limit, whose: &str) -> Result<(), SiteError> {
        const SQL: &str = "INSERT INTO attempts (bucket, made, until) VALUES ($1, 1, $3) \
             ON CONFLICT (bucket) DO UPDATE SET \
             made = CASE WHEN attempts.until <= $2 THEN 1 ELSE attempts.made + 1 END, \
             until = CASE WHEN attempts.until <= $2 THEN $3 ELSE attempts.until END \
             RETURNING made, until";
        let (name, most, within) = limit.terms();
        let now = self.clock.now();
        let values = [
            random::hash(&format!("{name} {whose}")).to_vec().into(),
            now.as_millis().into(),
            now.plus(within).as_millis().into(),
        ];
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, values);
        let row = self.db.writer().query_one_raw(statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the row of attempts".to_owned()))?;
        if row.try_get::<i32>("", "made")? <= most {
            return Ok(());
        }
        let until = Timestamp::from_millis(row.try_get("", "until")?);
        tracing::info!(limit = name, "an attempt is one too many");
        Err(SiteError::TooMany(until.since(now)))
    }

    /// Forgets counts that are over.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        const SQL: &str = "DELETE FROM attempts WHERE until <= $1";
        let now = self.clock.now().as_millis().into();
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, [now]);
        self.db.execute_raw(statement).await.map(drop)
    }
}
