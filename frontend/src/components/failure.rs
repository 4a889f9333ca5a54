//! What stands where something would, had it come.

use leptos::prelude::*;
use shared::problem::ErrorCode;

use super::{Tone, notice};
use crate::{
    api::Failure,
    i18n::{errors, tr},
};

/// A failure: what happened, what to do, the code for the service desk, and another try.
pub fn failure_view(failure: &Failure, retry: Callback<()>) -> AnyView {
    let (what, next) = errors::words(failure);
    let more = view! {
        {request_id(failure)}
        <button type="button" class="button quiet" on:click=move |_| retry.run(())>{tr!(site.retry)}</button>
    };
    notice(Tone::Caution, "alert", what, next, more.into_any())
}

/// Whether an address named something that does not exist, or cannot: another try would fail the same way.
pub fn names_nothing(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(problem)
        if matches!(problem.code, ErrorCode::NotFound | ErrorCode::MalformedParameter))
}

/// The code that finds the refused request in the server's log.
pub fn request_id(failure: &Failure) -> Option<AnyView> {
    let Failure::Refused(problem) = failure else {
        return None;
    };
    let id = problem.request_id.clone();
    (!id.is_empty() && problem.status >= 500)
        .then(|| view! { <p class="hint">{tr!(error.request_id)}<code>{id}</code></p> }.into_any())
}
