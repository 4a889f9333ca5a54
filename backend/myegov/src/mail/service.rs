//! Delivers mail.

use std::{fmt, sync::Arc, time::Duration};

use foundation::{
    clock::SharedClock,
    database::Database,
    mail::{self, MailError, Mailer},
};
use sea_orm::DbErr;

use super::store::{self, Due, Shown};
use crate::config;

/// Whoever claims a mail has it for so long; after a crash another try begins then.
const LEASE: Duration = Duration::from_secs(2 * 60);
/// Longer than this no mail server is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many mails are looked for at once.
const BATCH: u32 = 50;
/// The wait after a failure while a mail is young: 確認信 is promised within ten minutes, also when the mail server
/// was away for nine of them.
const SOON: Duration = Duration::from_secs(30);
/// How many failures are followed by that wait: for an hour.
const SOON_TRIES: i32 = 120;
/// The waits after further failures; after the last, that one again and again.
const LATER: [Duration; 3] = [
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(4 * 60 * 60),
];
/// What came to nothing is remembered for so long, without its text.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many mails the mailbox of demo mode shows.
const SHOWN: u32 = 50;

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
pub(crate) struct MailService {
    db: Database,
    clock: SharedClock,
    mailer: Arc<Mailer>,
    /// In demo mode mails are kept for the mailbox.
    demo: bool,
}

impl fmt::Debug for MailService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailService")
            .field("is_on", &self.mailer.is_on())
            .finish_non_exhaustive()
    }
}

impl MailService {
    /// On this database, by the way that is configured.
    ///
    /// # Errors
    /// When the way cannot be used: a URL that is none, or a folder that cannot be made.
    pub(crate) fn new(
        db: Database,
        clock: SharedClock,
        config: &config::Mail,
        demo: bool,
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
            demo,
        })
    }

    /// Tries every mail that is due.
    pub(crate) async fn deliver(&self) -> Result<Delivered, DbErr> {
        let mut delivered = Delivered::default();
        if !self.mailer.is_on() {
            return Ok(delivered);
        }
        loop {
            let due = store::due(&self.db, self.clock.now(), BATCH).await?;
            let last = due.len() < BATCH as usize;
            for mut mail in due {
                // Each claim from the present moment: the batch may take longer than a lease.
                if !store::claim(&self.db, &mut mail, self.clock.now().plus(LEASE)).await? {
                    continue;
                }
                if self.send(&mail).await? {
                    delivered.sent += 1;
                } else {
                    delivered.failed += 1;
                }
            }
            if last {
                return Ok(delivered);
            }
        }
    }

    async fn send(&self, due: &Due) -> Result<bool, DbErr> {
        if self.clock.now() > due.useful_until {
            store::failed(&self.db, due, "it came to be of no use", None).await?;
            tracing::warn!(mail = %due.id, tries = due.tries, "a mail is given up");
            return Ok(false);
        }
        let mail = mail::Mail {
            id: due.id,
            to: due.recipient.clone(),
            subject: due.subject.clone(),
            text: due.body.clone(),
            html: Some(due.html.clone()),
        };
        let outcome = tokio::time::timeout(PATIENCE, self.mailer.send(mail))
            .await
            .unwrap_or_else(|_| Err(MailError::Delivery("no answer in time".to_owned())));
        let Err(error) = outcome else {
            if self.demo {
                store::sent_and_shown(&self.db, due, self.clock.now()).await?;
            } else {
                store::sent(&self.db, due).await?;
            }
            return Ok(true);
        };
        let again = match &error {
            // No later try would write it better.
            MailError::Message(_) => None,
            MailError::Delivery(_) | MailError::Off => Some(self.clock.now().plus(delay(due.tries))),
        };
        store::failed(&self.db, due, &error.to_string(), again).await?;
        // What the server said may hold the address: it is in the row, and not in the log.
        tracing::warn!(mail = %due.id, tries = due.tries, again = again.is_some(), "a mail did not go out");
        Ok(false)
    }

    /// Deletes what nobody needs any more.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        store::purge(&self.db, self.clock.now().minus(REMEMBERED)).await
    }

    /// The newest mails, for the mailbox of demo mode; none elsewhere.
    pub(super) async fn newest(&self) -> Result<Option<Vec<Shown>>, DbErr> {
        if !self.demo {
            return Ok(None);
        }
        store::newest(&self.db, SHOWN).await.map(Some)
    }
}

/// The wait after so many tries.
fn delay(tries: i32) -> Duration {
    if tries <= SOON_TRIES {
        return SOON;
    }
    let place = usize::try_from(tries - SOON_TRIES - 1).unwrap_or(usize::MAX);
    LATER[place.min(LATER.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_mail_is_tried_every_half_minute_for_an_hour_and_then_ever_more_seldom() {
        assert_eq!(delay(1), SOON);
        assert_eq!(SOON * 120, Duration::from_secs(60 * 60));
        assert_eq!(delay(120), SOON);
        assert_eq!(delay(121), LATER[0]);
        assert_eq!(delay(1000), LATER[2]);
    }
}
