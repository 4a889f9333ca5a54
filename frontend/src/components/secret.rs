//! A secret that is shown this once, with a button that copies it.

use js_sys::{Function, Promise, Reflect};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};

use super::{Glyph, icon, live, spawn};
use crate::i18n::{Text, follow, tr};

/// Puts a text onto the clipboard; whether it is there.
async fn copy(text: String) -> bool {
    let promise = || {
        let clipboard = Reflect::get(&window().navigator(), &JsValue::from_str("clipboard")).ok()?;
        let write: Function = Reflect::get(&clipboard, &JsValue::from_str("writeText"))
            .ok()?
            .dyn_into()
            .ok()?;
        let written = write.call1(&clipboard, &JsValue::from_str(&text)).ok()?;
        written.dyn_into::<Promise>().ok()
    };
    match promise() {
        Some(promise) => wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

/// The box: what the secret is, and what to do with it. `done` takes it away. It has the focus when it appears.
pub fn secret_once((title, advice): (Text, Text), secret: String, done: Callback<()>) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            let _ = place.focus();
        }
    });
    let copied = RwSignal::new(None);
    let outcome = live(move || match copied.get() {
        None => ().into_any(),
        Some(true) => view! { <p>{tr!(tokens.copied)}</p> }.into_any(),
        Some(false) => view! { <p>{tr!(tokens.copy_failed)}</p> }.into_any(),
    });
    let text = secret.clone();
    let copy_it = move |_| {
        let text = text.clone();
        spawn(async move {
            let _ = copied.try_set(Some(copy(text).await));
        });
    };
    view! {
        <div node_ref=place tabindex="-1" role="group" class="notice caution secret"
            aria-labelledby="secret-title" aria-describedby="secret-text">
            {icon(Glyph::Caution)}
            <div>
                <strong id="secret-title">{follow(title)}</strong>
                <p id="secret-text">{follow(advice)}</p>
                <p><code>{secret}</code></p>
                <div role="status">{outcome}</div>
                <div class="row">
                    <button type="button" class="button" on:click=copy_it>{tr!(tokens.copy)}</button>
                    <button type="button" class="button quiet" on:click=move |_| done.run(())>{tr!(tokens.done)}</button>
                </div>
            </div>
        </div>
    }
    .into_any()
}
