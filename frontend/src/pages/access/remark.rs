//! 意見: what is said about a request, with a decision or without one. It is kept as a draft until it has been sent.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    access::{Approval, RequestAction},
    paths,
    problem::{Violation, ViolationCode},
};

use crate::{
    api::Failure,
    components::{FieldError, error_id, failure_view, field_error, focus_field, live, spawn, truth},
    i18n::{Text, follow, text},
    session::{Draft, Session, drafted},
};

/// The id of the field, and its name in the contract.
const FIELD: &str = "comment";
/// The same of what one ticks to approve despite conflicts.
const DESPITE: &str = "despite_conflicts";

#[derive(Clone, Copy)]
struct Remarking {
    id: StoredValue<String>,
    text: RwSignal<String>,
    error: FieldError,
    /// Whether the decider approves despite conflicts; none where there are none.
    despite: Option<RwSignal<bool>>,
    despite_error: FieldError,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    draft: StoredValue<Draft, LocalStorage>,
    done: Callback<RequestAction>,
    session: Session,
}

impl Remarking {
    fn keep(self) {
        let text = self.text.get();
        self.draft.with_value(|draft| {
            if text.is_empty() {
                draft.forget();
            } else {
                draft.keep(&[(FIELD, text)]);
            }
        });
    }

    fn send(self, action: RequestAction) {
        if self.busy.get_untracked() {
            return;
        }
        let approves = matches!(action, RequestAction::Approve | RequestAction::Endorse);
        let despite = self.despite.filter(|_| approves).map(|it| it.get_untracked());
        let approval = Approval {
            comment: Some(self.text.get_untracked()),
            despite_conflicts: despite == Some(true),
        };
        let remark = approval.remark();
        self.failure.set(None);
        self.despite_error.set(None);
        if despite == Some(false) {
            let unticked = Violation::new(DESPITE, ViolationCode::Required);
            self.despite_error.set(Some(unticked));
            focus_field(DESPITE);
            return;
        }
        let broken = if approves {
            approval.violation()
        } else {
            remark.violation(action)
        };
        self.error.set(broken);
        if self.error.with_untracked(Option::is_some) {
            focus_field(FIELD);
            return;
        }
        let body = if approves {
            serde_wasm_bindgen::to_value(&approval)
        } else {
            serde_wasm_bindgen::to_value(&remark)
        };
        let body = body.unwrap_or_default();
        let path = self
            .id
            .with_value(|id| paths::permission_request_move(id, segment(action)));
        let draft = self.draft.get_value();
        self.busy.set(true);
        spawn(async move {
            let result = self.session.post(&path, &body).await;
            if result.is_ok() {
                draft.forget();
            }
            // The page may have been left meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(_) => {
                    self.text.set(String::new());
                    self.done.run(action);
                }
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.error.set(problem.violations.into_iter().next());
                    focus_field(FIELD);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

/// Where it is sent to.
const fn segment(action: RequestAction) -> &'static str {
    match action {
        RequestAction::Approve | RequestAction::Endorse => "approve",
        RequestAction::Reject => "reject",
        RequestAction::Return => "return",
        _ => "comments",
    }
}

fn word(action: RequestAction) -> Text {
    match action {
        RequestAction::Approve => text!(review.approve),
        RequestAction::Endorse => text!(review.endorse),
        RequestAction::Reject => text!(review.reject),
        RequestAction::Return => text!(review.send_back),
        _ => text!(review.comment),
    }
}

/// A field for what one says of this request, with a button for each of these moves; `done` is called after one. Whoever
/// approves a request that `conflicts` says so.
pub fn remark(
    id: &str,
    moves: Vec<RequestAction>,
    conflicts: bool,
    done: Callback<RequestAction>,
) -> AnyView {
    let id = id.to_owned();
    drafted(["remark/", &id].concat(), move |draft| {
        let remarking = Remarking {
            id: StoredValue::new(id.clone()),
            text: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            despite: conflicts.then(|| RwSignal::new(false)),
            despite_error: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            draft: StoredValue::new_local(draft),
            done,
            session: expect_context(),
        };
        let kept = remarking.draft.with_value(Draft::restore).unwrap_or_default();
        if let Some((_, text)) = kept.into_iter().find(|(field, _)| field == FIELD) {
            remarking.text.set(text);
        }
        Effect::new(move |_| remarking.keep());
        form(remarking, &moves)
    })
}

fn form(remarking: Remarking, moves: &[RequestAction]) -> AnyView {
    let decides = moves.iter().any(|action| *action != RequestAction::Comment);
    let (label, hint): (Text, Text) = if decides {
        (text!(review.opinion), text!(review.opinion_hint))
    } else {
        (text!(review.say), text!(review.say_hint))
    };
    let retry = Callback::new(move |()| remarking.failure.set(None));
    let trouble = live(move || match remarking.failure.get() {
        Some(failure) => failure_view(&failure, retry),
        None => ().into_any(),
    });
    // Enter in the field is a line break; the form is sent by one of its buttons alone.
    let submit = move |event: SubmitEvent| event.prevent_default();
    let buttons: Vec<_> = moves.iter().map(|action| button(remarking, *action)).collect();
    view! {
        <form method="post" novalidate class="card form request" on:submit=submit>
            <div class="field">
                <label for=FIELD>{follow(label)}</label>
                <textarea id=FIELD name=FIELD rows="3" prop:value=remarking.text
                    aria-invalid=truth(move || remarking.error.with(Option::is_some))
                    aria-describedby=[&error_id(FIELD), " comment-hint"].concat()
                    on:input=move |event| {
                        remarking.error.set(None);
                        remarking.text.set(event_target_value(&event));
                    }
                ></textarea>
                <p class="hint" id="comment-hint">{follow(hint)}</p>
                {field_error(FIELD, remarking.error)}
            </div>
            {remarking.despite.map(|ticked| despite(ticked, remarking.despite_error))}
            {trouble}
            <div class="row">{buttons}</div>
        </form>
    }
    .into_any()
}

/// What one ticks to approve despite conflicts.
fn despite(ticked: RwSignal<bool>, error: FieldError) -> AnyView {
    let change = move |event| {
        error.set(None);
        ticked.set(event_target_checked(&event));
    };
    view! {
        <div class="field">
            <label class="check">
                <input id=DESPITE type="checkbox" prop:checked=ticked on:change=change
                    aria-invalid=truth(move || error.with(Option::is_some)) aria-describedby=error_id(DESPITE)/>
                {follow(text!(review.despite))}
            </label>
            {field_error(DESPITE, error)}
        </div>
    }
    .into_any()
}

fn button(remarking: Remarking, action: RequestAction) -> AnyView {
    let class = match action {
        RequestAction::Approve | RequestAction::Endorse => "button",
        RequestAction::Reject => "button grave",
        _ => "button quiet",
    };
    view! {
        <button type="button" class=class aria-disabled=truth(move || remarking.busy.get())
            on:click=move |_| remarking.send(action)>{follow(word(action))}</button>
    }
    .into_any()
}

/// What was done, in a sentence.
pub fn done(action: RequestAction) -> (Text, Text) {
    match action {
        RequestAction::Approve => (text!(review.approved), text!(review.approved_text)),
        RequestAction::Endorse => (text!(review.endorsed), text!(review.endorsed_text)),
        RequestAction::Reject => (text!(review.rejected), text!(review.rejected_text)),
        RequestAction::Return => (text!(review.returned), text!(review.returned_text)),
        _ => (text!(review.said), text!(review.said_text)),
    }
}
