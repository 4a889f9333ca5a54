//! What can go wrong with the portal.

use foundation::http_client::FetchError;

/// Why the portal's answer cannot be used. Cloned for all who waited for the same answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// No answer, or one that says that it cannot answer; try again later.
    #[error("the portal is unavailable: {0}")]
    Unavailable(String),
    /// It says no: the code is used, the session over, the permission gone.
    #[error("the portal refuses: {0}")]
    Refused(String),
    /// An answer that must not be believed.
    #[error("the portal's answer is not to be trusted: {0}")]
    Untrusted(String),
}

impl Fault {
    pub(crate) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }

    pub(crate) fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(reason.into())
    }

    pub(crate) fn untrusted(reason: impl Into<String>) -> Self {
        Self::Untrusted(reason.into())
    }
}

impl From<FetchError> for Fault {
    fn from(error: FetchError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
