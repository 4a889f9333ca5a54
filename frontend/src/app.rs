//! The app: every page but the console's. While one works on the pages (`trunk serve`), it has those too.

use leptos::prelude::*;
use shared::paths;

use crate::{
    api,
    book::{self, Book, Page, open, protected},
    components::provide_arrival,
    console, governance, pages, preferences,
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
    open("/login", pages::login),
    open(paths::PAGE_FORGOTTEN, pages::account::forgotten),
    open(paths::PAGE_RESET, pages::account::reset),
    open(paths::PAGE_ACTIVATE, pages::account::activate),
    open(paths::PAGE_EMAIL, pages::account::email),
    open("/about", pages::about),
    open("/downloads", pages::downloads),
    open("/environment", pages::environment),
    open("/support", pages::support),
];

/// Every page that there is.
pub(crate) const ALL: &[&[Page]] = &[PAGES, console::PAGES, governance::PAGES];

/// Everything that the browser shows.
#[component]
pub fn App() -> impl IntoView {
    if cfg!(debug_assertions) {
        console::show(ALL)
    } else {
        provide();
        book::pages(Book(&[PAGES]))
    }
}

/// What all pages ask for.
pub(crate) fn provide() {
    preferences::provide();
    Session::provide();
    api::site::provide();
    provide_arrival();
}
