//! One event: its level and agencies, what it gives, and how it is raised, lowered, extended and closed.

use js_sys::Object;
use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    activation::{ActivationAction, ActivationPlan, ActivationView, AnotherLevel, Level, MoreAgencies},
    paths,
};
use uuid::Uuid;

use super::{
    EVENTS,
    acting::Acting,
    agencies::Agencies,
    grants::grants,
    plan,
    words::{called, level, level_mark, moment, tone},
};
use crate::{
    api::Failure,
    components::{Dialog, Heading, Loaded, Tone, hold_focus, icon, notice, truth, words},
    i18n::{self, Text, fill, follow, format, text, tr},
    query,
};

/// What is asked about before it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Level(Level),
    Close,
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Running {
    acting: Acting,
    asked: RwSignal<Option<(Uuid, Asked)>>,
}

/// The page.
pub fn event() -> AnyView {
    let id = String::from(js_sys::encode_uri_component(&query::last_segment()));
    let running = Running {
        acting: Acting::new(),
        asked: RwSignal::new(None),
    };
    provide_context(running);
    let path = [paths::ACTIVATIONS, "/", &id].concat();
    let event = running.acting.follows(Loaded::from_address(path));
    view! {
        <Heading title=text!(activations.one)/>
        {running.acting.outcome()}
        {event.show_one(show, missing)}
        {confirmation(running)}
        <p class="row"><a href=EVENTS>{tr!(activations.back)}</a></p>
    }
    .into_any()
}

fn missing() -> AnyView {
    let words = (text!(activations.missing), text!(activations.missing_text));
    notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
}

fn show(event: ActivationView) -> AnyView {
    let running = expect_context::<Running>();
    let may = |action| event.may.contains(&action);
    let is_open = event.closed_at.is_none();
    let commands = may(ActivationAction::Close).then(|| commands(running, event.id, event.level));
    let more = may(ActivationAction::AddAgencies).then(|| more(running, event.id));
    let sees = may(ActivationAction::SeeGrants);
    let passed_over = (sees && is_open).then(|| {
        let path = paths::activation_move(event.id, "plan");
        let loaded = Loaded::from_address(path);
        loaded.show(|found: ActivationPlan| plan::skipped(found.skipped_count, found.skipped))
    });
    let given = sees.then(|| grants(event.id, event.review_until));
    view! {
        {head(event)}
        {commands}
        {given}
        {passed_over}
        {more}
    }
    .into_any()
}

fn head(event: ActivationView) -> AnyView {
    let locale = i18n::locale();
    let tone = if event.closed_at.is_none() {
        tone(event.level).class()
    } else {
        "card"
    };
    let glyph = event
        .closed_at
        .is_none()
        .then(|| icon(super::words::tone(event.level).glyph()));
    let opened = if event.closed_at.is_none() {
        text!(activations.standing_open)
    } else {
        text!(activations.over)
    };
    let agencies: Vec<_> = event
        .agencies
        .into_iter()
        .map(|one| {
            let below = one
                .with_below
                .then(|| view! { " "<span class="hint">{tr!(people.and_below)}</span> });
            view! { <li>{called(one.agency)}{below}</li> }
        })
        .collect();
    let expected = event.expected_end.map(|day| {
        let words = words(move || format::day(day, locale.get()));
        view! { <dt>{tr!(activations.expected_end)}</dt><dd>{words}</dd> }
    });
    let closed = event
        .closed_at
        .map(|at| view! { <dt>{tr!(activations.closed_at)}</dt><dd>{moment(at)}</dd> });
    let review = event
        .review_until
        .map(|at| view! { <dt>{tr!(activations.review_until)}</dt><dd>{moment(at)}</dd> });
    view! {
        <section class=[tone, " event"].concat() aria-labelledby="event">
            {glyph}
            <div>
                <h2 id="event">{event.name}</h2>
                <p>{level_mark(event.level)}" "{follow(opened)}</p>
                <dl class="facts">
                    <dt>{tr!(activations.agencies)}</dt><dd><ul class="results">{agencies}</ul></dd>
                    <dt>{tr!(activations.opened_at)}</dt><dd>{moment(event.opened_at)}</dd>
                    {expected}
                    {closed}
                    {review}
                </dl>
            </div>
        </section>
    }
    .into_any()
}

