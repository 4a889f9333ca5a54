//! All faults of a form in one place: heard at once, each a link to its field.

use leptos::{ev::MouseEvent, prelude::*};
use shared::problem::Violation;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Glyph, icon, sometimes, words};
use crate::i18n::{self, Text, errors, follow, tr};

/// Puts the focus on the field of this name.
pub fn focus_field(name: &str) {
    let element = document().get_element_by_id(name);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The faults; nothing without any. `label` knows what the fields are called.
pub fn error_summary(violations: RwSignal<Vec<Violation>>, label: fn(&str) -> Option<Text>) -> AnyView {
    sometimes(move || {
        let faults = violations.get();
        (!faults.is_empty()).then(|| {
            let items = faults.into_iter().map(|fault| item(fault, label)).collect_view();
            view! {
                <div class="notice alarm" role="alert" id="faults">
                    {icon(Glyph::Alarm)}
                    <div>
                        <strong>{tr!(form.faults)}</strong>
                        <ul>{items}</ul>
                    </div>
                </div>
            }
            .into_any()
        })
    })
}

fn item(fault: Violation, label: fn(&str) -> Option<Text>) -> AnyView {
    let locale = i18n::locale();
    let name = fault.field.clone();
    let label = label(&name).map(|label| view! { {follow(label)}{tr!(form.colon)} }.into_any());
    let href = ["#", &name].concat();
    let lead = move |event: MouseEvent| {
        event.prevent_default();
        focus_field(&name);
    };
    let text = words(move || errors::violation(&fault, locale.get()));
    view! { <li><a href=href rel="external" on:click=lead>{label}{text}</a></li> }.into_any()
}
