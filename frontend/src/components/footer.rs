//! The foot of every page.

use leptos::prelude::*;

use crate::i18n::tr;

/// Links that are everywhere, and the service line.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="foot">
            <div class="wide">
                <nav aria-label=tr!(site.footer)>
                    <a href="/about">{tr!(site.about)}</a>
                    <span aria-hidden="true">"|"</span>
                    <a href="/downloads">{tr!(site.downloads)}</a>
                    <span aria-hidden="true">"|"</span>
                    <a href="/environment">{tr!(site.environment)}</a>
                    <span aria-hidden="true">"|"</span>
                    <a href="/support">{tr!(site.support)}</a>
                </nav>
                <p>
                    <span>{tr!(site.service)}</span>
                    " "
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
