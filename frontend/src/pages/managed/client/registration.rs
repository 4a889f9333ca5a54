//! A token with which an application registers itself.

use leptos::prelude::*;
use shared::{client::NewRegistrationToken, paths};
use wasm_bindgen::JsValue;

use super::Client;
use crate::{
    api::{self, Failure},
    components::{Tone, notice, request_id, secret_once, sometimes, spawn, truth},
    i18n::{errors, text, tr},
};

/// The part of the page.
pub(super) fn registration(client: Client) -> AnyView {
    let busy = RwSignal::new(false);
    let made: RwSignal<Option<NewRegistrationToken>> = RwSignal::new(None);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let ask = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn(async move {
            let path = paths::registration_token(&client.code());
            let answer = client
                .session
                .post(&path, &JsValue::from(js_sys::Object::new()))
                .await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer.and_then(api::read) {
                Ok(token) => made.set(Some(token)),
                Err(refused) => failure.set(Some(refused)),
            }
        });
    };
    let kept = Callback::new(move |()| made.set(None));
    let shown = sometimes(move || {
        made.get().map(|token| {
            let words = (text!(client.initial_access_token), text!(client.token_text));
            view! {
                <p>{tr!(client.endpoint)}" "<code>{token.registration_endpoint}</code></p>
                {secret_once(words, token.initial_access_token, kept)}
            }
            .into_any()
        })
    });
    let refused = sometimes(move || {
        failure.get().map(|failure| {
            let (what, next) = errors::words(&failure);
            notice(Tone::Alarm, "alert", what, next, request_id(&failure).into_any())
        })
    });
    view! {
        <section class="part" aria-labelledby="token">
            <h2 id="token">{tr!(client.token)}</h2>
            <p>{tr!(client.token_text)}</p>
            {refused}
            {shown}
            <p class="row">
                <button type="button" class="button quiet" aria-disabled=truth(move || busy.get()) on:click=ask>
                    {tr!(client.make_token)}
                </button>
            </p>
        </section>
    }
    .into_any()
}
