//! The requests that wait for one's decision, and all those that one's posts look after.

use leptos::prelude::*;
use shared::{
    access::{RequestAction, RequestView},
    list::Page,
    paths,
};

use super::{address_of, bulk::Bulk, filter, views::views};
use crate::{
    components::{Chosen, Heading, Loaded, empty, live, words},
    i18n::{self, Text, follow, format, pick, text, tr},
    pages::access::{period, state},
    query::{Query, address},
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// Which of the two lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    ToDecide,
    Overseen,
}

impl List {
    const fn path(self) -> &'static str {
        match self {
            Self::ToDecide => "/review",
            Self::Overseen => "/review/requests",
        }
    }

    const fn view(self) -> &'static str {
        match self {
            Self::ToDecide => "to_decide",
            Self::Overseen => "overseen",
        }
    }
}

/// In which state those are that the address asks for; what waits for one's decision all is in the same.
fn asked_state(which: List, query: Query) -> Option<String> {
    let state = query.get("state").filter(|_| which == List::Overseen);
    state.filter(|state| !state.is_empty())
}

/// 待我審核.
pub fn to_decide() -> AnyView {
    list(List::ToDecide)
}

/// 全部申請.
pub fn overseen() -> AnyView {
    list(List::Overseen)
}

fn list(which: List) -> AnyView {
    let query = expect_context::<Query>();
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let state = asked_state(which, query);
        let parameters = [
            ("view", Some(which.view())),
            ("state", state.as_deref()),
            ("limit", Some(AT_ONCE)),
            ("after", after.as_deref()),
        ];
        address(paths::PERMISSION_REQUESTS, &parameters)
    });
    let chosen = Chosen::none();
    let bulk = Bulk::on(chosen);
    provide_context(chosen);
    provide_context(bulk);
    let shown = live(move || {
        let loaded = Loaded::from_address(path.get());
        chosen.follow(loaded);
        loaded.show(match which {
            List::ToDecide => waiting,
            List::Overseen => all,
        })
    });
    let lead: Text = match which {
        List::ToDecide => text!(review.lead),
        List::Overseen => text!(review.overseen_lead),
    };
    let narrowing = (which == List::Overseen).then(|| filter::of_requests(query, which.path()));
    view! {
        <Heading title=text!(site.review)/>
        <p class="lead">{follow(lead)}</p>
        <div class="row above">{views(which.path())}</div>
        {narrowing}
        {chosen.outcome()}
        {shown}
        {bulk.dialog()}
    }
    .into_any()
}

fn waiting(page: Page<RequestView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(review.none), text!(review.none_text));
    }
    let bulk = expect_context::<Bulk>();
    let chosen = expect_context::<Chosen>();
    for item in &page.items {
        chosen.shows(item.id, &item.applicant.name);
    }
    let table = table(page.items, true);
    view! { {bulk.bar()}{table}{further(List::ToDecide, page.next.as_deref())} }.into_any()
}

fn all(page: Page<RequestView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(review.none_overseen), text!(review.none_overseen_text));
    }
    let table = table(page.items, false);
    view! { {table}{further(List::Overseen, page.next.as_deref())} }.into_any()
}

fn further(which: List, next: Option<&str>) -> AnyView {
    let query = expect_context::<Query>();
    let (later, state) = untrack(move || (query.get("after").is_some(), asked_state(which, query)));
    let link = |after: Option<&str>, word: Text| {
        let to = address(which.path(), &[("state", state.as_deref()), ("after", after)]);
        view! { <a class="button quiet" href=to>{follow(word)}</a> }.into_any()
    };
    let first = later.then(|| link(None, text!(review.first)));
    let more = next.map(|next| link(Some(next), text!(review.more)));
    view! { <div class="row">{first}{more}</div> }.into_any()
}

fn table(items: Vec<RequestView>, choosing: bool) -> AnyView {
    let choose = choosing.then(|| view! { <th scope="col">{tr!(review.choose)}</th> });
    view! {
        <table class="table">
            <thead>
                <tr>
                    {choose}
                    <th scope="col">{tr!(review.applicant)}</th>
                    <th scope="col">{tr!(access.agency)}</th>
                    <th scope="col">{tr!(access.roles)}</th>
                    <th scope="col">{tr!(access.period)}</th>
                    <th scope="col">{tr!(access.sent_on)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(|item| row(item, choosing)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(request: RequestView, choosing: bool) -> AnyView {
    let locale = i18n::locale();
    let roles: Vec<_> = request.roles.into_iter().map(|role| pick(role.name)).collect();
    let (at, id) = (request.submitted_at, request.id);
    let name = request.applicant.name;
    let choose = choosing.then(|| {
        let decides = request.may.contains(&RequestAction::Reject);
        expect_context::<Chosen>().cell(id, name.clone(), !decides)
    });
    view! {
        <tr>
            {choose}
            <th scope="row"><a href=address_of(id)>{name}</a></th>
            <td data-label=tr!(access.agency)>{request.agency.name.unwrap_or(request.agency.oid)}</td>
            <td data-label=tr!(access.roles)>
                <div>{pick(request.application.name)}<br/><span class="listed hint">{roles}</span></div>
            </td>
            <td data-label=tr!(access.period)>{period(request.starts_on, request.ends_on)}</td>
            <td data-label=tr!(access.sent_on)>{words(move || format::date(at, false, locale.get()))}</td>
            <td data-label=tr!(access.state)>{state::mark(request.state)}</td>
        </tr>
    }
    .into_any()
}
