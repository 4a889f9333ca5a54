//! The permissions in a campaign. The address says which of them are shown.

use leptos::prelude::*;
use shared::{
    campaign::{CampaignItem, CampaignVerdict, ItemState},
    list::Page,
    paths,
};

use super::{PATH, bulk::Bulk, one::Here, state};
use crate::{
    components::{Chosen, Loaded, empty, live, pager},
    i18n::{self, follow, language, pick, text, tr},
    pages::access::between,
    query::{Query, address},
};

mod filter;

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// What the address asks for.
#[derive(Clone, PartialEq, Eq)]
struct Asked {
    view: Option<String>,
    state: Option<String>,
    name: Option<String>,
    after: Option<String>,
}

impl Asked {
    fn read(query: Query) -> Self {
        let of = |name: &str| query.get(name).filter(|value| !value.is_empty());
        Self {
            view: of("view"),
            state: of("state"),
            name: of("q"),
            after: of("after"),
        }
    }

    fn with(&self, path: &str, after: Option<&str>, limit: Option<&str>) -> String {
        let parameters = [
            ("view", self.view.as_deref()),
            ("state", self.state.as_deref()),
            ("q", self.name.as_deref()),
            ("limit", limit),
            ("after", after),
        ];
        address(path, &parameters)
    }
}

/// The page of the campaign.
fn page_of(here: &Here) -> String {
    [PATH, "/", &here.id.get_value()].concat()
}

/// The part of the page.
pub(super) fn items(chosen: Chosen, bulk: &Bulk) -> AnyView {
    let bulk = *bulk;
    let query = expect_context::<Query>();
    let here = expect_context::<Here>();
    let asked = Memo::new(move |_| Asked::read(query));
    let shown = live(move || {
        let asked = asked.get();
        let path = here.id.with_value(|id| paths::campaign_part(id, "items"));
        let loaded = Loaded::from_address(asked.with(&path, asked.after.as_deref(), Some(AT_ONCE)));
        chosen.follow(loaded);
        loaded.show_one(page, || ().into_any())
    });
    view! {
        <section aria-labelledby="items" class="part">
            <h2 id="items">{tr!(campaigns.items)}</h2>
            {filter::filter(query, &here)}
            {chosen.outcome()}
            {shown}
        </section>
        {bulk.dialog()}
    }
    .into_any()
}

fn page(page: Page<CampaignItem>) -> AnyView {
    let (bulk, here, query) = (
        expect_context::<Bulk>(),
        expect_context::<Here>(),
        expect_context::<Query>(),
    );
    let asked = untrack(move || Asked::read(query));
    let path = page_of(&here);
    if page.items.is_empty() {
        return empty(text!(campaigns.no_items), text!(campaigns.no_items_text));
    }
    let chosen = expect_context::<Chosen>();
    for item in &page.items {
        chosen.shows(item.grant, &item.person.name);
    }
    let mine = page.items.iter().filter(|item| !item.may.is_empty());
    let mine: Vec<_> = mine.map(|item| item.grant).collect();
    let choosing = !mine.is_empty();
    let bar = choosing.then(|| bulk.bar(mine));
    let choose = choosing.then(|| view! { <th scope="col">{tr!(review.choose)}</th> });
    let deeds = choosing.then(|| view! { <th scope="col">{tr!(sessions.action)}</th> });
    let rows: Vec<_> = page.items.into_iter().map(|item| row(item, choosing)).collect();
    let first = asked.after.is_some().then(|| asked.with(&path, None, None));
    let next = page
        .next
        .as_deref()
        .map(|next| asked.with(&path, Some(next), None));
    view! {
        {bar}
        <table class="table" aria-label=tr!(campaigns.items)>
            <thead>
                <tr>
                    {choose}
                    <th scope="col">{tr!(review.holder)}</th>
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(campaigns.agency)}</th>
                    <th scope="col">{tr!(access.until)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    {deeds}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {pager(first, next)}
    }
    .into_any()
}

fn row(item: CampaignItem, choosing: bool) -> AnyView {
    let bulk = expect_context::<Bulk>();
    let locale = i18n::locale();
    let id = item.grant;
    let name = item.person.name;
    let choose = choosing.then(|| expect_context::<Chosen>().cell(id, name.clone(), item.may.is_empty()));
    let deed = |verdict: CampaignVerdict| {
        let words = follow(state::verdict(verdict));
        let label = {
            let (name, role) = (name.clone(), item.role.name.clone());
            move || [words(), "：", &name, " ", role.get(language(locale.get()))].concat()
        };
        view! {
            <button type="button" class="button quiet" aria-label=label
                on:click=move |_| bulk.ask(verdict, vec![id])>{words}</button>
        }
        .into_any()
    };
    // What is kept already can be taken back.
    let offered = item
        .may
        .iter()
        .copied()
        .filter(|verdict| *verdict == CampaignVerdict::Revoke || item.state == ItemState::Open);
    let deeds: Vec<_> = offered.map(deed).collect();
    let deeds = choosing.then(|| view! { <td><div class="deeds">{deeds}</div></td> });
    let why = item
        .reason
        .map(|reason| view! { <p class="hint prose">{reason}</p> });
    let by = item.decided_by.map(|name| view! { <p class="hint">{name}</p> });
    view! {
        <tr>
            {choose}
            <th scope="row">{name}</th>
            <td data-label=tr!(access.role)>
                <div>{pick(item.role.name)}<br/><span class="hint">{pick(item.application.name)}</span></div>
            </td>
            <td data-label=tr!(campaigns.agency)>{item.agency.name.unwrap_or(item.agency.oid)}</td>
            <td data-label=tr!(access.until)>{between(item.starts_at, item.ends_at)}</td>
            <td data-label=tr!(access.state)><div>{state::mark(item.state)}{by}{why}</div></td>
            {deeds}
        </tr>
    }
    .into_any()
}
