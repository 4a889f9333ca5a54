//! Form fields: a label, an input, and the error that belongs to it.

use leptos::{html, prelude::*};
use shared::problem::Violation;

use super::{either, truth, value, words};
use crate::i18n::{self, Text, errors, follow, text};

/// The rule that a field breaks, if any.
pub type FieldError = RwSignal<Option<Violation>>;

/// The words for the rule that the field of this name breaks; its input is described by them.
pub fn field_error(id: &'static str, error: FieldError) -> AnyView {
    let locale = i18n::locale();
    let words = words(move || {
        error
            .with(|error| error.as_ref().map(|it| errors::violation(it, locale.get())))
            .unwrap_or_default()
    });
    view! { <p class="field-error" id=error_id(id)>{words}</p> }.into_any()
}

/// The id of those words.
pub fn error_id(id: &str) -> String {
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
            {field_error(name, error)}
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
    /// The id of what else describes it.
    #[prop(default = "")]
    rules: &'static str,
    /// Follows what is typed.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let input = move |event| {
        error.set(None);
        if let Some(typed) = typed {
            typed.set(event_target_value(&event));
        }
    };
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
                    aria-describedby=[&error_id(name), " ", rules].concat().trim_end().to_owned()
                    on:input=input
                />
                <button type="button" class="toggle" aria-controls=name
                    on:click=move |_| shown.update(|shown| *shown = !*shown)>{toggle}</button>
            </div>
            {field_error(name, error)}
        </div>
    }
    .into_any()
}
