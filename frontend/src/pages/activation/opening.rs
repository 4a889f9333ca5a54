//! 開設應變中心: the form, with a look at what it would do before it does.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    activation::{ActivationPlan, ActivationProposal, ActivationView, Level, NewActivation},
    date::Date,
    paths,
    problem::{Violation, ViolationCode},
};
use uuid::Uuid;

use super::{EVENTS, Standing, agencies::Agencies, plan::plan, words::levels};
use crate::{
    api::{self, Failure},
    components::{
        Entry, FieldError, Heading, Shape, entry, error_summary, failure_view, focus_field, hold_focus, live,
        sometimes, spawn, truth,
    },
    i18n::{Text, text, tr},
    pages::access::new_id,
    session::{Draft, Session, drafted, view::restored},
};

/// The fields that are typed or chosen, in their order.
const FIELDS: [&str; 3] = ["name", "level", "expected_end"];

/// The form.
#[derive(Clone, Copy)]
struct Form {
    /// The same in every try, so that an event that is sent twice is opened once.
    id: RwSignal<Uuid>,
    values: [RwSignal<String>; 3],
    errors: [FieldError; 3],
    agencies: Agencies,
    faults: RwSignal<Vec<Violation>>,
    failure: RwSignal<Option<Failure>>,
    /// What it would do, once that was looked at.
    plan: RwSignal<Option<ActivationPlan>>,
    busy: RwSignal<bool>,
    restored: RwSignal<bool>,
    draft: StoredValue<Draft, LocalStorage>,
    session: Session,
}

/// The page.
pub fn opening() -> AnyView {
    view! {
        <Heading title=text!(activations.open_title)/>
        <p class="lead">{tr!(activations.open_lead)}</p>
        {drafted("activation".to_owned(), |draft| filled(&Form::new(draft)))}
        <p class="row"><a href=EVENTS>{tr!(activations.back)}</a></p>
    }
    .into_any()
}

impl Form {
    fn new(draft: Draft) -> Self {
        let form = Self {
            id: RwSignal::new(new_id()),
            values: FIELDS.map(|_| RwSignal::new(String::new())),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            agencies: Agencies::new(),
            faults: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            plan: RwSignal::new(None),
            busy: RwSignal::new(false),
            restored: RwSignal::new(false),
            draft: StoredValue::new_local(draft),
            session: expect_context(),
        };
        for (field, text) in form.draft.with_value(Draft::restore).unwrap_or_default() {
            match field.as_str() {
                "id" => form.id.set(text.parse().unwrap_or_else(|_| new_id())),
                "agencies" => form.agencies.restore(&text),
                _ => {
                    if let Some(place) = FIELDS.iter().position(|name| *name == field) {
                        form.values[place].set(text);
                    }
                }
            }
            form.restored.set(true);
        }
        // Whatever changes, what was looked at is another event.
        Effect::new(move |_| {
            form.keep();
            form.plan.set(None);
        });
        form
    }

    fn keep(self) {
        let values = self.values.map(|value| value.get());
        let agencies = self.agencies.kept();
        self.draft.with_value(|draft| {
            if values.iter().all(String::is_empty) && agencies.is_empty() {
                return draft.forget();
            }
            let mut fields: Vec<_> = FIELDS.into_iter().zip(values).collect();
            fields.push(("agencies", agencies));
            fields.push(("id", self.id.get_untracked().to_string()));
            draft.keep(&fields);
        });
    }

    /// The event as it is sent, or what is wrong with it.
    fn read(self) -> Result<NewActivation, Vec<Violation>> {
        let [name, level, expected] = self.values.map(|value| value.get_untracked());
        let chosen = Level::from_name(&level);
        let new = NewActivation {
            id: self.id.get_untracked(),
            name,
            level: chosen.unwrap_or(Level::Third),
            agencies: self.agencies.sent(),
            expected_end: Some(expected).filter(|day| !day.is_empty()),
        };
        let mut faults = new.violations(Date::in_taiwan(self.session.server_now()));
        if chosen.is_none() {
            faults.push(Violation::new("level", ViolationCode::Required));
        }
        if faults.is_empty() { Ok(new) } else { Err(faults) }
    }

    /// Shows which fields are faulty and leads to the first.
    fn mark(self, faults: Vec<Violation>) {
        let of = |name: &str| faults.iter().find(|it| it.field == name).cloned();
        for (name, error) in FIELDS.into_iter().zip(self.errors) {
            error.set(of(name));
        }
        self.agencies.error.set(of("agencies"));
        if let Some(first) = faults.first() {
            focus_field(&first.field);
        }
        self.faults.set(faults);
    }

