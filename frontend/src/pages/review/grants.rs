//! 使用中的權限: what people hold whom one's posts look after, and how it is taken back.

use leptos::prelude::*;
use shared::{
    access::{GrantPhase, GrantView},
    list::Page,
    paths,
};

use super::{filter, revoking::Revoking, views::views};
use crate::{
    components::{Heading, Loaded, empty, live, pager},
    i18n::{follow, pick, text, tr},
    pages::access::{grant_mark, lasts},
    query::{Query, address},
};

/// Where the page is.
pub(super) const PATH: &str = "/review/grants";
/// How many are shown at once.
const AT_ONCE: &str = "20";
/// What narrows the list beside the state.
const FILTERS: [&str; 3] = ["person", "application", "under"];

/// The page.
pub fn grants() -> AnyView {
    let query = expect_context::<Query>();
    let revoking = Revoking::provide();
    let path = Memo::new(move |_| {
        let state = query.get("state");
        // Those that count, unless others are asked for.
        let state = match state.as_deref() {
            Some(filter::ALL) => None,
            Some(other) if other == GrantPhase::Ended.name() => Some(other),
            _ => Some(GrantPhase::Living.name()),
        };
        let after = query.get("after");
        let further = [
            ("view", Some("overseen")),
            ("state", state),
            ("limit", Some(AT_ONCE)),
            ("after", after.as_deref()),
        ];
        narrowed(query, paths::GRANTS, &further)
    });
    let shown = live(move || {
        let loaded = Loaded::from_address(path.get());
        revoking.follow(loaded);
        loaded.show(page)
    });
    view! {
        <Heading title=text!(site.review)/>
        <p class="lead">{tr!(review.grants_lead)}</p>
        <div class="row above">{views(PATH)}</div>
        {filter::of_grants(query, PATH)}
        {revoking.outcome()}
        {shown}
        {revoking.dialog()}
    }
    .into_any()
}

/// An address with what the page's own narrows by, and these parameters.
fn narrowed(query: Query, path: &str, further: &[(&str, Option<&str>)]) -> String {
    let given = FILTERS.map(|name| query.get(name).filter(|value| !value.is_empty()));
    let mut parameters: Vec<_> = FILTERS
        .iter()
        .zip(&given)
        .map(|(name, value)| (*name, value.as_deref()))
        .collect();
    parameters.extend_from_slice(further);
    address(path, &parameters)
}

fn page(page: Page<GrantView>) -> AnyView {
    let query = expect_context::<Query>();
    let Page { items, next } = page;
    if items.is_empty() {
        return empty(text!(review.no_grants), text!(review.no_grants_text));
    }
    let pages = untrack(move || {
        let state = query.get("state");
        let from = |after: Option<&str>| {
            let further = [("state", state.as_deref()), ("after", after)];
            narrowed(query, PATH, &further)
        };
        let first = query.get("after").map(|_| from(None));
        pager(first, next.as_deref().map(|next| from(Some(next))))
    });
    view! { {table(items, true)}{pages} }.into_any()
}

/// The permissions; with whose they are, where that is not said already.
pub(super) fn table(items: Vec<GrantView>, of_several: bool) -> AnyView {
    let holder = of_several.then(|| view! { <th scope="col">{tr!(review.holder)}</th> });
    let name = if of_several {
        text!(review.grants)
    } else {
        text!(review.held_here)
    };
    let rows: Vec<_> = items.into_iter().map(|grant| row(grant, of_several)).collect();
    view! {
        <table class="table" aria-label=follow(name)>
            <thead>
                <tr>
                    {holder}
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(access.agency)}</th>
                    <th scope="col">{tr!(access.until)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    <th scope="col">{tr!(sessions.action)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(grant: GrantView, of_several: bool) -> AnyView {
    let revoke = expect_context::<Revoking>().button(&grant);
    let during = lasts(&grant);
    let why = grant
        .revoked
        .map(|revoked| view! { <p class="hint prose">{revoked.reason}</p> });
    let role = view! {
        <div>{pick(grant.role.name)}<br/><span class="hint">{pick(grant.application.name)}</span></div>
    };
    let which = if of_several {
        view! { <th scope="row">{grant.person.name}</th><td data-label=tr!(access.role)>{role}</td> }
            .into_any()
    } else {
        view! { <th scope="row">{role}</th> }.into_any()
    };
    view! {
        <tr>
            {which}
            <td data-label=tr!(access.agency)>{grant.agency.name.unwrap_or(grant.agency.oid)}</td>
            <td data-label=tr!(access.until)>{during}</td>
            <td data-label=tr!(access.state)><div>{grant_mark(grant.state)}{why}</div></td>
            <td>{revoke}</td>
        </tr>
    }
    .into_any()
}
