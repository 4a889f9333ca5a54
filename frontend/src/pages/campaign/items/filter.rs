//! What narrows the permissions: a form whose values are kept in the address.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::campaign::ItemState;

use super::{Asked, Here, page_of, state};
use crate::{
    i18n::{follow, tr},
    query::Query,
};

/// The form.
pub(super) fn filter(query: Query, here: &Here) -> AnyView {
    let here = *here;
    let input = NodeRef::<html::Input>::new();
    let (views, states) = (NodeRef::<html::Select>::new(), NodeRef::<html::Select>::new());
    // Whoever comes back finds what the list was narrowed by.
    Effect::new(move |_| {
        let of = |name: &str| query.get(name).unwrap_or_default();
        if let Some(input) = input.get() {
            input.set_value(&of("q"));
        }
        for (select, name) in [(views, "view"), (states, "state")] {
            if let Some(select) = select.get() {
                select.set_value(&of(name));
            }
        }
    });
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let of = |select: NodeRef<html::Select>| {
            let value = select.get_untracked().map(|select| select.value());
            value.filter(|value| !value.is_empty())
        };
        let name = input.get_untracked().map(|input| input.value().trim().to_owned());
        let asked = Asked {
            view: of(views),
            state: of(states),
            name: name.filter(|name| !name.is_empty()),
            after: None,
        };
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&asked.with(&page_of(&here), None, None), options);
    };
    let all = ItemState::ALL
        .iter()
        .map(|it| view! { <option value=it.name()>{follow(state::name(*it))}</option> }.into_any());
    view! {
        <form role="search" class="card filters" on:submit=submit>
            <div class="field">
                <label for="item-name">{tr!(campaigns.query)}</label>
                <input id="item-name" type="search" autocomplete="off" spellcheck="false" maxlength="200"
                    node_ref=input/>
            </div>
            <div class="field">
                <label for="item-view">{tr!(campaigns.whose)}</label>
                <select id="item-view" node_ref=views>
                    <option value="">{tr!(campaigns.overseen)}</option>
                    <option value="to_decide">{tr!(campaigns.to_decide)}</option>
                </select>
            </div>
            <div class="field">
                <label for="item-state">{tr!(access.state)}</label>
                <select id="item-state" node_ref=states>
                    <option value="">{tr!(people.all)}</option>
                    {all.collect_view()}
                </select>
            </div>
            <div class="row">
                <button type="submit" class="button">{tr!(people.search)}</button>
                <a href=page_of(&here)>{tr!(people.clear)}</a>
            </div>
        </form>
    }
    .into_any()
}
