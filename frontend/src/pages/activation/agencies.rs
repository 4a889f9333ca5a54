//! Several agencies, each by choice with all below it.

use leptos::prelude::*;
use shared::{activation::ChosenAgency, agency};

use crate::{
    components::{FieldError, live},
    i18n::{Text, text, tr},
    pages::agency_field,
};

/// An agency that is chosen.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) oid: String,
    pub(super) name: String,
    pub(super) with_below: bool,
}

/// The agencies that are chosen.
#[derive(Clone, Copy)]
pub(super) struct Agencies {
    pub(super) chosen: RwSignal<Vec<Chosen>>,
    picked: RwSignal<Option<agency::AgencyChoice>>,
    pub(super) error: FieldError,
}

impl Agencies {
    pub(super) fn new() -> Self {
        let agencies = Self {
            chosen: RwSignal::new(Vec::new()),
            picked: RwSignal::new(None),
            error: RwSignal::new(None),
        };
        // What is picked goes to the list, and the field is free for the next one.
        Effect::new(move |_| {
            if let Some(choice) = agencies.picked.get() {
                agencies.add(choice);
                // After the field has written its name, which it takes away then.
                request_animation_frame(move || drop(agencies.picked.try_set(None)));
            }
        });
        agencies
    }

    fn add(self, choice: agency::AgencyChoice) {
        self.chosen.update(|chosen| {
            if chosen.iter().all(|one| one.oid != choice.oid) {
                chosen.push(Chosen {
                    oid: choice.oid,
                    name: choice.name,
                    with_below: true,
                });
            }
        });
    }

    /// As they are sent.
    pub(super) fn sent(self) -> Vec<ChosenAgency> {
        let of = |one: &Chosen| ChosenAgency {
            agency: one.oid.clone(),
            with_below: one.with_below,
        };
        self.chosen
            .with_untracked(|chosen| chosen.iter().map(of).collect())
    }

    /// As they are kept in a draft.
    pub(super) fn kept(self) -> String {
        let line = |one: &Chosen| {
            let below = if one.with_below { "1" } else { "" };
            [one.oid.as_str(), &one.name, below].join("\t")
        };
        let lines: Vec<_> = self.chosen.with(|chosen| chosen.iter().map(line).collect());
        lines.join("\n")
    }

    /// The inverse of [`Self::kept`].
    pub(super) fn restore(self, kept: &str) {
        let line = |line: &str| {
            let mut parts = line.split('\t').map(str::to_owned);
            Some(Chosen {
                oid: parts.next()?,
                name: parts.next()?,
                with_below: parts.next()? == "1",
            })
        };
        self.chosen.set(kept.lines().filter_map(line).collect());
    }

    /// The field, with the list of what is chosen.
    pub(super) fn view(self, name: &'static str, label: Text) -> AnyView {
        let list = live(move || {
            let chosen = self.chosen.get();
            if chosen.is_empty() {
                return view! { <p class="hint">{tr!(activations.no_agencies)}</p> }.into_any();
            }
            let items = chosen.into_iter().map(|one| self.item(one)).collect_view();
            view! { <ul class="listing chosen">{items}</ul> }.into_any()
        });
        view! {
            {agency_field(name, label, self.picked, self.error)}
            {list}
        }
        .into_any()
    }

    fn item(self, one: Chosen) -> AnyView {
        let oid = StoredValue::new(one.oid);
        let label = [
            text!(activations.remove_agency)(crate::i18n::locale().get_untracked()),
            &one.name,
        ]
        .concat();
        let below = move |event: web_sys::Event| {
            let checked = event_target_checked(&event);
            self.chosen.update_untracked(|chosen| {
                let mut found = chosen
                    .iter_mut()
                    .filter(|it| oid.with_value(|oid| it.oid == *oid));
                if let Some(one) = found.next() {
                    one.with_below = checked;
                }
            });
            self.chosen.notify();
        };
        let remove = move |_| {
            self.chosen
                .update(|chosen| chosen.retain(|it| oid.with_value(|oid| it.oid != *oid)));
        };
        view! {
            <li>
                <strong>{one.name}</strong>
                <label class="check">
                    <input type="checkbox" prop:checked=one.with_below on:change=below/>
                    {tr!(people.with_below)}
                </label>
                <button type="button" class="button quiet" aria-label=label on:click=remove>{tr!(surge.remove)}</button>
            </li>
        }
        .into_any()
    }
}
