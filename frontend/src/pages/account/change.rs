//! 變更密碼: by who knows the present one.

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    account::ChangePassword,
    paths,
    person::AccountKind,
    problem::{ErrorCode, Violation, ViolationCode},
    text::password,
};

use super::{
    by_link::refused,
    link::body,
    new_password::{self, NewPassword},
};
use crate::{
    api::Failure,
    components::{
        FieldError, Heading, PasswordField, Tone, either, error_summary, focus_field, notice, sometimes,
        spawn, truth,
    },
    i18n::{Text, errors, text, tr},
    session::Session,
};

/// The form.
#[derive(Clone, Copy)]
struct Form {
    current: NodeRef<html::Input>,
    current_error: FieldError,
    new: NewPassword,
    faults: RwSignal<Vec<Violation>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    changed: RwSignal<bool>,
    told: NodeRef<html::Div>,
    session: Session,
}

/// The page.
pub fn password() -> AnyView {
    let session = expect_context::<Session>();
    let has_none = untrack(move || session.signed())
        .is_none_or(|signed| signed.person.account_kind != AccountKind::Emic);
    let content = if has_none {
        let (what, next) = errors::code(ErrorCode::NoPassword);
        notice(Tone::Information, "", what, next, ().into_any())
    } else {
        form(Form {
            current: NodeRef::new(),
            current_error: RwSignal::new(None),
            new: NewPassword::new("new"),
            faults: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            changed: RwSignal::new(false),
            told: NodeRef::new(),
            session,
        })
    };
    view! {
        <Heading title=text!(account.change)/>
        <p class="lead">{tr!(account.change_lead)}</p>
        {content}
        <p class="further"><a href="/profile">{tr!(site.profile)}</a></p>
    }
    .into_any()
}

/// What a field is called.
fn label(field: &str) -> Option<Text> {
    Some(match field {
        "current" => text!(account.current),
        "new" => text!(account.new_password),
        _ => return None,
    })
}

impl Form {
    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        self.changed.set(false);
        self.mark(Vec::new());
        let current = self.current.get_untracked().map(|input| input.value());
        let change = ChangePassword {
            current: current.unwrap_or_default(),
            new: self.new.value(),
        };
        let mut broken = change.violations();
        if change.new.is_empty() {
            broken.push(Violation::new("new", ViolationCode::Required));
        } else {
            // The account's name is the server's to compare with.
            broken.extend(password::violations("new", &change.new, ""));
        }
        if !broken.is_empty() {
            return self.mark(broken);
        }
        self.busy.set(true);
        let body = body(&[("current", &change.current), ("new", &change.new)]);
        spawn(async move {
            let answer = self.session.post(paths::PROFILE_PASSWORD, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => self.done(),
                Err(Failure::Refused(problem)) if problem.code == ErrorCode::Invalid => {
                    self.mark(problem.violations);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn done(self) {
        if let Some(input) = self.current.get_untracked() {
            input.set_value("");
        }
        self.new.clear();
        self.changed.set(true);
        if let Some(place) = self.told.get_untracked() {
            let _ = place.focus();
        }
    }

    /// Shows the faults, and leads to the first.
    fn mark(self, broken: Vec<Violation>) {
        let of = |name: &str| broken.iter().find(|fault| fault.field == name).cloned();
        let (current, new) = (of("current"), of("new"));
        let first = match (&current, &new) {
            (Some(_), _) => Some("current"),
            (None, Some(_)) => Some("new"),
            (None, None) => None,
        };
        self.current_error.set(current);
        self.new.error.set(new);
        self.faults.set(broken);
        if let Some(first) = first {
            focus_field(first);
        }
    }
}

fn form(form: Form) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let changed = sometimes(move || {
        form.changed.get().then(|| {
            let words = (text!(account.changed), text!(account.changed_text));
            notice(Tone::Good, "", words.0, words.1, ().into_any())
        })
    });
    let button = either(
        move || form.busy.get(),
        text!(account.sending),
        text!(account.change_submit),
    );
    view! {
        <div node_ref=form.told tabindex="-1" role="status" class="outcome">{changed}</div>
        {error_summary(form.faults, label)}
        {sometimes(move || form.failure.with(|failure| failure.as_ref().map(refused)))}
        <form method="post" novalidate class="card narrow" on:submit=submit>
            <PasswordField name="current" label=text!(account.current) autocomplete="current-password"
                error=form.current_error node=form.current/>
            {new_password::field(form.new, "", true)}
            <button type="submit" class="button" aria-disabled=truth(move || form.busy.get())>{button}</button>
        </form>
    }
    .into_any()
}
