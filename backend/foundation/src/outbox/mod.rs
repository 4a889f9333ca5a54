//! Mail that a site owes: written down in the transaction of the deed that it tells of, and delivered afterwards, again and
//! again until the mail server takes it.
//!
//! Each site keeps its mails in a table `mails` of its own, and says by [`Rules`] what that table has and how long mail
//! is tried.

mod delivery;
mod rows;
mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;

pub use self::{
    delivery::{Delivered, Outbox},
    rows::Shown,
    table::create_table,
};
use crate::{clock::Clock, id};

/// How a site keeps its mails, and how it tries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether the table says what each mail is about, in a column `kind`.
    pub has_kind: bool,
    /// Whether mails are written as HTML too, in a column `html`.
    pub has_html: bool,
    /// What stays of a mail that is done.
    pub kept: Kept,
    /// Longer than this no mail server is waited for.
    pub patience: Duration,
    /// The waits after failures, each with how many failures it follows; after all of them, the last one again and again. At
    /// least one.
    pub waits: &'static [(u32, Duration)],
}

/// What stays of a mail that is sent, or that is given up. Its text may hold a link, and never stays but for a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// To whom it went, what about, and when.
    Record,
    /// Nothing of one that is sent; of one that is given up, the subject and why.
    Faults,
    /// All of one that is sent, for a mailbox that shows it to somebody who tries the site out; otherwise as [`Self::Faults`].
    Mailbox,
}

impl Rules {
    /// The wait after so many tries.
    pub fn wait(&self, tries: i32) -> Duration {
        let mut failures = u32::try_from(tries).unwrap_or_default().max(1);
        for (times, wait) in self.waits {
            if failures <= *times {
                return *wait;
            }
            failures -= times;
        }
        self.waits.last().map_or(self.patience, |(_, wait)| *wait)
    }
}

/// A mail to write down. Its debug form shows neither address nor text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is about, in a word; kept where the table has a column for it.
    pub kind: &'static str,
    /// The receiver's address, without a name.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub text: String,
    /// The same as HTML; kept where the table has a column for it.
    pub html: String,
    /// Later than this it is of no use and is not tried any more; none for as long as mail is tried at all.
    pub useful_until: Option<Timestamp>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Writes a mail down in the caller's transaction: it will go out if and only if the deed is done.
pub async fn enqueue<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    rules: &Rules,
    letters: impl IntoIterator<Item = Letter>,
) -> Result<(), DbErr> {
    let letters = letters.into_iter().map(|letter| (id::new(clock), letter));
    rows::insert(transaction, rules, letters.collect(), clock.now()).await
}
