//! The session and its clock: what the server tells about it, and the rules of the countdown.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{person::PersonView, problem::ErrorCode, time::Timestamp};

/// The response header in which every answer to a signed-in page names the moment at which the session ends
/// unless the person does something: a [`Timestamp`].
pub const EXPIRES_HEADER: &str = "session-expires-at";

/// The session that the request came with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Names the session in the list of one's sessions. It is not the secret in the cookie.
    pub id: Uuid,
    /// The server's clock when it answered; the page corrects its own clock by it.
    pub server_now: Timestamp,
    /// When the session ends unless the person does something, and never later than `absolute_expires_at`.
    pub expires_at: Timestamp,
    /// When the session ends whatever the person does.
    pub absolute_expires_at: Timestamp,
    /// How many seconds without activity end the session.
    #[cfg_attr(feature = "openapi", schema(example = 1800))]
    pub idle_limit_seconds: u64,
    /// How the person signed in.
    pub signed_in_with: SignInMethod,
    /// Who is signed in.
    pub person: PersonView,
}

/// The ways to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// 『我的E政府』帳號, by OpenID Connect.
    Egov,
    /// 『EMIC』註冊帳號, by account name and password.
    Emic,
}

impl SignInMethod {
    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Egov => "egov",
            Self::Emic => "emic",
        }
    }
}

/// One row in the list of one's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionListItem {
    /// For `DELETE /api/v1/sessions/{id}`.
    pub id: Uuid,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the person last did something in it.
    pub last_active_at: Timestamp,
    /// When it ends unless something is done in it.
    pub expires_at: Timestamp,
    /// How the person signed in.
    pub signed_in_with: SignInMethod,
    /// The network address that signed in.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.17"))]
    pub source: String,
    /// The browser as it named itself (`User-Agent`), at most 200 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/140.0")
    )]
    pub device: String,
    /// Whether it is the session that asks.
    pub current: bool,
}

/// Why nobody is signed in, for the login page. Carried in its `reason` query parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignedOutReason {
    /// The person signed out.
    SignedOut,
    /// Nothing was done for the idle limit.
    Idle,
    /// The session had lasted for the absolute limit.
    TooOld,
    /// The session was ended from elsewhere: another device, a manager, MyEGov.
    Ended,
    /// The person did not agree at MyEGov, or turned back there.
    EgovDenied,
    /// MyEGov did not answer, or answered with an error.
    EgovUnavailable,
    /// The sign-in at MyEGov took too long, was used twice, or belongs to another browser.
    EgovStale,
    /// The answer of MyEGov could not be trusted.
    EgovInvalid,
    /// The account is disabled here.
    Disabled,
}

impl SignedOutReason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::SignedOut,
        Self::Idle,
        Self::TooOld,
        Self::Ended,
        Self::EgovDenied,
        Self::EgovUnavailable,
        Self::EgovStale,
        Self::EgovInvalid,
        Self::Disabled,
    ];

    /// The word for it in the login page's address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Idle => "idle",
            Self::TooOld => "too_old",
            Self::Ended => "ended",
            Self::EgovDenied => "egov_denied",
            Self::EgovUnavailable => "egov_unavailable",
            Self::EgovStale => "egov_stale",
            Self::EgovInvalid => "egov_invalid",
            Self::Disabled => "disabled",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.name() == name)
    }

    /// The reason that a 401 names; none for a browser that was never signed in.
    pub const fn from_code(code: ErrorCode) -> Option<Self> {
        match code {
            ErrorCode::SessionIdle => Some(Self::Idle),
            ErrorCode::SessionTooOld => Some(Self::TooOld),
            ErrorCode::SessionEnded => Some(Self::Ended),
            _ => None,
        }
    }
}

/// The limits of a session, from configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without activity for this long, the session ends. 30 minutes unless configured.
    pub idle: Duration,
    /// After this long the session ends whatever is done. 12 hours unless configured.
    pub absolute: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 60 * 60),
        }
    }
}

impl Limits {
    /// When a session that began at `created` ends if its person was last active at `active`.
    pub fn deadline(self, created: Timestamp, active: Timestamp) -> Timestamp {
        active.plus(self.idle).min(created.plus(self.absolute))
    }
}

/// When the page warns, in seconds before the end, the latest warning last.
pub const WARNINGS: [u64; 3] = [5 * 60, 2 * 60, 60];

/// The page tells the server of typing and pointing at most this often, for all tabs together.
pub const EXTEND_AT_MOST_EVERY: Duration = Duration::from_secs(60);

/// What the countdown shows: the time left, rounded up to a whole second, so that 00:00 shows when and
/// only when the session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remaining(u64);

impl Remaining {
    /// The time left at `now` by the server's clock.
    pub fn until(expires_at: Timestamp, now: Timestamp) -> Self {
        Self(u64::try_from(expires_at.since(now).as_millis().div_ceil(1000)).unwrap_or(u64::MAX))
    }

    /// Whole seconds.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// Whether the session has ended.
    pub const fn is_over(self) -> bool {
        self.0 == 0
    }

    /// The latest warning that is due: the least of [`WARNINGS`] that is not below the time left.
    pub fn warning(self) -> Option<u64> {
        WARNINGS.into_iter().filter(|due| self.0 <= *due).min()
    }
}

impl std::fmt::Display for Remaining {
    /// `29:52`, or `1:05:00` from an hour on.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (hours, minutes, seconds) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        if hours > 0 {
            write!(f, "{hours}:{minutes:02}:{seconds:02}")
        } else {
            write!(f, "{minutes:02}:{seconds:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn the_deadline_is_the_earlier_of_both_limits() {
        let limits = Limits::default();
        assert_eq!(limits.deadline(at(0), at(0)), at(1800));
        assert_eq!(limits.deadline(at(0), at(43_000)), at(43_200));
    }

    #[test]
    fn the_countdown_shows_zero_only_when_it_is_over() {
        let end = at(1800);
        assert_eq!(Remaining::until(end, at(0)).to_string(), "30:00");
        assert_eq!(
            Remaining::until(end, Timestamp::from_millis(1_799_999)).to_string(),
            "00:01"
        );
        assert!(!Remaining::until(end, Timestamp::from_millis(1_799_999)).is_over());
        assert!(Remaining::until(end, end).is_over());
        assert_eq!(Remaining::until(end, at(9999)).to_string(), "00:00");
        assert_eq!(Remaining::until(at(3900), at(0)).to_string(), "1:05:00");
    }

    #[test]
    fn a_warning_stays_due_until_the_next_one() {
        let due = |seconds| Remaining(seconds).warning();
        assert_eq!(due(301), None);
        assert_eq!(due(300), Some(300));
        assert_eq!(due(121), Some(300));
        assert_eq!(due(120), Some(120));
        assert_eq!(due(60), Some(60));
        assert_eq!(due(0), Some(60));
    }

    #[test]
    fn reasons_read_back() {
        for reason in SignedOutReason::ALL {
            assert_eq!(SignedOutReason::from_name(reason.name()), Some(*reason));
        }
    }
}
