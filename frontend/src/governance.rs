//! What is arranged rather than done every day: applications with their roles and conflicts, review campaigns, charts,
//! response centres and their surge lists. The second half of the console, in a bundle of its own.

use leptos::prelude::*;
use shared::person::Role;

use crate::{
    book::{Page, of_posts, protected},
    console,
    pages::{self, activation},
    posts::{ADMINISTRATORS, DECIDERS, KEEPERS, MANAGERS},
};

/// Every page of it.
pub(crate) const PAGES: &[Page] = &[
    of_posts(KEEPERS, "/manage/applications", pages::managed::applications),
    of_posts(
        ADMINISTRATORS,
        "/manage/new-application",
        pages::managed::new_application,
    ),
    of_posts(
        KEEPERS,
        "/manage/applications/{code}",
        pages::managed::application,
    ),
    of_posts(
        KEEPERS,
        "/manage/applications/{code}/new-role",
        pages::managed::new_role,
    ),
    of_posts(
        KEEPERS,
        "/manage/applications/{code}/roles/{role}",
        pages::managed::role,
    ),
    // Also for who stands in for somebody.
    protected("/manage/campaigns", pages::campaigns),
    of_posts(KEEPERS, "/manage/campaigns/new", pages::new_campaign),
    protected("/manage/campaigns/{id}", pages::campaign),
    of_posts(DECIDERS, "/manage/charts", pages::charts),
    of_posts(Role::ALL, "/manage/activations", activation::events),
    of_posts(MANAGERS, activation::OPENING, activation::opening),
    of_posts(Role::ALL, "/manage/activations/{id}", activation::event),
    of_posts(DECIDERS, "/manage/surge-lists", activation::lists),
    of_posts(DECIDERS, "/manage/surge-lists/{id}", activation::list),
];

/// Everything that the browser shows.
#[component]
pub fn Governance() -> impl IntoView {
    console::show(&[PAGES])
}
