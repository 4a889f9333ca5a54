//! How sessions end, and that the applications which took part in them hear of it.

use std::collections::BTreeSet;

use oidc_provider::{Ended, storage::database};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;

use super::ended;

/// Notes, in the transaction that ends these sessions, that the applications which took part in them have to be told, and
/// that what they were given counts no more; unless another session goes on with the same `sid`.
pub(super) async fn tell_applications<C: ConnectionTrait>(
    transaction: &C,
    sessions: &[ended::Ended],
    now: Timestamp,
) -> Result<(), DbErr> {
    let sids: BTreeSet<_> = sessions.iter().map(|session| session.sid).collect();
    let sids: Vec<_> = sids.into_iter().collect();
    let alive = ended::alive(transaction, &sids, now).await?;
    for sid in sids.iter().filter(|sid| !alive.contains(*sid)) {
        database::end(transaction, Ended::Session(&sid.to_string()), now).await?;
    }
    Ok(())
}

/// How a session was ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person signed out, or somebody else signed in in the same browser.
    SignedOut,
    /// The person proved anew who they are, in the same browser: another session goes on with its `sid`.
    Replaced,
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
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
            Self::Egov => "egov",
            Self::PasswordChanged => "password_changed",
            Self::Administrator => "administrator",
            Self::Expired => "expired",
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "replaced" => Self::Replaced,
            "revoked" => Self::Revoked,
            "egov" => Self::Egov,
            "password_changed" => Self::PasswordChanged,
            "administrator" => Self::Administrator,
            "expired" => Self::Expired,
            _ => Self::SignedOut,
        }
    }
}
