//! Form fields: a label, an input, and the error that belongs to it.

use leptos::{html, prelude::*};
use shared::problem::Violation;

use super::{either, truth, value, words};
use crate::i18n::{self, Text, errors, follow, text};

/// The rule that a field breaks, if any.
pub type FieldError = RwSignal<Option<Violation>>;

pub(super) fn message(id: &'static str, error: FieldError) -> impl IntoView {
    let locale = i18n::locale();
    let words = words(move || {
        error
            .with(|error| error.as_ref().map(|it| errors::violation(it, locale.get())))
            .unwrap_or_default()
    });
    view! { <p class="field-error" id=error_id(id)>{words}</p> }
}

pub(super) fn error_id(id: &str) -> String {
    [id, "-error"].concat()
}

/// A field for a line of text.
#[component]
pub fn TextField(
    /// Its id and its name in the form.
    name: &'static str,
    /// What it is for.
    label: Text,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// The rule that it breaks.
    error: FieldError,
    /// The input, to read and to focus.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{follow(label)}</label>
            <input
                id=name name=name type="text" autocomplete=autocomplete autocapitalize="none" spellcheck="false"
                node_ref=node required
                aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=error_id(name)
                on:input=move |_| error.set(None)
            />
            {message(name, error)}
        </div>
    }
    .into_any()
}

/// A field for a password, which can be shown.
#[component]
pub fn PasswordField(
    /// Its id and its name in the form.
    name: &'static str,
    /// What it is for.
    label: Text,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// The rule that it breaks.
    error: FieldError,
    /// The input, to read and to focus.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let toggle = either(
        move || shown.get(),
        text!(login.hide_password),
        text!(login.show_password),
    );
    view! {
        <div class="field">
            <label for=name>{follow(label)}</label>
            <div class="with-toggle">
                <input
                    id=name name=name type=value(move || Some(if shown.get() { "text" } else { "password" }))
                    autocomplete=autocomplete autocapitalize="none" spellcheck="false" node_ref=node required
                    aria-invalid=truth(move || error.with(Option::is_some))
                    aria-describedby=error_id(name)
                    on:input=move |_| error.set(None)
                />
                <button type="button" class="toggle" aria-controls=name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)>{toggle}</button>
            </div>
            {message(name, error)}
        </div>
    }
    .into_any()
}
