//! Who has looked at the profile, and one's own data to take away.

use leptos::prelude::*;
use shared::{list::Page, paths, profile::ProfileViewing};

use crate::{
    components::{Loaded, empty, words},
    i18n::{self, format, text, tr},
};

/// The two sections below the form.
pub(super) fn views() -> AnyView {
    view! {
        <section class="card own-data" aria-labelledby="own-data">
            <h2 id="own-data">{tr!(profile.own_data)}</h2>
            <p>{tr!(profile.own_data_text)}</p>
            <a class="button quiet" href=paths::PROFILE_EXPORT rel="external" download="">{tr!(profile.export)}</a>
        </section>
        <section aria-labelledby="views">
            <h2 id="views">{tr!(profile.views)}</h2>
            {Loaded::from(paths::PROFILE_VIEWS).show(table)}
        </section>
    }
    .into_any()
}

fn table(page: Page<ProfileViewing>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(profile.views_none), text!(profile.views_none_text));
    }
    let more = page
        .next
        .is_some()
        .then(|| view! { <p class="hint">{tr!(profile.views_more)}</p> }.into_any());
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(profile.viewer)}</th>
                    <th scope="col">{tr!(profile.viewer_agency)}</th>
                    <th scope="col">{tr!(profile.viewed_at)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        {more}
    }
    .into_any()
}

fn row(item: ProfileViewing) -> AnyView {
    let locale = i18n::locale();
    let at = item.at;
    view! {
        <tr>
            <th scope="row">{item.viewer}</th>
            <td data-label=tr!(profile.viewer_agency)>{item.agency.unwrap_or_default()}</td>
            <td data-label=tr!(profile.viewed_at)>{words(move || format::date(at, true, locale.get()))}</td>
        </tr>
    }
    .into_any()
}
