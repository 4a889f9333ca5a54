//! The signed-in person in the head: name, countdown, 登出.

use leptos::{prelude::*, task::spawn_local};

use super::clock::Clock;
use crate::{
    i18n::{self, text},
    session::Session,
};

/// Nothing while nobody is signed in.
#[component]
pub fn SessionBar(
    /// Set when signing out has failed.
    failed: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let locale = i18n::locale();
    let leaving = RwSignal::new(false);
    let label = move || {
        let text = if leaving.get() {
            text!(site.signing_out)
        } else {
            text!(site.sign_out)
        };
        text(locale.get())
    };
    let sign_out = move |_| {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        failed.set(false);
        spawn_local(async move {
            failed.set(session.sign_out().await.is_err());
            leaving.set(false);
        });
    };
    let name = Memo::new(move |_| session.signed().map(|signed| signed.person.name));
    move || {
        name.get().map(|name| {
            view! {
                <div class="session">
                    <span class="person" title=name.clone()>{name.clone()}</span>
                    <Clock/>
                    <button type="button" class="plain" id="sign-out" on:click=sign_out aria-disabled=move || leaving.get().then_some("true")>
                        {label}
                    </button>
                </div>
            }
            .into_any()
        })
    }
}
