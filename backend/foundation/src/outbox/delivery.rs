//! Delivers what is due.

use std::{fmt, sync::Arc, time::Duration};

use sea_orm::DbErr;

use super::{
    Kept, Rules, Shown,
    rows::{self, Due},
};
use crate::{
    clock::SharedClock,
    database::Database,
    mail::{Mail, MailError, Mailer},
};

/// Whoever claims a mail has it for so long; after a crash another try begins then.
const LEASE: Duration = Duration::from_secs(2 * 60);
/// How many mails are looked for at once.
const BATCH: u32 = 50;
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
pub struct Outbox {
    db: Database,
    clock: SharedClock,
    mailer: Arc<Mailer>,
    rules: Rules,
    /// What stands in texts for something that is known where mail goes out, and what that is.
    filled_in: Option<(&'static str, Arc<str>)>,
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("is_on", &self.mailer.is_on())
            .finish_non_exhaustive()
    }
}

impl Outbox {
    /// On this database, which has a table as the rules say, by this way.
    pub fn new(db: Database, clock: SharedClock, mailer: Mailer, rules: Rules) -> Self {
        Self {
            db,
            clock,
            mailer: Arc::new(mailer),
            rules,
            filled_in: None,
        }
    }

    /// Puts `text` in the place of `place` wherever a text has it, when it goes out.
    #[must_use]
    pub fn filling_in(self, place: &'static str, text: &str) -> Self {
        Self {
            filled_in: Some((place, text.into())),
            ..self
        }
    }

    /// Whether mail can be sent.
    pub fn is_on(&self) -> bool {
        self.mailer.is_on()
    }

    /// Sends what is due. A mail whose node dies between the mail server's answer and its note goes out once more, with
    /// the same Message-ID.
    pub async fn deliver(&self) -> Result<Delivered, DbErr> {
        let mut delivered = Delivered::default();
        if !self.is_on() {
            return Ok(delivered);
        }
        loop {
            let due = rows::due(&self.db, &self.rules, self.clock.now(), BATCH).await?;
            let last = due.len() < BATCH as usize;
            for mut mail in due {
                // Each claim from the present moment: the batch may take longer than a lease.
                if !rows::claim(&self.db, &mut mail, self.clock.now().plus(LEASE)).await? {
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
        let (db, rules, kind) = (&self.db, &self.rules, due.kind.as_deref());
        if self.clock.now() > due.useful_until {
            rows::failed(db, rules, due, "it came to be of no use", None).await?;
            tracing::warn!(mail = %due.id, kind, tries = due.tries, "a mail is given up");
            return Ok(false);
        }
        let mail = Mail {
            id: due.id,
            to: due.recipient.clone(),
            subject: due.subject.clone(),
            text: self.filled_in(&due.body),
            html: due.html.as_deref().map(|html| self.filled_in(html)),
        };
        let outcome = tokio::time::timeout(rules.patience, self.mailer.send(mail))
            .await
            .unwrap_or_else(|_| Err(MailError::Delivery("no answer in time".to_owned())));
        let Err(error) = outcome else {
            rows::sent(db, rules, due, self.clock.now()).await?;
            return Ok(true);
        };
        let again = match &error {
            // No later try would write it better.
            MailError::Message(_) => None,
            MailError::Delivery(_) | MailError::Off => Some(self.clock.now().plus(rules.wait(due.tries))),
        };
        rows::failed(db, rules, due, &error.to_string(), again).await?;
        // What the server said may hold the address: it is in the row, and not in the log.
        tracing::warn!(mail = %due.id, kind, tries = due.tries, again = again.is_some(), "a mail did not go out");
        Ok(false)
    }

    fn filled_in(&self, text: &str) -> String {
        match &self.filled_in {
            Some((place, with)) => text.replace(place, with),
            None => text.to_owned(),
        }
    }

    /// Deletes what nobody needs any more.
    pub async fn purge(&self) -> Result<(), DbErr> {
        rows::purge(&self.db, self.clock.now().minus(REMEMBERED)).await
    }

    /// The newest mails, sent or not, for a mailbox; none where they are not kept for one.
    pub async fn newest(&self, most: u32) -> Result<Option<Vec<Shown>>, DbErr> {
        if self.rules.kept != Kept::Mailbox {
            return Ok(None);
        }
        rows::newest(&self.db, most).await.map(Some)
    }
}
