//! 任職機關: the agency that one proposes to belong to, where MyEGov names none.

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    affiliation::{Affiliation, NewProposal, OwnProposal, ProposalState},
    agency::AgencyChoice,
    paths,
};
use wasm_bindgen::JsValue;

use crate::{
    api::Failure,
    components::{FieldError, Loaded, Tone, failure_view, focus_field, live, notice, spawn, truth},
    i18n::{text, tr},
    pages::agency_field,
    session::Session,
};

/// What the parts share.
#[derive(Clone, Copy)]
struct Proposing {
    loaded: Loaded,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Where the focus goes after a deed.
    place: NodeRef<html::Section>,
    session: Session,
}

/// The section; nothing for one whose agency is known, unless a proposal says how it became so.
pub(super) fn affiliation() -> AnyView {
    let proposing = Proposing {
        loaded: Loaded::from(paths::PROFILE_AGENCY_PROPOSAL),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        place: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(proposing);
    proposing.loaded.show(show)
}

fn show(affiliation: Affiliation) -> AnyView {
    let proposing = expect_context::<Proposing>();
    let open = matches!(&affiliation.proposal, Some(proposal) if proposal.state == ProposalState::Open);
    if !affiliation.may_propose && !open {
        return ().into_any();
    }
    let retry = Callback::new(move |()| proposing.failure.set(None));
    let failed = live(move || match proposing.failure.get() {
        Some(failure) => failure_view(&failure, retry),
        None => ().into_any(),
    });
    let standing = affiliation.proposal.map(standing);
    let deed = if open {
        withdraw(&proposing)
    } else {
        propose(&proposing)
    };
    view! {
        <section class="card" aria-labelledby="affiliation" tabindex="-1" node_ref=proposing.place>
            <h2 id="affiliation">{tr!(affiliation.title)}</h2>
            <p class="hint">{tr!(affiliation.lead)}</p>
            {failed}
            {standing}
            {deed}
        </section>
    }
    .into_any()
}

/// What has become of the latest proposal.
fn standing(proposal: OwnProposal) -> AnyView {
    let name = proposal.agency.name.unwrap_or(proposal.agency.oid);
    match proposal.state {
        ProposalState::Open => {
            let more = view! { <p><strong>{name}</strong></p> };
            let words = (text!(affiliation.open), text!(affiliation.open_text));
            notice(Tone::Information, "status", words.0, words.1, more.into_any())
        }
        ProposalState::Refused => {
            let more = view! { <p><strong>{name}</strong></p><p class="prose">{proposal.reason}</p> };
            let words = (text!(affiliation.refused), text!(affiliation.refused_text));
            notice(Tone::Caution, "", words.0, words.1, more.into_any())
        }
        ProposalState::Confirmed | ProposalState::Withdrawn | ProposalState::Lapsed => ().into_any(),
    }
}

impl Proposing {
    /// Shows how one stands then, with the focus there.
    fn after(self, result: Result<(), Failure>) {
        if self.busy.try_set(false).is_some() {
            return;
        }
        let failed = result.is_err();
        self.failure.set(result.err());
        if !failed {
            self.loaded.ask();
        }
        if let Some(place) = self.place.get_untracked() {
            let _ = place.focus();
        }
    }
}

fn withdraw(proposing: &Proposing) -> AnyView {
    let proposing = *proposing;
    let press = move |_| {
        if proposing.busy.get_untracked() {
            return;
        }
        proposing.busy.set(true);
        spawn(async move {
            let result = proposing.session.delete(paths::PROFILE_AGENCY_PROPOSAL).await;
            proposing.after(result);
        });
    };
    view! {
        <div class="row">
            <button type="button" class="button quiet" aria-disabled=truth(move || proposing.busy.get())
                on:click=press>{tr!(affiliation.withdraw)}</button>
        </div>
    }
    .into_any()
}

fn propose(proposing: &Proposing) -> AnyView {
    let proposing = *proposing;
    let chosen = RwSignal::new(None::<AgencyChoice>);
    let error: FieldError = RwSignal::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if proposing.busy.get_untracked() {
            return;
        }
        let choice = chosen.get_untracked();
        let new = NewProposal {
            agency: choice.map(|choice| choice.oid).unwrap_or_default(),
        };
        let fault = new.violation();
        let faulty = fault.is_some();
        error.set(fault);
        if faulty {
            focus_field("proposed_agency");
            return;
        }
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or(JsValue::NULL);
        proposing.busy.set(true);
        spawn(async move {
            let result = proposing
                .session
                .post(paths::PROFILE_AGENCY_PROPOSAL, &body)
                .await;
            proposing.after(result.map(drop));
        });
    };
    view! {
        <form method="post" novalidate on:submit=submit>
            {agency_field("proposed_agency", text!(affiliation.agency), chosen, error)}
            <div class="row">
                <button type="submit" class="button" aria-disabled=truth(move || proposing.busy.get())>
                    {tr!(affiliation.propose)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
