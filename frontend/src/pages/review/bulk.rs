//! Deciding on several requests at once, with a result for each.

use leptos::prelude::*;
use shared::{
    access::{BulkDecision, BulkResult, BulkResults, Verdict},
    paths,
    problem::ErrorCode,
};

use super::address_of;
use crate::{
    api,
    components::{
        Chosen, Dialog, FieldError, Outcome, error_id, field_error, focus_field, spawn, truth, words,
    },
    i18n::{self, Text, fill, follow, text, tr},
    pages::access::state,
    session::Session,
};

/// The deed on those that are chosen.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    chosen: Chosen,
    /// What the dialog asks about.
    asked: RwSignal<Option<Verdict>>,
    comment: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    session: Session,
}

impl Bulk {
    /// On the rows that are chosen.
    pub(super) fn on(chosen: Chosen) -> Self {
        Self {
            chosen,
            asked: RwSignal::new(None),
            comment: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            session: expect_context(),
        }
    }

    /// The buttons above the list.
    pub(super) fn bar(self) -> AnyView {
        let ask = move |verdict| {
            if !self.chosen.ids().is_empty() {
                self.error.set(None);
                self.asked.set(Some(verdict));
            }
        };
        let button = |verdict, name: Text| {
            let none = truth(move || self.chosen.count() == 0);
            view! {
                <button type="button" class="button quiet" aria-disabled=none on:click=move |_| ask(verdict)>
                    {follow(name)}
                </button>
            }
            .into_any()
        };
        view! {
            <div class="row choice" role="group" aria-label=tr!(review.several)>
                {self.chosen.counted()}
                {button(Verdict::Approve, text!(review.approve_chosen))}
                {button(Verdict::Return, text!(review.return_chosen))}
                {button(Verdict::Reject, text!(review.reject_chosen))}
            </div>
        }
        .into_any()
    }

    fn send(self) {
        let Some(verdict) = self.asked.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        let decision = BulkDecision {
            requests: self.chosen.ids(),
            verdict,
            comment: Some(self.comment.get_untracked()),
        };
        self.error.set(decision.remark().violation(verdict.action()));
        if self.error.with_untracked(Option::is_some) {
            focus_field("bulk-comment");
            return;
        }
        let body = serde_wasm_bindgen::to_value(&decision).unwrap_or_default();
        self.busy.set(true);
        spawn(async move {
            let result = self.session.post(paths::PERMISSION_DECISIONS, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            if result.is_ok() {
                self.comment.set(String::new());
            }
            self.asked.set(None);
            let came = result.and_then(api::read);
            self.chosen
                .done(came.map(|came: BulkResults| came.results.iter().map(outcome).collect()));
        });
    }

    /// Asks for the comment, and whether it is meant.
    pub(super) fn dialog(self) -> AnyView {
        let locale = i18n::locale();
        let open = Signal::derive(move || self.asked.get().is_some());
        let dismiss = Callback::new(move |()| self.asked.set(None));
        let title = words(move || {
            let question: Text = match self.asked.get() {
                Some(Verdict::Reject) => text!(review.reject_title),
                Some(Verdict::Return) => text!(review.return_title),
                _ => text!(review.approve_title),
            };
            fill(question(locale.get()), self.chosen.count())
        });
        view! {
            <Dialog open on_dismiss=dismiss labelled_by="bulk-title" described_by="bulk-text" role="dialog">
                <h2 id="bulk-title">{title}</h2>
                <p id="bulk-text">{tr!(review.several_text)}</p>
                <div class="field">
                    <label for="bulk-comment">{tr!(review.opinion)}</label>
                    <textarea id="bulk-comment" rows="3" prop:value=self.comment
                        aria-invalid=truth(move || self.error.with(Option::is_some))
                        aria-describedby=error_id("bulk-comment")
                        on:input=move |event| {
                            self.error.set(None);
                            self.comment.set(event_target_value(&event));
                        }
                    ></textarea>
                    {field_error("bulk-comment", self.error)}
                </div>
                <div class="row">
                    <button type="button" class="button" on:click=move |_| self.send()>{tr!(review.decide)}</button>
                    <button type="button" class="button quiet" on:click=move |_| self.asked.set(None)>
                        {follow(text!(site.cancel))}
                    </button>
                </div>
            </Dialog>
        }
        .into_any()
    }
}

fn outcome(result: &BulkResult) -> Outcome {
    let became = result
        .state
        .map(|state| (state::colour(state), state::name(state)));
    Outcome {
        id: result.request,
        href: Some(address_of(result.request)),
        // An answer has the one or the other.
        became: became.ok_or(result.refused.unwrap_or(ErrorCode::Internal)),
    }
}
