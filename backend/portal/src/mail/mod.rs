//! Mail that the portal sends: written down in the transaction of the deed that it tells of, and delivered
//! afterwards, again and again until the mail server takes it (docs/accounts.md).

mod service;

use std::time::Duration;

pub use foundation::outbox::Delivered;
use foundation::{
    clock::Clock,
    outbox::{self, Kept, Letter, Rules},
};
use sea_orm::{ConnectionTrait, DbErr};
pub use service::MailService;
use shared::time::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The table has a column for what a mail is about; mails are plain, and what is done is remembered without its text.
const RULES: Rules = Rules {
    has_kind: true,
    has_html: false,
    kept: Kept::Record,
    patience: MINUTE,
    waits: &[
        (1, MINUTE),
        (1, MINUTE.saturating_mul(5)),
        (1, MINUTE.saturating_mul(15)),
        (1, HOUR),
        (1, HOUR.saturating_mul(4)),
        (1, HOUR.saturating_mul(12)),
    ],
};

/// What a mail is about. The word is what its row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An invitation to an account of EMIC.
    Invitation,
    /// The way to a new password.
    PasswordReset,
    /// That the password was changed.
    PasswordChanged,
    /// The way to confirm a new address.
    EmailChange,
    /// That the address is being changed, or was, to the old one.
    EmailChanged,
    /// A notification of another feature.
    Notification,
}

impl Kind {
    /// The word for it in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::EmailChange => "email_change",
            Self::EmailChanged => "email_changed",
            Self::Notification => "notification",
        }
    }
}

/// Stands in a mail's text for the address of the portal, without a slash behind it: what the portal is reached by is
/// known where mail goes out, and need not be where it is written.
pub const PORTAL: &str = "{portal}";

/// A mail to write down. Its debug form shows neither address nor text.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is about.
    pub kind: Kind,
    /// The receiver's address, without a name.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub text: String,
    /// Later than this it is of no use and is not tried any more; none for as long as mail is tried at all.
    pub useful_until: Option<Timestamp>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Writes a mail down in the caller's transaction: it will go out if and only if the deed is done.
pub async fn enqueue<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    mail: Mail,
) -> Result<(), DbErr> {
    enqueue_each(transaction, clock, [mail]).await
}

/// The same of several mails.
pub async fn enqueue_each<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    mails: impl IntoIterator<Item = Mail>,
) -> Result<(), DbErr> {
    let letters = mails.into_iter().map(|mail| Letter {
        kind: mail.kind.name(),
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        html: String::new(),
        useful_until: mail.useful_until,
    });
    outbox::enqueue(transaction, clock, &RULES, letters).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_up_to_half_a_day() {
        assert_eq!(RULES.wait(1), MINUTE);
        assert_eq!(RULES.wait(2), MINUTE * 5);
        assert_eq!(RULES.wait(6), HOUR * 12);
        assert_eq!(RULES.wait(6), RULES.wait(600));
    }
}
