//! Whether account and password belong together.

use std::time::Duration;

use foundation::{
    clock::SharedClock,
    database::Database,
    hasher::{HashError, Hasher, Verdict},
};
use sea_orm::DbErr;
use secrecy::SecretString;

use super::throttle::{Throttle, Wait};
use crate::member::{AccountName, Member, MemberStore};

/// The longest password that is looked at, in bytes; longer ones cannot be right.
const LONGEST_PASSWORD: usize = 1024;

/// What came of an attempt.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// They belong together.
    Right(Box<Member>),
    /// They do, but the mailed link was not used yet. Told to nobody who does not know the password.
    Waiting,
    /// They do not; which of them is wrong is not told.
    Wrong,
    /// Too many failures: no attempt for this long.
    Delayed(Duration),
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    #[error("the password hasher: {0}")]
    Hasher(#[from] HashError),
}

/// Compares accounts and passwords.
#[derive(Clone, Debug)]
pub(crate) struct SignInService {
    members: MemberStore,
    throttle: Throttle,
    hasher: Hasher,
    clock: SharedClock,
}

impl SignInService {
    pub(crate) fn new(database: Database, members: MemberStore, hasher: Hasher, clock: SharedClock) -> Self {
        Self {
            members,
            throttle: Throttle::new(database),
            hasher,
            clock,
        }
    }

    /// Makes an attempt. Accounts that do not exist, or are barred, take as long and count as much as others.
    pub(crate) async fn attempt(
        &self,
        account: &str,
        password: SecretString,
    ) -> Result<Outcome, SignInError> {
        use secrecy::ExposeSecret;

        let name = AccountName::read(account);
        // What can be no account is throttled as it was typed.
        let bucket = name.as_ref().map_or(account, AccountName::key);
        if let Err(Wait(wait)) = self.throttle.reserve(bucket, self.clock.now()).await? {
            tracing::info!("a sign-in is delayed");
            return Ok(Outcome::Delayed(wait));
        }
        let member = match &name {
            Some(name) => self.members.by_account(name).await?,
            None => None,
        };
        let member = member.filter(|member| member.barred_at.is_none());
        if password.expose_secret().len() > LONGEST_PASSWORD {
            return Ok(Outcome::Wrong);
        }
        let stored = member.as_ref().map(|member| member.password_hash.clone());
        let verdict = self.hasher.verify(password.clone(), stored).await?;
        match (verdict, member) {
            (Verdict::Right { outdated }, Some(mut member)) => {
                self.throttle.clear(bucket).await?;
                if outdated {
                    let hash = self.hasher.hash(password).await?;
                    self.members.rehash(member.id, hash.clone()).await?;
                    member.password_hash = hash;
                }
                if !member.is_active() {
                    return Ok(Outcome::Waiting);
                }
                tracing::info!(member = %member.id, "signed in");
                Ok(Outcome::Right(Box::new(member)))
            }
            (_, member) => {
                let member = member.map(|member| member.id);
                tracing::info!(?member, "a sign-in failed");
                Ok(Outcome::Wrong)
            }
        }
    }

    /// Forgets delays that are over.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        self.throttle.purge(self.clock.now()).await
    }
}
