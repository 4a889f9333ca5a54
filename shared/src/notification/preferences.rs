//! How a person wants to be told.

use serde::{Deserialize, Deserializer, Serialize};

use super::Group;
use crate::text::Language;

/// In which language mail is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MailLanguage {
    /// 正體中文.
    #[default]
    #[serde(rename = "zh-Hant-TW")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl MailLanguage {
    /// The tag for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chinese => "zh-Hant-TW",
            Self::English => "en",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Chinese, Self::English]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

impl From<MailLanguage> for Language {
    fn from(language: MailLanguage) -> Self {
        match language {
            MailLanguage::Chinese => Self::Chinese,
            MailLanguage::English => Self::English,
        }
    }
}

/// How a person is told of what is of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// Behind the bell of the pages.
    pub in_page: bool,
    /// By mail.
    pub by_mail: bool,
}

impl Choice {
    /// Both ways: everything that one is told of wants something done, or changes what one may do.
    pub const BOTH: Self = Self {
        in_page: true,
        by_mail: true,
    };
}

/// How a person wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preferences {
    /// The language of mail.
    pub mail_language: MailLanguage,
    /// 申請進度.
    pub progress: Choice,
    /// 待我審核.
    pub to_decide: Choice,
    /// 權限到期.
    pub expiry: Choice,
    /// 帳號與職務.
    pub account: Choice,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            mail_language: MailLanguage::default(),
            progress: Choice::BOTH,
            to_decide: Choice::BOTH,
            expiry: Choice::BOTH,
            account: Choice::BOTH,
        }
    }
}

impl Preferences {
    /// The choice of a group.
    pub const fn of(&self, group: Group) -> Choice {
        match group {
            Group::Progress => self.progress,
            Group::ToDecide => self.to_decide,
            Group::Expiry => self.expiry,
            Group::Account => self.account,
        }
    }

    /// The same, to change it.
    pub const fn of_mut(&mut self, group: Group) -> &mut Choice {
        match group {
            Group::Progress => &mut self.progress,
            Group::ToDecide => &mut self.to_decide,
            Group::Expiry => &mut self.expiry,
            Group::Account => &mut self.account,
        }
    }
}

/// `PATCH /api/v1/notifications/preferences`: what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PreferencesPatch {
    /// The language of mail.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub mail_language: Option<MailLanguage>,
    /// 申請進度.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub progress: Option<ChoicePatch>,
    /// 待我審核.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub to_decide: Option<ChoicePatch>,
    /// 權限到期.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expiry: Option<ChoicePatch>,
    /// 帳號與職務.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub account: Option<ChoicePatch>,
}

/// Another choice for a group: what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChoicePatch {
    /// Behind the bell of the pages.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, example = true))]
    pub in_page: Option<bool>,
    /// By mail.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, example = false))]
    pub by_mail: Option<bool>,
}

/// What is there; `null` is not: nothing of this can be empty.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl PreferencesPatch {
    /// The preferences after this change.
    #[must_use]
    pub fn applied_to(&self, before: Preferences) -> Preferences {
        let mut after = Preferences {
            mail_language: self.mail_language.unwrap_or(before.mail_language),
            ..before
        };
        for group in Group::ALL {
            let change = match group {
                Group::Progress => self.progress,
                Group::ToDecide => self.to_decide,
                Group::Expiry => self.expiry,
                Group::Account => self.account,
            };
            let (change, choice) = (change.unwrap_or_default(), after.of_mut(group));
            choice.in_page = change.in_page.unwrap_or(choice.in_page);
            choice.by_mail = change.by_mail.unwrap_or(choice.by_mail);
        }
        after
    }
}

/// The preferences, and where mail goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreferencesView {
    /// How the person wants to be told.
    pub preferences: Preferences,
    /// The address that mail goes to; none while the person has no confirmed one, and then none is sent.
    #[cfg_attr(feature = "openapi", schema(example = "dawen@example.com"))]
    pub mail_to: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_a_choice_of_its_own() {
        let mut preferences = Preferences::default();
        for group in Group::ALL {
            assert_eq!(preferences.of(group), Choice::BOTH);
            preferences.of_mut(group).by_mail = false;
            let without = Group::ALL.iter().filter(|other| !preferences.of(**other).by_mail);
            assert_eq!(without.count(), 1);
            preferences.of_mut(group).by_mail = true;
        }
    }

    #[test]
    fn what_a_change_does_not_name_stays() {
        let change: PreferencesPatch =
            serde_json::from_str(r#"{ "mail_language": "en", "expiry": { "by_mail": false } }"#).unwrap();
        let after = change.applied_to(Preferences::default());
        assert_eq!(after.mail_language, MailLanguage::English);
        assert_eq!(
            after.expiry,
            Choice {
                in_page: true,
                by_mail: false
            }
        );
        assert_eq!(after.account, Choice::BOTH);
        assert_eq!(PreferencesPatch::default().applied_to(after), after);
        for bad in [
            r#"{ "expiry": null }"#,
            r#"{ "expiry": { "by_mail": null } }"#,
            r#"{ "x": 1 }"#,
        ] {
            assert!(serde_json::from_str::<PreferencesPatch>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn languages_read_back() {
        for language in [MailLanguage::Chinese, MailLanguage::English] {
            assert_eq!(MailLanguage::from_name(language.name()), Some(language));
            assert_eq!(serde_json::to_value(language).unwrap(), language.name());
        }
    }
}
