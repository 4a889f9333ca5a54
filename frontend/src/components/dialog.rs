//! A modal dialog: the browser's own, which keeps the focus in and gives it back.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// A modal `<dialog>` that is open while `open` says so.
#[component]
pub fn Dialog(
    /// Whether it is to be seen.
    open: Signal<bool>,
    /// Called when the person closes it by Escape or the like.
    on_dismiss: Callback<()>,
    /// The id of its heading.
    #[prop(into)]
    labelled_by: String,
    /// The id of its text.
    #[prop(into)]
    described_by: String,
    /// `dialog` when it need not be heard at once.
    #[prop(default = "alertdialog")]
    role: &'static str,
    /// What it says and offers.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = StoredValue::new(labelled_by.clone());
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
            heading.with_value(|heading| begin_at(&dialog, heading));
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    // `close` also follows our own close(): then nothing is to be dismissed. And it comes a moment late: the dialog may
    // have been opened again.
    let closed = move |_| {
        let shown = node.get_untracked().is_some_and(|dialog| dialog.open());
        if open.get_untracked() && !shown {
            on_dismiss.run(());
        }
    };
    view! {
        <dialog
            node_ref=node role=role aria-labelledby=labelled_by aria-describedby=described_by
            on:close=closed
        >
            {children()}
        </dialog>
    }
    .into_any()
}

/// Puts the focus there once the dialog that is about to close has given it back to where it came from.
pub fn focus_after_dialog(place: NodeRef<html::Div>) {
    request_animation_frame(move || {
        if let Some(place) = place.get_untracked() {
            let _ = place.focus();
        }
    });
}

/// Puts the focus on the heading, unless something in the dialog asks for it: the browser would put it on the
/// first button, which a second Enter, meant for the page, would press.
fn begin_at(dialog: &web_sys::HtmlDialogElement, heading: &str) {
    if !matches!(dialog.query_selector("[autofocus]"), Ok(None)) {
        return;
    }
    let heading = document().get_element_by_id(heading);
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok()) {
        heading.set_tab_index(-1);
        let _ = heading.focus();
    }
}
