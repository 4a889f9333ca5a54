//! The form that makes a token: what is typed, checked, kept and sent.

use js_sys::Reflect;
use leptos::prelude::*;
use shared::{
    paths,
    problem::Violation,
    token::{NewToken, Scope},
};
use wasm_bindgen::JsValue;

use crate::{
    api::Failure,
    components::{FieldError, Loaded, focus_field, spawn},
    session::{Draft, Session},
};

/// The days of a token's life that are chosen at first.
const USUAL: u32 = 90;

/// The form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub name: RwSignal<String>,
    pub name_error: FieldError,
    pub scopes: RwSignal<Vec<Scope>>,
    pub scopes_error: FieldError,
    pub days: RwSignal<u32>,
    pub days_error: FieldError,
    /// All broken rules, for the summary.
    pub faults: RwSignal<Vec<Violation>>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<Failure>>,
    /// Whether a draft is shown.
    pub restored: RwSignal<bool>,
    /// The new token's, until the person has kept it. It is never part of the draft.
    pub secret: RwSignal<Option<String>>,
    list: Loaded,
    draft: StoredValue<Draft, LocalStorage>,
    session: Session,
}

impl Form {
    /// Filled with the draft, if there is one, and kept from now on. A new token shows in the list.
    pub fn new(list: Loaded, draft: Draft) -> Self {
        let form = Self {
            name: RwSignal::new(String::new()),
            name_error: RwSignal::new(None),
            scopes: RwSignal::new(Vec::new()),
            scopes_error: RwSignal::new(None),
            days: RwSignal::new(USUAL),
            days_error: RwSignal::new(None),
            faults: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            restored: RwSignal::new(false),
            secret: RwSignal::new(None),
            list,
            draft: StoredValue::new_local(draft),
            session: expect_context(),
        };
        form.restore();
        Effect::new(move |_| form.keep());
        form
    }

    fn restore(self) {
        let Some(kept) = self.draft.with_value(Draft::restore) else {
            return;
        };
        for (field, text) in kept {
            match field.as_str() {
                "name" => self.name.set(text),
                "scopes" => self
                    .scopes
                    .set(text.split_whitespace().filter_map(Scope::from_name).collect()),
                "expires_in_days" => self.days.set(text.parse().unwrap_or(USUAL)),
                _ => {}
            }
        }
        self.restored.set(true);
    }

    fn keep(self) {
        let (name, scopes, days) = (self.name.get(), self.scopes.get(), self.days.get());
        self.draft.with_value(|draft| {
            if name.is_empty() && scopes.is_empty() && days == USUAL {
                draft.forget();
            } else {
                let scopes: Vec<_> = scopes.iter().map(|scope| scope.name()).collect();
                draft.keep(&[
                    ("name", name),
                    ("scopes", scopes.join(" ")),
                    ("expires_in_days", days.to_string()),
                ]);
            }
        });
    }

    fn clear(self) {
        self.name.set(String::new());
        self.scopes.set(Vec::new());
        self.days.set(USUAL);
        self.restored.set(false);
    }

    /// Begins anew.
    pub fn discard(self) {
        self.clear();
        self.mark(Vec::new());
        focus_field("name");
    }

    /// 建立.
    pub fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        let input = NewToken {
            id: None,
            name: self.name.get_untracked(),
            scopes: self.scopes.get_untracked(),
            expires_in_days: self.days.get_untracked(),
        };
        self.failure.set(None);
        self.mark(input.violations());
        if self.faults.with_untracked(Vec::is_empty) {
            self.send(&input);
        }
    }

    fn send(self, input: &NewToken) {
        let body = serde_wasm_bindgen::to_value(input).unwrap_or(JsValue::NULL);
        let draft = self.draft.get_value();
        self.busy.set(true);
        spawn(async move {
            let result = self.session.post(paths::TOKENS, &body).await;
            if result.is_ok() {
                draft.forget();
            }
            // The page may have been left meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            // Whatever became of it: an answer that was lost may have made one.
            self.list.ask();
            match result {
                Ok(created) => self.made(&created),
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.mark(problem.violations);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn made(self, created: &JsValue) {
        let secret = Reflect::get(created, &JsValue::from_str("secret")).ok();
        self.secret.set(secret.and_then(|secret| secret.as_string()));
        self.clear();
    }

    /// Shows which fields are faulty and leads to the first.
    fn mark(self, faults: Vec<Violation>) {
        let of = |field: &str| faults.iter().find(|it| it.field == field).cloned();
        self.name_error.set(of("name"));
        self.scopes_error.set(of("scopes"));
        self.days_error.set(of("expires_in_days"));
        if let Some(first) = faults.first() {
            focus_field(&first.field);
        }
        self.faults.set(faults);
    }

    /// Ticks a scope, or takes the tick away.
    pub fn toggle(self, scope: Scope) {
        self.scopes_error.set(None);
        self.scopes
            .update(|scopes| match scopes.iter().position(|it| *it == scope) {
                Some(place) => drop(scopes.remove(place)),
                None => scopes.push(scope),
            });
    }
}
