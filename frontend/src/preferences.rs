//! What a person chose for this browser: language and colours. Nothing else is ever stored in it but the
//! time of the last extension, drafts of forms and which of them are this tab's (`session::Draft`); no token, no password.

use leptos::prelude::*;
use web_sys::Storage;

use crate::{
    i18n::{self, Locale, Speech, Text, text},
    session::{Session, tabs::Message},
};

const LANGUAGE: &str = "emic-language";
const THEME: &str = "emic-theme";

/// The colours that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// In storage and in the root element's `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.name() == name)
    }

    /// The one that the switch leads to.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    /// For people.
    pub fn label(self) -> Text {
        match self {
            Self::Auto => text!(site.theme_auto),
            Self::Light => text!(site.theme_light),
            Self::Dark => text!(site.theme_dark),
        }
    }
}

/// The colours that are shown, for the whole app.
#[derive(Clone, Copy)]
pub struct Colours(pub RwSignal<Theme>);

/// The browser's storage, if it may be used.
pub fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn stored(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn store(key: &str, value: &str) {
    // A browser that forbids storage forgets the choice; everything else works.
    let _ = storage().map(|storage| storage.set_item(key, value));
}

/// Takes up what was chosen before, and shows it on the root element from now on.
pub fn provide() {
    let language = stored(LANGUAGE)
        .and_then(|tag| i18n::from_tag(&tag))
        .unwrap_or(Locale::zh_Hant_TW);
    let theme = stored(THEME)
        .and_then(|name| Theme::from_name(&name))
        .unwrap_or(Theme::Auto);
    let (language, theme) = (RwSignal::new(language), RwSignal::new(theme));
    provide_context(Speech(language));
    provide_context(Colours(theme));
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", i18n::tag(language.get()));
            let _ = root.set_attribute("data-theme", theme.get().name());
        }
    });
}

/// Chooses a language, in all tabs.
pub fn choose_language(session: Session, shown: RwSignal<Locale>, locale: Locale) {
    shown.set(locale);
    store(LANGUAGE, i18n::tag(locale));
    session.tell(Message::Language(locale));
}

/// Chooses colours, in all tabs.
pub fn choose_theme(session: Session, shown: RwSignal<Theme>, theme: Theme) {
    shown.set(theme);
    store(THEME, theme.name());
    session.tell(Message::Theme(theme));
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn the_switch_goes_round() {
        assert_eq!(Theme::Auto.next().next().next(), Theme::Auto);
        assert_eq!(Theme::from_name("dark"), Some(Theme::Dark));
        assert_eq!(Theme::from_name("pink"), None);
    }
}
