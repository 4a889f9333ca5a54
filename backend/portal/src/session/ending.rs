//! How sessions end.

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
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "revoked" => Self::Revoked,
            "egov" => Self::Egov,
            "password_changed" => Self::PasswordChanged,
            "administrator" => Self::Administrator,
            _ => Self::SignedOut,
        }
    }
}
