//! The rows, and what is known of each.

use leptos::prelude::*;
use shared::audit::{AuditAction, AuditEventView, AuditPerson};

use super::words;
use crate::{
    components,
    i18n::{self, Text, fill, follow, format, text, tr},
};

/// The table.
pub(super) fn table(items: Vec<AuditEventView>) -> AnyView {
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(audit.action)}</th>
                    <th scope="col">{tr!(audit.time)}</th>
                    <th scope="col">{tr!(audit.actor)}</th>
                    <th scope="col">{tr!(audit.subject)}</th>
                    <th scope="col">{tr!(audit.source)}</th>
                </tr>
            </thead>
            <tbody>{items.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(event: AuditEventView) -> AnyView {
    let locale = i18n::locale();
    let at = event.at;
    view! {
        <tr>
            <th scope="row">{action(&event.action)}{details(&event)}</th>
            <td data-label=tr!(audit.time)>
                <time datetime=at.to_string()>{components::words(move || format::date(at, true, locale.get()))}</time>
            </td>
            <td data-label=tr!(audit.actor)>{person(event.actor)}</td>
            <td data-label=tr!(audit.subject)>{person(event.subject)}</td>
            <td data-label=tr!(audit.source)>{event.source.unwrap_or_else(|| "—".to_owned())}</td>
        </tr>
    }
    .into_any()
}

/// In words, or as the log says it where a newer server wrote it.
fn action(name: &str) -> AnyView {
    match AuditAction::from_name(name) {
        Some(action) => follow(words::action(action)).into_any(),
        None => name.to_owned().into_any(),
    }
}

/// By name, with the agency; or that the person is not there any more.
fn person(person: Option<AuditPerson>) -> AnyView {
    let Some(person) = person else {
        return "—".into_any();
    };
    let agency = person
        .agency
        .map(|agency| view! { <small>{agency.name.unwrap_or(agency.oid)}</small> });
    match person.name {
        Some(name) => view! { <span class="who">{name}{agency}</span> }.into_any(),
        None => view! { <span class="who">{tr!(audit.gone)}<small>{person.id.to_string()}</small></span> }
            .into_any(),
    }
}

/// What else is known, on request.
fn details(event: &AuditEventView) -> AnyView {
    let locale = i18n::locale();
    let lines: Vec<_> = event
        .details
        .iter()
        .map(|(name, value)| line(name, value))
        .collect();
    let (chain, number) = (event.chain, event.number);
    let place = components::words(move || {
        let text = fill(text!(audit.place_in)(locale.get()), chain);
        fill(&text, number)
    });
    view! {
        <details>
            <summary>{tr!(audit.details)}</summary>
            <dl class="facts">
                {lines}
                <dt>{tr!(audit.place)}</dt><dd>{place}</dd>
                <dt>{tr!(audit.id)}</dt><dd><code>{event.id.to_string()}</code></dd>
            </dl>
        </details>
    }
    .into_any()
}

fn line(name: &str, value: &str) -> AnyView {
    let known = |text: Option<Text>, raw: &str| match text {
        Some(text) => follow(text).into_any(),
        None => raw.to_owned().into_any(),
    };
    view! { <dt>{known(words::detail(name), name)}</dt><dd>{known(words::value(name, value), value)}</dd> }
        .into_any()
}
