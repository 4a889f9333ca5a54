//! Tells who stands in for somebody that their requests wait.

use leptos::prelude::*;
use shared::{delegation::DelegationView, list::Page, paths};

use crate::{
    api,
    components::{Tone, notice, sometimes, spawn},
    i18n::{text, tr},
    session::Session,
};

/// Nothing for those who stand in for nobody, and nothing while that is not known.
pub fn standing_in() -> AnyView {
    let session = expect_context::<Session>();
    let stands_in = RwSignal::new(false);
    let me = untrack(move || session.signed()).map(|signed| signed.person.id);
    spawn(async move {
        let answer = session.get(paths::DELEGATIONS).await.and_then(api::read);
        if let Ok::<Page<DelegationView>, _>(page) = answer {
            let now = shared::date::Date::in_taiwan(session.server_now());
            let mut items = page.items.iter();
            let counts = items.any(|it| it.counts && Some(it.delegate.id) == me && it.starts_on <= now);
            let _ = stands_in.try_set(counts);
        }
    });
    sometimes(move || {
        stands_in.get().then(|| {
            let words = (text!(access.standing_in), text!(access.standing_in_text));
            let link = view! { <p><a href="/review" rel="external">{tr!(site.review)}</a></p> };
            notice(Tone::Information, "", words.0, words.1, link.into_any())
        })
    })
    .into_any()
}
