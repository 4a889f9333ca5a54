//! Mail to members: written down in the transaction of the deed that it tells of, and delivered afterwards, again and
//! again until the mail server takes it.

mod letter;
mod mailbox;
pub(crate) mod requests;
mod service;
mod store;

use foundation::clock::Clock;
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;

pub(crate) use letter::Letter;
pub(crate) use mailbox::router as mailbox;
pub use service::Delivered;
pub(crate) use service::MailService;

/// Writes a letter down in the caller's transaction: it will go out if and only if the deed is done. After
/// `useful_until` it is of no use, and not tried any more; with none, as long as mail is tried at all.
pub(crate) async fn enqueue<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    letter: &Letter,
    useful_until: Option<Timestamp>,
) -> Result<(), DbErr> {
    store::insert(transaction, clock, letter, useful_until).await
}