    /// What came of a question, unless the page was left; the faults are shown.
    fn came<T>(self, result: Result<T, Failure>) -> Option<T> {
        if self.busy.try_set(false).is_some() {
            return None;
        }
        match result {
            Ok(found) => return Some(found),
            Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                self.mark(problem.violations);
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
        None
    }

    fn look(self) {
        let Some(new) = self.ready() else { return };
        let proposal = ActivationProposal {
            level: new.level,
            agencies: new.agencies,
        };
        let body = serde_wasm_bindgen::to_value(&proposal).unwrap_or_default();
        spawn(async move {
            let answer = self.session.post(paths::ACTIVATIONS_PREVIEW, &body).await;
            if let Some(found) = self.came(answer.and_then(api::read)) {
                self.plan.set(Some(found));
                request_animation_frame(|| focus_field("preview"));
            }
        });
    }

    fn open(self, go: impl Fn(&str, NavigateOptions) + 'static) {
        let Some(new) = self.ready() else { return };
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
        let draft = self.draft.get_value();
        let standing = use_context::<Standing>();
        spawn(async move {
            let answer = self.session.post(paths::ACTIVATIONS, &body).await;
            if answer.is_ok() {
                draft.forget();
            }
            let opened: Option<ActivationView> = self.came(answer.and_then(api::read));
            if let Some(opened) = opened {
                if let Some(standing) = standing {
                    standing.ask();
                }
                go(
                    &[EVENTS, "/", &opened.id.to_string()].concat(),
                    NavigateOptions::default(),
                );
            }
        });
    }

    /// The event, when nothing is wrong with it and nothing is being done.
    fn ready(self) -> Option<NewActivation> {
        if self.busy.get_untracked() {
            return None;
        }
        self.failure.set(None);
        match self.read() {
            Ok(new) => {
                self.mark(Vec::new());
                self.busy.set(true);
                Some(new)
            }
            Err(faults) => {
                self.mark(faults);
                None
            }
        }
    }
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        "name" => text!(activations.name),
        "level" => text!(activations.level),
        "agencies" => text!(activations.agency),
        "expected_end" => text!(activations.expected_end),
        _ => return None,
    })
}

fn filled(form: &Form) -> AnyView {
    let form = *form;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.look();
    };
    let discard = Callback::new(move |()| {
        for value in form.values {
            value.set(String::new());
        }
        form.agencies.chosen.set(Vec::new());
        form.id.set(new_id());
        form.restored.set(false);
        focus_field("name");
    });
    let plans = [
        Entry {
            hint: Some(text!(activations.name_hint)),
            required: true,
            ..Entry::new("name", text!(activations.name))
        },
        Entry {
            shape: levels(),
            required: true,
            ..Entry::new("level", text!(activations.level))
        },
        Entry {
            hint: Some(text!(activations.expected_hint)),
            shape: Shape::Line("date"),
            ..Entry::new("expected_end", text!(activations.expected_end))
        },
    ];
    let fields = plans.into_iter().zip(form.values.into_iter().zip(form.errors));
    let mut fields = fields.map(|(plan, (value, error))| entry(plan, value, error, Callback::new(|()| ())));
    let (name, level, expected) = (fields.next(), fields.next(), fields.next());
    let retry = Callback::new(move |()| form.failure.set(None));
    let failed = sometimes(move || form.failure.get().map(|failure| failure_view(&failure, retry)));
    let go = use_navigate();
    let preview = live(move || match form.plan.get() {
        Some(found) => preview(&form, found, go.clone()),
        None => ().into_any(),
    });
    view! {
        {sometimes(move || form.restored.get().then(|| restored(discard)))}
        {error_summary(form.faults, label)}
        <form method="post" novalidate class="card form" on:submit=submit>
            {name}
            {level}
            {form.agencies.view("agencies", text!(activations.agency))}
            {expected}
            <div class="row">
                <button type="submit" class="button" on:mousedown=hold_focus
                    aria-disabled=truth(move || form.busy.get())>{tr!(activations.preview)}</button>
            </div>
        </form>
        {failed}
        {preview}
    }
    .into_any()
}

fn preview(
    form: &Form,
    found: ActivationPlan,
    go: impl Fn(&str, NavigateOptions) + Clone + 'static,
) -> AnyView {
    let form = *form;
    view! {
        <section class="card form part" aria-labelledby="preview">
            <h2 id="preview" tabindex="-1">{tr!(activations.preview_title)}</h2>
            {plan(found)}
            <div class="row">
                <button type="button" class="button grave" on:click=move |_| form.open(go.clone())
                    aria-disabled=truth(move || form.busy.get())>{tr!(activations.open_it)}</button>
            </div>
        </section>
    }
    .into_any()
}
