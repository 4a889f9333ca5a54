//! What is kept by versions, asked for and shown.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{
    api::Failure,
    components::{Tone, failure_view, live, names_nothing, notice, skeleton, spawn},
    i18n::Text,
    session::Session,
};

/// Something that is kept by versions, as it came.
pub(super) type Came = Option<Result<(JsValue, String), Failure>>;

/// Asks for something with its version, and shows it, or that there is none such.
pub(super) fn with_version(
    path: String,
    view: fn(&JsValue, &str) -> Option<AnyView>,
    missing: (Text, Text),
) -> AnyView {
    let session = expect_context::<Session>();
    let came: RwSignal<Came, LocalStorage> = RwSignal::new_local(None);
    let path = StoredValue::new(path);
    let ask = move || {
        spawn(async move {
            let answer = session.get_version(&path.get_value()).await;
            // The page may have been left meanwhile.
            let _ = came.try_set(Some(answer.map(|version| (version.body, version.tag))));
        });
    };
    ask();
    let retry = Callback::new(move |()| {
        came.set(None);
        ask();
    });
    live(move || match came.get() {
        None => skeleton(),
        Some(Err(failure)) if names_nothing(&failure) => {
            notice(Tone::Caution, "alert", missing.0, missing.1, ().into_any())
        }
        Some(Err(failure)) => failure_view(&failure, retry),
        Some(Ok((body, tag))) => {
            view(&body, &tag).unwrap_or_else(|| failure_view(&Failure::Unreadable, retry))
        }
    })
}
