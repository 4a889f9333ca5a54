//! What is arranged rather than done every day: applications with their roles and conflicts, review campaigns, charts.
//! A part of the console, in a bundle of its own.

use leptos::prelude::*;

use crate::{
    book::{Page, of_posts, protected},
    console, pages,
    posts::{ADMINISTRATORS, DECIDERS, KEEPERS},
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
    of_posts(
        KEEPERS,
        "/manage/applications/{code}/client",
        pages::managed::client,
    ),
    // Also for who stands in for somebody.
    protected("/manage/campaigns", pages::campaigns),
    of_posts(KEEPERS, "/manage/campaigns/new", pages::new_campaign),
    protected("/manage/campaigns/{id}", pages::campaign),
    of_posts(DECIDERS, "/manage/charts", pages::charts),
];

/// Everything that the browser shows.
#[component]
pub fn Governance() -> impl IntoView {
    console::show(&[PAGES])
}
