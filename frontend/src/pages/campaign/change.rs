//! Moving a campaign's deadline, and cancelling it: each asks why.

use leptos::{html, prelude::*};
use shared::{
    campaign::{CampaignView, CancelCampaign, ExtendCampaign},
    date::Date,
    paths,
    problem::Violation,
};
use wasm_bindgen::JsValue;

use super::one::Here;
use crate::{
    api::Failure,
    components::{
        Dialog, Entry, FieldError, Shape, either, entry, failure_view, focus_after_dialog, focus_field, live,
        sometimes, spawn, truth,
    },
    i18n::{Text, follow, text, tr},
    session::Session,
};

/// What is done to a campaign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Extend,
    Cancel,
}

/// The names of the fields of the contract are the ids of the inputs.
const FIELDS: [&str; 2] = ["due_on", "reason"];

/// What the buttons, the dialog and the outcome share.
#[derive(Clone, Copy)]
pub(super) struct Changing {
    here: Here,
    /// The version that was read, and its deadline.
    read: StoredValue<Option<(i64, Date)>>,
    asked: RwSignal<Option<Deed>>,
    due_on: RwSignal<String>,
    reason: RwSignal<String>,
    errors: [FieldError; 2],
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Changing {
    pub(super) fn new(here: &Here) -> Self {
        Self {
            here: *here,
            read: StoredValue::new(None),
            asked: RwSignal::new(None),
            due_on: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            busy: RwSignal::new(false),
            outcome: RwSignal::new(None),
            after: NodeRef::new(),
            session: expect_context(),
        }
    }

    fn mark(self, faults: &[Violation]) {
        for (field, error) in FIELDS.iter().zip(self.errors) {
            error.set(faults.iter().find(|fault| fault.field == *field).cloned());
        }
        if let Some(first) = faults.first() {
            focus_field(&first.field);
        }
    }

    /// What is sent, or the rules that it breaks.
    fn body(self, deed: Deed, version: i64, before: Date) -> Result<JsValue, Vec<Violation>> {
        let reason = self.reason.get_untracked();
        let body = match deed {
            Deed::Extend => {
                let due_on = self.due_on.get_untracked();
                let extension = ExtendCampaign {
                    version,
                    due_on,
                    reason,
                };
                extension.due(before, Date::in_taiwan(self.session.server_now()))?;
                serde_wasm_bindgen::to_value(&extension)
            }
            Deed::Cancel => {
                let cancellation = CancelCampaign { version, reason };
                if let Some(violation) = cancellation.violation() {
                    return Err(vec![violation]);
                }
                serde_wasm_bindgen::to_value(&cancellation)
            }
        };
        Ok(body.unwrap_or_default())
    }

    fn send(self) {
        let (Some(deed), Some((version, before))) = (self.asked.get_untracked(), self.read.get_value())
        else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        let body = match self.body(deed, version, before) {
            Ok(body) => body,
            Err(faults) => return self.mark(&faults),
        };
        let (what, done) = match deed {
            Deed::Extend => ("extend", text!(campaigns.extended)),
            Deed::Cancel => ("cancel", text!(campaigns.cancel_done)),
        };
        let path = self.here.id.with_value(|id| paths::campaign_part(id, what));
        self.busy.set(true);
        spawn(async move {
            let result = self.session.post(&path, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    return self.mark(&problem.violations);
                }
                Ok(_) => {
                    self.reason.set(String::new());
                    self.outcome.set(Some(Ok(done)));
                }
                Err(failure) => self.outcome.set(Some(Err(failure))),
            }
            self.asked.set(None);
            // Also after a refusal: somebody else may have changed it.
            self.here.campaign.ask();
            focus_after_dialog(self.after);
        });
    }

    /// What came of the last change, and the dialog that asks for the next.
    pub(super) fn parts(self) -> AnyView {
        let retry = Callback::new(move |()| self.outcome.set(None));
        let outcome = live(move || match self.outcome.get() {
            None => ().into_any(),
            Some(Ok(words)) => view! { <p>{follow(words)}</p> }.into_any(),
            Some(Err(failure)) => failure_view(&failure, retry),
        });
        view! {
            <div node_ref=self.after tabindex="-1" role="status" class="outcome">{outcome}</div>
            {self.dialog()}
        }
        .into_any()
    }

    fn dialog(self) -> AnyView {
        let open = Signal::derive(move || self.asked.get().is_some());
        let dismiss = Callback::new(move |()| self.asked.set(None));
        let is_extension = move || self.asked.get() != Some(Deed::Cancel);
        let title = either(
            is_extension,
            text!(campaigns.extend_title),
            text!(campaigns.cancel_title),
        );
        let words = either(
            is_extension,
            text!(campaigns.extend_text),
            text!(campaigns.cancel_text),
        );
        let send = either(is_extension, text!(campaigns.extend), text!(campaigns.cancel));
        let [due_error, reason_error] = self.errors;
        let due_on = sometimes(move || {
            is_extension().then(|| {
                let plan = Entry {
                    shape: Shape::Line("date"),
                    required: true,
                    ..Entry::new("due_on", text!(campaigns.new_due_on))
                };
                entry(plan, self.due_on, due_error, Callback::new(|()| ()))
            })
        });
        let reason = Entry {
            shape: Shape::Area,
            required: true,
            ..Entry::new("reason", text!(campaigns.reason))
        };
        view! {
            <Dialog open on_dismiss=dismiss labelled_by="change-title" described_by="change-text" role="dialog">
                <h2 id="change-title">{title}</h2>
                <p id="change-text">{words}</p>
                {due_on}
                {entry(reason, self.reason, reason_error, Callback::new(|()| ()))}
                <div class="row">
                    <button type="button" class="button" aria-disabled=truth(move || self.busy.get())
                        on:click=move |_| self.send()>{send}</button>
                    <button type="button" class="button quiet" on:click=move |_| self.asked.set(None)>
                        {tr!(campaigns.dismiss)}
                    </button>
                </div>
            </Dialog>
        }
        .into_any()
    }
}

/// The buttons.
pub(super) fn deeds(campaign: &CampaignView) -> AnyView {
    let changing = expect_context::<Changing>();
    changing.read.set_value(Some((campaign.version, campaign.due_on)));
    let button = |deed: Deed, name: Text| {
        let ask = move |_| {
            changing.mark(&[]);
            changing.asked.set(Some(deed));
        };
        view! { <button type="button" class="button quiet" on:click=ask>{follow(name)}</button> }.into_any()
    };
    view! {
        {button(Deed::Extend, text!(campaigns.extend))}
        {button(Deed::Cancel, text!(campaigns.cancel))}
    }
    .into_any()
}
