//! The secrets of a client: a new one, with an overlap, and ending old ones.

use leptos::prelude::*;
use shared::{
    client::{ClientSecretView, ClientView, NewClientSecret},
    paths,
};

use super::Client;
use crate::{
    api::Failure,
    components::{Tone, notice, request_id, sometimes, spawn, truth, words},
    i18n::{self, errors, fill, format, text, tr},
};

/// For how many hours old secrets can be kept, for choice.
const OVERLAPS: [u32; 4] = [0, 24, 168, 720];

/// The table, and the way to a new one.
pub(super) fn secrets(client: Client, view: &ClientView) -> AnyView {
    let busy = RwSignal::new(false);
    let failure: RwSignal<Option<Failure>> = RwSignal::new(None);
    let hours = RwSignal::new(OVERLAPS[1]);
    let rows = view
        .secrets
        .iter()
        .map(|secret| row(client, secret, failure))
        .collect_view();
    let make = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let new = NewClientSecret {
            keep_old_hours: hours.get_untracked(),
        };
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
        spawn(async move {
            let answer = client
                .session
                .post(&paths::client_secrets(&client.code()), &body)
                .await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(body) => client.registered(body),
                Err(refused) => failure.set(Some(refused)),
            }
        });
    };
    view! {
        <section class="part" aria-labelledby="secrets">
            <h2 id="secrets">{tr!(client.secrets)}</h2>
            <p>{tr!(client.secrets_text)}</p>
            {sometimes(move || failure.with(|failure| failure.as_ref().map(refused)))}
            <table class="table" aria-labelledby="secrets">
                <thead>
                    <tr>
                        <th scope="col">{tr!(client.made_at)}</th>
                        <th scope="col">{tr!(client.until)}</th>
                        <th scope="col"><span class="visually-hidden">{tr!(client.end)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <div class="row">
                {overlap(hours)}
                <button type="button" class="button quiet" aria-disabled=truth(move || busy.get()) on:click=make>
                    {tr!(client.new_secret)}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// For how long the secrets that there are still count.
fn overlap(hours: RwSignal<u32>) -> AnyView {
    let locale = i18n::locale();
    let option = move |count: u32| {
        let text = words(move || match count {
            0 => text!(client.at_once)(locale.get()).to_owned(),
            _ => fill(text!(client.hours)(locale.get()), count),
        });
        let selected = count == hours.get_untracked();
        view! { <option value=count.to_string() selected=selected>{text}</option> }.into_any()
    };
    let change = move |event: web_sys::Event| {
        if let Ok(count) = event_target_value(&event).parse() {
            hours.set(count);
        }
    };
    view! {
        <div class="field">
            <label for="keep_old_hours">{tr!(client.keep_old)}</label>
            <select id="keep_old_hours" on:change=change>{OVERLAPS.map(option).collect_view()}</select>
        </div>
    }
    .into_any()
}

fn refused(failure: &Failure) -> AnyView {
    let (what, next) = errors::words(failure);
    notice(Tone::Alarm, "alert", what, next, request_id(failure).into_any())
}

fn row(client: Client, secret: &ClientSecretView, failure: RwSignal<Option<Failure>>) -> AnyView {
    let locale = i18n::locale();
    let (id, made_at, until) = (secret.id, secret.made_at, secret.expires_at);
    let end = move |_| {
        failure.set(None);
        spawn(async move {
            match client
                .session
                .delete(&paths::client_secret(&client.code(), id))
                .await
            {
                Ok(()) => client.ask(),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let time = move |at| words(move || format::date(at, true, locale.get()));
    let until = match until {
        Some(at) => time(at).into_any(),
        None => view! { {tr!(client.no_end)} }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{time(made_at)}</th>
            <td data-label=tr!(client.until)>{until}</td>
            <td><button type="button" class="button quiet small" on:click=end>{tr!(client.end)}</button></td>
        </tr>
    }
    .into_any()
}
