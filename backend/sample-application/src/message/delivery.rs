//! Delivers the mails of messages, again and again until the mail server takes them, for a day.

use std::{fmt, sync::Arc, time::Duration};

use foundation::{
    clock::SharedClock,
    database::Database,
    mail::{self, MailError, Mailer},
};
use sea_orm::DbErr;
use tokio::task::JoinSet;
use url::Url;

use super::{
    letter::Letter,
    outbox::{self, Due},
    store,
};
use crate::config;

/// Whoever claims a mail has it for so long; after a crash another try begins then.
const LEASE: Duration = Duration::from_secs(2 * 60);
/// Longer than this no mail server is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many mails are on their way at once.
const AT_ONCE: i64 = 8;
/// A message that has not gone out after a day has come too late.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Messages and their receipts are kept for a year.
const REMEMBERED: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// The wait after the first failure; each further one doubles it,
const SOON: Duration = Duration::from_secs(30);
/// up to this.
const LATE: Duration = Duration::from_secs(15 * 60);

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The mail server took them.
    pub sent: usize,
    /// They wait for another try, or are given up.
    pub failed: usize,
}

/// Delivers mail. Any number of nodes may: each mail is claimed by one of them.
#[derive(Clone)]
pub(crate) struct Delivery {
    db: Database,
    clock: SharedClock,
    mailer: Arc<Mailer>,
    public_url: Arc<Url>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("is_on", &self.mailer.is_on())
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// By the way that is configured.
    ///
    /// # Errors
    /// When the way cannot be used: a URL that is none, or a folder that cannot be made.
    pub(crate) fn new(
        db: Database,
        clock: SharedClock,
        config: &config::Mail,
        public_url: Url,
    ) -> Result<Self, MailError> {
        let mailer = match (&config.smtp, &config.folder) {
            (Some(url), _) => Mailer::smtp(url, &config.from)?,
            (None, Some(folder)) => Mailer::folder(folder.clone(), &config.from)?,
            (None, None) => Mailer::off(),
        };
        Ok(Self {
            db,
            clock,
            mailer: Arc::new(mailer),
            public_url: Arc::new(public_url),
        })
    }

    /// Tries every mail that is due.
    pub(crate) async fn deliver(&self) -> Result<Delivered, DbErr> {
        let mut delivered = Delivered::default();
        loop {
            let due = outbox::due(&self.db, self.clock.now(), AT_ONCE).await?;
            if due.is_empty() {
                return Ok(delivered);
            }
            let (mut tries, mut failure) = (JoinSet::new(), None);
            for mail in due {
                let delivery = self.clone();
                tries.spawn(async move { delivery.attempt(mail).await });
            }
            // All of them to their end: a mail that is on its way shall be noted as sent, also when the row of another
            // cannot be written.
            for outcome in tries.join_all().await {
                match outcome {
                    Ok(Some(true)) => delivered.sent += 1,
                    Ok(Some(false)) => delivered.failed += 1,
                    Ok(None) => {}
                    Err(error) => failure = Some(error),
                }
            }
            if let Some(error) = failure {
                return Err(error);
            }
        }
    }

    /// Tries one mail: whether the server took it. None when another node has it.
    async fn attempt(&self, mut due: Due) -> Result<Option<bool>, DbErr> {
        let now = self.clock.now();
        if !outbox::claim(&self.db, &mut due, now.plus(LEASE)).await? {
            return Ok(None);
        }
        let outcome = tokio::time::timeout(PATIENCE, self.send(&due))
            .await
            .unwrap_or_else(|_| Err(MailError::Delivery("no answer in time".to_owned())));
        let now = self.clock.now();
        let Err(error) = outcome else {
            outbox::delivered(&self.db, &due, now).await?;
            return Ok(Some(true));
        };
        let again = now.plus(delay(due.tries));
        let is_late = again.since(due.message.sent_at) > LONGEST;
        // No later try would write it better.
        if is_late || matches!(error, MailError::Message(_)) {
            outbox::given_up(&self.db, &due, &error.to_string(), now).await?;
        } else {
            outbox::failed(&self.db, &due, &error.to_string(), again).await?;
        }
        // What the server said may hold the address: it is in the row, and not in the log.
        tracing::warn!(recipient = %due.id, tries = due.tries, "a mail did not go out");
        Ok(Some(false))
    }

    /// Forgets messages, and who received them, when nobody asks for them any more.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        store::purge(&self.db, self.clock.now().minus(REMEMBERED)).await
    }

    async fn send(&self, due: &Due) -> Result<(), MailError> {
        let mut link = (*self.public_url).clone();
        link.set_path(&format!("/receipts/{}", due.secret));
        let letter = Letter {
            name: &due.name,
            message: &due.message,
            link: link.as_str(),
        };
        let written =
            |text: Result<String, askama::Error>| text.map_err(|error| MailError::Message(error.to_string()));
        let mail = mail::Mail {
            id: due.id,
            to: due.email.clone(),
            subject: due.message.subject.clone(),
            text: written(letter.plain())?,
            html: Some(written(letter.html())?),
        };
        self.mailer.send(mail).await
    }
}

/// The wait after so many tries.
fn delay(tries: i32) -> Duration {
    let doublings = u32::try_from(tries.clamp(1, 16) - 1).unwrap_or_default();
    (SOON * 2_u32.pow(doublings)).min(LATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour() {
        assert_eq!(delay(1), SOON);
        assert_eq!(delay(2), SOON * 2);
        assert_eq!(delay(5), SOON * 16);
        assert_eq!(delay(6), LATE);
        assert_eq!(delay(10_000), LATE);
    }
}
