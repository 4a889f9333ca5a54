//! Which rows of a list are chosen, and what came of the last deed on several of them, each with its result.

use leptos::{html, prelude::*};
use shared::problem::ErrorCode;
use uuid::Uuid;

use super::{Loaded, failure_view, focus_after_dialog, live, truth, words};
use crate::{
    api::Failure,
    i18n::{self, Text, errors, fill, follow, text, tr},
};

/// What came of one row: its new state as a word with a colour of the style sheet, or why nothing was done to it.
pub struct Outcome {
    /// The row.
    pub id: Uuid,
    /// Where it is shown, if that is elsewhere.
    pub href: Option<String>,
    /// Its colour and its new state.
    pub became: Result<(&'static str, Text), ErrorCode>,
}

/// The choice: a handle.
#[derive(Clone, Copy)]
pub struct Chosen {
    list: RwSignal<Option<Loaded>>,
    /// What each row that is or was shown is called.
    names: RwSignal<Vec<(Uuid, String)>>,
    ids: RwSignal<Vec<Uuid>>,
    came: RwSignal<Option<Result<Vec<Outcome>, Failure>>>,
    after: NodeRef<html::Div>,
}

impl Chosen {
    /// None yet.
    pub fn none() -> Self {
        Self {
            list: RwSignal::new(None),
            names: RwSignal::new(Vec::new()),
            ids: RwSignal::new(Vec::new()),
            came: RwSignal::new(None),
            after: NodeRef::new(),
        }
    }

    /// The list that is shown now: it is asked for anew after a deed.
    pub fn follow(self, list: Loaded) {
        self.list.set(Some(list));
        self.ids.set(Vec::new());
    }

    /// A row that is shown now, and what it is called.
    pub fn shows(self, row: Uuid, name: &str) {
        self.names.update(|names| {
            if names.iter().all(|(id, _)| *id != row) {
                names.push((row, name.to_owned()));
            }
        });
    }

    fn has(self, id: Uuid) -> bool {
        self.ids.with(|ids| ids.contains(&id))
    }

    fn toggle(self, id: Uuid) {
        self.ids.update(|ids| match ids.iter().position(|it| *it == id) {
            Some(place) => drop(ids.remove(place)),
            None => ids.push(id),
        });
    }

    /// Chooses these and no others.
    pub fn set(self, ids: Vec<Uuid>) {
        self.ids.set(ids);
    }

    /// The chosen rows at this moment.
    pub fn ids(self) -> Vec<Uuid> {
        self.ids.get_untracked()
    }

    /// The cell of a row that chooses it; the label says who or what the row is.
    pub fn cell(self, id: Uuid, label: String, disabled: bool) -> AnyView {
        view! {
            <td data-label=tr!(review.choose)>
                <input type="checkbox" aria-label=label disabled=disabled
                    prop:checked=truth(move || self.has(id)) on:change=move |_| self.toggle(id)/>
            </td>
        }
        .into_any()
    }

    /// How many they are.
    pub fn count(self) -> usize {
        self.ids.with(Vec::len)
    }

    /// How many they are, in words, announced as it changes.
    pub fn counted(self) -> AnyView {
        let locale = i18n::locale();
        let count = words(move || fill(text!(review.chosen)(locale.get()), self.count()));
        view! { <span class="hint" aria-live="polite">{count}</span> }.into_any()
    }

    /// A deed on them is over: shows what came of it, and asks for the list anew.
    pub fn done(self, came: Result<Vec<Outcome>, Failure>) {
        self.came.set(Some(came));
        self.ids.set(Vec::new());
        if let Some(list) = self.list.get_untracked() {
            list.ask();
        }
        focus_after_dialog(self.after);
    }

    /// What came of the last deed.
    pub fn outcome(self) -> AnyView {
        let retry = Callback::new(move |()| self.came.set(None));
        let shown = live(move || {
            self.came.with(|came| match came {
                None => ().into_any(),
                Some(Ok(results)) => {
                    let lines: Vec<_> = results.iter().map(|result| self.line(result)).collect();
                    view! { <p><strong>{tr!(review.came)}</strong></p><ul class="results">{lines}</ul> }
                        .into_any()
                }
                Some(Err(failure)) => failure_view(failure, retry),
            })
        });
        view! { <div node_ref=self.after tabindex="-1" role="status" class="outcome">{shown}</div> }
            .into_any()
    }

    fn line(self, result: &Outcome) -> AnyView {
        let names = self.names.get_untracked();
        let name = names.into_iter().find(|(id, _)| *id == result.id);
        let name = name.map_or_else(|| result.id.to_string(), |(_, name)| name);
        let name = match result.href.clone() {
            Some(href) => view! { <a href=href>{name}</a> }.into_any(),
            None => name.into_any(),
        };
        let (colour, word) = result
            .became
            .unwrap_or_else(|code| ("caution", errors::code(code).0));
        let class = ["word ", colour].concat();
        view! { <li>{name}" "<span class=class>{follow(word)}</span></li> }.into_any()
    }
}
