//! 忘記密碼: asks for a link to a new password. What comes back is the same whoever asks.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    account::{ForgottenPassword, ResetRequested},
    paths,
    problem::ErrorCode,
};

use super::{by_link::refused, link::body};
use crate::{
    api::{self, Failure},
    book::rel,
    components::{
        Entry, Heading, Tone, either, entry, focus_field, live, notice, sometimes, spawn, truth, words,
    },
    i18n::{self, fill, text, tr},
};

/// The page.
pub fn forgotten() -> AnyView {
    let account = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<u32, Failure>>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        outcome.set(None);
        let asked = ForgottenPassword {
            account: account.get_untracked(),
        };
        if let Some(fault) = asked.violations().into_iter().next() {
            error.set(Some(fault));
            return focus_field("account");
        }
        busy.set(true);
        spawn(async move {
            let body = body(&[("account", &asked.account)]);
            let answer = api::post(paths::PASSWORD_RESETS, &body)
                .await
                .read::<ResetRequested>();
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Err(Failure::Refused(problem)) if problem.code == ErrorCode::Invalid => {
                    error.set(problem.violations.into_iter().next());
                    focus_field("account");
                }
                answer => outcome.set(Some(answer.map(|it| it.valid_minutes))),
            }
        });
    };
    let locale = i18n::locale();
    let told = live(move || match outcome.get() {
        Some(Ok(minutes)) => {
            let until = words(move || fill(text!(account.forgotten_until)(locale.get()), minutes));
            let more = view! { <p>{until}</p> }.into_any();
            let words = (text!(account.forgotten_done), text!(account.forgotten_done_text));
            notice(Tone::Good, "", words.0, words.1, more)
        }
        Some(Err(Failure::Refused(problem))) if problem.code == ErrorCode::TooManyAttempts => {
            let words = (text!(account.asked_often), text!(account.asked_often_text));
            notice(Tone::Caution, "", words.0, words.1, ().into_any())
        }
        None | Some(Err(_)) => ().into_any(),
    });
    let failed = sometimes(move || {
        outcome.with(|outcome| match outcome {
            Some(Err(Failure::Refused(problem))) if problem.code == ErrorCode::TooManyAttempts => None,
            Some(Err(failure)) => Some(refused(failure)),
            _ => None,
        })
    });
    let plan = Entry {
        hint: Some(text!(account.forgotten_hint)),
        autocomplete: "username",
        required: true,
        ..Entry::new("account", text!(account.forgotten_account))
    };
    let button = either(
        move || busy.get(),
        text!(account.sending),
        text!(account.forgotten_submit),
    );
    view! {
        <Heading title=text!(account.forgotten)/>
        <p class="lead">{tr!(account.forgotten_lead)}</p>
        <div role="status" class="outcome">{told}</div>
        {failed}
        <form method="post" novalidate class="card narrow" on:submit=submit>
            {entry(plan, account, error, Callback::new(|()| ()))}
            <button type="submit" class="button" aria-disabled=truth(move || busy.get())>{button}</button>
        </form>
        <p class="further"><a href="/login" rel=rel("/login")>{tr!(account.to_login)}</a></p>
    }
    .into_any()
}
