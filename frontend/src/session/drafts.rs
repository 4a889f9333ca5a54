//! What a person has typed and not yet saved, kept in this browser through an automatic sign-out, a reload,
//! a crash and a lost network.
//!
//! A draft belongs to one person: whoever else signs in here finds none, and their sign-in deletes it.
//! Passwords are never part of one.

use js_sys::{Array, JSON};
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsValue;

use super::{Session, State};
use crate::preferences::storage;

/// What the keys of all drafts begin with; the person's id and the form's name follow.
const PREFIX: &str = "emic-draft:";

/// The draft of one form and one person.
#[derive(Clone)]
pub struct Draft {
    session: Session,
    person: Uuid,
    key: String,
}

fn signed_in(session: Session) -> Option<Uuid> {
    session.state.with_untracked(|state| match state {
        State::SignedIn(signed) => Some(signed.person.id),
        _ => None,
    })
}

fn owned_by(person: Uuid) -> String {
    [PREFIX, &person.to_string(), ":"].concat()
}

impl Draft {
    /// The draft of this form and whoever is signed in; none when nobody is.
    pub fn of(session: Session, form: &'static str) -> Option<Self> {
        let person = signed_in(session)?;
        Some(Self {
            session,
            person,
            key: [&owned_by(person), form].concat(),
        })
    }

    /// Keeps these fields with their texts, and nothing of before. A form that outlives its person's
    /// session keeps nothing any more: somebody else may be signed in by now.
    pub fn keep(&self, fields: &[(&str, String)]) {
        if signed_in(self.session) != Some(self.person) {
            return;
        }
        let list = Array::new();
        for (field, text) in fields {
            list.push(&Array::of2(&JsValue::from_str(field), &JsValue::from_str(text)));
        }
        // A browser without room, or that forbids storage, keeps none; the form works as ever.
        if let (Some(storage), Ok(text)) = (storage(), JSON::stringify(&list)) {
            let _ = storage.set_item(&self.key, &String::from(text));
        }
    }

    /// The fields that were kept; none without a draft.
    pub fn restore(&self) -> Option<Vec<(String, String)>> {
        let text = storage()?.get_item(&self.key).ok().flatten()?;
        let list = JSON::parse(&text).ok()?;
        let fields = Array::from(&list).into_iter().filter_map(|pair| {
            let pair = Array::from(&pair);
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        });
        Some(fields.collect()).filter(|fields: &Vec<_>| !fields.is_empty())
    }

    /// Deletes it: what was typed is saved, or discarded.
    pub fn forget(&self) {
        let _ = storage().map(|storage| storage.remove_item(&self.key));
    }
}

/// Deletes the drafts of everybody else. Called whenever somebody signs in.
pub(super) fn sweep(person: Uuid) {
    let Some(storage) = storage() else { return };
    let own = owned_by(person);
    let count = storage.length().unwrap_or(0);
    let keys: Vec<_> = (0..count)
        .filter_map(|index| storage.key(index).ok().flatten())
        .collect();
    for key in keys {
        if key.starts_with(PREFIX) && !key.starts_with(&own) {
            let _ = storage.remove_item(&key);
        }
    }
}
