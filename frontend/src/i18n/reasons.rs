//! Why nobody is signed in, in words.

use shared::session::SignedOutReason;

use super::{Text, text};

/// What happened, and what to do next.
pub fn words(reason: SignedOutReason) -> (Text, Text) {
    match reason {
        SignedOutReason::SignedOut => (text!(reason.signed_out), text!(reason.signed_out_do)),
        SignedOutReason::Idle => (text!(reason.idle), text!(reason.idle_do)),
        SignedOutReason::TooOld => (text!(reason.too_old), text!(reason.too_old_do)),
        SignedOutReason::Ended => (text!(reason.ended), text!(reason.ended_do)),
        SignedOutReason::EgovDenied => (text!(reason.egov_denied), text!(reason.egov_denied_do)),
        SignedOutReason::EgovUnavailable => {
            (text!(reason.egov_unavailable), text!(reason.egov_unavailable_do))
        }
        SignedOutReason::EgovStale => (text!(reason.egov_stale), text!(reason.egov_stale_do)),
        SignedOutReason::EgovInvalid => (text!(reason.egov_invalid), text!(reason.egov_invalid_do)),
        SignedOutReason::Disabled => (text!(reason.disabled), text!(reason.disabled_do)),
    }
}
