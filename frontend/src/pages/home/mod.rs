//! 首頁: what one may start, and what one should know.

mod notices;
mod tiles;

use leptos::prelude::*;
use shared::person::{AccountKind, PersonView};

use crate::{
    components::Heading,
    i18n::{Text, follow, text, tr},
    session::Session,
};

/// The page that work begins on.
pub fn home() -> AnyView {
    let session = expect_context::<Session>();
    let person = untrack(move || session.signed()).map(|signed| greeting(signed.person));
    view! {
        {person}
        <Heading title=text!(home.applications)/>
        {tiles::tiles()}
        {notices::notices()}
    }
    .into_any()
}

/// What a kind of account is called, by its word in JSON.
pub(super) fn kind_of(name: &str) -> Text {
    kind(AccountKind::from_name(name).unwrap_or(AccountKind::NaturalPerson))
}

/// What a kind of account is called.
pub(super) fn kind(kind: AccountKind) -> Text {
    match kind {
        AccountKind::NaturalPerson => text!(home.natural_person),
        AccountKind::CivilServant => text!(home.civil_servant),
        AccountKind::Emic => text!(home.emic),
    }
}

fn greeting(person: PersonView) -> impl IntoView {
    let agency = person.agency.map(|agency| agency.name.unwrap_or(agency.oid));
    view! {
        <p class="greeting">
            <strong>{person.name}</strong>
            <span>{tr!(home.greeting)}</span>
            <small>
                {agency.map(|agency| view! { <span>{agency}</span> })}
                <span>{follow(kind(person.account_kind))}</span>
            </small>
        </p>
    }
}
