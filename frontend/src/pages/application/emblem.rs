//! 圖示: what stands for an application beside its name.

use leptos::prelude::*;

/// The picture of an application, or its character where it has none. The name beside it says which application it is.
pub fn emblem(icon: Option<String>, glyph: String) -> AnyView {
    match icon {
        // Lazy before it has an address.
        Some(address) => view! {
            <img class="emblem" alt="" width="52" height="52" loading="lazy" decoding="async" src=address/>
        }
        .into_any(),
        None => view! { <span class="glyph" aria-hidden="true">{glyph}</span> }.into_any(),
    }
}
