//! Accounts of EMIC itself (註冊帳號): how people are invited, and how they set, forget and change a password.

mod import;
mod invitation;
mod password;

pub use import::{ImportInvitations, ImportOutcome, ImportRow, ImportedInvitations, MOST_ROWS};
pub use invitation::{InvitationState, InvitationView, NewInvitation, OpenedInvitation};
pub use password::{
    ChangePassword, ConfirmedEmail, ForgottenPassword, Link, NewPassword, OpenedReset, ResetRequested,
};
