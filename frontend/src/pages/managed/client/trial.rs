//! The trial of a registration: how far a sign-in comes, and what the application would learn.

use std::collections::BTreeMap;

use leptos::{html, prelude::*};
use shared::{
    client::{ClientTrial, TrialOutcome, TrialStep, TrialStepResult},
    paths,
};
use wasm_bindgen::JsValue;

use super::Client;
use crate::{
    api::{self, Failure},
    components::{either, failure_view, live, spawn, truth},
    i18n::{Text, follow, text, tr},
};

/// The part of the page.
pub(super) fn trial(client: Client) -> AnyView {
    let busy = RwSignal::new(false);
    let found: RwSignal<Option<Result<ClientTrial, Failure>>> = RwSignal::new(None);
    let place = NodeRef::<html::Div>::new();
    let try_it = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn(async move {
            let path = paths::client_trial(&client.code());
            let answer = client
                .session
                .post(&path, &JsValue::from(js_sys::Object::new()))
                .await;
            if busy.try_set(false).is_some() {
                return;
            }
            found.set(Some(answer.and_then(api::read)));
            if let Some(place) = place.get_untracked() {
                let _ = place.focus();
            }
        });
    };
    let retry = Callback::new(move |()| try_it());
    let label = either(move || busy.get(), text!(client.trying), text!(client.try_it));
    view! {
        <section class="part" aria-labelledby="trial">
            <h2 id="trial">{tr!(client.trial)}</h2>
            <p>{tr!(client.trial_text)}</p>
            <p class="row">
                <button type="button" class="button quiet" aria-disabled=truth(move || busy.get())
                    on:click=move |_| try_it()>{label}</button>
            </p>
            <div node_ref=place tabindex="-1" role="group" aria-labelledby="trial">
                {live(move || match found.get() {
                    None => ().into_any(),
                    Some(Ok(trial)) => shown(trial),
                    Some(Err(failure)) => failure_view(&failure, retry),
                })}
            </div>
        </section>
    }
    .into_any()
}

fn shown(trial: ClientTrial) -> AnyView {
    let rows = trial.steps.into_iter().map(step).collect_view();
    view! {
        <table class="table" aria-labelledby="trial">
            <thead><tr><th scope="col">{tr!(client.step)}</th><th scope="col">{tr!(client.result)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        {claims("trial-id-token", text!(client.id_token), trial.id_token)}
        {claims("trial-claims", text!(client.claims), trial.userinfo)}
    }
    .into_any()
}

fn step(result: TrialStepResult) -> AnyView {
    let name: Text = match result.step {
        TrialStep::Authorize => text!(client.authorize),
        TrialStep::Token => text!(client.token_step),
        TrialStep::Userinfo => text!(client.userinfo),
        TrialStep::Refresh => text!(client.refresh),
        TrialStep::BackchannelLogout => text!(client.backchannel),
    };
    let (class, outcome): (_, Text) = match result.outcome {
        TrialOutcome::Passed => ("health up", text!(client.passed)),
        TrialOutcome::Failed => ("health down", text!(client.failed)),
        TrialOutcome::Skipped => ("health", text!(client.skipped)),
    };
    let answer = result.answer.map(|answer| view! { " "<code>{answer}</code> });
    view! {
        <tr>
            <th scope="row">{follow(name)}</th>
            <td data-label=tr!(client.result)><span class=class>{follow(outcome)}</span>{answer}</td>
        </tr>
    }
    .into_any()
}

fn claims(id: &'static str, title: Text, claims: BTreeMap<String, String>) -> AnyView {
    if claims.is_empty() {
        return ().into_any();
    }
    let row = |(name, value): (String, String)| {
        view! { <tr><th scope="row"><code>{name}</code></th><td data-label=tr!(client.value)><code>{value}</code></td></tr> }
            .into_any()
    };
    view! {
        <h3 id=id>{follow(title)}</h3>
        <table class="table" aria-labelledby=id>
            <thead><tr><th scope="col">{tr!(client.claim)}</th><th scope="col">{tr!(client.value)}</th></tr></thead>
            <tbody>{claims.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
