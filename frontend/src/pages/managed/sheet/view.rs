//! A sheet as it is shown.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{Cell, Outcome, Sheet};
use crate::{
    components::{
        Entry, FieldError, Tone, either, entry, error_id, error_summary, failure_view, field_error,
        hold_focus, live, notice, sometimes, truth, words,
    },
    i18n::{self, Text, follow, text, tr},
    session::view::restored,
};

impl Sheet {
    /// The sheet with these parts; `save` is what its button says.
    pub fn show(self, save: Text, parts: AnyView) -> AnyView {
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.save();
        };
        let discard = Callback::new(move |()| self.discard());
        let label = either(move || self.busy.get(), text!(catalogue.saving), save);
        view! {
            <div node_ref=self.told tabindex="-1" role="status" class="outcome">{self.said()}{self.asked()}</div>
            {sometimes(move || self.restored.get().then(|| restored(discard)))}
            {error_summary(self.faults, self.kind.label)}
            <form method="post" novalidate class="sheet" on:submit=submit>
                {parts}
                <div class="row">
                    <button type="submit" class="button" on:mousedown=hold_focus
                        aria-disabled=truth(move || self.busy.get())>{label}</button>
                </div>
            </form>
        }
        .into_any()
    }

    /// What came of the last deed.
    fn said(self) -> AnyView {
        let retry = Callback::new(move |()| self.save());
        let good = |title, text| notice(Tone::Good, "", title, text, ().into_any());
        live(move || match self.outcome.get() {
            None => ().into_any(),
            Some(Outcome::Saved) => good(text!(catalogue.saved), text!(catalogue.saved_text)),
            Some(Outcome::Unchanged) => good(text!(catalogue.unchanged), text!(catalogue.unchanged_text)),
            Some(Outcome::Discarded) => good(text!(draft.discarded), text!(draft.discarded_text)),
            Some(Outcome::Failed(failure)) => failure_view(&failure, retry),
        })
    }

    /// What somebody else has stored meanwhile, and the choice to take it.
    fn asked(self) -> AnyView {
        let locale = i18n::locale();
        let one = move |(name, text): (&'static str, String)| {
            let label = (self.kind.label)(name).unwrap_or(text!(catalogue.one));
            let shown = words(move || {
                let locale = locale.get();
                let words = (self.kind.words)(name, &text, locale);
                if words.is_empty() {
                    text!(catalogue.empty)(locale).to_owned()
                } else {
                    words
                }
            });
            view! {
                <li>
                    <strong>{follow(label)}</strong>
                    <p>{tr!(catalogue.theirs)}{shown}</p>
                    <button type="button" class="button quiet" on:click=move |_| self.take_theirs(name)>
                        {tr!(catalogue.take_theirs)}
                    </button>
                </li>
            }
            .into_any()
        };
        sometimes(move || {
            let theirs = self.theirs.get();
            (!theirs.is_empty()).then(|| {
                let list = view! { <ul class="listing">{theirs.into_iter().map(one).collect_view()}</ul> };
                let words = (text!(catalogue.changed), text!(catalogue.changed_text));
                notice(Tone::Caution, "alert", words.0, words.1, list.into_any())
            })
        })
        .into_any()
    }

    /// A field that is filled in as this plan says.
    pub fn entry(self, plan: Entry) -> AnyView {
        let Cell { value, error, .. } = self.cell(plan.name);
        entry(plan, value, error, Callback::new(|()| ()))
    }

    /// A field that is ticked or not: `yes` or nothing.
    pub fn tick(self, name: &'static str, label: Text, hint: Option<Text>) -> AnyView {
        let Cell { value, error, .. } = self.cell(name);
        tick(name, label, hint, value, error)
    }
}

/// What a field that is ticked holds.
pub(in crate::pages::managed) const YES: &str = "yes";

fn tick(
    name: &'static str,
    label: Text,
    hint: Option<Text>,
    value: RwSignal<String>,
    error: FieldError,
) -> AnyView {
    let change = move |event| {
        error.set(None);
        let ticked = event_target_checked(&event);
        value.set(if ticked { YES.to_owned() } else { String::new() });
    };
    let about = [name, "-hint"].concat();
    let hint = hint.map(|hint| view! { <p class="hint" id=about.clone()>{follow(hint)}</p> });
    view! {
        <div class="field">
            <label class="check">
                <input id=name type="checkbox" prop:checked=move || value.with(|value| value == YES) on:change=change
                    aria-describedby=[&error_id(name), " ", &about].concat()/>
                {follow(label)}
            </label>
            {hint}
            {field_error(name, error)}
        </div>
    }
    .into_any()
}
