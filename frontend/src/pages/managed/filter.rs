//! What narrows the list of applications: a form whose values are kept in the address.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::application::ApplicationState;

use super::{PATH, state};
use crate::{
    i18n::{follow, tr},
    query::{Query, address},
};

/// The form.
pub(super) fn filter(query: Query) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let states = NodeRef::<html::Select>::new();
    // Whoever comes back finds what the list was narrowed by.
    Effect::new(move |_| {
        let of = |name: &str| query.get(name).unwrap_or_default();
        if let Some(input) = input.get() {
            input.set_value(&of("query"));
        }
        if let Some(select) = states.get() {
            select.set_value(&of("state"));
        }
    });
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = input.get_untracked().map(|input| input.value());
        let state = states.get_untracked().map(|select| select.value());
        let given = |text: &'_ Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
        let (text, state) = (given(&text), given(&state));
        let parameters = [
            ("query", text.as_deref().filter(|text| !text.is_empty())),
            ("state", state.as_deref().filter(|text| !text.is_empty())),
        ];
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&address(PATH, &parameters), options);
    };
    let options = ApplicationState::ALL
        .iter()
        .map(|one| view! { <option value=one.name()>{follow(state(*one))}</option> }.into_any());
    view! {
        <form role="search" class="card filters" on:submit=submit>
            <div class="field">
                <label for="application-query">{tr!(catalogue.query)}</label>
                <input id="application-query" type="search" autocomplete="off" spellcheck="false" node_ref=input
                    maxlength="100"/>
            </div>
            <div class="field">
                <label for="application-state">{tr!(catalogue.state)}</label>
                <select id="application-state" node_ref=states>
                    <option value="">{tr!(catalogue.all)}</option>
                    {options.collect_view()}
                </select>
            </div>
            <div class="row">
                <button type="submit" class="button">{tr!(catalogue.search)}</button>
                <a href=PATH>{tr!(catalogue.clear)}</a>
            </div>
        </form>
    }
    .into_any()
}
