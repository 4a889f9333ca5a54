//! The dialog that warns before the automatic sign-out.

use leptos::prelude::*;

use super::clock::time_left;
use crate::{
    components::{Dialog, either, sometimes, spawn, truth, words},
    i18n::{self, text, tr},
    session::Session,
};

/// Open while a warning is to be seen.
#[component]
pub fn WarningDialog(
    /// Set when signing out has failed.
    failed: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let locale = i18n::locale();
    let open = Signal::derive(move || session.warning.get().is_some());
    let dismiss = Callback::new(move |()| session.close_warning());
    // A dialog that stays open is not read again: each later threshold is announced.
    let announcement = words(move || {
        let minutes = session.warning.get().map(|seconds| seconds / 60);
        minutes
            .map(|minutes| i18n::fill(text!(clock.announce)(locale.get()), minutes))
            .unwrap_or_default()
    });
    let extend_label = either(
        move || session.extending.get(),
        text!(clock.extending),
        text!(clock.extend),
    );
    let sign_out = move |_| {
        session.close_warning();
        spawn(async move { failed.set(session.sign_out().await.is_err()) });
    };
    let capped = Signal::derive(move || session.warning.get().is_some() && session.is_capped());
    let advice = either(
        move || capped.get(),
        text!(clock.warning_capped),
        text!(clock.warning_text),
    );
    let error = sometimes(move || {
        let shown = session.extend_failed.get();
        shown.then(|| view! { <p class="field-error" role="alert">{tr!(clock.extend_failed)}</p> }.into_any())
    });
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="warning-title" described_by="warning-text">
            <h2 id="warning-title">{tr!(clock.warning)}</h2>
            <p class="big-clock" role="timer" aria-live="off">
                <span>{tr!(clock.warning_left)}</span>
                <b>{time_left(session)}</b>
            </p>
            <p id="warning-text">{advice}</p>
            <p class="visually-hidden" role="status">{announcement}</p>
            {error}
            <div class="row">
                <button type="button" class="button" id="extend" autofocus
                    hidden=move || capped.get() aria-disabled=truth(move || session.extending.get())
                    on:click=move |_| session.extend(true)>{extend_label}</button>
                <button type="button" class="button" hidden=move || !capped.get()
                    on:click=move |_| session.close_warning()>{tr!(clock.close)}</button>
                <button type="button" class="button quiet" on:click=sign_out>{tr!(site.sign_out)}</button>
            </div>
        </Dialog>
    }
}
