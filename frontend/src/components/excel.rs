//! Whether a CSV file is to be for Excel, which knows UTF-8 by a byte order mark alone.

use leptos::prelude::*;

use crate::i18n::tr;

/// The choice.
pub fn for_excel(chosen: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=chosen on:change=move |event| chosen.set(event_target_checked(&event))/>
            {tr!(list.for_excel)}
        </label>
    }
    .into_any()
}
