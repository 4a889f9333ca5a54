//! What narrows the list of people: a form whose values are kept in the address.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    people::{LONGEST_QUERY, PersonState},
    person::Role,
};

use super::list::{PATH, address_with};
use crate::{
    components::sometimes,
    i18n::{Text, follow, text, tr},
    pages::console::post,
    query::{Query, address},
};

/// The form.
pub(super) fn filter(query: Query) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let (posts, states) = (NodeRef::<html::Select>::new(), NodeRef::<html::Select>::new());
    // Whoever comes back finds what the list was narrowed by.
    Effect::new(move |_| {
        let of = |name: &str| query.get(name).unwrap_or_default();
        if let Some(input) = input.get() {
            input.set_value(&of("query"));
        }
        for (select, name) in [(posts, "post"), (states, "state")] {
            if let Some(select) = select.get() {
                select.set_value(&of(name));
            }
        }
    });
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = input
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        let of = |select: NodeRef<html::Select>| {
            select
                .get_untracked()
                .map(|select| select.value())
                .unwrap_or_default()
        };
        let (post, state) = (of(posts), of(states));
        let (under, sort) = untrack(move || (query.get("under"), query.get("sort")));
        let some = |text: &'_ str| !text.is_empty();
        let to = address(
            PATH,
            &[
                ("query", Some(text.trim()).filter(|text| some(text))),
                ("under", under.as_deref()),
                ("post", Some(post.as_str()).filter(|text| some(text))),
                ("state", Some(state.as_str()).filter(|text| some(text))),
                ("sort", sort.as_deref()),
            ],
        );
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&to, options);
    };
    let roles = Role::ALL
        .iter()
        .map(|role| option(role.name(), post::name(*role)));
    let all_states = PersonState::ALL.iter().map(|state| {
        let name = match state {
            PersonState::Active => text!(people.active),
            PersonState::Disabled => text!(people.disabled),
        };
        option(state.name(), name)
    });
    view! {
        <form role="search" class="card filters" on:submit=submit>
            <div class="field">
                <label for="people-query">{tr!(people.query)}</label>
                <input id="people-query" type="search" autocomplete="off" spellcheck="false" node_ref=input
                    maxlength=LONGEST_QUERY.to_string() aria-describedby="people-query-hint"/>
                <p class="hint" id="people-query-hint">{tr!(people.query_hint)}</p>
            </div>
            <div class="field">
                <label for="people-post">{tr!(people.post)}</label>
                <select id="people-post" node_ref=posts>
                    <option value="">{tr!(people.all)}</option>
                    {roles.collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="people-state">{tr!(people.state)}</label>
                <select id="people-state" node_ref=states>
                    <option value="">{tr!(people.all)}</option>
                    {all_states.collect_view()}
                </select>
            </div>
            <div class="row">
                <button type="submit" class="button">{tr!(people.search)}</button>
                <a href=PATH>{tr!(people.clear)}</a>
            </div>
        </form>
        {under(query)}
    }
    .into_any()
}

fn option(value: &'static str, label: Text) -> AnyView {
    view! { <option value=value>{follow(label)}</option> }.into_any()
}

/// The agency that the list is narrowed to, and the way out of it.
fn under(query: Query) -> AnyView {
    sometimes(move || {
        let oid = query.get("under").filter(|oid| !oid.is_empty())?;
        let out = untrack(move || {
            let sort = query.get("sort").unwrap_or_default();
            address_with(
                query,
                if sort == "newest" { "newest" } else { "name" },
                None,
                "under",
            )
        });
        Some(
            view! { <p>{tr!(people.under)}<code>{oid}</code>" "<a href=out>{tr!(people.everywhere)}</a></p> }
                .into_any(),
        )
    })
}
