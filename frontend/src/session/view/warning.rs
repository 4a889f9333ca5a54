//! The dialog that warns before the automatic sign-out.

use leptos::{prelude::*, task::spawn_local};

use super::clock::time_left;
use crate::{
    components::Dialog,
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
    let announcement = move || {
        let seconds = session.warning.get()?;
        Some(i18n::fill(text!(clock.announce)(locale.get()), seconds / 60))
    };
    let extend_label = move || {
        let text = if session.extending.get() {
            text!(clock.extending)
        } else {
            text!(clock.extend)
        };
        text(locale.get())
    };
    let sign_out = move |_| {
        session.close_warning();
        spawn_local(async move { failed.set(session.sign_out().await.is_err()) });
    };
    let capped = Signal::derive(move || session.warning.get().is_some() && session.is_capped());
    let advice = move || {
        let text = if capped.get() {
            text!(clock.warning_capped)
        } else {
            text!(clock.warning_text)
        };
        text(locale.get())
    };
    let error = move || {
        let text = text!(clock.extend_failed);
        session
            .extend_failed
            .get()
            .then(|| view! { <p class="field-error" role="alert">{text(locale.get())}</p> })
    };
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
                    hidden=move || capped.get() aria-disabled=move || session.extending.get().then_some("true")
                    on:click=move |_| session.extend(true)>{extend_label}</button>
                <button type="button" class="button" hidden=move || !capped.get()
                    on:click=move |_| session.close_warning()>{tr!(clock.close)}</button>
                <button type="button" class="button quiet" on:click=sign_out>{tr!(site.sign_out)}</button>
            </div>
        </Dialog>
    }
}
