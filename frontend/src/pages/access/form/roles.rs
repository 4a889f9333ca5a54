//! The roles of the chosen application, to tick.

use leptos::prelude::*;
use shared::{access::NewRequest, application::RoleView};

use super::Form;
use crate::{
    components::{error_id, field_error, needed, truth, words},
    i18n::{errors, fill, pick, text, tr},
    pages::application::{risk, standing},
};

/// The group, following the application.
pub(super) fn roles(form: &Form) -> AnyView {
    let form = *form;
    let error = form.error("roles");
    let offered = form.offered_roles();
    let each = if offered.is_empty() {
        view! { <p class="hint">{tr!(access.choose_first)}</p> }.into_any()
    } else {
        offered
            .into_iter()
            .map(|role| one(&form, role))
            .collect_view()
            .into_any()
    };
    view! {
        <fieldset id="roles" class="field" tabindex="-1" aria-describedby=error_id("roles")>
            <legend>{tr!(access.roles)}{needed()}</legend>
            {each}
            {field_error("roles", error)}
        </fieldset>
    }
    .into_any()
}

fn one(form: &Form, role: RoleView) -> AnyView {
    let form = *form;
    let error = form.error("roles");
    let standing = standing(&role);
    let taken = role.open_request.is_some() || role.closed;
    let most = role.max_days;
    let most = words(move || fill(text!(applications.most_days)(form.locale.get()), most));
    let why = why_not(&form, role.clone());
    let id = ["role-", &role.code].concat();
    let about = [&id, "-about"].concat();
    let code = StoredValue::new(role.code);
    let ticked = move || code.with_value(|code| form.roles.with(|roles| roles.contains(code)));
    let change = move |event: web_sys::Event| {
        error.set(None);
        let (ticked, code) = (event_target_checked(&event), code.get_value());
        form.roles.update(|roles| {
            roles.retain(|other| *other != code);
            if ticked {
                roles.push(code);
            }
        });
    };
    view! {
        <div class="choice">
            <input id=id.clone() type="checkbox" prop:checked=ticked
                disabled=truth(move || taken || (why.with(Option::is_some) && !ticked()))
                aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=about.clone() on:change=change/>
            <label for=id>{pick(role.name)}{risk(role.risk)}</label>
            <p class="hint" id=about>{pick(role.description)}" · "{most}" "<strong>{words(move || why.get().unwrap_or_default())}</strong></p>
            <p>{standing}</p>
        </div>
    }
    .into_any()
}

/// Why the role cannot be asked for on behalf of the chosen agency, in words; following.
fn why_not(form: &Form, role: RoleView) -> Memo<Option<String>> {
    let form = *form;
    Memo::new(move |_| {
        let asked = NewRequest {
            roles: vec![role.code.clone()],
            ..form.request()
        };
        let refused = asked.refused_role(std::slice::from_ref(&role))?;
        Some(errors::violation(&form.named(refused), form.locale.get()))
    })
}
