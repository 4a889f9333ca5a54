//! The main navigation.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::value;
use crate::i18n::{Text, follow, tr};

/// Links to the pages; the one that is shown is marked.
#[component]
pub fn Tabs(
    /// Where they lead and what they are called.
    items: &'static [(&'static str, Text)],
) -> impl IntoView {
    let here = use_location().pathname;
    let link = move |(path, label): &'static (&'static str, Text)| {
        let current = value(move || (here.get() == *path).then_some("page"));
        view! { <li><a href=*path aria-current=current>{follow(*label)}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=tr!(site.menu)>
            <ul class="wide">{items.iter().map(link).collect_view()}</ul>
        </nav>
    }
    .into_any()
}
