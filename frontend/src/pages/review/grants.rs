//! 使用中的權限: what people hold whom one's posts look after, and how it is taken back.

use leptos::prelude::*;
use shared::{access::GrantView, list::Page, paths};

use super::{revoking::Revoking, views::views};
use crate::{
    components::{Heading, Loaded, empty, live},
    i18n::{pick, text, tr},
    pages::access::{grant_mark, lasts},
    query::{Query, address},
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// The page.
pub fn grants() -> AnyView {
    let query = expect_context::<Query>();
    let revoking = Revoking::provide();
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let parameters = [
            ("view", Some("overseen")),
            ("limit", Some(AT_ONCE)),
            ("after", after.as_deref()),
        ];
        address(paths::GRANTS, &parameters)
    });
    let shown = live(move || {
        let loaded = Loaded::from_address(path.get());
        revoking.follow(loaded);
        loaded.show(table)
    });
    view! {
        <Heading title=text!(site.review)/>
        <p class="lead">{tr!(review.grants_lead)}</p>
        <div class="row above">{views("/review/grants")}</div>
        {revoking.outcome()}
        {shown}
        {revoking.dialog()}
    }
    .into_any()
}

fn table(page: Page<GrantView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(review.no_grants), text!(review.no_grants_text));
    }
    let more = page.next.map(|next| {
        let to = address("/review/grants", &[("after", Some(&next))]);
        view! { <a class="button quiet" href=to>{tr!(review.more)}</a> }
    });
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(review.holder)}</th>
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(access.agency)}</th>
                    <th scope="col">{tr!(access.until)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    <th scope="col">{tr!(sessions.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        <div class="row">{more}</div>
    }
    .into_any()
}

fn row(grant: GrantView) -> AnyView {
    let revoke = expect_context::<Revoking>().button(&grant);
    let during = lasts(&grant);
    let why = grant
        .revoked
        .map(|revoked| view! { <p class="hint prose">{revoked.reason}</p> });
    view! {
        <tr>
            <th scope="row">{grant.person.name}</th>
            <td data-label=tr!(access.role)>
                <div>{pick(grant.role.name)}<br/><span class="hint">{pick(grant.application.name)}</span></div>
            </td>
            <td data-label=tr!(access.agency)>{grant.agency.name.unwrap_or(grant.agency.oid)}</td>
            <td data-label=tr!(access.until)>{during}</td>
            <td data-label=tr!(access.state)><div>{grant_mark(grant.state)}{why}</div></td>
            <td>{revoke}</td>
        </tr>
    }
    .into_any()
}
