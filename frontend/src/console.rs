//! 管理: the console of those who have a post, in a bundle of its own below `/review` and `/manage`. Who has none does
//! not load it, and the other pages do not grow with it. What is done there now and then
//! is in [`crate::governance`] and [`crate::response`].

use leptos::prelude::*;
use shared::{paths, person::Role};

use crate::{
    app,
    book::{self, Book, Page, of_posts, protected},
    frame::Above,
    pages::{self, activation, console, people},
    posts::{MANAGERS, READERS},
};

/// Every page of the console.
pub(crate) const PAGES: &[Page] = &[
    // Also for who stands in for somebody and has no post: the server knows.
    protected("/review", pages::review::to_decide),
    protected("/review/requests", pages::review::overseen),
    protected("/review/grants", pages::review::grants),
    protected("/review/delegation", pages::review::delegation),
    protected("/review/{id}", pages::review::one),
    of_posts(Role::ALL, "/manage", console::overview),
    of_posts(MANAGERS, "/manage/people", people::people),
    of_posts(MANAGERS, "/manage/people/{id}", people::person),
    of_posts(MANAGERS, "/manage/proposals", people::proposals),
    of_posts(MANAGERS, paths::PAGE_INVITATIONS, pages::invitations::invitations),
    of_posts(READERS, paths::PAGE_AUDIT, pages::audit),
];

/// Everything that the browser shows.
#[component]
pub fn Console() -> impl IntoView {
    show(&[PAGES])
}

/// These pages of the console, below what is said on all of them.
pub(crate) fn show(pages: &'static [&'static [Page]]) -> AnyView {
    app::provide();
    activation::Standing::provide();
    provide_context(Above(|| expect_context::<activation::Standing>().view()));
    book::pages(Book(pages))
}
