//! A modal dialog: the browser's own, which keeps the focus in and gives it back.

use leptos::{html, prelude::*};

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
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
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
