//! Mail to members: written down in the transaction of the deed that it tells of, and delivered afterwards, again and
//! again until the mail server takes it.

mod letter;
mod mailbox;
pub(crate) mod requests;

use std::time::Duration;

use foundation::{
    clock::{Clock, SharedClock},
    database::Database,
    mail::{MailError, Mailer},
    outbox::{self, Kept, Outbox, Rules},
};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;

use crate::config;

pub use foundation::outbox::Delivered;
pub(crate) use letter::Letter;
pub(crate) use mailbox::router as mailbox;

const MINUTE: Duration = Duration::from_secs(60);

/// Mails are written as HTML too; nothing of one that is sent is kept, neither its link nor the address.
const RULES: Rules = Rules {
    has_kind: false,
    has_html: true,
    kept: Kept::Faults,
    patience: Duration::from_secs(20),
    waits: &[
        // While a mail is young, for an hour: 確認信 is promised within ten minutes, also when the mail server was away for
        // nine of them.
        (120, Duration::from_secs(30)),
        (1, MINUTE.saturating_mul(15)),
        (1, MINUTE.saturating_mul(60)),
        (1, MINUTE.saturating_mul(4 * 60)),
    ],
};

/// Delivers mails of this database, by the way that is configured; in demo mode they are kept for the mailbox.
///
/// # Errors
/// When the way cannot be used: a URL that is none, or a folder that cannot be made.
pub(crate) fn outbox(
    db: Database,
    clock: SharedClock,
    config: &config::Mail,
    demo: bool,
) -> Result<Outbox, MailError> {
    let mailer = Mailer::configured(config.smtp.as_ref(), config.folder.as_ref(), &config.from)?;
    let kept = if demo { Kept::Mailbox } else { RULES.kept };
    Ok(Outbox::new(db, clock, mailer, Rules { kept, ..RULES }))
}

/// Writes a letter down in the caller's transaction: it will go out if and only if the deed is done. After
/// `useful_until` it is of no use, and not tried any more; with none, as long as mail is tried at all.
pub(crate) async fn enqueue<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    letter: &Letter,
    useful_until: Option<Timestamp>,
) -> Result<(), DbErr> {
    let written =
        |text: Result<String, askama::Error>| text.map_err(|error| DbErr::Custom(error.to_string()));
    let mail = outbox::Letter {
        kind: "",
        to: letter.to.clone(),
        subject: letter.subject.clone(),
        text: written(letter.plain())?,
        html: written(letter.html())?,
        useful_until,
    };
    outbox::enqueue(transaction, clock, &RULES, [mail]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_mail_is_tried_every_half_minute_for_an_hour_and_then_ever_more_seldom() {
        let soon = Duration::from_secs(30);
        assert_eq!(soon * 120, MINUTE * 60);
        assert_eq!(RULES.wait(1), soon);
        assert_eq!(RULES.wait(120), soon);
        assert_eq!(RULES.wait(121), MINUTE * 15);
        assert_eq!(RULES.wait(1000), MINUTE * 4 * 60);
    }
}
