//! Why a sign-in with MyEGov, or a sign-out by it, did not happen.

use foundation::http_client::FetchError;
use sea_orm::DbErr;
use shared::session::SignedOutReason;

use crate::error::ApiError;

/// What the provider did wrong, or did not do. Cloned for all who waited for the same answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ProviderFault {
    /// No answer, or one that says that it cannot answer.
    #[error("MyEGov is unavailable: {0}")]
    Unavailable(String),
    /// An answer that must not be believed.
    #[error("MyEGov's answer is not to be trusted: {0}")]
    Untrusted(String),
}

impl ProviderFault {
    pub(super) fn untrusted(reason: impl Into<String>) -> Self {
        Self::Untrusted(reason.into())
    }

    pub(super) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }
}

impl From<FetchError> for ProviderFault {
    fn from(error: FetchError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The person turned back.
    #[error("the person did not agree")]
    Denied,
    /// No sign-in of this browser belongs to the answer.
    #[error("no sign-in of this browser waits for this answer")]
    Stale,
    /// The person's account is disabled here.
    #[error("the account is disabled")]
    Disabled,
    /// The provider's fault.
    #[error(transparent)]
    Provider(#[from] ProviderFault),
    /// The portal's own fault: no way back, but an error.
    #[error(transparent)]
    Own(#[from] ApiError),
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        Self::Own(error.into())
    }
}

impl Refusal {
    /// What the login page says of it.
    pub(super) fn reason(self) -> Result<SignedOutReason, ApiError> {
        match self {
            Self::Denied => Ok(SignedOutReason::EgovDenied),
            Self::Stale => Ok(SignedOutReason::EgovStale),
            Self::Disabled => Ok(SignedOutReason::Disabled),
            Self::Provider(ProviderFault::Unavailable(_)) => Ok(SignedOutReason::EgovUnavailable),
            Self::Provider(ProviderFault::Untrusted(_)) => Ok(SignedOutReason::EgovInvalid),
            Self::Own(error) => Err(error),
        }
    }
}
