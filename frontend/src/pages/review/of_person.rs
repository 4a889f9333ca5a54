//! What one person holds, as far as one's posts look after it: a part of the person's page.

use leptos::prelude::*;
use shared::{access::GrantView, list::Page, paths, people::PersonListItem};

use super::{filter, grants, revoking::Revoking};
use crate::{components::Loaded, i18n::tr, query::address};

/// How many are shown: more are on the page of all.
const AT_ONCE: &str = "20";

/// The part.
pub fn of_person(person: &PersonListItem) -> AnyView {
    let revoking = Revoking::provide();
    let id = person.id.to_string();
    let held = Loaded::from_address(address(
        paths::GRANTS,
        &[
            ("view", Some("overseen")),
            ("person", Some(&id)),
            ("limit", Some(AT_ONCE)),
        ],
    ));
    revoking.follow(held);
    let called = person.username.as_ref().unwrap_or(&person.name);
    let all = address(
        grants::PATH,
        &[("person", Some(called)), ("state", Some(filter::ALL))],
    );
    view! {
        <section class="part" aria-labelledby="held">
            <h2 id="held">{tr!(review.held_here)}</h2>
            {revoking.outcome()}
            {held.show(list)}
            <p><a href=all>{tr!(review.held_all)}</a></p>
        </section>
        {revoking.dialog()}
    }
    .into_any()
}

fn list(page: Page<GrantView>) -> AnyView {
    if page.items.is_empty() {
        return view! { <p>{tr!(review.held_none)}</p> }.into_any();
    }
    grants::table(page.items, false)
}
