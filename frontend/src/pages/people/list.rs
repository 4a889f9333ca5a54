//! The people whom one looks after. The address says which of them are shown, and in which order.

use leptos::prelude::*;
use shared::{
    list::Page,
    paths,
    people::PersonListItem,
    person::{AgencyView, Role},
};

use super::filter::filter;
use crate::{
    components::{Column, Heading, Loaded, data_table, empty, live, pager, words},
    i18n::{self, follow, format, text, tr},
    pages::{console::post, home::kind},
    query::{Query, address},
};

/// Where the page is.
pub(super) const PATH: &str = "/manage/people";
/// How many are shown at once.
const AT_ONCE: &str = "20";
/// What narrows the list.
const FILTERS: [&str; 4] = ["query", "under", "post", "state"];

const COLUMNS: &[Column] = &[
    Column::sorted(text!(people.name), "name", false),
    Column::plain(text!(people.account)),
    Column::plain(text!(people.agency)),
    Column::plain(text!(people.posts)),
    Column::plain(text!(people.state)),
    Column::sorted(text!(people.since), "newest", true),
];

/// The order that the address asks for, following.
fn order(query: Query) -> &'static str {
    match query.get("sort").as_deref() {
        Some("newest") => "newest",
        _ => "name",
    }
}

/// The address of this list in this order, from this place on, without this filter.
pub(super) fn address_with(query: Query, sort: &str, after: Option<&str>, without: &str) -> String {
    let kept = FILTERS.map(|name| {
        let value = query
            .get(name)
            .filter(|value| name != without && !value.is_empty());
        (name, value)
    });
    let mut parameters: Vec<_> = kept
        .iter()
        .map(|(name, value)| (*name, value.as_deref()))
        .collect();
    parameters.push(("sort", (sort != "name").then_some(sort)));
    parameters.push(("after", after));
    address(PATH, &parameters)
}

/// The page.
pub fn people() -> AnyView {
    let query = expect_context::<Query>();
    let path = Memo::new(move |_| {
        let given = FILTERS.map(|name| query.get(name).filter(|value| !value.is_empty()));
        let after = query.get("after");
        let mut parameters: Vec<_> = FILTERS
            .iter()
            .zip(&given)
            .map(|(name, value)| (*name, value.as_deref()))
            .collect();
        parameters.push(("sort", Some(order(query))));
        parameters.push(("limit", Some(AT_ONCE)));
        parameters.push(("after", after.as_deref()));
        address(paths::PERSONS, &parameters)
    });
    let shown = live(move || Loaded::from_address(path.get()).show(page));
    view! {
        <Heading title=text!(people.title)/>
        <p class="lead">{tr!(people.lead)}</p>
        {filter(query)}
        {shown}
    }
    .into_any()
}

fn page(page: Page<PersonListItem>) -> AnyView {
    let query = expect_context::<Query>();
    if page.items.is_empty() {
        return empty(text!(people.none), text!(people.none_text));
    }
    untrack(move || {
        let order = order(query);
        let rows = page.items.into_iter().map(row).collect();
        let table = data_table(
            text!(people.title),
            COLUMNS,
            order,
            |by| address_with(query, by, None, ""),
            rows,
        );
        let first = query.get("after").map(|_| address_with(query, order, None, ""));
        let next = page.next.as_deref();
        let next = next.map(|next| address_with(query, order, Some(next), ""));
        view! { {table}{pager(first, next)} }.into_any()
    })
}

fn row(person: PersonListItem) -> AnyView {
    let locale = i18n::locale();
    let since = person.created_at;
    let href = [PATH, "/", &person.id.to_string()].concat();
    let state = if person.disabled {
        text!(people.disabled)
    } else {
        text!(people.active)
    };
    view! {
        <tr>
            <th scope="row"><a href=href>{person.name}</a></th>
            <td data-label=tr!(people.account)>
                <span class="stacked">
                    {person.username.map(|name| view! { <span>{name}</span> })}
                    <small>{follow(kind(person.account_kind))}</small>
                </span>
            </td>
            <td data-label=tr!(people.agency)>{agency(person.agency)}</td>
            <td data-label=tr!(people.posts)>{roles(&person.posts)}</td>
            <td data-label=tr!(people.state)>{follow(state)}</td>
            <td data-label=tr!(people.since)>{words(move || format::date(since, false, locale.get()))}</td>
        </tr>
    }
    .into_any()
}

/// What an agency is called; a dash for none.
pub(super) fn agency(agency: Option<AgencyView>) -> AnyView {
    match agency {
        Some(agency) => view! { <span>{agency.name.unwrap_or(agency.oid)}</span> }.into_any(),
        None => view! { <span>{tr!(people.no_agency)}</span> }.into_any(),
    }
}

fn roles(roles: &[Role]) -> AnyView {
    if roles.is_empty() {
        return view! { <span>{tr!(people.no_posts)}</span> }.into_any();
    }
    let names = roles
        .iter()
        .map(|role| view! { <span>{follow(post::name(*role))}</span> });
    view! { <span class="listed">{names.collect_view()}</span> }.into_any()
}
