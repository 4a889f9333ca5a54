//! The profile as the server holds it.

use js_sys::{Array, Reflect};
use shared::{profile::Field, time::Timestamp};
use wasm_bindgen::JsValue;

use crate::session::Version;

/// A field that cannot be changed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lock {
    /// Which.
    pub field: Field,
    /// Whether it is MyEGov's.
    pub is_egovs: bool,
    /// When MyEGov last said what it is.
    pub synchronised_at: Option<Timestamp>,
    /// Where it can be changed.
    pub change_at: Option<String>,
}

/// The profile, its version, and what is locked in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stored {
    values: Vec<(Field, String)>,
    /// For `If-Match`.
    pub tag: String,
    /// What cannot be changed.
    pub locks: Vec<Lock>,
    /// A new address that waits to be confirmed.
    pub pending_email: Option<String>,
}

/// A text in an object. The browser's own access, so that no reader of the whole type is carried along.
fn text(object: &JsValue, name: &str) -> Option<String> {
    Reflect::get(object, &name.into()).ok()?.as_string()
}

impl Stored {
    /// From the API's answer.
    pub fn read(version: Version) -> Self {
        let body = version.body;
        let values = Field::ALL
            .iter()
            .map(|field| (*field, text(&body, field.name()).unwrap_or_default()))
            .collect();
        let locks = Reflect::get(&body, &"locked".into()).unwrap_or(JsValue::NULL);
        let locks = Array::from(&locks).into_iter().filter_map(|lock| {
            Some(Lock {
                field: Field::from_name(&text(&lock, "field")?)?,
                is_egovs: text(&lock, "source")? == "egov",
                synchronised_at: text(&lock, "synchronised_at").and_then(|text| text.parse().ok()),
                change_at: text(&lock, "change_at"),
            })
        });
        Self {
            pending_email: text(&body, "pending_email"),
            values,
            tag: version.tag,
            locks: locks.collect(),
        }
    }

    /// What is in a field.
    pub fn get(&self, field: Field) -> String {
        self.values
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// Why a field is locked, if it is.
    pub fn lock(&self, field: Field) -> Option<&Lock> {
        self.locks.iter().find(|lock| lock.field == field)
    }

    #[cfg(test)]
    pub fn of(values: &[(Field, &str)]) -> Self {
        Self {
            values: values
                .iter()
                .map(|(field, value)| (*field, (*value).to_owned()))
                .collect(),
            ..Self::default()
        }
    }
}
