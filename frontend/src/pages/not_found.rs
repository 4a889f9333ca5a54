//! No page of ours.

use leptos::prelude::*;

use crate::{
    book::rel,
    components::Heading,
    i18n::{text, tr},
};

/// Says so, and leads home.
pub fn not_found() -> AnyView {
    view! {
        <Heading title=text!(site.not_found)/>
        <p class="lead">{tr!(site.not_found_text)}</p>
        <p><a class="button" href="/" rel=rel("/")>{tr!(site.back_home)}</a></p>
    }
    .into_any()
}
