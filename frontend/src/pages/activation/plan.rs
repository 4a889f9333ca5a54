//! What an event gives, or would: how many people get what, and who is passed over, and why.

use leptos::prelude::*;
use shared::activation::{ActivationPlan, ActivationPlanRole, SkippedSurgeEntry};

use super::words::{called, filled, outcome};
use crate::i18n::{follow, pick, text, tr};

/// All of it.
pub(super) fn plan(plan: ActivationPlan) -> AnyView {
    let gives = if plan.roles.is_empty() {
        view! { <p>{tr!(activations.gives_nothing)}</p> }.into_any()
    } else {
        view! {
            <p>{filled(text!(activations.gives), plan.people)}</p>
            <ul class="results">{plan.roles.into_iter().map(role).collect_view()}</ul>
        }
        .into_any()
    };
    view! { {gives}{skipped(plan.skipped_count, plan.skipped)} }.into_any()
}

/// Who is passed over; nothing when nobody is.
pub(super) fn skipped(count: u32, entries: Vec<SkippedSurgeEntry>) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    view! {
        <details class="skipped">
            <summary>{filled(text!(activations.skips), count)}</summary>
            <ul class="results">{entries.into_iter().map(entry).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn role(role: ActivationPlanRole) -> AnyView {
    view! {
        <li>
            <strong>{pick(role.role.name)}</strong>" "
            <span class="hint">{pick(role.application.name)}"・"{called(role.agency)}</span>" "
            {filled(text!(activations.people), role.people)}
        </li>
    }
    .into_any()
}

fn entry(entry: SkippedSurgeEntry) -> AnyView {
    view! {
        <li>
            {entry.person.name}"："{pick(entry.role.name)}" "
            <span class="word settled">{follow(outcome(entry.outcome))}</span>
        </li>
    }
    .into_any()
}
