//! What the tabs of one browser tell each other, in the channel that the pop-up's last page uses too.

use shared::{
    paths::{CHANNEL_REFUSED, CHANNEL_SIGNED_IN},
    session::SignedOutReason,
    time::Timestamp,
};

use crate::{
    i18n::{self, Locale},
    preferences::Theme,
};

const SIGNED_OUT: &str = "signed-out";
const EXTENDED: &str = "extended:";
const LANGUAGE: &str = "language:";
const THEME: &str = "theme:";

/// One message between tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Somebody has signed in; from another tab or from MyEGov's pop-up.
    SignedIn,
    /// The sign-in in MyEGov's pop-up was refused.
    Refused(SignedOutReason),
    /// The person has signed out.
    SignedOut,
    /// The session now ends at this moment.
    Extended(Timestamp),
    /// Another language was chosen.
    Language(Locale),
    /// Other colours were chosen.
    Theme(Theme),
}

impl Message {
    /// As it is sent.
    pub fn write(self) -> String {
        match self {
            Self::SignedIn => CHANNEL_SIGNED_IN.to_owned(),
            Self::Refused(reason) => [CHANNEL_REFUSED, reason.name()].concat(),
            Self::SignedOut => SIGNED_OUT.to_owned(),
            Self::Extended(at) => [EXTENDED, &at.to_string()].concat(),
            Self::Language(locale) => [LANGUAGE, i18n::tag(locale)].concat(),
            Self::Theme(theme) => [THEME, theme.name()].concat(),
        }
    }

    /// As it was received; none for whatever this version does not know.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            CHANNEL_SIGNED_IN => return Some(Self::SignedIn),
            SIGNED_OUT => return Some(Self::SignedOut),
            _ => {}
        }
        if let Some(name) = text.strip_prefix(CHANNEL_REFUSED) {
            // An unknown reason is still a refusal.
            let reason = SignedOutReason::from_name(name).unwrap_or(SignedOutReason::EgovInvalid);
            Some(Self::Refused(reason))
        } else if let Some(at) = text.strip_prefix(EXTENDED) {
            at.parse().ok().map(Self::Extended)
        } else if let Some(tag) = text.strip_prefix(LANGUAGE) {
            i18n::from_tag(tag).map(Self::Language)
        } else {
            text.strip_prefix(THEME)
                .and_then(Theme::from_name)
                .map(Self::Theme)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_reads_back() {
        for message in [
            Message::SignedIn,
            Message::Refused(SignedOutReason::EgovDenied),
            Message::SignedOut,
            Message::Extended(Timestamp::from_millis(1_764_000_000_123)),
            Message::Language(Locale::en),
            Message::Theme(Theme::Dark),
        ] {
            assert_eq!(Message::read(&message.write()), Some(message));
        }
    }

    #[test]
    fn the_words_of_the_pop_up_are_understood() {
        assert_eq!(Message::read("signed-in"), Some(Message::SignedIn));
        assert_eq!(
            Message::read("refused:egov_stale"),
            Some(Message::Refused(SignedOutReason::EgovStale))
        );
        assert_eq!(
            Message::read("refused:new"),
            Some(Message::Refused(SignedOutReason::EgovInvalid))
        );
    }

    #[test]
    fn anything_else_is_ignored() {
        for text in ["", "hello", "extended:soon", "language:fr", "theme:"] {
            assert_eq!(Message::read(text), None, "{text}");
        }
    }
}
