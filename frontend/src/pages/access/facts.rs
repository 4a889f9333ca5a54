//! What is said of a request wherever it is shown: what was asked for, who is to decide, and what has happened.

use leptos::prelude::*;
use shared::{
    access::{RequestEvent, RequestView, WaitsFor},
    person::Role,
};

use super::{list::period, state};
use crate::{
    components::words,
    i18n::{self, fill, follow, format, pick, text, tr},
};

/// What was asked for, as terms and their descriptions.
pub fn facts(request: &RequestView) -> AnyView {
    let roles: Vec<_> = request.roles.iter().map(|role| pick(role.name.clone())).collect();
    let agency = request.agency.name.clone();
    view! {
        <dt>{tr!(access.roles)}</dt>
        <dd><span class="listed">{roles}</span></dd>
        <dt>{tr!(access.agency)}</dt>
        <dd>{agency.unwrap_or_else(|| request.agency.oid.clone())}</dd>
        <dt>{tr!(access.period)}</dt>
        <dd>{period(request.starts_on, request.ends_on)}</dd>
        <dt>{tr!(access.reason)}</dt>
        <dd class="prose">{request.reason.clone()}</dd>
        {request.waits_for.clone().map(waits_for)}
    }
    .into_any()
}

fn waits_for(desk: WaitsFor) -> AnyView {
    let locale = i18n::locale();
    let who = words(move || match (desk.role, &desk.agency) {
        (Role::AgencyManager, Some(agency)) => {
            let name = agency.name.as_deref().unwrap_or(&agency.oid);
            fill(text!(access.waits_manager)(locale.get()), name)
        }
        (Role::ApplicationOwner, _) => text!(access.waits_owner)(locale.get()).to_owned(),
        _ => text!(access.waits_administrators)(locale.get()).to_owned(),
    });
    let since = words(move || {
        let locale = locale.get();
        fill(
            text!(access.waits_since)(locale),
            format::date(desk.since, false, locale),
        )
    });
    view! { <dt>{tr!(access.waits_for)}</dt><dd>{who}" "<span class="hint">{since}</span></dd> }.into_any()
}

/// What has happened to it, the oldest first.
pub fn history(events: Vec<RequestEvent>) -> AnyView {
    view! {
        <section aria-labelledby="history">
            <h2 id="history">{tr!(access.history)}</h2>
            <ol class="timeline">{events.into_iter().map(line).collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn line(event: RequestEvent) -> AnyView {
    let (locale, at) = (i18n::locale(), event.at);
    let by = match event.by {
        Some(name) => name.into_any(),
        None => view! { <span>{tr!(access.clock)}</span> }.into_any(),
    };
    let comment = event.comment.map(|text| view! { <p class="prose">{text}</p> });
    view! {
        <li>
            <strong>{follow(state::did(event.action))}</strong>
            <p class="hint">{by}" · "{words(move || format::date(at, true, locale.get()))}</p>
            {comment}
        </li>
    }
    .into_any()
}
