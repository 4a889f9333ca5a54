//! The roles of an application, in a table.

use leptos::prelude::*;
use shared::application::ManagedRole;

use super::{address_of, risk};
use crate::{
    components::words,
    i18n::{self, Text, fill, follow, pick, text, tr},
};

/// The table, and the way to a new one.
pub(super) fn roles(application: &str, roles: Vec<ManagedRole>) -> AnyView {
    let page = StoredValue::new(address_of(application));
    let list = if roles.is_empty() {
        view! { <p>{tr!(catalogue.no_roles)}</p> }.into_any()
    } else {
        let rows = roles.into_iter().map(|role| row(page, role)).collect_view();
        view! {
            <table class="table" aria-labelledby="roles">
                <thead>
                    <tr>
                        <th scope="col">{tr!(catalogue.name)}</th>
                        <th scope="col">{tr!(catalogue.risk)}</th>
                        <th scope="col">{tr!(catalogue.max_days)}</th>
                        <th scope="col">{tr!(catalogue.for_agencies)}</th>
                        <th scope="col">{tr!(catalogue.state)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let new = page.with_value(|page| [page, "/new-role"].concat());
    view! {
        <section class="part" aria-labelledby="roles">
            <h2 id="roles">{tr!(catalogue.roles)}</h2>
            {list}
            <p class="row"><a class="button quiet" href=new>{tr!(catalogue.new_role)}</a></p>
        </section>
    }
    .into_any()
}

fn row(page: StoredValue<String>, role: ManagedRole) -> AnyView {
    let locale = i18n::locale();
    let ManagedRole { data, agencies } = role;
    let href = page.with_value(|page| [page, "/roles/", &data.code].concat());
    let name = shared::text::Bilingual {
        zh: data.name_zh,
        en: data.name_en,
    };
    let days = data.max_days;
    let second = data
        .second_stage
        .then(|| view! { <small>{tr!(catalogue.second_short)}</small> });
    let allowed = data.agencies.iter().zip(agencies).map(|(allowed, agency)| {
        let below = allowed
            .with_below
            .then(|| view! { " "<small>{tr!(catalogue.and_below)}</small> });
        view! { <span>{agency.name.unwrap_or(agency.oid)}{below}</span> }.into_any()
    });
    let allowed: Vec<_> = allowed.collect();
    let allowed = if allowed.is_empty() {
        view! { <span>{tr!(catalogue.every_agency)}</span> }.into_any()
    } else {
        view! { <span class="listed">{allowed}</span> }.into_any()
    };
    let state: Text = if data.closed {
        text!(catalogue.role_closed)
    } else {
        text!(catalogue.role_open)
    };
    view! {
        <tr>
            <th scope="row">
                <span class="stacked"><a href=href>{pick(name)}</a><small><code>{data.code}</code></small></span>
            </th>
            <td data-label=tr!(catalogue.risk)>{follow(risk(data.risk))}</td>
            <td data-label=tr!(catalogue.max_days)>
                <span class="stacked">
                    <span>{words(move || fill(text!(catalogue.days)(locale.get()), days))}</span>
                    {second}
                </span>
            </td>
            <td data-label=tr!(catalogue.for_agencies)>{allowed}</td>
            <td data-label=tr!(catalogue.state)>{follow(state)}</td>
        </tr>
    }
    .into_any()
}
