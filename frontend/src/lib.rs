//! The portal's pages: a single-page app that the portal's server delivers and that talks to its API.
//!
//! `session` holds who is signed in and the countdown, `api` is the only place that fetches, `pages` has
//! one folder per feature with the same name as in `shared` and in `backend/portal`.

#![expect(
    unreachable_pub,
    reason = "`#[component]` writes a second, private function beside each component, and leaves it `pub`"
)]
#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::large_stack_arrays,
        clippy::large_types_passed_by_value,
        reason = "only its tests run here, where a pointer is twice as large as in the browser"
    )
)]

pub mod api;
pub mod app;
pub mod book;
pub mod components;
pub mod console;
pub mod entrance;
pub mod file;
pub mod frame;
pub mod governance;
pub mod hall;
pub mod i18n;
pub mod lobby;
pub mod notification;
pub mod pages;
pub mod posts;
pub mod preferences;
pub mod query;
pub mod response;
pub mod session;

/// Replaces the static shell of `index.html` by the app.
pub fn start() {
    remove_shell();
    leptos::mount::mount_to_body(app::App);
}

/// Replaces the static shell by the login page.
pub fn enter() {
    remove_shell();
    leptos::mount::mount_to_body(entrance::Entrance);
}

/// Replaces the static shell by the home page.
pub fn arrive() {
    remove_shell();
    leptos::mount::mount_to_body(hall::Hall);
}

/// Replaces the static shell by the console.
pub fn manage() {
    remove_shell();
    leptos::mount::mount_to_body(console::Console);
}

/// Replaces the static shell by the pages that everybody may see.
pub fn receive() {
    remove_shell();
    leptos::mount::mount_to_body(lobby::Lobby);
}

/// Replaces the static shell by the pages of response centres.
pub fn respond() {
    remove_shell();
    leptos::mount::mount_to_body(response::Response);
}

/// Replaces the static shell by the part of the console for what is arranged there.
pub fn govern() {
    remove_shell();
    leptos::mount::mount_to_body(governance::Governance);
}

/// The static page that was shown while this was on its way.
fn remove_shell() {
    if let Some(shell) = leptos::prelude::document().get_element_by_id("boot") {
        shell.remove();
    }
}