fn commands(running: Running, id: Uuid, now: Level) -> AnyView {
    let button = |to: &Level| {
        let to = *to;
        view! {
            <button type="button" class="button quiet" on:click=move |_| running.asked.set(Some((id, Asked::Level(to))))>
                {filled_level(text!(activations.change_to), to)}
            </button>
        }
        .into_any()
    };
    let others: Vec<_> = Level::ALL
        .iter()
        .filter(|level| **level != now)
        .map(button)
        .collect();
    view! {
        <div class="row" role="group" aria-label=tr!(activations.commands)>
            {others}
            <button type="button" class="button grave" on:click=move |_| running.asked.set(Some((id, Asked::Close)))>
                {tr!(activations.close)}
            </button>
        </div>
    }
    .into_any()
}

fn filled_level(text: Text, of: Level) -> AnyView {
    let locale = i18n::locale();
    words(move || fill(text(locale.get()), level(of)(locale.get())))
}

fn confirmation(running: Running) -> AnyView {
    let locale = i18n::locale();
    let (asked, acting) = (running.asked, running.acting);
    let open = Signal::derive(move || asked.get().is_some());
    let dismiss = Callback::new(move |()| asked.set(None));
    let title = words(move || match asked.get() {
        Some((_, Asked::Level(to))) => fill(
            text!(activations.change_title)(locale.get()),
            level(to)(locale.get()),
        ),
        _ => text!(activations.close_title)(locale.get()).to_owned(),
    });
    let explained = words(move || {
        let text: Text = match asked.get() {
            Some((_, Asked::Level(_))) => text!(activations.change_text),
            _ => text!(activations.close_text),
        };
        text(locale.get()).to_owned()
    });
    let send = move |_| {
        let Some((id, what)) = asked.get_untracked() else {
            return;
        };
        asked.set(None);
        match what {
            Asked::Level(level) => {
                let body = serde_wasm_bindgen::to_value(&AnotherLevel { level }).unwrap_or_default();
                acting.post(
                    paths::activation_move(id, "level"),
                    body,
                    text!(activations.changed),
                    || (),
                );
            }
            Asked::Close => {
                let path = paths::activation_move(id, "close");
                acting.post(path, Object::new().into(), text!(activations.closed), || ());
            }
        }
    };
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="event-title" described_by="event-text">
            <h2 id="event-title">{title}</h2>
            <p id="event-text">{explained}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=send>{tr!(review.decide)}</button>
                <button type="button" class="button quiet" on:click=move |_| asked.set(None)>{tr!(site.cancel)}</button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The form that adds agencies.
fn more(running: Running, id: Uuid) -> AnyView {
    let (acting, agencies) = (running.acting, Agencies::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let more = MoreAgencies {
            agencies: agencies.sent(),
        };
        let fault = more.violations().into_iter().next();
        let faulty = fault.is_some();
        agencies.error.set(fault);
        if faulty {
            return;
        }
        let body = serde_wasm_bindgen::to_value(&more).unwrap_or_default();
        acting.act(text!(activations.added), async move {
            let path = paths::activation_move(id, "agencies");
            match acting.session.post(&path, &body).await {
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    let _ = agencies.error.try_set(problem.violations.into_iter().next());
                    Err(None)
                }
                answer => answer.map(drop).map_err(Some),
            }
        });
    };
    view! {
        <details class="card form part">
            <summary>{tr!(activations.add_agencies)}</summary>
            <form method="post" novalidate on:submit=submit>
                {agencies.view("agencies", text!(activations.agency))}
                <div class="row">
                    <button type="submit" class="button" on:mousedown=hold_focus
                        aria-disabled=truth(move || acting.busy.get())>{tr!(activations.add)}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
