//! One's requests. The address says which of them are shown.

use leptos::prelude::*;
use shared::{
    access::{RequestState, RequestView},
    list::Page,
    paths,
};

use super::{address_of, standing_in::standing_in, state};
use crate::{
    components::{Heading, Loaded, empty, live, value, words},
    i18n::{self, Text, fill, follow, format, pick, text, tr},
    query::{Query, address},
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// The state that the address asks for, following.
fn wanted(query: Query) -> Option<RequestState> {
    query.get("state").and_then(|name| RequestState::from_name(&name))
}

/// The list.
pub fn requests() -> AnyView {
    let query = expect_context::<Query>();
    let path = Memo::new(move |_| {
        let (state, after) = (wanted(query).map(RequestState::name), query.get("after"));
        let parameters = [
            ("limit", Some(AT_ONCE)),
            ("state", state),
            ("after", after.as_deref()),
        ];
        address(paths::PERMISSION_REQUESTS, &parameters)
    });
    let shown = live(move || Loaded::from_address(path.get()).show(page));
    view! {
        <Heading title=text!(site.access)/>
        <p class="lead">{tr!(access.lead)}</p>
        {standing_in()}
        <div class="row above">
            <div class="row">
                <a class="button" href="/access/new">{tr!(access.new)}</a>
                <a class="button quiet" href="/access/grants">{tr!(access.grants)}</a>
            </div>
            {filter(query)}
        </div>
        {shown}
    }
    .into_any()
}

fn filter(query: Query) -> AnyView {
    const STATES: [Option<RequestState>; 7] = [
        None,
        Some(RequestState::Submitted),
        Some(RequestState::Returned),
        Some(RequestState::Approved),
        Some(RequestState::Rejected),
        Some(RequestState::Withdrawn),
        Some(RequestState::Lapsed),
    ];
    let link = |state: Option<RequestState>| {
        let word: Text = state.map_or(text!(access.all), state::name);
        let address = address("/access", &[("state", state.map(RequestState::name))]);
        let current = value(move || (wanted(query) == state).then_some("true"));
        view! { <li><a href=address aria-current=current>{follow(word)}</a></li> }.into_any()
    };
    view! {
        <nav class="chips" aria-label=tr!(access.filter)>
            <ul>{STATES.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn page(page: Page<RequestView>) -> AnyView {
    let query = expect_context::<Query>();
    let (state, later) = untrack(move || (wanted(query), query.get("after").is_some()));
    let link = |after: Option<&str>, text: Text| {
        let address = address(
            "/access",
            &[("state", state.map(RequestState::name)), ("after", after)],
        );
        view! { <a class="button quiet" href=address>{follow(text)}</a> }.into_any()
    };
    let newest = later.then(|| link(None, text!(access.newest)));
    let older = page
        .next
        .as_deref()
        .map(|next| link(Some(next), text!(access.older)));
    view! {
        {table(page.items, state)}
        <div class="row">{newest}{older}</div>
    }
    .into_any()
}

fn table(items: Vec<RequestView>, state: Option<RequestState>) -> AnyView {
    if items.is_empty() {
        return match state {
            None => empty(text!(access.none), text!(access.none_text)),
            Some(_) => empty(text!(access.none_such), text!(access.none_such_text)),
        };
    }
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(access.application)}</th>
                    <th scope="col">{tr!(access.roles)}</th>
                    <th scope="col">{tr!(access.period)}</th>
                    <th scope="col">{tr!(access.sent_on)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(request: RequestView) -> AnyView {
    let locale = i18n::locale();
    let roles: Vec<_> = request.roles.into_iter().map(|role| pick(role.name)).collect();
    let at = request.submitted_at;
    view! {
        <tr>
            <th scope="row"><a href=address_of(request.id)>{pick(request.application.name)}</a></th>
            <td data-label=tr!(access.roles)><span class="listed">{roles}</span></td>
            <td data-label=tr!(access.period)>{period(request.starts_on, request.ends_on)}</td>
            <td data-label=tr!(access.sent_on)>{words(move || format::date(at, false, locale.get()))}</td>
            <td data-label=tr!(access.state)>{state::mark(request.state)}</td>
        </tr>
    }
    .into_any()
}

/// From which day to which.
pub fn period(from: shared::date::Date, to: shared::date::Date) -> AnyView {
    let locale = i18n::locale();
    words(move || {
        let locale = locale.get();
        let from = fill(text!(access.from_to)(locale), format::day(from, locale));
        fill(&from, format::day(to, locale))
    })
}
