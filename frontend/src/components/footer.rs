//! The foot of every page.

use leptos::prelude::*;

use crate::{book::rel, i18n::tr};

/// Links that are everywhere, and the service line.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="foot">
            <div class="wide">
                <nav aria-label=tr!(site.footer)>
                    <a href="/about" rel=rel("/about")>{tr!(site.about)}</a>
                    <a href="/downloads" rel=rel("/downloads")>{tr!(site.downloads)}</a>
                    <a href="/environment" rel=rel("/environment")>{tr!(site.environment)}</a>
                    <a href="/support" rel=rel("/support")>{tr!(site.support)}</a>
                </nav>
                <p>{tr!(site.service)}</p>
                <p>
                    <span>{tr!(site.agency)}</span>
                    " "
                    <span>{tr!(site.address)}</span>
                    " "
                    <span>{tr!(site.switchboard)}</span>
                </p>
            </div>
        </footer>
    }
    .into_any()
}
