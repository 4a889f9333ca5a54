//! A dialog that asks for a remark. What was typed belongs to what it is about, and is kept until it is sent.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::problem::Violation;

use crate::{
    components::{Dialog, Entry, FieldError, Shape, entry, focus_field, live, truth},
    i18n::{Text, follow, text, tr},
    session::{Draft, drafted},
};

/// What the dialog says and does.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// What it is about, by which its draft is kept; closed while there is none.
    pub(super) about: RwSignal<Option<String>>,
    /// Its heading.
    pub(super) title: Signal<String>,
    /// What will happen.
    pub(super) text: Text,
    /// What its button says.
    pub(super) button: Text,
    /// Whether there must be a remark.
    pub(super) needed: Signal<bool>,
    /// The rule that a remark breaks.
    pub(super) check: fn(&str, bool) -> Option<Violation>,
    /// Called with the remark, and with its draft, which is to be forgotten once it counts.
    pub(super) send: Callback<(String, Draft)>,
    pub(super) busy: RwSignal<bool>,
}

/// The dialog.
pub(super) fn asking(asking: Asking) -> AnyView {
    let open = Signal::derive(move || asking.about.with(Option::is_some));
    let dismiss = Callback::new(move |()| asking.about.set(None));
    let form = live(move || match asking.about.get() {
        Some(about) => drafted(about, move |draft| form(asking, draft)),
        None => ().into_any(),
    });
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="remark-title" described_by="remark-text" role="dialog">
            <h2 id="remark-title">{move || asking.title.get()}</h2>
            <p id="remark-text">{follow(asking.text)}</p>
            {form}
        </Dialog>
    }
    .into_any()
}

fn form(asking: Asking, draft: Draft) -> AnyView {
    let typed = RwSignal::new(String::new());
    let error: FieldError = RwSignal::new(None);
    for (_, text) in draft.restore().unwrap_or_default() {
        typed.set(text);
    }
    let draft = StoredValue::new_local(draft);
    Effect::new(move |_| {
        let text = typed.get();
        draft.with_value(|draft| {
            if text.is_empty() {
                draft.forget();
            } else {
                draft.keep(&[("remark", text)]);
            }
        });
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        let fault = (asking.check)(&text, asking.needed.get_untracked());
        let faulty = fault.is_some();
        error.set(fault);
        if faulty {
            focus_field("remark");
            return;
        }
        asking.send.run((text, draft.get_value()));
    };
    let plan = Entry {
        shape: Shape::Area,
        ..Entry::new("remark", text!(activations.remark))
    };
    view! {
        <form method="post" novalidate on:submit=submit>
            {entry(plan, typed, error, Callback::new(|()| ()))}
            <div class="row">
                <button type="submit" class="button" aria-disabled=truth(move || asking.busy.get())>
                    {follow(asking.button)}
                </button>
                <button type="button" class="button quiet" on:click=move |_| asking.about.set(None)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
