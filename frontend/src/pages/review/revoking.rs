//! Taking a permission back: the button of a row, the question with the reason, and what came of it.

use leptos::{html, prelude::*};
use shared::{
    access::{GrantAction, GrantView, RevokeGrant},
    paths,
};

use crate::{
    api::Failure,
    components::{
        Dialog, Entry, FieldError, Loaded, Shape, entry, failure_view, focus_after_dialog, focus_field, live,
        sometimes, spawn, truth,
    },
    i18n::{self, fill, language, pick, text, tr},
    pages::access::lasts,
    session::Session,
};

/// The field of the dialog.
const REASON: &str = "revoke-reason";

/// What the rows and the dialog share.
#[derive(Clone, Copy)]
pub(super) struct Revoking {
    list: RwSignal<Option<Loaded>>,
    /// What the dialog asks about.
    asked: RwSignal<Option<GrantView>>,
    reason: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Result<(), Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Revoking {
    /// For the rows of the page.
    pub(super) fn provide() -> Self {
        let revoking = Self {
            list: RwSignal::new(None),
            asked: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            outcome: RwSignal::new(None),
            after: NodeRef::new(),
            session: expect_context(),
        };
        provide_context(revoking);
        revoking
    }

    /// The list that is shown now: it is asked for anew after a deed.
    pub(super) fn follow(self, list: Loaded) {
        self.list.set(Some(list));
    }

    /// What came of the last deed.
    pub(super) fn outcome(self) -> AnyView {
        let retry = Callback::new(move |()| self.outcome.set(None));
        let outcome = live(move || match self.outcome.get() {
            None => ().into_any(),
            Some(Ok(())) => view! { <p>{tr!(review.revoked)}</p> }.into_any(),
            Some(Err(failure)) => failure_view(&failure, retry),
        });
        view! { <div node_ref=self.after tabindex="-1" role="status" class="outcome">{outcome}</div> }
            .into_any()
    }

    /// The button of a row, where the reader may.
    pub(super) fn button(self, grant: &GrantView) -> Option<AnyView> {
        if !grant.may.contains(&GrantAction::Revoke) {
            return None;
        }
        let locale = i18n::locale();
        let (person, role) = (grant.person.name.clone(), grant.role.name.clone());
        let label = move || {
            let locale = locale.get();
            let of = fill(text!(review.revoke_label)(locale), &person);
            fill(&of, role.get(language(locale)))
        };
        let grant = grant.clone();
        let ask = move |_| {
            self.error.set(None);
            self.asked.set(Some(grant.clone()));
        };
        let button = view! {
            <button type="button" class="button quiet" aria-label=label on:click=ask>{tr!(review.revoke)}</button>
        };
        Some(button.into_any())
    }

    fn send(self) {
        let Some(grant) = self
            .asked
            .with_untracked(|asked| asked.as_ref().map(|grant| grant.id))
        else {
            return;
        };
        let revoke = RevokeGrant {
            reason: self.reason.get_untracked(),
        };
        self.error.set(revoke.violation());
        if self.error.with_untracked(Option::is_some) {
            focus_field(REASON);
            return;
        }
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let body = serde_wasm_bindgen::to_value(&revoke).unwrap_or_default();
        spawn(async move {
            let path = paths::grant_move(grant, "revoke");
            let result = self.session.post(&path, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            if result.is_ok() {
                self.reason.set(String::new());
            }
            self.outcome.set(Some(result.map(drop)));
            self.asked.set(None);
            if let Some(list) = self.list.get_untracked() {
                list.ask();
            }
            focus_after_dialog(self.after);
        });
    }

    /// Asks why, and whether it is meant.
    pub(super) fn dialog(self) -> AnyView {
        let open = Signal::derive(move || self.asked.with(Option::is_some));
        let dismiss = Callback::new(move |()| self.asked.set(None));
        let facts = sometimes(move || self.asked.get().map(facts));
        let reason = Entry {
            shape: Shape::Area,
            required: true,
            ..Entry::new(REASON, text!(review.revoke_reason))
        };
        view! {
            <Dialog open on_dismiss=dismiss labelled_by="revoke-title" described_by="revoke-facts revoke-text" role="dialog">
                <h2 id="revoke-title">{tr!(review.revoke_title)}</h2>
                <div id="revoke-facts">{facts}</div>
                <p id="revoke-text">{tr!(review.revoke_text)}</p>
                {entry(reason, self.reason, self.error, Callback::new(|()| ()))}
                <div class="row">
                    <button type="button" class="button grave" aria-disabled=truth(move || self.busy.get())
                        on:click=move |_| self.send()>{tr!(review.revoke)}</button>
                    <button type="button" class="button quiet" on:click=move |_| self.asked.set(None)>
                        {tr!(site.cancel)}
                    </button>
                </div>
            </Dialog>
        }
        .into_any()
    }
}

/// Whose permission it is, which, and until when.
fn facts(grant: GrantView) -> AnyView {
    let during = lasts(&grant);
    view! {
        <dl class="facts">
            <dt>{tr!(review.holder)}</dt><dd>{grant.person.name}</dd>
            <dt>{tr!(access.application)}</dt><dd>{pick(grant.application.name)}</dd>
            <dt>{tr!(access.role)}</dt><dd>{pick(grant.role.name)}</dd>
            <dt>{tr!(access.until)}</dt><dd>{during}</dd>
        </dl>
    }
    .into_any()
}
