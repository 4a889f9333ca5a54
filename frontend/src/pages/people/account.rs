//! What those who look after a person do to the account: disable and enable it, end its sessions, move it.

use js_sys::Object;
use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    agency::AgencyChoice,
    paths,
    person::MovePerson,
    problem::{Violation, ViolationCode},
};
use wasm_bindgen::JsValue;

use super::one::Acting;
use crate::{
    api::Failure,
    components::{Dialog, FieldError, focus_field, truth, words},
    i18n::{self, Text, follow, text, tr},
    pages::agency_field,
};

/// A deed that is asked about before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Disable,
    Enable,
    EndSessions,
}

impl Deed {
    /// Its name in the address, what the button says, the question, what follows from it, and what is said when it is
    /// done.
    fn words(self) -> (&'static str, [Text; 4]) {
        match self {
            Self::Disable => (
                "disable",
                [
                    text!(people.disable),
                    text!(people.disable_title),
                    text!(people.disable_text),
                    text!(people.did_disable),
                ],
            ),
            Self::Enable => (
                "enable",
                [
                    text!(people.enable),
                    text!(people.enable_title),
                    text!(people.enable_text),
                    text!(people.did_enable),
                ],
            ),
            Self::EndSessions => (
                "end-sessions",
                [
                    text!(people.end_sessions),
                    text!(people.end_sessions_title),
                    text!(people.end_sessions_text),
                    text!(people.did_end_sessions),
                ],
            ),
        }
    }
}

/// The section, for a person who is (not) disabled.
pub(super) fn account(disabled: bool) -> AnyView {
    let asked = RwSignal::new(None::<Deed>);
    let first = if disabled { Deed::Enable } else { Deed::Disable };
    let button = |deed: Deed| {
        let label = deed.words().1[0];
        view! {
            <button type="button" class="button quiet" on:click=move |_| asked.set(Some(deed))>{follow(label)}</button>
        }
        .into_any()
    };
    view! {
        <section class="card form part" aria-labelledby="manage-account">
            <h2 id="manage-account">{tr!(people.manage_account)}</h2>
            <div class="row">{button(first)}{button(Deed::EndSessions)}</div>
            {move_to()}
        </section>
        {confirmation(asked)}
    }
    .into_any()
}

fn confirmation(asked: RwSignal<Option<Deed>>) -> AnyView {
    let acting = expect_context::<Acting>();
    let locale = i18n::locale();
    let open = Signal::derive(move || asked.with(Option::is_some));
    let dismiss = Callback::new(move |()| asked.set(None));
    let said = move |which: usize| {
        words(move || {
            let text = asked.get().map(|deed| deed.words().1[which](locale.get()));
            text.unwrap_or_default().to_owned()
        })
    };
    let act = move |_| {
        let Some(deed) = asked.get_untracked() else { return };
        asked.set(None);
        let (name, [.., done]) = deed.words();
        let path = paths::person_deed(&acting.id.get_value(), name);
        acting.act(done, async move {
            let answer = acting.session.post(&path, &Object::new()).await;
            answer.map(drop).map_err(Some)
        });
    };
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="deed-title" described_by="deed-text">
            <h2 id="deed-title">{said(1)}</h2>
            <p id="deed-text">{said(2)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=act>{said(0)}</button>
                <button type="button" class="button quiet" on:click=move |_| asked.set(None)>{tr!(site.cancel)}</button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Moves the person to another agency.
fn move_to() -> AnyView {
    let acting = expect_context::<Acting>();
    let chosen = RwSignal::new(None::<AgencyChoice>);
    let error: FieldError = RwSignal::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(agency) = chosen.get_untracked() else {
            error.set(Some(Violation::new("agency", ViolationCode::Required)));
            focus_field("new_agency");
            return;
        };
        let body = MovePerson { agency: agency.oid };
        let body = serde_wasm_bindgen::to_value(&body).unwrap_or(JsValue::NULL);
        let path = paths::person_deed(&acting.id.get_value(), "move");
        acting.act(text!(people.did_move), async move {
            match acting.session.post(&path, &body).await {
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    if error.try_set(problem.violations.first().cloned()).is_none() {
                        focus_field("new_agency");
                    }
                    Err(None)
                }
                answer => answer.map(drop).map_err(Some),
            }
        });
    };
    let busy = acting.busy;
    view! {
        <form method="post" novalidate on:submit=submit>
            {agency_field("new_agency", text!(people.new_agency), chosen, error)}
            <p class="hint">{tr!(people.move_text)}</p>
            <div class="row">
                <button type="submit" class="button quiet" aria-disabled=truth(move || busy.get())>
                    {tr!(people.move_it)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
