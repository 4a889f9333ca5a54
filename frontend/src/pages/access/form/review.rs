//! The second step: everything that will be sent, to be looked over.

use leptos::{html, prelude::*};

use super::Form;
use crate::{
    components::{Tone, either, notice, request_id, sometimes, truth},
    i18n::{errors, pick, text, tr},
    pages::access::{address_of, attachments, list::period},
};

/// The form's second step.
pub(super) fn review(form: &Form) -> AnyView {
    let form = *form;
    let request = untrack(move || form.request());
    let offered = untrack(move || form.offered_roles());
    let application = form.offered.with_value(|offered| {
        let chosen = offered.iter().find(|one| one.code == request.application);
        chosen.map(|one| pick(one.name.clone()))
    });
    let chosen = offered
        .into_iter()
        .filter(|role| request.roles.contains(&role.code));
    let roles: Vec<_> = chosen.map(|role| pick(role.name)).collect();
    let agency = form.agency.get_untracked().map(|agency| agency.name);
    let days = request.starts_on.parse().ok().zip(request.ends_on.parse().ok());
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    let label = either(
        move || form.busy.get(),
        text!(access.submitting),
        text!(access.submit),
    );
    let edit = move |_| {
        form.failure.set(None);
        form.reviewing.set(false);
        form.focus.set(Some("application"));
    };
    view! {
        <section class="card request" aria-labelledby="review">
            <h2 id="review" tabindex="-1" node_ref=heading>{tr!(access.review)}</h2>
            <p>{tr!(access.review_text)}</p>
            <dl class="facts">
                <dt>{tr!(access.application)}</dt>
                <dd>{application}</dd>
                <dt>{tr!(access.roles)}</dt>
                <dd><span class="listed">{roles}</span></dd>
                <dt>{tr!(access.agency)}</dt>
                <dd>{agency}</dd>
                <dt>{tr!(access.period)}</dt>
                <dd>{days.map(|(from, to)| period(from, to))}</dd>
                <dt>{tr!(access.reason)}</dt>
                <dd class="prose">{request.stored_reason()}</dd>
                <dt>{tr!(access.attachments)}</dt>
                <dd>{attachments(request.id, false)}</dd>
            </dl>
            {trouble(&form)}
            <div class="row">
                <button type="button" class="button" aria-disabled=truth(move || form.busy.get())
                    on:click=move |_| form.send()>{label}</button>
                <button type="button" class="button quiet" on:click=edit>{tr!(access.edit)}</button>
            </div>
        </section>
    }
    .into_any()
}

/// What came of the last try, if it was not taken.
fn trouble(form: &Form) -> AnyView {
    let form = *form;
    sometimes(move || {
        if let Some(id) = form.sent_before.get() {
            let link = view! { <p><a href=address_of(id)>{tr!(access.already_link)}</a></p> };
            let words = (text!(access.already), text!(access.already_text));
            return Some(notice(Tone::Caution, "alert", words.0, words.1, link.into_any()));
        }
        let failure = form.failure.get()?;
        let (what, next) = errors::words(&failure);
        let more = view! { <p>{tr!(access.kept)}</p>{request_id(&failure)} };
        Some(notice(Tone::Alarm, "alert", what, next, more.into_any()))
    })
}
