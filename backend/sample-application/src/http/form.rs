//! What somebody typed into a form, and what is wrong with it, field by field.

use std::collections::BTreeMap;

use axum::extract::{Form as Fields, FromRequest, Request};

use super::page::Text;
use crate::error::SiteError;

/// A form as it was sent, or as a page fills it in. Every field comes once; one that did not come is empty.
#[derive(Clone, Default)]
pub(crate) struct Form {
    values: BTreeMap<String, String>,
    faults: Vec<(&'static str, Text)>,
}

impl std::fmt::Debug for Form {
    /// What was typed is not for the log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("faults", &self.faults)
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

    /// All fields, to be sent once more.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(field, value)| (&**field, &**value))
    }

    /// Notes what is wrong with a field, in both languages. The first fault of a field is the one that is told.
    pub(crate) fn fault(&mut self, field: &'static str, text: Text) {
        if self.faults.iter().all(|(found, _)| *found != field) {
            self.faults.push((field, text));
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// What is wrong with this field, in both languages, for the text beside it.
    pub(crate) fn wrong(&self, field: &str) -> Option<Text> {
        let (_, text) = self.faults.iter().find(|(found, _)| *found == field)?;
        Some(*text)
    }

    /// All that is wrong, for the summary above.
    pub(crate) fn all_wrong(&self) -> &[(&'static str, Text)] {
        &self.faults
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
            // No page of ours sends a field twice, and no database keeps NUL.
            if value.contains('\0') || values.insert(field, value).is_some() {
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
    fn the_first_fault_of_a_field_is_told() {
        let mut form = Form::default();
        form.set("subject", "x");
        assert!(form.is_sound());
        form.fault("subject", ("太短", "too short"));
        form.fault("subject", ("不行", "no"));
        assert!(!form.is_sound());
        assert_eq!(form.wrong("subject"), Some(("太短", "too short")));
        assert_eq!(form.all_wrong().len(), 1);
        assert_eq!(form.wrong("text"), None);
    }
}
