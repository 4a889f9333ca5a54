//! The form that gives a post.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    agency::AgencyChoice,
    application::ApplicationView,
    list::Page,
    paths,
    person::{AgencyView, Role},
    post::NewPost,
    problem::Violation,
};
use wasm_bindgen::JsValue;

use super::one::Acting;
use crate::{
    api::Failure,
    components::{
        FieldError, Loaded, error_id, error_summary, field_error, focus_field, needed, sometimes, truth,
    },
    i18n::{Text, follow, pick, text, tr},
    pages::{agency_field, console::post},
};

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    role: RwSignal<Option<Role>>,
    agency: RwSignal<Option<AgencyChoice>>,
    agency_error: FieldError,
    with_below: RwSignal<bool>,
    application: RwSignal<String>,
    application_error: FieldError,
    role_error: FieldError,
    /// All broken rules, for the summary.
    faults: RwSignal<Vec<Violation>>,
    acting: Acting,
}

/// The form, for one of these posts. A manager's is usually for the person's own agency.
pub(super) fn give(roles: Vec<Role>, agency: Option<AgencyView>) -> AnyView {
    let choice = agency.and_then(|agency| {
        Some(AgencyChoice {
            name: agency.name?,
            oid: agency.oid,
        })
    });
    let form = Form {
        role: RwSignal::new(None),
        agency: RwSignal::new(choice),
        agency_error: RwSignal::new(None),
        with_below: RwSignal::new(true),
        application: RwSignal::new(String::new()),
        application_error: RwSignal::new(None),
        role_error: RwSignal::new(None),
        faults: RwSignal::new(Vec::new()),
        acting: expect_context(),
    };
    provide_context(form);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let is = move |role: Role| form.role.get() == Some(role);
    let managed = sometimes(move || is(Role::AgencyManager).then(|| managed(&form)));
    let owned =
        sometimes(move || is(Role::ApplicationOwner).then(|| Loaded::from(paths::APPLICATIONS).show(owned)));
    let busy = form.acting.busy;
    view! {
        <section class="card form part" aria-labelledby="give">
            <h2 id="give">{tr!(people.give)}</h2>
            {error_summary(form.faults, label)}
            <form method="post" novalidate on:submit=submit>
                {role(&form, roles)}
                {managed}
                {owned}
                <div class="row">
                    <button type="submit" class="button" aria-disabled=truth(move || busy.get())>{tr!(people.give_it)}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        "role" => text!(people.post),
        "agency" => text!(people.agency),
        "application" => text!(people.application),
        _ => return None,
    })
}

fn role(form: &Form, roles: Vec<Role>) -> AnyView {
    let form = *form;
    let options = roles
        .into_iter()
        .map(|role| view! { <option value=role.name()>{follow(post::name(role))}</option> }.into_any());
    let options = options.collect_view();
    let change = move |event: web_sys::Event| {
        form.mark(Vec::new());
        form.role.set(Role::from_name(&event_target_value(&event)));
    };
    view! {
        <div class="field">
            <label for="role">{tr!(people.post)}{needed()}</label>
            <select id="role" name="role" required aria-invalid=truth(move || form.role_error.with(Option::is_some))
                aria-describedby=error_id("role") on:change=change>
                <option value="">{tr!(form.choose)}</option>
                {options}
            </select>
            {field_error("role", form.role_error)}
        </div>
    }
    .into_any()
}

fn managed(form: &Form) -> AnyView {
    let form = *form;
    view! {
        {agency_field("agency", text!(people.agency), form.agency, form.agency_error)}
        <label class="check">
            <input type="checkbox" name="with_below" prop:checked=move || form.with_below.get()
                on:change=move |event| form.with_below.set(event_target_checked(&event))/>
            {tr!(people.with_below)}
        </label>
    }
    .into_any()
}

fn owned(applications: Page<ApplicationView>) -> AnyView {
    let form = expect_context::<Form>();
    let options = applications.items.into_iter().map(|application| {
        view! { <option value=application.code>{pick(application.name)}</option> }.into_any()
    });
    let options = options.collect_view();
    let change = move |event: web_sys::Event| {
        form.application_error.set(None);
        form.application.set(event_target_value(&event));
    };
    view! {
        <div class="field">
            <label for="application">{tr!(people.application)}{needed()}</label>
            <select id="application" name="application" required
                aria-invalid=truth(move || form.application_error.with(Option::is_some))
                aria-describedby=error_id("application") on:change=change>
                <option value="">{tr!(form.choose)}</option>
                {options}
            </select>
            {field_error("application", form.application_error)}
        </div>
    }
    .into_any()
}

impl Form {
    fn submit(self) {
        let Some(role) = self.role.get_untracked() else {
            let code = shared::problem::ViolationCode::Required;
            self.mark(vec![Violation::new("role", code)]);
            return;
        };
        let manager = role == Role::AgencyManager;
        let agency = self.agency.get_untracked().filter(|_| manager);
        let application = self.application.get_untracked();
        let new = NewPost {
            role,
            agency: agency.map(|agency| agency.oid),
            with_below: manager && self.with_below.get_untracked(),
            application: (role == Role::ApplicationOwner).then_some(application),
        };
        let faults = new.violations();
        if !faults.is_empty() {
            self.mark(faults);
            return;
        }
        self.mark(Vec::new());
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or(JsValue::NULL);
        let acting = self.acting;
        let path = paths::posts(&acting.id.get_value());
        acting.act(text!(people.gave), async move {
            match acting.session.post(&path, &body).await {
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.mark(problem.violations);
                    Err(None)
                }
                answer => answer.map(drop).map_err(Some),
            }
        });
    }

    /// Shows which fields are faulty and leads to the first.
    fn mark(self, faults: Vec<Violation>) {
        if self.faults.try_with_untracked(|_| ()).is_none() {
            return;
        }
        let of = |field: &str| faults.iter().find(|it| it.field == field).cloned();
        self.role_error.set(of("role"));
        self.agency_error.set(of("agency"));
        self.application_error.set(of("application"));
        if let Some(first) = faults.first() {
            focus_field(&first.field);
        }
        self.faults.set(faults);
    }
}
