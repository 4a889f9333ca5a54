//! The signed-in person in the head: name, bell, countdown, 登出.

use leptos::prelude::*;

use super::clock::Clock;
use crate::{
    components::{either, sometimes, spawn, truth},
    i18n::text,
    notification::bell,
    session::Session,
};

/// Nothing while nobody is signed in.
#[component]
pub fn SessionBar(
    /// Set when signing out has failed.
    failed: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let leaving = RwSignal::new(false);
    let sign_out = move |_| {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        failed.set(false);
        spawn(async move {
            failed.set(session.sign_out().await.is_err());
            leaving.set(false);
        });
    };
    sometimes(move || {
        session.signed().map(|signed| signed.person.name).map(|name| {
            view! {
                <div class="session">
                    <span class="person" title=name.clone()>{name.clone()}</span>
                    {bell()}
                    <Clock/>
                    <button type="button" class="plain" id="sign-out" on:click=sign_out aria-disabled=truth(move || leaving.get())>
                        {either(move || leaving.get(), text!(site.signing_out), text!(site.sign_out))}
                    </button>
                </div>
            }
            .into_any()
        })
    })
}
