//! What is typed into a sheet, as the browser keeps it.

use leptos::prelude::*;

use super::Sheet;
use crate::session::Draft;

/// Before the names of draft fields that hold what a field was before it was typed in.
const BEFORE: &str = "before:";

impl Sheet {
    /// Keeps the fields that differ from what is stored, with what they were.
    pub(super) fn keep(self) {
        let (typed, before) = (self.typed(), self.before.get());
        let changed = self.kind.fields.iter().zip(typed.iter().zip(&before));
        let changed: Vec<_> = changed
            .filter(|(_, (typed, before))| typed != before)
            .map(|(name, (typed, before))| ((*name).to_owned(), [BEFORE, name].concat(), typed, before))
            .collect();
        self.draft.with_value(|draft| {
            if changed.is_empty() {
                return draft.forget();
            }
            let mut fields = Vec::new();
            for (name, was, typed, before) in &changed {
                fields.push((name.as_str(), (*typed).clone()));
                fields.push((was.as_str(), (*before).clone()));
            }
            draft.keep(&fields);
        });
    }

    /// Takes the draft over. Where somebody else has changed a field of it meanwhile, the person sees both.
    pub(super) fn restore(self) {
        let Some(kept) = self.draft.with_value(Draft::restore) else {
            return;
        };
        let of = |name: &str| {
            let found = kept.iter().find(|(known, _)| known == name);
            found.map(|(_, text)| text.clone())
        };
        let now = self.before.get_untracked();
        let mut before = now.clone();
        for (name, was) in self.kind.fields.iter().zip(&mut before) {
            let Some(typed) = of(name) else { continue };
            self.cell(name).value.set(typed);
            if let Some(kept) = of(&[BEFORE, name].concat()) {
                *was = kept;
            }
            self.restored.set(true);
        }
        self.meet(&before, now);
    }
}
