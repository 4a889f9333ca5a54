//! What is typed into the form, as the browser keeps it.

use leptos::prelude::*;
use shared::profile::Field;

use super::{form::Form, versions::differences};
use crate::session::Draft;

/// Before the names of draft fields that hold what a field was before it was typed in.
const BEFORE: &str = "before:";

impl Form {
    /// Keeps the fields that differ from what is stored, with what they were.
    pub fn keep(self) {
        let typed = self.typed();
        let stored = self.stored.get();
        if self.conflict.with(Option::is_some) {
            // Until the person has chosen, the draft says what both versions began from.
            return;
        }
        let mut fields = Vec::new();
        let mut names = Vec::new();
        for (field, value) in typed {
            let before = stored.get(field);
            if value != before {
                names.push([BEFORE, field.name()].concat());
                fields.push((field.name(), value));
                fields.push(("", before));
            }
        }
        for (index, name) in names.iter().enumerate() {
            fields[2 * index + 1].0 = name;
        }
        self.draft.with_value(|draft| {
            if fields.is_empty() {
                draft.forget();
            } else {
                draft.keep(&fields);
            }
        });
    }

    /// Takes the draft over. Where somebody else has changed a field of it meanwhile, the person is asked.
    pub fn restore(self) {
        let Some(kept) = self.draft.with_value(Draft::restore) else {
            return;
        };
        let stored = self.stored.get_untracked();
        let before = |field: Field| {
            let name = [BEFORE, field.name()].concat();
            let kept = kept.iter().find(|(known, _)| *known == name);
            kept.map_or_else(|| stored.get(field), |(_, text)| text.clone())
        };
        for (name, text) in &kept {
            if let Some(field) = Field::from_name(name).filter(|field| stored.lock(*field).is_none())
                && *text != stored.get(field)
            {
                self.set(field, text.clone());
                self.restored.set(true);
            }
        }
        let found = untrack(|| differences(&self.typed(), &before, &stored));
        if found.iter().any(|it| before(it.field) != it.theirs) {
            self.conflict.set(Some((stored, found)));
        }
    }
}
