//! What else could be guessed, or could fill somebody's mailbox, is slowed down by the same means as signing in.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{
    LoginService, device,
    throttle::{self, Buckets},
};
use crate::error::{ApiError, ApiResult};

/// A guess that was counted as a failure before it was made.
#[derive(Clone, Debug)]
pub struct Guess(Buckets);

impl LoginService {
    /// Counts a request for a new password: by the account that the typed text means, known or not, and by where it
    /// comes from.
    pub async fn count_reset(&self, typed: &str, source: &str) -> ApiResult<()> {
        let (own, of_source) = (self.config.failures_per_account, self.config.failures_per_source);
        self.count(Buckets::of_reset(typed, own, source, of_source))
            .await
            .map(drop)
    }

    /// Counts a wish of a signed-in person that sends mail to an address of their choice.
    pub async fn count_letter(&self, person: Uuid) -> ApiResult<()> {
        let buckets = Buckets::of_person("letter", person, self.config.failures_per_account);
        self.count(buckets).await.map(drop)
    }

    /// Counts a guess at the present password by a signed-in person. By itself: strangers who guess at the sign-in
    /// keep nobody from changing it.
    pub async fn count_guess(&self, person: Uuid) -> ApiResult<Guess> {
        self.count(Buckets::of_person(
            "change",
            person,
            self.config.failures_per_account,
        ))
        .await
    }

    async fn count(&self, buckets: Buckets) -> ApiResult<Guess> {
        let now = self.clock.now();
        match throttle::reserve(self.db.writer(), &buckets, self.config.delay, now).await? {
            Ok(()) => Ok(Guess(buckets)),
            Err(full) => Err(ApiError::TooManyAttempts(full.seconds)),
        }
    }

    /// The guess was right: counting begins anew.
    pub async fn right<C: ConnectionTrait>(&self, db: &C, guess: &Guess) -> Result<(), DbErr> {
        throttle::right(db, &guess.0).await
    }

    /// The guess was not made.
    pub async fn not_made<C: ConnectionTrait>(&self, db: &C, guess: &Guess) -> Result<(), DbErr> {
        throttle::not_made(db, &guess.0).await
    }

    /// Lets the account of this name begin anew, whoever has guessed at it.
    pub async fn lift<C: ConnectionTrait>(&self, transaction: &C, username: &str) -> Result<(), DbErr> {
        throttle::lift(transaction, username).await
    }

    /// Forgets the devices that have signed in to a person's account.
    pub async fn forget_devices<C: ConnectionTrait>(
        &self,
        transaction: &C,
        person: Uuid,
    ) -> Result<(), DbErr> {
        device::forget(transaction, person).await
    }
}
