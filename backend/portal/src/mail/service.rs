//! Delivers mail.

use std::{sync::Arc, time::Duration};

use foundation::{
    clock::SharedClock,
    database::Database,
    mail::{self, MailError, Mailer},
};
use sea_orm::DbErr;
use shared::problem::ErrorCode;
use url::Url;

use super::{
    PORTAL,
    store::{self, Due},
};
use crate::{config, error::ApiResult};

/// Whoever claims a mail has it for so long; after a crash another try begins then.
const LEASE: Duration = Duration::from_secs(2 * 60);
/// Longer than this no mail server is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many mails are looked for at once.
const BATCH: u32 = 50;
/// The wait after each failure; after the last, that one again and again.
const DELAYS: [Duration; 6] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(4 * 60 * 60),
    Duration::from_secs(12 * 60 * 60),
];
/// What is done is remembered for so long, without its text.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

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
pub struct MailService {
    db: Database,
    clock: SharedClock,
    mailer: Arc<Mailer>,
    /// What stands for [`PORTAL`].
    portal: Arc<str>,
}

impl MailService {
    /// On this database, by the way that is configured, for the portal at this address.
    ///
    /// # Errors
    /// When the way cannot be used: a URL that is none, or a folder that cannot be made.
    pub fn new(
        db: Database,
        clock: SharedClock,
        config: &config::Mail,
        public_url: &Url,
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
            portal: public_url.as_str().trim_end_matches('/').into(),
        })
    }

    /// Whether mail can be sent.
    pub fn is_on(&self) -> bool {
        self.mailer.is_on()
    }

    /// Refuses what needs mail where none can be sent.
    pub fn require(&self) -> ApiResult<()> {
        if self.is_on() {
            Ok(())
        } else {
            Err(ErrorCode::MailOff.into())
        }
    }

    /// Sends what is due. A mail whose node dies between the mail server's answer and its note goes out once more, with
    /// the same Message-ID.
    pub async fn deliver_due(&self) -> Result<Delivered, DbErr> {
        let mut delivered = Delivered::default();
        if !self.is_on() {
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
                if self.deliver(&mail).await? {
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

    async fn deliver(&self, due: &Due) -> Result<bool, DbErr> {
        if self.clock.now() > due.useful_until {
            store::failed(&self.db, due, "it came to be of no use", None).await?;
            tracing::warn!(mail = %due.id, kind = due.kind, tries = due.tries, "a mail is given up");
            return Ok(false);
        }
        let mail = mail::Mail {
            id: due.id,
            to: due.recipient.clone(),
            subject: due.subject.clone(),
            text: due.body.replace(PORTAL, &self.portal),
            html: None,
        };
        let outcome = tokio::time::timeout(PATIENCE, self.mailer.send(mail))
            .await
            .unwrap_or_else(|_| Err(MailError::Delivery("no answer in time".to_owned())));
        let Err(error) = outcome else {
            store::sent(&self.db, due, self.clock.now()).await?;
            return Ok(true);
        };
        let again = match &error {
            // No later try would write it better.
            MailError::Message(_) => None,
            MailError::Delivery(_) | MailError::Off => Some(self.clock.now().plus(delay(due.tries))),
        };
        store::failed(&self.db, due, &error.to_string(), again).await?;
        // What the server said may hold the address: it is in the row, and not in the log.
        tracing::warn!(mail = %due.id, kind = due.kind, tries = due.tries, again = again.is_some(), "a mail did not go out");
        Ok(false)
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        store::purge(&self.db, self.clock.now().minus(REMEMBERED)).await
    }
}

/// The wait after so many tries.
fn delay(tries: i32) -> Duration {
    let place = usize::try_from(tries).unwrap_or(1).saturating_sub(1);
    DELAYS[place.min(DELAYS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_up_to_half_a_day() {
        assert_eq!(delay(1), Duration::from_secs(60));
        assert_eq!(delay(2), Duration::from_secs(300));
        assert_eq!(delay(6), delay(600));
    }
}
