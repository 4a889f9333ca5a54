//! Taking a registration away, after a question.

use leptos::{html, prelude::*};
use shared::paths;

use super::{Client, Stage};
use crate::{
    api::Failure,
    components::{Dialog, Tone, focus_after_dialog, notice, request_id, sometimes, spawn, truth},
    i18n::{errors, tr},
};

/// The part of the page.
pub(super) fn removal(client: Client) -> AnyView {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let place = NodeRef::<html::Div>::new();
    let keep = move || {
        open.set(false);
        focus_after_dialog(place);
    };
    let remove = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn(async move {
            let answer = client.session.delete(&paths::client(&client.code())).await;
            if busy.try_set(false).is_some() {
                return;
            }
            open.set(false);
            match answer {
                Ok(()) => {
                    client.secret.set(None);
                    client.removed.set(true);
                    client.stage.set(Stage::None);
                }
                Err(refused) => failure.set(Some(refused)),
            }
        });
    };
    let refused = sometimes(move || {
        failure.get().map(|failure| {
            let (what, next) = errors::words(&failure);
            notice(Tone::Alarm, "alert", what, next, request_id(&failure).into_any())
        })
    });
    view! {
        <section class="part" aria-labelledby="removal">
            <h2 id="removal">{tr!(client.remove)}</h2>
            <p>{tr!(client.remove_text)}</p>
            {refused}
            <div node_ref=place tabindex="-1" class="row">
                <button type="button" class="button quiet" on:click=move |_| open.set(true)>{tr!(client.remove)}</button>
            </div>
            <Dialog open=open.into() on_dismiss=Callback::new(move |()| keep()) labelled_by="remove-title"
                described_by="remove-text">
                <h2 id="remove-title" tabindex="-1">{tr!(client.remove_sure)}</h2>
                <p id="remove-text">{tr!(client.remove_text)}</p>
                <div class="row">
                    <button type="button" class="button" aria-disabled=truth(move || busy.get()) on:click=remove>
                        {tr!(client.remove)}
                    </button>
                    <button type="button" class="button quiet" on:click=move |_| keep()>{tr!(client.keep)}</button>
                </div>
            </Dialog>
        </section>
    }
    .into_any()
}
