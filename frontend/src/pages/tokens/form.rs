//! The form that makes a token.

use js_sys::Reflect;
use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    paths,
    problem::{ErrorCode, Problem, Violation},
    token::{Area, NewToken, Scope},
};
use wasm_bindgen::JsValue;

use super::{scope, secret};
use crate::{
    api::Failure,
    components::{Loaded, TextField, Tone, either, notice, request_id, sometimes, spawn, truth, words},
    i18n::{self, errors, follow, text, tr},
    session::Session,
};

/// For how many days a token may live, for choice.
const LIVES: [u32; 5] = [7, 30, 90, 180, 365];
/// The one that is chosen at first.
const USUAL: u32 = 90;

/// The form. The inputs themselves hold what is typed.
#[derive(Clone, Copy)]
struct Form {
    name: NodeRef<html::Input>,
    name_error: RwSignal<Option<Violation>>,
    scopes: RwSignal<Vec<Scope>>,
    scopes_error: RwSignal<Option<Violation>>,
    first_scope: NodeRef<html::Input>,
    days: NodeRef<html::Select>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// The new token's, until the person has kept it.
    secret: RwSignal<Option<String>>,
    list: Loaded,
    session: Session,
}

impl Form {
    fn input(self) -> NewToken {
        let days = self.days.get_untracked().map(|select| select.value());
        NewToken {
            id: None,
            name: self
                .name
                .get_untracked()
                .map(|input| input.value())
                .unwrap_or_default(),
            scopes: self.scopes.get_untracked(),
            expires_in_days: days.and_then(|days| days.parse().ok()).unwrap_or(USUAL),
        }
    }

    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        let input = self.input();
        let violations = input.violations();
        self.failure.set(None);
        if !violations.is_empty() {
            let mut problem = Problem::new(ErrorCode::Invalid);
            problem.violations = violations;
            self.refused(Failure::Refused(Box::new(problem)));
            return;
        }
        self.busy.set(true);
        spawn(async move {
            let body = serde_wasm_bindgen::to_value(&input).unwrap_or(JsValue::NULL);
            let result = self.session.post(paths::TOKENS, &body).await;
            // The page may have been left meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            // Whatever became of it: an answer that was lost may have made one.
            self.list.ask();
            match result {
                Ok(created) => self.made(&created),
                Err(failure) => self.refused(failure),
            }
        });
    }

    fn made(self, created: &JsValue) {
        let secret = Reflect::get(created, &JsValue::from_str("secret")).ok();
        self.secret.set(secret.and_then(|secret| secret.as_string()));
        self.scopes.set(Vec::new());
        if let Some(input) = self.name.get_untracked() {
            input.set_value("");
        }
    }

    fn refused(self, failure: Failure) {
        if let Failure::Refused(problem) = &failure {
            let of = |field: &str| problem.violations.iter().find(|it| it.field == field).cloned();
            let (name, scopes) = (of("name"), of("scopes"));
            let first = match (&name, &scopes) {
                (Some(_), _) => Some(self.name),
                (None, Some(_)) => Some(self.first_scope),
                (None, None) => None,
            };
            self.name_error.set(name);
            self.scopes_error.set(scopes);
            if let Some(input) = first.and_then(|input| input.get_untracked()) {
                let _ = input.focus();
            }
        }
        self.failure.set(Some(failure));
    }

    fn toggle(self, scope: Scope) {
        self.scopes_error.set(None);
        self.scopes
            .update(|scopes| match scopes.iter().position(|it| *it == scope) {
                Some(place) => drop(scopes.remove(place)),
                None => scopes.push(scope),
            });
    }
}

/// The card, and above it the new token's secret.
pub fn card(list: Loaded) -> AnyView {
    let form = Form {
        name: NodeRef::new(),
        name_error: RwSignal::new(None),
        scopes: RwSignal::new(Vec::new()),
        scopes_error: RwSignal::new(None),
        first_scope: NodeRef::new(),
        days: NodeRef::new(),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        secret: RwSignal::new(None),
        list,
        session: expect_context(),
    };
    let done = Callback::new(move |()| {
        form.secret.set(None);
        if let Some(input) = form.name.get_untracked() {
            let _ = input.focus();
        }
    });
    let label = either(
        move || form.busy.get(),
        text!(tokens.creating),
        text!(tokens.create),
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    view! {
        {sometimes(move || form.secret.get().map(|it| secret::shown(it, done)))}
        <section class="card new-token" aria-labelledby="new-token">
            <h2 id="new-token">{tr!(tokens.new)}</h2>
            {sometimes(move || form.failure.with(|failure| failure.as_ref().map(summary)))}
            <form method="post" novalidate on:submit=submit>
                <TextField name="name" label=text!(tokens.name) autocomplete="off"
                    error=form.name_error node=form.name/>
                <p class="hint">{tr!(tokens.name_hint)}</p>
                {scopes(&form)}
                {life(&form)}
                <button type="submit" class="button" aria-disabled=truth(move || form.busy.get())>{label}</button>
            </form>
        </section>
    }
    .into_any()
}

fn summary(failure: &Failure) -> AnyView {
    let (what, next) = errors::words(failure);
    notice(Tone::Alarm, "alert", what, next, request_id(failure).into_any())
}

fn scopes(form: &Form) -> AnyView {
    let form = *form;
    let locale = i18n::locale();
    let error = words(move || {
        let said = form.scopes_error.get();
        said.map(|it| errors::violation(&it, locale.get()))
            .unwrap_or_default()
    });
    view! {
        <fieldset class="field" aria-describedby="scopes-hint scopes-error">
            <legend>{tr!(tokens.scopes)}</legend>
            <p class="hint" id="scopes-hint">{tr!(tokens.scopes_hint)}</p>
            <div class="areas">{Area::ALL.iter().map(|area| area_box(&form, *area)).collect_view()}</div>
            <p class="field-error" id="scopes-error">{error}</p>
        </fieldset>
    }
    .into_any()
}

fn area_box(form: &Form, area: Area) -> AnyView {
    let form = *form;
    let boxes = area.scopes().map(|scope| checkbox(&form, scope)).collect_view();
    view! { <fieldset class="area"><legend>{follow(scope::area(area))}</legend>{boxes}</fieldset> }.into_any()
}

fn checkbox(form: &Form, scope: Scope) -> AnyView {
    let form = *form;
    let checked = Signal::derive(move || form.scopes.with(|scopes| scopes.contains(&scope)));
    let node = if Scope::ALL.first() == Some(&scope) {
        form.first_scope
    } else {
        NodeRef::new()
    };
    view! {
        <label class="check">
            <input type="checkbox" name="scopes" value=scope.name() node_ref=node prop:checked=checked
                on:change=move |_| form.toggle(scope)/>
            {follow(scope::deed(scope))}
        </label>
    }
    .into_any()
}

fn life(form: &Form) -> AnyView {
    let form = *form;
    let locale = i18n::locale();
    let option = move |days: u32| {
        let text = words(move || i18n::fill(text!(tokens.days_of)(locale.get()), days));
        view! { <option value=days.to_string() selected=days == USUAL>{text}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for="days">{tr!(tokens.days)}</label>
            <select id="days" name="days" node_ref=form.days>{LIVES.map(option).collect_view()}</select>
        </div>
    }
    .into_any()
}
