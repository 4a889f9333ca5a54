//! The applications that one keeps. The address says which of them are shown.

use leptos::prelude::*;
use shared::{application::ManagedApplicationItem, list::Page, paths, person::Role};

use super::{PATH, address_of, filter::filter, state};
use crate::{
    components::{Column, Heading, Loaded, data_table, empty, live, pager},
    i18n::{follow, pick, text, tr},
    query::{Query, address},
    session::Session,
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

const COLUMNS: &[Column] = &[
    Column::plain(text!(catalogue.name)),
    Column::plain(text!(catalogue.state)),
    Column::plain(text!(catalogue.agency)),
    Column::plain(text!(catalogue.roles)),
    Column::plain(text!(catalogue.owners)),
];

/// The address of this list, from this place on.
fn address_after(query: Query, after: Option<&str>) -> String {
    let (text, state) = (query.get("query"), query.get("state"));
    let parameters = [
        ("query", text.as_deref().filter(|text| !text.is_empty())),
        ("state", state.as_deref().filter(|text| !text.is_empty())),
        ("after", after),
    ];
    address(PATH, &parameters)
}

/// The page.
pub fn applications() -> AnyView {
    let query = expect_context::<Query>();
    let session = expect_context::<Session>();
    let path = Memo::new(move |_| {
        let (text, state) = (query.get("query"), query.get("state"));
        let after = query.get("after");
        let parameters = [
            ("query", text.as_deref().filter(|text| !text.is_empty())),
            ("state", state.as_deref().filter(|text| !text.is_empty())),
            ("limit", Some(AT_ONCE)),
            ("after", after.as_deref()),
        ];
        address(paths::MANAGED_APPLICATIONS, &parameters)
    });
    let shown = live(move || Loaded::from_address(path.get()).show(page));
    let roles = untrack(move || session.signed()).map_or_else(Vec::new, |signed| signed.person.roles);
    let new = roles.contains(&Role::SystemAdministrator).then(|| {
        view! { <p class="row above"><a class="button" href="/manage/new-application">{tr!(catalogue.new)}</a></p> }.into_any()
    });
    view! {
        <Heading title=text!(catalogue.title)/>
        <p class="lead">{tr!(catalogue.lead)}</p>
        {new}
        {filter(query)}
        {shown}
    }
    .into_any()
}

fn page(page: Page<ManagedApplicationItem>) -> AnyView {
    let query = expect_context::<Query>();
    if page.items.is_empty() {
        return empty(text!(catalogue.none), text!(catalogue.none_text));
    }
    untrack(move || {
        let rows = page.items.into_iter().map(row).collect();
        let table = data_table(text!(catalogue.title), COLUMNS, "", |_| PATH.to_owned(), rows);
        let first = query.get("after").map(|_| address_after(query, None));
        let next = page.next.map(|next| address_after(query, Some(&next)));
        view! { {table}{pager(first, next)} }.into_any()
    })
}

fn row(item: ManagedApplicationItem) -> AnyView {
    let agency = item.owner_agency.map(|agency| agency.name.unwrap_or(agency.oid));
    view! {
        <tr>
            <th scope="row">
                <span class="stacked">
                    <a href=address_of(&item.code)>{pick(item.name)}</a>
                    <small><code>{item.code}</code></small>
                </span>
            </th>
            <td data-label=tr!(catalogue.state)>{follow(state(item.state))}</td>
            <td data-label=tr!(catalogue.agency)>{agency.unwrap_or_else(|| "—".to_owned())}</td>
            <td data-label=tr!(catalogue.roles)>{item.roles}</td>
            <td data-label=tr!(catalogue.owners)>{item.owners}</td>
        </tr>
    }
    .into_any()
}
