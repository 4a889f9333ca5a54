//! What a form says when it shows a draft.

use leptos::prelude::*;

use crate::{
    components::{Tone, notice},
    i18n::{text, tr},
};

/// Says that what was typed before is back, and offers to discard it.
pub fn restored(discard: Callback<()>) -> AnyView {
    let button = view! {
        <button type="button" class="button quiet" on:click=move |_| discard.run(())>{tr!(draft.discard)}</button>
    };
    let words = (text!(draft.restored), text!(draft.restored_text));
    notice(Tone::Information, "status", words.0, words.1, button.into_any())
}
