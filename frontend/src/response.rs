//! 應變中心開設: response centres and their surge lists, in a bundle of their own, so that who opens one in a hurry waits
//! for nothing else.

use leptos::prelude::*;
use shared::person::Role;

use crate::{
    book::{Page, of_posts},
    console,
    pages::activation,
    posts::{DECIDERS, MANAGERS},
};

/// Every page of it.
pub(crate) const PAGES: &[Page] = &[
    of_posts(Role::ALL, "/manage/activations", activation::events),
    of_posts(MANAGERS, activation::OPENING, activation::opening),
    of_posts(Role::ALL, "/manage/activations/{id}", activation::event),
    of_posts(DECIDERS, "/manage/surge-lists", activation::lists),
    of_posts(DECIDERS, "/manage/surge-lists/{id}", activation::list),
];

/// Everything that the browser shows.
#[component]
pub fn Response() -> impl IntoView {
    console::show(&[PAGES])
}
