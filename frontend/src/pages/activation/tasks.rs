//! What waits for one's review after an event, and what of it is overdue.

use leptos::prelude::*;
use shared::{
    activation::{SurgeReviewTask, SurgeReviewTasks},
    paths,
};

use super::{
    EVENTS,
    words::{filled, mark},
};
use crate::{
    book,
    components::{Loaded, Tone, icon},
    i18n::{text, tr},
};

/// A box that says so; nothing when nothing waits.
pub fn tasks() -> AnyView {
    Loaded::from(paths::ACTIVATION_REVIEWS).show(shown)
}

fn shown(tasks: SurgeReviewTasks) -> AnyView {
    if tasks.waiting == 0 {
        return ().into_any();
    }
    let tone = if tasks.overdue > 0 {
        Tone::Alarm
    } else {
        Tone::Caution
    };
    let overdue = (tasks.overdue > 0).then(|| filled(text!(activations.tasks_overdue), tasks.overdue));
    view! {
        <section class=tone.class() aria-labelledby="review-tasks">
            {icon(tone.glyph())}
            <div>
                <h2 id="review-tasks" class="quiet">{filled(text!(activations.tasks), tasks.waiting)}</h2>
                {overdue.map(|words| view! { <p>{words}</p> })}
                <ul>{tasks.tasks.into_iter().map(task).collect_view()}</ul>
            </div>
        </section>
    }
    .into_any()
}

fn task(task: SurgeReviewTask) -> AnyView {
    let href = [EVENTS, "/", &task.activation.id.to_string()].concat();
    let overdue = task
        .overdue
        .then(|| view! { " "{mark("word alarm", text!(activations.overdue))} });
    view! {
        <li>
            <a href=href rel=book::rel(EVENTS)>{task.activation.name}{tr!(form.colon)}{filled(text!(activations.items), task.waiting)}</a>
            {overdue}
        </li>
    }
    .into_any()
}
