//! What of it is shown: the part that all its lists begin with.

use leptos::prelude::*;

use crate::{
    book::rel,
    components::value,
    i18n::{Text, follow, text, tr},
};

/// The lists, in their order: where, and what each is called.
const VIEWS: [(&str, Text); 5] = [
    ("/review", text!(review.to_decide)),
    ("/review/requests", text!(review.overseen)),
    ("/review/grants", text!(review.grants)),
    ("/review/delegation", text!(review.delegation)),
    ("/manage/campaigns?view=to_decide", text!(campaigns.title)),
];

/// Leads from one of the lists to the others.
pub(super) fn views(here: &'static str) -> AnyView {
    let link = |(path, word): (&'static str, Text)| {
        let current = value(move || (path == here).then_some("page"));
        view! { <li><a href=path rel=rel(path) aria-current=current>{follow(word)}</a></li> }.into_any()
    };
    view! {
        <nav class="chips" aria-label=tr!(review.views)>
            <ul>{VIEWS.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
    .into_any()
}
