//! The secret of a link that came by mail: what stands behind `#` in the page's address. No server sees it before the
//! person presses a button.

use js_sys::{Object, Reflect};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsValue;

/// How many characters a secret has. Other fragments are places on the page.
const LENGTH: usize = 43;

/// The secret of the page's address; empty without one.
pub(super) fn secret() -> Memo<String> {
    let hash = use_location().hash;
    Memo::new(move |before: Option<&String>| {
        let hash = hash.get();
        let secret = hash.trim_start_matches('#');
        if secret.len() == LENGTH {
            secret.to_owned()
        } else {
            before.cloned().unwrap_or_default()
        }
    })
}

/// A body of these fields.
pub(super) fn body(fields: &[(&str, &str)]) -> JsValue {
    let body = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&body, &(*name).into(), &(*value).into());
    }
    body.into()
}
