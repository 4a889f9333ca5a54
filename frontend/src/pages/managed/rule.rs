//! The form that sets a rule between two roles.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    application::{ApplicationView, ManagedApplicationItem, NewRoleConflict},
    list::Page,
    paths,
    problem::Violation,
};

use super::conflicts::Keeping;
use crate::{
    api::Failure,
    components::{Entry, FieldError, Loaded, Shape, entry, error_summary, focus_field, spawn, truth},
    i18n::{self, Text, language, text, tr},
    session::{Draft, drafted},
};

/// The fields, in their order.
const FIELDS: [&str; 3] = ["role", "other_role", "reason"];
/// So many applications are offered.
const OFFERED: &str = "?limit=100";

/// The form.
#[derive(Clone, Copy)]
struct Form {
    values: [RwSignal<String>; 3],
    errors: [FieldError; 3],
    strict: RwSignal<bool>,
    faults: RwSignal<Vec<Violation>>,
    draft: StoredValue<Draft, LocalStorage>,
    keeping: Keeping,
}

/// Which applications the person keeps: their roles are offered.
#[derive(Clone)]
struct Kept(StoredValue<Vec<String>>);

/// The card.
pub(super) fn rule(keeping: &Keeping) -> AnyView {
    provide_context(*keeping);
    view! {
        <section class="card form part" aria-labelledby="new-conflict">
            <h3 id="new-conflict">{tr!(catalogue.new_conflict)}</h3>
            {Loaded::from_address([paths::MANAGED_APPLICATIONS, OFFERED].concat()).show(kept)}
        </section>
    }
    .into_any()
}

fn kept(page: Page<ManagedApplicationItem>) -> AnyView {
    let codes = page.items.into_iter().map(|item| item.code).collect();
    provide_context(Kept(StoredValue::new(codes)));
    Loaded::from_address([paths::APPLICATIONS, OFFERED].concat()).show(offered)
}

fn offered(page: Page<ApplicationView>) -> AnyView {
    let (keeping, kept) = (expect_context::<Keeping>(), expect_context::<Kept>());
    let mut applications = page.items;
    applications.retain(|it| kept.0.with_value(|codes| codes.contains(&it.code)));
    let code = keeping.application.get_value();
    let name = ["conflict/", &code].concat();
    drafted(name, move |draft| {
        form(&Form::new(&keeping, draft), applications.clone())
    })
}

impl Form {
    fn new(keeping: &Keeping, draft: Draft) -> Self {
        let form = Self {
            values: FIELDS.map(|_| RwSignal::new(String::new())),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            strict: RwSignal::new(false),
            faults: RwSignal::new(Vec::new()),
            draft: StoredValue::new_local(draft),
            keeping: *keeping,
        };
        for (field, text) in form.draft.with_value(Draft::restore).unwrap_or_default() {
            match FIELDS.iter().position(|name| *name == field) {
                Some(place) => form.values[place].set(text),
                None => form.strict.set(true),
            }
        }
        Effect::new(move |_| form.keep());
        form
    }

    fn keep(self) {
        let values = self.values.map(|value| value.get());
        let strict = self.strict.get();
        self.draft.with_value(|draft| {
            if values.iter().all(String::is_empty) && !strict {
                return draft.forget();
            }
            let mut fields: Vec<_> = FIELDS.into_iter().zip(values).collect();
            if strict {
                fields.push(("strict", String::new()));
            }
            draft.keep(&fields);
        });
    }

    fn submit(self) {
        if self.keeping.busy.get_untracked() {
            return;
        }
        let [one, other, reason] = self.values.map(|value| value.get_untracked());
        let (application, role) = parts(&one);
        let (other_application, other_role) = parts(&other);
        let new = NewRoleConflict {
            application,
            role,
            other_application,
            other_role,
            reason,
            strict: self.strict.get_untracked(),
        };
        self.mark(new.violations());
        if !self.faults.with_untracked(Vec::is_empty) {
            return;
        }
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
        let (keeping, draft) = (self.keeping, self.draft.get_value());
        keeping.busy.set(true);
        spawn(async move {
            let answer = keeping.session.post(paths::ROLE_CONFLICTS, &body).await;
            if answer.is_ok() {
                draft.forget();
            }
            // The page may have been left meanwhile.
            if keeping.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => {
                    for value in self.values {
                        value.set(String::new());
                    }
                    self.strict.set(false);
                    keeping.say(Ok(text!(catalogue.conflict_set)));
                }
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.mark(problem.violations);
                }
                Err(failure) => keeping.say(Err(failure)),
            }
        });
    }

    /// Shows the faults, and leads to the first. An application is chosen with its role.
    fn mark(self, mut faults: Vec<Violation>) {
        faults.retain(|fault| FIELDS.contains(&fault.field.as_str()));
        for (name, error) in FIELDS.iter().zip(self.errors) {
            error.set(faults.iter().find(|fault| fault.field == *name).cloned());
        }
        if let Some(first) = FIELDS
            .into_iter()
            .find(|name| faults.iter().any(|it| it.field == *name))
        {
            focus_field(first);
        }
        self.faults.set(faults);
    }
}

/// The application and the role of a choice.
fn parts(choice: &str) -> (String, String) {
    let (application, role) = choice.split_once('/').unwrap_or_default();
    (application.to_owned(), role.to_owned())
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        "role" => text!(catalogue.one_role),
        "other_role" => text!(catalogue.other_role),
        "reason" => text!(catalogue.reason),
        _ => return None,
    })
}

fn form(form: &Form, applications: Vec<ApplicationView>) -> AnyView {
    let form = *form;
    let locale = i18n::locale();
    let own = form.keeping.application.get_value();
    let applications = StoredValue::new(applications);
    let choices = move |only: Option<String>| {
        Signal::derive(move || {
            let language = language(locale.get());
            applications.with_value(|applications| {
                let shown = applications
                    .iter()
                    .filter(|it| only.as_ref().is_none_or(|only| it.code == *only));
                let each = shown.flat_map(|it| {
                    it.roles.iter().map(move |role| {
                        let name = [it.name.get(language), role.name.get(language)].join(" · ");
                        ([it.code.as_str(), "/", &role.code].concat(), name)
                    })
                });
                each.collect()
            })
        })
    };
    let plans = [
        Entry {
            required: true,
            shape: Shape::Choice(choices(Some(own))),
            ..Entry::new("role", text!(catalogue.one_role))
        },
        Entry {
            required: true,
            shape: Shape::Choice(choices(None)),
            ..Entry::new("other_role", text!(catalogue.other_role))
        },
        Entry {
            required: true,
            ..Entry::new("reason", text!(catalogue.reason))
        },
    ];
    let fields = plans
        .into_iter()
        .zip(form.values.into_iter().zip(form.errors))
        .map(|(plan, (value, error))| entry(plan, value, error, Callback::new(|()| ())));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    view! {
        {error_summary(form.faults, label)}
        <form method="post" novalidate on:submit=submit>
            {fields.collect_view()}
            <div class="field">
                <label class="check">
                    <input type="checkbox" prop:checked=form.strict
                        on:change=move |event| form.strict.set(event_target_checked(&event))/>
                    {tr!(catalogue.strict)}
                </label>
            </div>
            <div class="row">
                <button type="submit" class="button" aria-disabled=truth(move || form.keeping.busy.get())>
                    {tr!(catalogue.set)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
