//! Deciding on several requests at once, with a result for each.

use leptos::{html, prelude::*};
use shared::{
    access::{BulkDecision, BulkResult, BulkResults, RequestView, Verdict},
    paths,
};
use uuid::Uuid;

use super::address_of;
use crate::{
    api::{self, Failure},
    components::{
        Dialog, FieldError, Loaded, error_id, failure_view, field_error, focus_after_dialog, live, spawn,
        truth, words,
    },
    i18n::{self, Text, errors, fill, follow, text, tr},
    pages::access::state,
    session::Session,
};

/// Which are chosen, and what came of the last decision on several.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    list: RwSignal<Option<Loaded>>,
    /// The applicant of each request that is or was shown.
    names: RwSignal<Vec<(Uuid, String)>>,
    chosen: RwSignal<Vec<Uuid>>,
    /// What the dialog asks about.
    asked: RwSignal<Option<Verdict>>,
    comment: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    came: RwSignal<Option<Result<Vec<BulkResult>, Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Bulk {
    pub(super) fn new() -> Self {
        Self {
            list: RwSignal::new(None),
            names: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(Vec::new()),
            asked: RwSignal::new(None),
            comment: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            came: RwSignal::new(None),
            after: NodeRef::new(),
            session: expect_context(),
        }
    }

    /// The list that is shown now: it is asked for anew after a decision.
    pub(super) fn follow(self, list: Loaded) {
        self.list.set(Some(list));
        self.chosen.set(Vec::new());
    }

    /// These are shown now.
    pub(super) fn shows(self, items: &[RequestView]) {
        self.names.update(|names| {
            for item in items {
                if names.iter().all(|(id, _)| *id != item.id) {
                    names.push((item.id, item.applicant.name.clone()));
                }
            }
        });
    }

    pub(super) fn has(self, id: Uuid) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    pub(super) fn toggle(self, id: Uuid) {
        self.chosen
            .update(|chosen| match chosen.iter().position(|it| *it == id) {
                Some(place) => drop(chosen.remove(place)),
                None => chosen.push(id),
            });
    }

    /// The buttons above the list.
    pub(super) fn bar(self) -> AnyView {
        let locale = i18n::locale();
        let count = words(move || fill(text!(review.chosen)(locale.get()), self.chosen.with(Vec::len)));
        let ask = move |verdict| {
            if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
                self.error.set(None);
                self.asked.set(Some(verdict));
            }
        };
        let none = move || truth(move || self.chosen.with(Vec::is_empty));
        view! {
            <div class="row choice" role="group" aria-label=tr!(review.several)>
                <span class="hint" aria-live="polite">{count}</span>
                <button type="button" class="button quiet" aria-disabled=none()
                    on:click=move |_| ask(Verdict::Approve)>{tr!(review.approve_chosen)}</button>
                <button type="button" class="button quiet" aria-disabled=none()
                    on:click=move |_| ask(Verdict::Reject)>{tr!(review.reject_chosen)}</button>
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
            requests: self.chosen.get_untracked(),
            verdict,
            comment: Some(self.comment.get_untracked()),
        };
        self.error.set(decision.remark().violation(verdict.action()));
        if self.error.with_untracked(Option::is_some) {
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
            self.came.set(Some(
                result.and_then(api::read).map(|came: BulkResults| came.results),
            ));
            self.asked.set(None);
            self.chosen.set(Vec::new());
            if let Some(list) = self.list.get_untracked() {
                list.ask();
            }
            focus_after_dialog(self.after);
        });
    }

    /// What came of the last one, each with its result.
    pub(super) fn outcome(self) -> AnyView {
        let retry = Callback::new(move |()| self.came.set(None));
        let shown = live(move || match self.came.get() {
            None => ().into_any(),
            Some(Ok(results)) => {
                let lines: Vec<_> = results.iter().map(|result| self.line(result)).collect();
                view! { <h2>{tr!(review.came)}</h2><ul class="results">{lines}</ul> }.into_any()
            }
            Some(Err(failure)) => failure_view(&failure, retry),
        });
        view! { <div node_ref=self.after tabindex="-1" role="status" class="outcome">{shown}</div> }
            .into_any()
    }

    fn line(self, result: &BulkResult) -> AnyView {
        let locale = i18n::locale();
        let names = self.names.get_untracked();
        let name = names.into_iter().find(|(id, _)| *id == result.request);
        let name = name.map_or_else(|| result.request.to_string(), |(_, name)| name);
        let became = match (result.state, result.refused) {
            (Some(state), _) => state::mark(state),
            (None, Some(code)) => {
                let (what, _) = errors::code(code);
                view! { <span class="word caution">{words(move || what(locale.get()).to_owned())}</span> }
                    .into_any()
            }
            (None, None) => ().into_any(),
        };
        view! { <li><a href=address_of(result.request)>{name}</a>" "{became}</li> }.into_any()
    }

    /// Asks for the comment, and whether it is meant.
    pub(super) fn dialog(self) -> AnyView {
        let locale = i18n::locale();
        let open = Signal::derive(move || self.asked.get().is_some());
        let dismiss = Callback::new(move |()| self.asked.set(None));
        let title = words(move || {
            let question: Text = match self.asked.get() {
                Some(Verdict::Reject) => text!(review.reject_title),
                _ => text!(review.approve_title),
            };
            fill(question(locale.get()), self.chosen.with(Vec::len))
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
