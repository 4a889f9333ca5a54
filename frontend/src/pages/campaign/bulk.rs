//! Deciding on one permission or on several at once, with a result for each.

use leptos::prelude::*;
use shared::{
    campaign::{CampaignVerdict, ItemDecisions, ItemResult, ItemResults},
    paths,
    problem::{ErrorCode, Violation},
};
use uuid::Uuid;

use super::{one::Here, state};
use crate::{
    api,
    components::{
        Chosen, Dialog, Entry, FieldError, Outcome, Shape, either, entry, focus_field, spawn, truth, words,
    },
    i18n::{self, Text, fill, follow, text, tr},
    session::Session,
};

/// The deed on those that are chosen, or on one.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    here: Here,
    chosen: Chosen,
    /// What the dialog asks about, and which permissions.
    asked: RwSignal<Option<(CampaignVerdict, Vec<Uuid>)>>,
    reason: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    session: Session,
}

impl Bulk {
    /// On the rows that are chosen.
    pub(super) fn on(chosen: Chosen, here: &Here) -> Self {
        Self {
            here: *here,
            chosen,
            asked: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            session: expect_context(),
        }
    }

    /// Asks whether it is meant, and why.
    pub(super) fn ask(self, verdict: CampaignVerdict, grants: Vec<Uuid>) {
        if !grants.is_empty() {
            self.error.set(None);
            self.asked.set(Some((verdict, grants)));
        }
    }

    /// The buttons above the list; these can be chosen.
    pub(super) fn bar(self, all: Vec<Uuid>) -> AnyView {
        let button = move |verdict, name: Text| {
            let ask = move |_| self.ask(verdict, self.chosen.ids());
            let none = truth(move || self.chosen.count() == 0);
            view! {
                <button type="button" class="button quiet" aria-disabled=none on:click=ask>{follow(name)}</button>
            }
            .into_any()
        };
        view! {
            <div class="row choice" role="group" aria-label=tr!(campaigns.several)>
                <button type="button" class="button quiet" on:click=move |_| self.chosen.set(all.clone())>
                    {tr!(campaigns.choose_all)}
                </button>
                {self.chosen.counted()}
                {button(CampaignVerdict::Keep, text!(campaigns.keep_chosen))}
                {button(CampaignVerdict::Revoke, text!(campaigns.revoke_chosen))}
            </div>
        }
        .into_any()
    }

    fn mark(self, faults: Vec<Violation>) {
        let fault = faults.into_iter().find(|fault| fault.field == "reason");
        if fault.is_some() {
            focus_field("item-reason");
        }
        self.error.set(fault);
    }

    fn send(self) {
        let Some((verdict, grants)) = self.asked.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        let decisions = ItemDecisions {
            grants,
            verdict,
            reason: Some(self.reason.get_untracked()),
        };
        self.mark(decisions.violations());
        if self.error.with_untracked(Option::is_some) {
            return;
        }
        let body = serde_wasm_bindgen::to_value(&decisions).unwrap_or_default();
        let path = self
            .here
            .id
            .with_value(|id| paths::campaign_part(id, "decisions"));
        self.busy.set(true);
        spawn(async move {
            let result = self.session.post(&path, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            if result.is_ok() {
                self.reason.set(String::new());
            }
            self.asked.set(None);
            self.here.progress.ask();
            let came = result.and_then(api::read);
            self.chosen
                .done(came.map(|came: ItemResults| came.results.iter().map(outcome).collect()));
        });
    }

    /// Asks why, and whether it is meant.
    pub(super) fn dialog(self) -> AnyView {
        let locale = i18n::locale();
        let open = Signal::derive(move || self.asked.get().is_some());
        let dismiss = Callback::new(move |()| self.asked.set(None));
        let keeps = move || {
            self.asked
                .with(|asked| matches!(asked, Some((CampaignVerdict::Keep, _))))
        };
        let title = words(move || {
            let question: Text = if keeps() {
                text!(campaigns.keep_title)
            } else {
                text!(campaigns.revoke_title)
            };
            let count = self
                .asked
                .with(|asked| asked.as_ref().map_or(0, |(_, grants)| grants.len()));
            fill(question(locale.get()), count)
        });
        let text = either(keeps, text!(campaigns.keep_text), text!(campaigns.revoke_text));
        let send = either(keeps, text!(campaigns.keep), text!(campaigns.revoke));
        let reason = Entry {
            shape: Shape::Area,
            ..Entry::new("item-reason", text!(campaigns.reason))
        };
        view! {
            <Dialog open on_dismiss=dismiss labelled_by="decide-title" described_by="decide-text" role="dialog">
                <h2 id="decide-title">{title}</h2>
                <p id="decide-text">{text}</p>
                {entry(reason, self.reason, self.error, Callback::new(|()| ()))}
                <div class="row">
                    <button type="button" class="button" aria-disabled=truth(move || self.busy.get())
                        on:click=move |_| self.send()>{send}</button>
                    <button type="button" class="button quiet" on:click=move |_| self.asked.set(None)>
                        {follow(text!(site.cancel))}
                    </button>
                </div>
            </Dialog>
        }
        .into_any()
    }
}

fn outcome(result: &ItemResult) -> Outcome {
    let became = result
        .state
        .map(|state| (state::colour(state), state::name(state)));
    Outcome {
        id: result.grant,
        href: None,
        // An answer has the one or the other.
        became: became.ok_or(result.refused.unwrap_or(ErrorCode::Internal)),
    }
}
