//! What somebody typed into a form, and what is wrong with it, field by field.

use std::collections::BTreeMap;

use axum::extract::{Form as Fields, FromRequest, Request};
use shared::text::Bilingual;

use crate::error::SiteError;

/// A form as it was sent, or as a page fills it in. Every field comes once; one that did not come is empty.
#[derive(Clone, Default)]
pub(crate) struct Form {
    values: BTreeMap<String, String>,
    faults: Vec<(&'static str, Bilingual)>,
}

impl std::fmt::Debug for Form {
    /// What was typed may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field(
                "faults",
                &self.faults.iter().map(|(field, _)| field).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

impl Form {
    /// What the field holds.
    pub(crate) fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Whether the field came along at all: a check box or a button that was pressed.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// Fills a field in.
    pub(crate) fn set(&mut self, field: &str, value: impl Into<String>) {
        self.values.insert(field.to_owned(), value.into());
    }

    /// The same, while a form is made.
    pub(crate) fn with(mut self, field: &str, value: impl Into<String>) -> Self {
        self.set(field, value);
        self
    }

    /// Takes a field away, as if it had not come.
    pub(crate) fn clear(&mut self, field: &str) {
        self.values.remove(field);
    }

    /// Notes what is wrong with a field. The first fault of a field is the one that is told.
    pub(crate) fn fault(&mut self, field: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        if self.faults.iter().any(|(found, _)| *found == field) {
            return;
        }
        let (zh, en) = (zh.into(), en.into());
        self.faults.push((field, Bilingual { zh, en }));
    }

    /// What a rule made of a field; a broken rule is noted in these words.
    pub(crate) fn accept<T, E>(
        &mut self,
        field: &'static str,
        outcome: Result<T, E>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Option<T> {
        if outcome.is_err() {
            self.fault(field, zh, en);
        }
        outcome.ok()
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// What is wrong with this field, in both languages, for the text beside it.
    pub(crate) fn wrong(&self, field: &str) -> Option<(&str, &str)> {
        let (_, text) = self.faults.iter().find(|(found, _)| *found == field)?;
        Some((&text.zh, &text.en))
    }

    /// All that is wrong, for the summary above: field, and text in both languages.
    pub(crate) fn all_wrong(&self) -> Vec<(&'static str, &str, &str)> {
        self.faults
            .iter()
            .map(|(field, text)| (*field, &*text.zh, &*text.en))
            .collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = SiteError;

    async fn from_request(request: Request, state: &S) -> Result<Self, SiteError> {
        let Fields(pairs) = Fields::<Vec<(String, String)>>::from_request(request, state)
            .await
            .map_err(|_| SiteError::Malformed)?;
        let mut values = BTreeMap::new();
        for (field, value) in pairs {
            // No page of ours sends a field twice.
            if values.insert(field, value).is_some() {
                return Err(SiteError::Malformed);
            }
        }
        let faults = Vec::new();
        Ok(Self { values, faults })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_of_a_field_is_told_in_both_languages() {
        let mut form = Form::default().with("account", "x");
        assert!(form.is_sound());
        form.fault("account", "太短", "too short");
        form.fault("account", "不行", "no");
        assert!(!form.is_sound());
        assert_eq!(form.wrong("account"), Some(("太短", "too short")));
        assert_eq!(form.all_wrong(), [("account", "太短", "too short")]);
        assert_eq!(form.wrong("name"), None);
    }
}
