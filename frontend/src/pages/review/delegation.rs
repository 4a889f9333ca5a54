//! 代理: who decides in one's place while one is away, and in whose place one does.

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    delegation::{DelegationView, NewDelegation},
    list::Page,
    paths,
    problem::Violation,
};
use uuid::Uuid;

use super::{
    stand_in::{PERSON, StandInField},
    views::views,
};
use crate::{
    api::Failure,
    components::{
        FieldError, Heading, Loaded, empty, error_id, error_summary, failure_view, field_error, focus_field,
        live, spawn, truth,
    },
    i18n::{self, Text, fill, follow, text, tr},
    pages::access::period,
    session::Session,
};

/// The fields, in their order: names of the contract, and ids of the inputs.
const FIELDS: [&str; 3] = [PERSON, "starts_on", "ends_on"];

/// What the form and the rows share.
#[derive(Clone, Copy)]
struct Delegating {
    list: Loaded,
    person: StandInField,
    starts_on: RwSignal<String>,
    ends_on: RwSignal<String>,
    errors: [FieldError; FIELDS.len()],
    faults: RwSignal<Vec<Violation>>,
    busy: RwSignal<bool>,
    /// What was done, or why it was not.
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Delegating {
    fn error(self, field: &str) -> FieldError {
        let index = FIELDS.iter().position(|name| *name == field);
        self.errors[index.unwrap_or_default()]
    }

    fn mark(self, faults: Vec<Violation>) {
        for (field, error) in FIELDS.iter().zip(self.errors) {
            error.set(faults.iter().find(|fault| fault.field == *field).cloned());
        }
        if let Some(first) = faults.first() {
            focus_field(&first.field);
        }
        self.faults.set(faults);
    }

    fn begin(self) {
        if self.busy.get_untracked() {
            return;
        }
        let new = NewDelegation {
            person: self.person.chosen(),
            username: String::new(),
            starts_on: self.starts_on.get_untracked(),
            ends_on: self.ends_on.get_untracked(),
        };
        let today = shared::date::Date::in_taiwan(self.session.server_now());
        self.outcome.set(None);
        let days = new.days(today).err().unwrap_or_default();
        let of_days = days
            .into_iter()
            .filter(|fault| FIELDS.contains(&fault.field.as_str()));
        self.mark(self.person.violation().into_iter().chain(of_days).collect());
        if !self.faults.with_untracked(Vec::is_empty) {
            return;
        }
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
        self.busy.set(true);
        spawn(async move {
            let result = self.session.post(paths::DELEGATIONS, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(_) => {
                    self.person.clear();
                    self.ends_on.set(String::new());
                    self.told(Ok(text!(review.delegated)));
                }
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.mark(problem.violations);
                }
                Err(failure) => self.told(Err(failure)),
            }
        });
    }

    fn end(self, id: Uuid) {
        self.outcome.set(None);
        spawn(async move {
            let result = self.session.delete(&paths::delegation(id)).await;
            self.told(result.map(|()| text!(review.delegation_ended)));
        });
    }

    /// Also after a refusal the list is asked for: the other one may have ended it.
    fn told(self, outcome: Result<Text, Failure>) {
        if self.outcome.try_set(Some(outcome)).is_some() {
            return;
        }
        self.list.ask();
        if let Some(place) = self.after.get_untracked() {
            let _ = place.focus();
        }
    }
}

/// The page.
pub fn delegation() -> AnyView {
    let errors = FIELDS.map(|_| RwSignal::new(None));
    let [person, ..] = errors;
    let delegating = Delegating {
        list: Loaded::from(paths::DELEGATIONS),
        person: StandInField::new(person),
        starts_on: RwSignal::new(String::new()),
        ends_on: RwSignal::new(String::new()),
        errors,
        faults: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    let today = shared::date::Date::in_taiwan(delegating.session.server_now());
    delegating.starts_on.set(today.to_string());
    provide_context(delegating);
    let retry = Callback::new(move |()| delegating.outcome.set(None));
    let outcome = live(move || match delegating.outcome.get() {
        None => ().into_any(),
        Some(Ok(words)) => view! { <p>{follow(words)}</p> }.into_any(),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <Heading title=text!(review.delegation)/>
        <p class="lead">{tr!(review.delegation_lead)}</p>
        <div class="row above">{views("/review/delegation")}</div>
        <div node_ref=delegating.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {delegating.list.show(table)}
        {form(&delegating)}
    }
    .into_any()
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        PERSON => text!(review.delegate),
        "starts_on" => text!(access.starts_on),
        "ends_on" => text!(access.ends_on),
        _ => return None,
    })
}

fn form(delegating: &Delegating) -> AnyView {
    let delegating = *delegating;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        delegating.begin();
    };
    let summary = error_summary(delegating.faults, label);
    view! {
        <section aria-labelledby="new-delegation">
            <h2 id="new-delegation">{tr!(review.new_delegation)}</h2>
            {summary}
            <form method="post" novalidate class="card form" on:submit=submit>
                {delegating.person.show()}
                <div class="two">
                    {day(&delegating, "starts_on", delegating.starts_on)}
                    {day(&delegating, "ends_on", delegating.ends_on)}
                </div>
                <button type="submit" class="button" aria-disabled=truth(move || delegating.busy.get())>
                    {tr!(review.begin_delegation)}
                </button>
            </form>
        </section>
    }
    .into_any()
}

fn day(delegating: &Delegating, name: &'static str, typed: RwSignal<String>) -> AnyView {
    let error = delegating.error(name);
    view! {
        <div class="field">
            <label for=name>{label(name).map(follow)}</label>
            <input id=name name=name type="date" required max="9999-12-31" prop:value=typed
                aria-invalid=truth(move || error.with(Option::is_some)) aria-describedby=error_id(name)
                on:input=move |event| {
                    error.set(None);
                    typed.set(event_target_value(&event));
                }
            />
            {field_error(name, error)}
        </div>
    }
    .into_any()
}

fn table(page: Page<DelegationView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(review.no_delegation), text!(review.no_delegation_text));
    }
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(review.away)}</th>
                    <th scope="col">{tr!(review.stands_in)}</th>
                    <th scope="col">{tr!(access.period)}</th>
                    <th scope="col">{tr!(sessions.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(delegation: DelegationView) -> AnyView {
    let delegating = expect_context::<Delegating>();
    let (locale, id) = (i18n::locale(), delegation.id);
    let (person, delegate) = (delegation.person.name.clone(), delegation.delegate.name.clone());
    let label = move || {
        let between = fill(text!(review.end_delegation_label)(locale.get()), &person);
        fill(&between, &delegate)
    };
    let rests =
        (!delegation.counts).then(|| view! { <br/><span class="hint">{tr!(review.delegation_rests)}</span> });
    view! {
        <tr>
            <th scope="row">{delegation.person.name}</th>
            <td data-label=tr!(review.stands_in)>{delegation.delegate.name}</td>
            <td data-label=tr!(access.period)>
                <div>{period(delegation.starts_on, delegation.ends_on)}{rests}</div>
            </td>
            <td>
                <button type="button" class="button quiet" aria-label=label on:click=move |_| delegating.end(id)>
                    {tr!(review.end_delegation)}
                </button>
            </td>
        </tr>
    }
    .into_any()
}
