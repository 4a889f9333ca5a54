//! A text in both of the portal's languages.

use serde::{Deserialize, Serialize};

/// The languages of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// 正體中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The one of two texts that is in this language.
    pub const fn say<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// A text that people write in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bilingual {
    /// 正體中文.
    pub zh: String,
    /// English; empty when nobody has translated it.
    pub en: String,
}

impl Bilingual {
    /// The text in this language, or in Chinese when it was not translated.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English if !self.en.is_empty() => &self.en,
            _ => &self.zh,
        }
    }
}
