//! The pages that everybody may see, but for the login page: in a bundle of their own, so that who comes by a link in a
//! mail does not wait for the forms of those who are signed in.

use leptos::prelude::*;
use shared::paths;

use crate::{
    app,
    book::{Page, open},
    pages,
};

/// Every page of it.
pub(crate) const PAGES: &[Page] = &[
    open(paths::PAGE_FORGOTTEN, pages::account::forgotten),
    open(paths::PAGE_RESET, pages::account::reset),
    open(paths::PAGE_ACTIVATE, pages::account::activate),
    open(paths::PAGE_EMAIL, pages::account::email),
    open("/about", pages::about),
    open("/downloads", pages::downloads),
    open("/environment", pages::environment),
    open("/support", pages::support),
];

/// Everything that the browser shows.
#[component]
pub fn Lobby() -> impl IntoView {
    app::show(&[PAGES])
}
