//! 使用『EMIC』註冊帳號登入: account name and password.

use gloo_timers::callback::Interval;
use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    login::SignIn,
    paths::PAGE_FORGOTTEN,
    problem::{ErrorCode, Problem, Violation},
};

use crate::{
    api::Failure,
    components::{
        PasswordField, TextField, Tone, either, notice, request_id, sometimes, spawn, truth, words,
    },
    i18n::{errors, text, tr},
    session::{Session, clock::Reading},
};

/// One field of the form: the input itself holds what is typed, so that the browser's own filling-in counts.
#[derive(Clone, Copy)]
struct Field {
    node: NodeRef<html::Input>,
    error: RwSignal<Option<Violation>>,
}

impl Field {
    fn new() -> Self {
        Self {
            node: NodeRef::new(),
            error: RwSignal::new(None),
        }
    }

    fn value(self) -> String {
        self.node
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default()
    }

    fn focus(self) {
        if let Some(input) = self.node.get_untracked() {
            let _ = input.focus();
        }
    }
}

/// The form.
#[derive(Clone, Copy)]
struct Form {
    username: Field,
    password: Field,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    session: Session,
}

impl Form {
    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        let input = SignIn {
            username: self.username.value(),
            password: self.password.value(),
        };
        let violations = input.violations();
        self.failure.set(None);
        if !violations.is_empty() {
            let mut problem = Problem::new(ErrorCode::Invalid);
            problem.violations = violations;
            self.refused(Failure::Refused(Box::new(problem)));
            return;
        }
        self.busy.set(true);
        self.session.refused.set(None);
        spawn(async move {
            let result = self.session.sign_in(&input).await;
            // The page is gone when it went well.
            if self.busy.try_set(false).is_none()
                && let Err(failure) = result
            {
                self.refused(failure);
            }
        });
    }

    /// The name stays; the password is to be typed anew where it was wrong.
    fn refused(self, failure: Failure) {
        match &failure {
            Failure::Refused(problem) if !problem.violations.is_empty() => {
                self.mark(&problem.violations);
            }
            Failure::Refused(problem) if problem.code == ErrorCode::WrongCredentials => {
                if let Some(input) = self.password.node.get_untracked() {
                    input.set_value("");
                }
                self.password.focus();
            }
            _ => {}
        }
        self.failure.set(Some(failure));
    }

    /// Shows which fields are faulty and leads to the first.
    fn mark(self, violations: &[Violation]) {
        let of = |name: &str| {
            violations
                .iter()
                .find(|violation| violation.field == name)
                .cloned()
        };
        let (username, password) = (of("username"), of("password"));
        let first = if username.is_some() {
            self.username
        } else {
            self.password
        };
        self.username.error.set(username);
        self.password.error.set(password);
        first.focus();
    }
}

/// The card.
pub fn card() -> impl IntoView {
    let form = Form {
        username: Field::new(),
        password: Field::new(),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        session: expect_context(),
    };
    let label = either(
        move || form.busy.get(),
        text!(login.submitting),
        text!(login.submit),
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    view! {
        <section class="card" aria-labelledby="emic">
            <h2 id="emic">{tr!(login.emic_title)}</h2>
            {sometimes(move || form.failure.with(|failure| failure.as_ref().map(summary)))}
            <form method="post" novalidate on:submit=submit>
                <TextField name="username" label=text!(login.username) autocomplete="username"
                    error=form.username.error node=form.username.node/>
                <PasswordField name="password" label=text!(login.password) autocomplete="current-password"
                    error=form.password.error node=form.password.node/>
                <button type="submit" class="button full" aria-disabled=truth(move || form.busy.get())>
                    {label}
                </button>
            </form>
            <p class="hint"><a href=PAGE_FORGOTTEN>{tr!(login.forgotten)}</a></p>
        </section>
    }
}

/// What went wrong, read out at once, and the wait after too many failures, which is not.
fn summary(failure: &Failure) -> AnyView {
    let (what, next) = errors::words(failure);
    let wait = match failure {
        Failure::Refused(problem) => problem.retry_after.map(retry_clock),
        _ => None,
    };
    let more = request_id(failure).into_any();
    view! {
        {notice(Tone::Alarm, "alert", what, next, more)}
        {wait}
    }
    .into_any()
}

/// How long until another try is worth it, ticking.
fn retry_clock(seconds: u64) -> AnyView {
    let begun = Reading::now();
    let left = RwSignal::new(seconds);
    let ticking = StoredValue::new_local(None);
    ticking.set_value(Some(Interval::new(500, move || {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole seconds since the answer"
        )]
        let passed = (Reading::now().since(begun) / 1000.0) as u64;
        let now = seconds.saturating_sub(passed);
        if left.try_get_untracked().is_some_and(|shown| shown != now) {
            let _ = left.try_set(now);
        }
    })));
    on_cleanup(move || ticking.set_value(None));
    let text = words(move || {
        let left = left.get();
        format!("{:02}:{:02}", left / 60, left % 60)
    });
    view! { <p role="timer" aria-live="off">{tr!(login.retry_in)}" "<b>{text}</b></p> }.into_any()
}
