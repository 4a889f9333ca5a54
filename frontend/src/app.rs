//! The app: the pages of everybody who is signed in. While one works on the pages (`trunk serve`), it has all others too.

use leptos::prelude::*;
use shared::paths;

use crate::{
    api,
    book::{self, Book, Page, protected},
    components::provide_arrival,
    console, entrance, governance, lobby, pages, preferences, response,
    session::Session,
};

/// Every page of the app.
pub(crate) const PAGES: &[Page] = &[
    protected("/", pages::home),
    protected("/profile", pages::profile),
    protected("/applications", pages::applications),
    protected("/agencies", pages::agencies),
    protected("/access", pages::access::requests),
    protected("/access/new", pages::access::new_request),
    protected("/access/grants", pages::access::grants),
    protected("/access/{id}/correct", pages::access::correction),
    protected("/access/{id}", pages::access::request),
    protected("/sessions", pages::sessions),
    protected("/tokens", pages::tokens),
    protected(paths::PAGE_PASSWORD, pages::account::password),
];

/// Every page that there is.
pub(crate) const ALL: &[&[Page]] = &[
    PAGES,
    entrance::PAGES,
    lobby::PAGES,
    console::PAGES,
    governance::PAGES,
    response::PAGES,
];

/// Everything that the browser shows.
#[component]
pub fn App() -> impl IntoView {
    if cfg!(debug_assertions) {
        console::show(ALL)
    } else {
        show(&[PAGES])
    }
}

/// These pages.
pub(crate) fn show(pages: &'static [&'static [Page]]) -> AnyView {
    provide();
    book::pages(Book(pages))
}

/// What all pages ask for.
pub(crate) fn provide() {
    preferences::provide();
    Session::provide();
    api::site::provide();
    provide_arrival();
}
