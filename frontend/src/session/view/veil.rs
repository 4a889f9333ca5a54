//! What hides the page while nobody knows whether the session goes on.

use leptos::prelude::*;

use crate::{
    components::{Tone, notice, sometimes},
    i18n::{text, tr},
    session::{Doubt, Session},
};

/// Stands where the page was, which is kept but hidden.
#[component]
pub fn Veil() -> impl IntoView {
    let session = expect_context::<Session>();
    sometimes(move || match session.doubt.get() {
        Doubt::None => None,
        Doubt::Asking => Some(view! { <p class="veil" role="status">{tr!(clock.checking)}</p> }.into_any()),
        Doubt::Offline => {
            let retry = view! {
                <button type="button" class="button quiet" on:click=move |_| session.refresh(None)>
                    {tr!(site.retry)}
                </button>
            };
            let words = (text!(clock.offline), text!(clock.offline_text));
            let notice = notice(Tone::Caution, "alert", words.0, words.1, retry.into_any());
            Some(view! { <div class="veil">{notice}</div> }.into_any())
        }
    })
}
