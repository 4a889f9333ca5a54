//! The first step: the fields.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::access::LONGEST_REASON;

use super::{Form, roles::roles};
use crate::{
    components::{error_id, error_summary, field_error, focus_field, live, needed, sometimes, truth, words},
    i18n::{Text, fill, follow, pick, text, tr},
    pages::{access::attachments, agency_field},
};

/// The form's first step.
pub(super) fn fields(form: &Form) -> AnyView {
    let form = *form;
    lead_the_focus(&form);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.look_over();
    };
    let summary = error_summary(form.faults, label);
    view! {
        {summary}
        <form method="post" novalidate class="card form" on:submit=submit>
            {application(&form)}
            {live(move || roles(&form))}
            {agency_field("agency", text!(access.agency), form.agency, form.error("agency"))}
            {reason(&form)}
            <div class="two">
                {day(&form, "starts_on", form.starts_on)}
                {day(&form, "ends_on", form.ends_on)}
            </div>
            <fieldset class="field">
                <legend>{tr!(access.attachments)}</legend>
                {attachments(form.id.get_untracked(), true)}
            </fieldset>
            <button type="submit" class="button">{tr!(access.next)}</button>
        </form>
    }
    .into_any()
}

/// What a field is called.
fn label(field: &str) -> Option<Text> {
    Some(match field {
        "application" => text!(access.application),
        "roles" => text!(access.roles),
        "agency" => text!(access.agency),
        "reason" => text!(access.reason),
        "starts_on" => text!(access.starts_on),
        "ends_on" => text!(access.ends_on),
        _ => return None,
    })
}

/// Gives a field the focus when the form wants that, once it is there.
fn lead_the_focus(form: &Form) {
    let form = *form;
    Effect::new(move |_| {
        if let Some(field) = form.focus.get() {
            form.focus.set(None);
            focus_field(field);
        }
    });
}

fn application(form: &Form) -> AnyView {
    let form = *form;
    let error = form.error("application");
    let options = form.offered.with_value(|offered| {
        let option = |(code, name): (String, _)| {
            let chosen = form.application.with_untracked(|chosen| *chosen == code);
            view! { <option value=code selected=chosen>{pick(name)}</option> }
        };
        let named = offered.iter().map(|one| (one.code.clone(), one.name.clone()));
        named.map(option).collect_view()
    });
    let change = move |event: web_sys::Event| {
        error.set(None);
        form.error("roles").set(None);
        form.roles.set(Vec::new());
        form.application.set(event_target_value(&event));
    };
    view! {
        <div class="field">
            <label for="application">{tr!(access.application)}{needed()}</label>
            <select id="application" name="application" required prop:value=form.application
                disabled=form.corrects.get_value().is_some()
                aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=error_id("application") on:change=change>
                <option value="">{tr!(form.choose)}</option>
                {options}
            </select>
            {field_error("application", error)}
        </div>
    }
    .into_any()
}

fn reason(form: &Form) -> AnyView {
    let form = *form;
    let error = form.error("reason");
    let count = words(move || {
        let count = form.reason.with(|text| text.trim().chars().count());
        fill(text!(access.count)(form.locale.get()), count)
    });
    view! {
        <div class="field">
            <label for="reason">{tr!(access.reason)}{needed()}</label>
            <textarea id="reason" name="reason" rows="5" required prop:value=form.reason
                aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=[&error_id("reason"), " reason-hint"].concat()
                on:input=move |event| {
                    error.set(None);
                    form.reason.set(event_target_value(&event));
                }
            ></textarea>
            <p class="hint" id="reason-hint">{count}</p>
            {field_error("reason", error)}
        </div>
    }
    .into_any()
}

/// A day, by the browser's own calendar.
fn day(form: &Form, name: &'static str, typed: RwSignal<String>) -> AnyView {
    let form = *form;
    let error = form.error(name);
    let hint = sometimes(move || (name == "ends_on").then(|| ends_hint(&form)));
    view! {
        <div class="field">
            <label for=name>{label(name).map(follow)}{needed()}</label>
            <input id=name name=name type="date" required min=form.today().to_string() max="9999-12-31"
                prop:value=typed
                aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=[&error_id(name), " ", name, "-hint"].concat()
                on:input=move |event| {
                    error.set(None);
                    typed.set(event_target_value(&event));
                }
            />
            <p class="hint" id=[name, "-hint"].concat()>{hint}</p>
            {field_error(name, error)}
        </div>
    }
    .into_any()
}

fn ends_hint(form: &Form) -> AnyView {
    let form = *form;
    words(move || {
        let locale = form.locale.get();
        match form.request().most_days(&form.offered_roles()) {
            Some(most) => fill(text!(access.ends_hint_most)(locale), most),
            None => text!(access.ends_hint)(locale).to_owned(),
        }
    })
}

/// The counter and the rule speak of the same figure.
const _: () = assert!(LONGEST_REASON == 1000);
