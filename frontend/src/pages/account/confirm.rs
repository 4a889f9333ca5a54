//! 確認電子信箱: the new address counts when the button is pressed, not when the link is opened.

use leptos::prelude::*;
use shared::{account::ConfirmedEmail, paths};

use super::{
    by_link::refused,
    link::{body, secret},
};
use crate::{
    api::{self, Failure},
    book::rel,
    components::{Heading, Tone, either, live, notice, sometimes, spawn, truth},
    i18n::{text, tr},
};

/// The page.
pub fn email() -> AnyView {
    let secret = secret();
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<String, Failure>>);
    let confirm = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        outcome.set(None);
        let body = body(&[("token", &secret.get_untracked())]);
        spawn(async move {
            let answer = api::post(paths::EMAIL_CHANGE_CONFIRM, &body).await;
            let answer = answer.read::<ConfirmedEmail>().map(|it| it.email);
            if busy.try_set(false).is_none() {
                outcome.set(Some(answer));
            }
        });
    };
    let is_done = Memo::new(move |_| outcome.with(|outcome| matches!(outcome, Some(Ok(_)))));
    let told = live(move || match outcome.get() {
        Some(Ok(email)) => {
            let on = view! { <p><strong>{email}</strong></p><a class="button quiet" href="/profile" rel=rel("/profile")>{tr!(site.profile)}</a> };
            let words = (text!(account.email_done), text!(account.email_done_text));
            notice(Tone::Good, "", words.0, words.1, on.into_any())
        }
        _ => ().into_any(),
    });
    let failed = sometimes(move || {
        outcome.with(|outcome| match outcome {
            Some(Err(failure)) => Some(refused(failure)),
            _ => None,
        })
    });
    let button = either(
        move || busy.get(),
        text!(account.sending),
        text!(account.email_submit),
    );
    view! {
        <Heading title=text!(account.email)/>
        <div role="status" class="outcome">{told}</div>
        {failed}
        <div hidden=move || is_done.get()>
            <p class="lead">{tr!(account.email_lead)}</p>
            <button type="button" class="button" aria-disabled=truth(move || busy.get()) on:click=confirm>{button}</button>
        </div>
    }
    .into_any()
}
