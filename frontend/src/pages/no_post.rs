//! A page that takes a post which the person does not have.

use leptos::prelude::*;

use crate::{
    book::rel,
    components::Heading,
    i18n::{text, tr},
};

/// Says so, and whom to ask.
pub fn no_post() -> AnyView {
    view! {
        <Heading title=text!(site.no_post)/>
        <p class="lead">{tr!(site.no_post_text)}</p>
        <p><a class="button" href="/" rel=rel("/")>{tr!(site.back_home)}</a></p>
    }
    .into_any()
}
