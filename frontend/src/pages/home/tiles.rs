//! 執行應用系統: one tile per application.

use leptos::prelude::*;
use shared::{
    application::{ApplicationView, Availability, HealthState, HeldGrant, RoleView},
    list::Page,
    paths,
};

use crate::{
    components::{Glyph, Loaded, empty, icon, words},
    i18n::{self, Text, fill, follow, format, pick, text, tr},
    pages::{access, application::emblem},
    session::Session,
};

/// Of more applications than this, the ones that were started last are shown first.
const MANY: usize = 3;
/// So many of them.
const RECENT: usize = 3;

/// The applications.
pub fn tiles() -> impl IntoView {
    Loaded::from(paths::APPLICATIONS).show(list)
}

fn list(applications: Page<ApplicationView>) -> AnyView {
    if applications.items.is_empty() {
        return empty(text!(home.no_applications), text!(home.no_applications_text));
    }
    view! {
        {recent(&applications.items)}
        <ul class="tiles">{applications.items.into_iter().map(tile).collect_view()}</ul>
    }
    .into_any()
}

/// 最近使用: the way back to what one has started last, where there is more than one to look for.
fn recent(applications: &[ApplicationView]) -> Option<AnyView> {
    let can_start = |one: &&ApplicationView| one.availability == Availability::Available;
    let mut started: Vec<_> = applications
        .iter()
        .filter(can_start)
        .filter_map(|one| Some((one.started_at?, one)))
        .collect();
    if started.is_empty() || applications.len() <= MANY {
        return None;
    }
    started.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let link = |(_, one): &(_, &ApplicationView)| {
        let href = paths::launch(&one.code);
        view! { <li><a href=href rel="external">{pick(one.name.clone())}</a></li> }.into_any()
    };
    let links: Vec<_> = started.iter().take(RECENT).map(link).collect();
    Some(
        view! {
            <nav class="recent" aria-labelledby="recent"><span id="recent">{tr!(home.recent)}</span><ul>{links}</ul></nav>
        }
        .into_any(),
    )
}

/// Whether the application answers.
fn health(application: &ApplicationView) -> Option<AnyView> {
    let health = application.health?;
    let (class, text): (_, Text) = match health.state {
        HealthState::Up => ("health up", text!(home.up)),
        HealthState::Slow => ("health slow", text!(home.slow)),
        HealthState::Down => ("health down", text!(home.down)),
    };
    Some(view! { <span class=class>{follow(text)}</span> }.into_any())
}

/// A tile is a link only if it leads somewhere: to the application, or to the form that asks for it.
fn tile(application: ApplicationView) -> impl IntoView {
    let held = held(&application);
    let health = (application.availability != Availability::NotOpenYet).then(|| health(&application));
    let notice = application
        .notice
        .map(|notice| view! { <span class="tile-notice">{pick(notice)}</span> });
    let inside = view! {
        {emblem(application.icon, application.glyph)}
        <strong>{pick(application.name)}</strong>
        <span class="hint">{pick(application.description)}</span>
        {notice}
        {health}
    };
    let tile = match application.availability {
        Availability::Available => view! {
            // The server answers: the router must not take the click.
            <a class="card tile" href=paths::launch(&application.code) rel="external">
                {inside}
                <span class="state"><span class="start">{tr!(home.start)}{icon(Glyph::Open)}</span>{held}</span>
            </a>
        }
        .into_any(),
        Availability::PermissionNeeded => {
            let words = (text!(home.needs_permission), text!(home.ask), None);
            closed(
                &application.code,
                &application.roles,
                inside.into_any(),
                held,
                words,
            )
        }
        Availability::NotOpenYet => {
            let still = Some(text!(home.held_not_open));
            let words = (text!(home.not_open), text!(home.may_ask), still);
            closed(
                &application.code,
                &application.roles,
                inside.into_any(),
                held,
                words,
            )
        }
    };
    view! { <li>{tile}</li> }
}

/// The tile of an application that one cannot start now. Whoever holds a role of it waits for the first day, or for the
/// application to open; whoever holds none asks. The words: why, what one may do, and what else the holder waits for.
fn closed(
    code: &str,
    roles: &[RoleView],
    inside: AnyView,
    held: Option<AnyView>,
    (why, ask, waits): (Text, Text, Option<Text>),
) -> AnyView {
    if let Some(held) = held {
        let waits = waits.map(|waits| view! { <span>{follow(waits)}</span> });
        return view! {
            <div class="card tile held">
                {inside}
                <span class="state">{held}{waits}</span>
            </div>
        }
        .into_any();
    }
    let state = view! { <span>{follow(why)}</span> };
    if roles
        .iter()
        .any(|role| role.open_request.is_none() && !role.closed)
    {
        view! {
            <a class="card tile closed" href=access::address_of_new(code)>
                {inside}
                <span class="state">{state}<b>{follow(ask)}</b></span>
            </a>
        }
        .into_any()
    } else {
        let asked = roles.iter().any(|role| role.open_request.is_some());
        let asked = asked.then(|| view! { <span>{tr!(applications.under_way)}</span> });
        view! { <div class="card tile closed">{inside}<span class="state">{state}{asked}</span></div> }
            .into_any()
    }
}

/// 權限到期日: until when one has the role that ends first; from when, where all of them begin later.
fn held(application: &ApplicationView) -> Option<AnyView> {
    let locale = i18n::locale();
    let now = expect_context::<Session>().server_now();
    let grants = || application.roles.iter().filter_map(|role| role.grant.as_ref());
    let running = || grants().filter(|grant| grant.starts_at <= now);
    // What is by an event ends with it; nobody knows when.
    if let Some(event) = running().find_map(|grant| grant.activation.clone()) {
        let words = words(move || fill(text!(home.during)(locale.get()), &event));
        return Some(view! { <span>{words}</span> }.into_any());
    }
    let (at, text): (_, Text) = match running().map(HeldGrant::last_moment).min() {
        Some(last) => (last, text!(home.held)),
        None => (
            grants().map(|grant| grant.starts_at).min()?,
            text!(applications.scheduled),
        ),
    };
    let words = words(move || {
        let locale = locale.get();
        fill(text(locale), format::date(at, false, locale))
    });
    Some(view! { <span>{words}</span> }.into_any())
}
