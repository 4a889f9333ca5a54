//! The two languages. Keys are checked when compiling; which language is shown is a signal.

pub mod errors;
pub mod format;
pub mod reasons;

/// The texts of `locales/`, as Rust.
mod texts {
    #![expect(missing_docs, reason = "written by a macro")]
    #![expect(
        deprecated,
        reason = "leptos_i18n's build-script way brings the whole ICU data generator, a zip and an HTTP \
                  client into every build; its macro reads the same files"
    )]
    leptos_i18n::load_locales!();
    pub use self::i18n::Locale;
}

use leptos::prelude::*;
use shared::text::{Bilingual, Language};
pub use texts::Locale;

/// A text without parameters in whatever language it is asked for.
///
/// A plain function pointer, so that the hundreds of texts share one reactive closure in the binary.
pub type Text = fn(Locale) -> &'static str;

/// The language that is shown, for the whole app.
#[derive(Clone, Copy)]
pub struct Speech(pub RwSignal<Locale>);

/// The language that is shown.
pub fn locale() -> RwSignal<Locale> {
    expect_context::<Speech>().0
}

/// A text that follows the language; both a view and the value of an attribute.
pub fn follow(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let locale = locale();
    move || text(locale.get())
}

/// The language that is shown, as the contract names it.
pub fn language(locale: Locale) -> Language {
    match locale {
        Locale::zh_Hant_TW => Language::Chinese,
        Locale::en => Language::English,
    }
}

/// The part of a bilingual text that follows the language.
pub fn pick(text: Bilingual) -> AnyView {
    let locale = locale();
    crate::components::words(move || text.get(language(locale.get())).to_owned())
}

/// A text with its one `{}` filled in.
pub fn fill(text: &str, value: impl std::fmt::Display) -> String {
    text.replacen("{}", &format!("{value}"), 1)
}

/// The other language, which the switch leads to.
pub fn other(locale: Locale) -> Locale {
    match locale {
        Locale::zh_Hant_TW => Locale::en,
        Locale::en => Locale::zh_Hant_TW,
    }
}

/// The name of a language in `lang` attributes and in storage (BCP 47).
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::zh_Hant_TW => "zh-Hant-TW",
        Locale::en => "en",
    }
}

/// The inverse of [`tag`].
pub fn from_tag(tag: &str) -> Option<Locale> {
    match tag {
        "zh-Hant-TW" => Some(Locale::zh_Hant_TW),
        "en" => Some(Locale::en),
        _ => None,
    }
}

/// The [`Text`] of a key: `text!(login.title)`.
macro_rules! text {
    ($($key:tt)+) => {
        (|locale: $crate::i18n::Locale| -> &'static str { leptos_i18n::td_string!(locale, $($key)+) })
            as $crate::i18n::Text
    };
}

/// The text of a key, following the language: `{tr!(login.title)}`.
macro_rules! tr {
    ($($key:tt)+) => { $crate::i18n::follow($crate::i18n::text!($($key)+)) };
}

pub(crate) use {text, tr};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_named_and_read_back() {
        for locale in [Locale::zh_Hant_TW, Locale::en] {
            assert_eq!(from_tag(tag(locale)), Some(locale));
            assert_ne!(other(locale), locale);
        }
        assert_eq!(
            fill(text!(environment.network_time)(Locale::en), 7),
            "Round trip 7 ms"
        );
        assert_eq!(text!(site.sign_in)(Locale::zh_Hant_TW), "會員登入");
    }
}
