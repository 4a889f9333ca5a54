//! The console's first page: one's posts, and a card for each page that they open.

use leptos::prelude::*;
use shared::{paths, person::Role};

use super::post;
use crate::{
    book,
    components::Heading,
    i18n::{Text, follow, text, tr},
    pages::activation,
    posts::{DECIDERS, KEEPERS, MANAGERS, READERS, has_one},
    session::Session,
};

/// What the overview leads to: for which posts, where, what it is called, and what one does there. Who stands in for
/// somebody comes to the campaigns too, but from 審核.
const CARDS: &[(&[Role], &str, Text, Text)] = &[
    (
        MANAGERS,
        "/manage/people",
        text!(people.title),
        text!(people.card),
    ),
    (
        MANAGERS,
        "/manage/proposals",
        text!(proposals.title),
        text!(proposals.card),
    ),
    (
        MANAGERS,
        paths::PAGE_INVITATIONS,
        text!(invitations.title),
        text!(invitations.what),
    ),
    (
        KEEPERS,
        "/manage/applications",
        text!(catalogue.title),
        text!(catalogue.card),
    ),
    (READERS, paths::PAGE_AUDIT, text!(audit.title), text!(audit.card)),
    (
        DECIDERS,
        "/manage/campaigns",
        text!(campaigns.title),
        text!(campaigns.card),
    ),
    (
        DECIDERS,
        "/manage/charts",
        text!(charts.title),
        text!(charts.card),
    ),
    (
        Role::ALL,
        "/manage/activations",
        text!(activations.title),
        text!(activations.card),
    ),
    (
        DECIDERS,
        "/manage/surge-lists",
        text!(surge.title),
        text!(surge.card),
    ),
];

/// The page.
pub fn overview() -> AnyView {
    let session = expect_context::<Session>();
    let roles = untrack(move || session.signed()).map_or_else(Vec::new, |signed| signed.person.roles);
    let reviews = has_one(&roles, MANAGERS).then(activation::tasks);
    let cards: Vec<_> = CARDS.iter().filter(|card| has_one(&roles, card.0)).collect();
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

fn card((_, path, title, what): &'static (&'static [Role], &'static str, Text, Text)) -> AnyView {
    view! {
        <li>
            <a class="card door" href=*path rel=book::rel(path)>
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
