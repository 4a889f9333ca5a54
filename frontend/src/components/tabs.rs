//! The main navigation.

use leptos::prelude::*;

use super::value;
use crate::i18n::{Text, follow, tr};

/// Links to the pages; the one that is shown is marked.
#[component]
pub fn Tabs(
    /// Where they lead and what they are called.
    items: &'static [(&'static str, Text)],
    /// The path of the page that is shown.
    here: Signal<String>,
) -> impl IntoView {
    let link = move |(path, label): &'static (&'static str, Text)| {
        let current = value(move || {
            let here = here.get();
            let below = here.strip_prefix(*path)?;
            match below {
                "" => Some("page"),
                // A page below it belongs to it; all are below the first one.
                _ if below.starts_with('/') => Some("true"),
                _ => None,
            }
        });
        view! { <li><a href=*path aria-current=current>{follow(*label)}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=tr!(site.menu)>
            <ul class="wide">{items.iter().map(link).collect_view()}</ul>
        </nav>
    }
    .into_any()
}
