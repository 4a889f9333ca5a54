//! The card with the form, and above it the new token's secret.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::token::{Area, Scope};

use super::{form::Form, scope};
use crate::{
    api::Failure,
    components::{
        Entry, Loaded, Tone, either, entry, error_id, error_summary, field_error, focus_field, needed,
        notice, request_id, secret_once, sometimes, truth, words,
    },
    i18n::{self, Text, errors, follow, text, tr},
    session::{drafted, view::restored},
};

/// For how many days a token may live, for choice.
const LIVES: [u32; 5] = [7, 30, 90, 180, 365];

/// The card. What it makes shows in the list.
pub(super) fn card(list: Loaded) -> AnyView {
    drafted("tokens".to_owned(), move |draft| filled(&Form::new(list, draft)))
}

fn filled(form: &Form) -> AnyView {
    let form = *form;
    let done = Callback::new(move |()| {
        form.secret.set(None);
        focus_field("name");
    });
    let discard = Callback::new(move |()| form.discard());
    let label = either(
        move || form.busy.get(),
        text!(tokens.creating),
        text!(tokens.create),
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let name = Entry {
        hint: Some(text!(tokens.name_hint)),
        required: true,
        ..Entry::new("name", text!(tokens.name))
    };
    view! {
        {sometimes(move || form.secret.get().map(|it| secret_once((text!(tokens.secret), text!(tokens.secret_text)), it, done)))}
        <section class="card new-token" aria-labelledby="new-token">
            <h2 id="new-token">{tr!(tokens.new)}</h2>
            {sometimes(move || form.restored.get().then(|| restored(discard)))}
            {error_summary(form.faults, label_of)}
            {sometimes(move || form.failure.with(|failure| failure.as_ref().map(refused)))}
            <form method="post" novalidate on:submit=submit>
                {entry(name, form.name, form.name_error, Callback::new(|()| ()))}
                {scopes(&form)}
                {life(&form)}
                <button type="submit" class="button" aria-disabled=truth(move || form.busy.get())>{label}</button>
            </form>
        </section>
    }
    .into_any()
}

/// What a field is called.
fn label_of(field: &str) -> Option<Text> {
    Some(match field {
        "name" => text!(tokens.name),
        "scopes" => text!(tokens.scopes),
        "expires_in_days" => text!(tokens.days),
        _ => return None,
    })
}

fn refused(failure: &Failure) -> AnyView {
    let (what, next) = errors::words(failure);
    notice(Tone::Alarm, "alert", what, next, request_id(failure).into_any())
}

fn scopes(form: &Form) -> AnyView {
    view! {
        <fieldset class="field" aria-describedby=["scopes-hint ", &error_id("scopes")].concat()>
            <legend>{tr!(tokens.scopes)}{needed()}</legend>
            <p class="hint" id="scopes-hint">{tr!(tokens.scopes_hint)}</p>
            <div class="areas">{Area::ALL.iter().map(|area| area_box(form, *area)).collect_view()}</div>
            {field_error("scopes", form.scopes_error)}
        </fieldset>
    }
    .into_any()
}

fn area_box(form: &Form, area: Area) -> AnyView {
    let boxes = area.scopes().map(|scope| checkbox(form, scope)).collect_view();
    view! { <fieldset class="area"><legend>{follow(scope::area(area))}</legend>{boxes}</fieldset> }.into_any()
}

fn checkbox(form: &Form, scope: Scope) -> AnyView {
    let form = *form;
    let checked = move || form.scopes.with(|scopes| scopes.contains(&scope));
    // The summary of the faults leads to the first box.
    let id = (Scope::ALL.first() == Some(&scope)).then_some("scopes");
    view! {
        <label class="check">
            <input type="checkbox" id=id name="scopes" value=scope.name() prop:checked=checked
                on:change=move |_| form.toggle(scope)/>
            {follow(scope::deed(scope))}
        </label>
    }
    .into_any()
}

fn life(form: &Form) -> AnyView {
    let form = *form;
    let locale = i18n::locale();
    let chosen = form.days.get_untracked();
    let option = move |days: u32| {
        let text = words(move || i18n::fill(text!(tokens.days_of)(locale.get()), days));
        view! { <option value=days.to_string() selected=days == chosen>{text}</option> }.into_any()
    };
    let change = move |event: web_sys::Event| {
        form.days_error.set(None);
        if let Ok(days) = event_target_value(&event).parse() {
            form.days.set(days);
        }
    };
    view! {
        <div class="field">
            <label for="expires_in_days">{tr!(tokens.days)}</label>
            <select id="expires_in_days" name="expires_in_days" prop:value=move || form.days.get().to_string()
                aria-invalid=truth(move || form.days_error.with(Option::is_some))
                aria-describedby=error_id("expires_in_days") on:change=change>{LIVES.map(option).collect_view()}</select>
            {field_error("expires_in_days", form.days_error)}
        </div>
    }
    .into_any()
}
