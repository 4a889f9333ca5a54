//! 執行應用系統: one tile per application.

use leptos::prelude::*;
use shared::{
    application::{ApplicationView, Availability},
    list::Page,
    paths,
};

use crate::{
    components::{Glyph, Loaded, empty, icon},
    i18n::{pick, text, tr},
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

/// A tile is a link only if it leads somewhere.
fn tile(application: ApplicationView) -> impl IntoView {
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
                <span class="state">{tr!(home.start)}{icon(Glyph::Open)}</span>
            </a>
        }
        .into_any(),
        Availability::NotOpenYet => view! {
            <div class="card tile closed">
                {inside}
                <span class="state">{tr!(home.not_open)}</span>
            </div>
        }
        .into_any(),
    };
    view! { <li>{tile}</li> }
}
