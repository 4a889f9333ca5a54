//! The console's first page: one's posts, and a card for each page that they open.

use leptos::prelude::*;
use shared::{paths, person::Role};

use super::post;
use crate::{
    book::Book,
    components::Heading,
    console::DECIDERS,
    frame::has_one,
    i18n::{Text, follow, text, tr},
    pages::activation,
    session::Session,
};

/// Where the review campaigns are.
const CAMPAIGNS: &str = "/manage/campaigns";

/// What the overview leads to: where, what it is called, and what one does there. Who sees a card is who may see its
/// page.
const CARDS: &[(&str, Text, Text)] = &[
    ("/manage/people", text!(people.title), text!(people.card)),
    ("/manage/proposals", text!(proposals.title), text!(proposals.card)),
    (
        paths::PAGE_INVITATIONS,
        text!(invitations.title),
        text!(invitations.what),
    ),
    (
        "/manage/applications",
        text!(catalogue.title),
        text!(catalogue.card),
    ),
    (paths::PAGE_AUDIT, text!(audit.title), text!(audit.card)),
    (CAMPAIGNS, text!(campaigns.title), text!(campaigns.card)),
    ("/manage/charts", text!(charts.title), text!(charts.card)),
    (
        "/manage/activations",
        text!(activations.title),
        text!(activations.card),
    ),
    ("/manage/surge-lists", text!(surge.title), text!(surge.card)),
];

/// The page.
pub fn overview() -> AnyView {
    let session = expect_context::<Session>();
    let roles = untrack(move || session.signed()).map_or_else(Vec::new, |signed| signed.person.roles);
    let book = expect_context::<Book>();
    let reviews = book.admits(activation::OPENING, &roles).then(activation::tasks);
    let cards: Vec<_> = CARDS.iter().filter(|card| leads(book, card.0, &roles)).collect();
    let cards = (!cards.is_empty())
        .then(|| view! { <ul class="tiles">{cards.into_iter().map(card).collect_view()}</ul> });
    view! {
        <Heading title=text!(console.title)/>
        <p class="lead">{tr!(console.lead)}</p>
        {reviews}
        {cards}
        <section aria-labelledby="own-posts">
            <h2 id="own-posts">{tr!(console.own_posts)}</h2>
            <dl class="facts duties">{roles.into_iter().map(own).collect_view()}</dl>
        </section>
    }
    .into_any()
}

/// Whether the page is for one who has these posts. Who stands in for somebody comes to the campaigns too, but from 審核.
fn leads(book: Book, path: &str, roles: &[Role]) -> bool {
    book.admits(path, roles) && (path != CAMPAIGNS || has_one(roles, DECIDERS))
}

fn card((path, title, what): &'static (&'static str, Text, Text)) -> AnyView {
    view! {
        <li>
            <a class="card door" href=*path>
                <strong>{follow(*title)}</strong>
                <span class="hint">{follow(*what)}</span>
            </a>
        </li>
    }
    .into_any()
}

fn own(role: Role) -> AnyView {
    view! { <dt>{follow(post::name(role))}</dt><dd>{follow(post::duty(role))}</dd> }.into_any()
}
