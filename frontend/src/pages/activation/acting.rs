//! What the parts of a page do and what came of it, in one place.

use leptos::{html, prelude::*};
use wasm_bindgen::JsValue;

use super::Standing;
use crate::{
    api::Failure,
    components::{Loaded, Tone, failure_view, focus_after_dialog, live, notice, spawn},
    i18n::{Text, text},
    session::Session,
};

/// What the parts of a page share.
#[derive(Clone, Copy)]
pub(super) struct Acting {
    pub(super) session: Session,
    pub(super) busy: RwSignal<bool>,
    /// What is shown, and asked for anew after a deed.
    shown: RwSignal<Vec<Loaded>>,
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    /// Where the focus goes then.
    after: NodeRef<html::Div>,
}

impl Acting {
    pub(super) fn new() -> Self {
        Self {
            session: expect_context(),
            busy: RwSignal::new(false),
            shown: RwSignal::new(Vec::new()),
            outcome: RwSignal::new(None),
            after: NodeRef::new(),
        }
    }

    /// This is asked for anew after each deed.
    pub(super) fn follows(self, loaded: Loaded) -> Loaded {
        self.shown.update_untracked(|shown| shown.push(loaded));
        loaded
    }

    /// Posts this unless something is being done, and says what came of it; `then` is called when it was done.
    pub(super) fn post(self, path: String, body: JsValue, done: Text, then: impl FnOnce() + 'static) {
        self.act(done, async move {
            let answer = self.session.post(&path, &body).await;
            if answer.is_ok() {
                then();
            }
            answer.map(drop).map_err(Some)
        });
    }

    /// Does this unless something is being done, and says what came of it. `None` is a refusal that a form shows.
    pub(super) fn act(self, done: Text, deed: impl Future<Output = Result<(), Option<Failure>>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.outcome.set(None);
        let standing = use_context::<Standing>();
        spawn(async move {
            let result = deed.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            // Also after a refusal: somebody else may have acted meanwhile.
            if matches!(&result, Ok(()) | Err(Some(Failure::Refused(_)))) {
                for loaded in self.shown.get_untracked() {
                    loaded.ask();
                }
                if let Some(standing) = standing {
                    standing.ask();
                }
            }
            match result {
                Ok(()) => self.outcome.set(Some(Ok(done))),
                Err(Some(failure)) => self.outcome.set(Some(Err(failure))),
                Err(None) => return,
            }
            focus_after_dialog(self.after);
        });
    }

    /// What came of the last deed.
    pub(super) fn outcome(self) -> AnyView {
        let retry = Callback::new(move |()| self.outcome.set(None));
        let shown = live(move || match self.outcome.get() {
            None => ().into_any(),
            Some(Ok(done)) => notice(Tone::Good, "", done, text!(people.done_text), ().into_any()),
            Some(Err(failure)) => failure_view(&failure, retry),
        });
        view! { <div node_ref=self.after tabindex="-1" role="status" class="outcome">{shown}</div> }
            .into_any()
    }
}
