//! 執行應用系統: one tile per application.

use leptos::prelude::*;
use shared::{
    application::{ApplicationView, Availability, HeldGrant},
    list::Page,
    paths,
};

use crate::{
    components::{Glyph, Loaded, empty, icon, words},
    i18n::{self, fill, format, pick, text, tr},
    pages::access,
};

/// The applications.
pub fn tiles() -> impl IntoView {
    Loaded::from(paths::APPLICATIONS).show(list)
}

fn list(applications: Page<ApplicationView>) -> AnyView {
    if applications.items.is_empty() {
        return empty(text!(home.no_applications), text!(home.no_applications_text));
    }
    view! { <ul class="tiles">{applications.items.into_iter().map(tile).collect_view()}</ul> }.into_any()
}

/// A tile is a link only if it leads somewhere: to the application, or to the form that asks for it.
fn tile(application: ApplicationView) -> impl IntoView {
    let held = held(&application);
    let inside = view! {
        <span class="glyph" aria-hidden="true">{application.glyph}</span>
        <strong>{pick(application.name)}</strong>
        <span class="hint">{pick(application.description)}</span>
    };
    let tile = match application.availability {
        Availability::Available => view! {
            // The server answers: the router must not take the click.
            <a class="card tile" href=paths::launch(&application.code) rel="external">
                {inside}
                <span class="state">{tr!(home.start)}{held}{icon(Glyph::Open)}</span>
            </a>
        }
        .into_any(),
        Availability::NotOpenYet if application.roles.iter().any(|role| role.open_request.is_none()) => {
            view! {
                <a class="card tile closed" href=access::address_of_new(&application.code)>
                    {inside}
                    <span class="state">
                        {held.unwrap_or_else(not_open)}
                        <b>{tr!(home.may_ask)}</b>
                    </span>
                </a>
            }
            .into_any()
        }
        Availability::NotOpenYet => view! {
            <div class="card tile closed">
                {inside}
                <span class="state">{held.unwrap_or_else(not_open)}</span>
            </div>
        }
        .into_any(),
    };
    view! { <li>{tile}</li> }
}

fn not_open() -> AnyView {
    view! { <span>{tr!(home.not_open)}</span> }.into_any()
}

/// 權限到期日: until when one has the role that ends first.
fn held(application: &ApplicationView) -> Option<AnyView> {
    let locale = i18n::locale();
    let grants = application.roles.iter().filter_map(|role| role.grant);
    let last = grants.map(HeldGrant::last_moment).min()?;
    let words = words(move || {
        let locale = locale.get();
        fill(text!(home.held)(locale), format::date(last, false, locale))
    });
    Some(view! { <span>{words}</span> }.into_any())
}
