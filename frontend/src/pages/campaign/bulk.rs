//! Deciding on one permission or on several at once, with a result for each.

use leptos::{html, prelude::*};
use shared::{
    campaign::{CampaignItem, CampaignVerdict, ItemDecisions, ItemResult, ItemResults},
    paths,
    problem::Violation,
};
use uuid::Uuid;

use super::{one::Here, state};
use crate::{
    api::{self, Failure},
    components::{
        Dialog, Entry, FieldError, Loaded, Shape, either, entry, failure_view, focus_after_dialog,
        focus_field, live, spawn, truth, words,
    },
    i18n::{self, Text, errors, fill, follow, text, tr},
    session::Session,
};

/// Which are chosen, and what came of the last decision.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    here: Here,
    list: RwSignal<Option<Loaded>>,
    /// The holder of each permission that is or was shown.
    names: RwSignal<Vec<(Uuid, String)>>,
    chosen: RwSignal<Vec<Uuid>>,
    /// What the dialog asks about, and which permissions.
    asked: RwSignal<Option<(CampaignVerdict, Vec<Uuid>)>>,
    reason: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    came: RwSignal<Option<Result<Vec<ItemResult>, Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Bulk {
    pub(super) fn new(here: &Here) -> Self {
        Self {
            here: *here,
            list: RwSignal::new(None),
            names: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(Vec::new()),
            asked: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
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
    pub(super) fn shows(self, items: &[CampaignItem]) {
        self.names.update(|names| {
            for item in items {
                if names.iter().all(|(id, _)| *id != item.grant) {
                    names.push((item.grant, item.person.name.clone()));
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

    /// Asks whether it is meant, and why.
    pub(super) fn ask(self, verdict: CampaignVerdict, grants: Vec<Uuid>) {
        if !grants.is_empty() {
            self.error.set(None);
            self.asked.set(Some((verdict, grants)));
        }
    }

    /// The buttons above the list; these can be chosen.
    pub(super) fn bar(self, all: Vec<Uuid>) -> AnyView {
        let locale = i18n::locale();
        let count = words(move || fill(text!(review.chosen)(locale.get()), self.chosen.with(Vec::len)));
        let button = move |verdict, name: Text| {
            let ask = move |_| self.ask(verdict, self.chosen.get_untracked());
            let none = truth(move || self.chosen.with(Vec::is_empty));
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
                <span class="hint" aria-live="polite">{count}</span>
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
            self.came.set(Some(
                result.and_then(api::read).map(|came: ItemResults| came.results),
            ));
            self.asked.set(None);
            self.chosen.set(Vec::new());
            if let Some(list) = self.list.get_untracked() {
                list.ask();
            }
            self.here.progress.ask();
            focus_after_dialog(self.after);
        });
    }

    /// What came of the last decision, each with its result.
    pub(super) fn outcome(self) -> AnyView {
        let retry = Callback::new(move |()| self.came.set(None));
        let shown = live(move || match self.came.get() {
            None => ().into_any(),
            Some(Ok(results)) => {
                let lines: Vec<_> = results.iter().map(|result| self.line(result)).collect();
                view! { <h3>{tr!(review.came)}</h3><ul class="results">{lines}</ul> }.into_any()
            }
            Some(Err(failure)) => failure_view(&failure, retry),
        });
        view! { <div node_ref=self.after tabindex="-1" role="status" class="outcome">{shown}</div> }
            .into_any()
    }

    fn line(self, result: &ItemResult) -> AnyView {
        let locale = i18n::locale();
        let names = self.names.get_untracked();
        let name = names.into_iter().find(|(id, _)| *id == result.grant);
        let name = name.map_or_else(|| result.grant.to_string(), |(_, name)| name);
        let became = match (result.state, result.refused) {
            (Some(state), _) => state::mark(state),
            (None, Some(code)) => {
                let (what, _) = errors::code(code);
                view! { <span class="word caution">{words(move || what(locale.get()).to_owned())}</span> }
                    .into_any()
            }
            (None, None) => ().into_any(),
        };
        view! { <li>{name}" "{became}</li> }.into_any()
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
