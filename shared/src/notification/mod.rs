//! 通知: what a person is told of, in the page and by mail, by their own choice.

mod kind;
mod preferences;
mod view;

pub use kind::{Group, Kind};
pub use preferences::{Choice, ChoicePatch, MailLanguage, Preferences, PreferencesPatch, PreferencesView};
pub use view::{MOST_COUNTED, NotificationView, Unread};
