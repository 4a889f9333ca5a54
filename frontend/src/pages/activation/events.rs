//! The events: open ones on top, each with a banner of its level, and those that are over.

use leptos::prelude::*;
use shared::{activation::ActivationView, list::Page, paths};

use super::{
    EVENTS, LISTS, OPENING, tasks,
    words::{called, level, level_mark, moment, tone},
};
use crate::{
    book::Book,
    components::{Heading, Loaded, empty, icon, live, pager},
    i18n::{follow, text, tr},
    query::{Query, address},
    session::Session,
};

/// The page.
pub fn events() -> AnyView {
    let (query, session, book) = (
        expect_context::<Query>(),
        expect_context::<Session>(),
        expect_context::<Book>(),
    );
    let roles = untrack(move || session.signed()).map_or_else(Vec::new, |signed| signed.person.roles);
    let opens = book.admits(OPENING, &roles);
    let may = |path: &str| book.admits(path, &roles);
    let open = may(OPENING).then(|| view! { <a class="button" href=OPENING>{tr!(activations.open)}</a> });
    let lists = may(LISTS).then(|| view! { <a class="button quiet" href=LISTS>{tr!(surge.title)}</a> });
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let parameters = [
            ("open", Some("false")),
            ("limit", Some("20")),
            ("after", after.as_deref()),
        ];
        address(paths::ACTIVATIONS, &parameters)
    });
    let over = live(move || Loaded::from_address(path.get()).show(over));
    view! {
        <Heading title=text!(activations.title)/>
        <p class="lead">{tr!(activations.lead)}</p>
        <div class="row above">{open}{lists}</div>
        {opens.then(tasks)}
        <section aria-labelledby="open-events">
            <h2 id="open-events">{tr!(activations.open_events)}</h2>
            {Loaded::from_address(address(paths::ACTIVATIONS, &[("open", Some("true"))])).show(running)}
        </section>
        <section aria-labelledby="closed-events" class="part">
            <h2 id="closed-events">{tr!(activations.closed_events)}</h2>
            {over}
        </section>
    }
    .into_any()
}

fn address_of(event: &ActivationView) -> String {
    [EVENTS, "/", &event.id.to_string()].concat()
}

fn running(page: Page<ActivationView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(activations.none_open), text!(activations.none_open_text));
    }
    view! { <ul class="plain-list">{page.items.into_iter().map(banner).collect_view()}</ul> }.into_any()
}

fn banner(event: ActivationView) -> AnyView {
    let tone = tone(event.level);
    let href = address_of(&event);
    let agencies: Vec<_> = event.agencies.into_iter().map(|one| called(one.agency)).collect();
    view! {
        <li class=tone.class()>
            {icon(tone.glyph())}
            <div>
                <h3><a href=href>{follow(level(event.level))}{tr!(activations.standing_open)}" "{event.name}</a></h3>
                <p>{agencies.join("、")}</p>
                <p class="hint">{tr!(activations.opened_at)}{tr!(form.colon)}{moment(event.opened_at)}</p>
            </div>
        </li>
    }
    .into_any()
}

fn over(page: Page<ActivationView>) -> AnyView {
    if page.items.is_empty() {
        return empty(
            text!(activations.none_closed),
            text!(activations.none_closed_text),
        );
    }
    let query = expect_context::<Query>();
    let first = untrack(move || query.get("after")).map(|_| EVENTS.to_owned());
    let next = page.next.map(|next| address(EVENTS, &[("after", Some(&next))]));
    view! {
        <table class="table" aria-label=tr!(activations.closed_events)>
            <thead>
                <tr>
                    <th scope="col">{tr!(activations.name)}</th>
                    <th scope="col">{tr!(activations.level)}</th>
                    <th scope="col">{tr!(activations.opened_at)}</th>
                    <th scope="col">{tr!(activations.closed_at)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        {pager(first, next)}
    }
    .into_any()
}

fn row(event: ActivationView) -> AnyView {
    let href = address_of(&event);
    view! {
        <tr>
            <th scope="row"><a href=href>{event.name}</a></th>
            <td data-label=tr!(activations.level)>{level_mark(event.level)}</td>
            <td data-label=tr!(activations.opened_at)>{moment(event.opened_at)}</td>
            <td data-label=tr!(activations.closed_at)>{event.closed_at.map(moment)}</td>
        </tr>
    }
    .into_any()
}
