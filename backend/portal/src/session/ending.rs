//! How sessions end, and that the applications which took part in them hear of it.

use oidc_provider::{Ended, storage::database};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;
use uuid::Uuid;

/// Notes, in the transaction that ends these sessions, that the applications which took part in them have to be told, and
/// that what they were given counts no more.
pub(super) async fn tell_applications<C: ConnectionTrait>(
    transaction: &C,
    sessions: &[Uuid],
    now: Timestamp,
) -> Result<(), DbErr> {
    for session in sessions {
        database::end(transaction, Ended::Session(&session.to_string()), now).await?;
    }
    Ok(())
}

/// How a session was ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person signed out, or signed in anew in the same browser.
    SignedOut,
    /// The person ended it from another session.
    Revoked,
    /// MyEGov's back-channel logout.
    Egov,
    /// The person's password was changed.
    PasswordChanged,
    /// Somebody who looks after the person's account.
    Administrator,
    /// Nobody: its time was over.
    Expired,
}

impl Ending {
    /// The word for it in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Revoked => "revoked",
            Self::Egov => "egov",
            Self::PasswordChanged => "password_changed",
            Self::Administrator => "administrator",
            Self::Expired => "expired",
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "revoked" => Self::Revoked,
            "egov" => Self::Egov,
            "password_changed" => Self::PasswordChanged,
            "administrator" => Self::Administrator,
            "expired" => Self::Expired,
            _ => Self::SignedOut,
        }
    }
}
