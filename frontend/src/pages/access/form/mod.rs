//! 新申請: what is asked for, looked over before it is sent, and kept whatever happens in between.

mod draft;
mod fields;
mod review;
mod roles;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use shared::{
    access::{Correction, NewRequest, RequestState, RequestView},
    agency::AgencyChoice,
    application::{ApplicationView, RoleView},
    date::Date,
    list::Page,
    paths,
    problem::{ErrorCode, Violation},
};
use uuid::Uuid;

pub use self::draft::new_id;
use self::{draft::Typed, review::review};
use super::address_of;
use crate::{
    api::Failure,
    components::{FieldError, Heading, Loaded, Tone, empty, live, notice, spawn},
    i18n::{self, Locale, language, text, tr},
    session::{Draft, Session, drafted, view::restored},
};

/// The fields that a person fills in, in their order on the page: names of the contract, and ids of the inputs.
const FIELDS: [&str; 6] = ["application", "roles", "agency", "reason", "starts_on", "ends_on"];

/// Leads to another address, in this one's place; whether it begins at its top.
type Go = Box<dyn Fn(&str, bool)>;

/// The form.
#[derive(Clone, Copy)]
struct Form {
    /// The applications that take requests.
    offered: StoredValue<Vec<ApplicationView>>,
    /// The request's id: the same until it has been taken, so that sending it again is harmless.
    id: RwSignal<Uuid>,
    application: RwSignal<String>,
    roles: RwSignal<Vec<String>>,
    agency: RwSignal<Option<AgencyChoice>>,
    reason: RwSignal<String>,
    starts_on: RwSignal<String>,
    ends_on: RwSignal<String>,
    errors: [FieldError; FIELDS.len()],
    /// All broken rules, for the summary.
    faults: RwSignal<Vec<Violation>>,
    /// Whether the second step is shown.
    reviewing: RwSignal<bool>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// The request that an earlier try had sent, though its answer was lost.
    sent_before: RwSignal<Option<Uuid>>,
    restored: RwSignal<bool>,
    /// The field that is to have the focus next.
    focus: RwSignal<Option<&'static str>>,
    locale: RwSignal<Locale>,
    session: Session,
    /// The request that is corrected; none for a new one.
    corrects: StoredValue<Option<Uuid>>,
    /// None until it is known.
    draft: StoredValue<Option<Draft>, LocalStorage>,
    go: StoredValue<Go, LocalStorage>,
}

/// The page.
pub fn new_request() -> AnyView {
    view! {
        <Heading title=text!(access.new_title)/>
        <p class="lead">{tr!(access.new_lead)}</p>
        {Loaded::from(paths::APPLICATIONS).show(form)}
    }
    .into_any()
}

fn form(applications: Page<ApplicationView>) -> AnyView {
    let mut offered = applications.items;
    offered.retain(|application| !application.roles.is_empty());
    if offered.is_empty() {
        return empty(text!(access.no_application), text!(access.no_application_text));
    }
    let form = Form::new(offered);
    let application = form.asked_for();
    drafted(draft::name(&application), move |draft| {
        let kept = draft.restore();
        form.restored.set(kept.is_some());
        form.fill(kept.map_or_else(|| Typed::likely(&form, application.clone()), Typed::read));
        form.keep_in(draft);
        steps(&form)
    })
}

/// The page on which a returned request is corrected.
pub fn correction() -> AnyView {
    // /access/{id}/correct
    let path = use_location().pathname.get_untracked();
    let id = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
    view! {
        <Heading title=text!(access.correct_title)/>
        <p class="lead">{tr!(access.correct_lead)}</p>
        {Loaded::from_address(paths::permission_request(&id)).show_one(before, super::one::missing)}
    }
    .into_any()
}

/// The request as it is, and the form once the applications are there.
fn before(request: RequestView) -> AnyView {
    if request.state != RequestState::Returned {
        // It was sent or withdrawn meanwhile, here or elsewhere.
        let to = address_of(request.id);
        let words = (text!(access.correct_over), text!(access.correct_over_text));
        let link = view! { <p><a href=to>{tr!(access.title)}</a></p> };
        return notice(Tone::Caution, "", words.0, words.1, link.into_any());
    }
    provide_context(StoredValue::new(request));
    Loaded::from(paths::APPLICATIONS).show(correcting)
}

fn correcting(applications: Page<ApplicationView>) -> AnyView {
    let request = expect_context::<StoredValue<RequestView>>();
    let form = Form::new(applications.items);
    let id = request.with_value(|request| request.id);
    form.corrects.set_value(Some(id));
    drafted(["correct/", &id.to_string()].concat(), move |draft| {
        let kept = draft.restore();
        form.restored.set(kept.is_some());
        form.fill(kept.map_or_else(|| request.with_value(Typed::of), Typed::read));
        form.keep_in(draft);
        steps(&form)
    })
}

/// The same as a correction of the request of its id.
fn as_correction(request: &NewRequest) -> Correction {
    Correction {
        roles: request.roles.clone(),
        agency: request.agency.clone(),
        reason: request.reason.clone(),
        starts_on: request.starts_on.clone(),
        ends_on: request.ends_on.clone(),
        comment: None,
    }
}

fn steps(form: &Form) -> AnyView {
    let form = *form;
    let discard = Callback::new(move |()| form.discard());
    live(move || {
        if form.reviewing.get() {
            return review(&form);
        }
        let restored = form.restored.get_untracked().then(|| restored(discard));
        view! { {restored}{fields::fields(&form)} }.into_any()
    })
}

impl Form {
    fn new(offered: Vec<ApplicationView>) -> Self {
        let navigate = use_navigate();
        let go = move |to: &str, scroll: bool| {
            let options = NavigateOptions {
                replace: true,
                scroll,
                ..NavigateOptions::default()
            };
            navigate(to, options);
        };
        Self {
            offered: StoredValue::new(offered),
            id: RwSignal::new(draft::new_id()),
            application: RwSignal::new(String::new()),
            roles: RwSignal::new(Vec::new()),
            agency: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
            starts_on: RwSignal::new(String::new()),
            ends_on: RwSignal::new(String::new()),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            faults: RwSignal::new(Vec::new()),
            reviewing: RwSignal::new(false),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            sent_before: RwSignal::new(None),
            restored: RwSignal::new(false),
            focus: RwSignal::new(None),
            locale: i18n::locale(),
            session: expect_context(),
            corrects: StoredValue::new(None),
            draft: StoredValue::new_local(None),
            go: StoredValue::new_local(Box::new(go)),
        }
    }

    /// Taiwan's day now, by the server's clock.
    fn today(self) -> Date {
        Date::in_taiwan(self.session.server_now())
    }

    /// The roles of the chosen application, following.
    fn offered_roles(self) -> Vec<RoleView> {
        let code = self.application.get();
        self.offered.with_value(|offered| {
            let chosen = offered.iter().find(|application| application.code == code);
            chosen
                .map(|application| application.roles.clone())
                .unwrap_or_default()
        })
    }

    /// What would be sent now, following.
    fn request(self) -> NewRequest {
        NewRequest {
            id: self.id.get(),
            application: self.application.get(),
            roles: self.roles.get(),
            agency: self.agency.get().map(|agency| agency.oid).unwrap_or_default(),
            reason: self.reason.get(),
            starts_on: self.starts_on.get(),
            ends_on: self.ends_on.get(),
        }
    }

    fn error(self, field: &str) -> FieldError {
        let index = FIELDS.iter().position(|name| *name == field);
        self.errors[index.unwrap_or_default()]
    }

    /// The first step is done: on to the second, unless a rule is broken.
    fn look_over(self) {
        let (request, offered) = untrack(move || (self.request(), self.offered_roles()));
        let violations = request.violations(self.today(), Some(&offered));
        self.failure.set(None);
        self.sent_before.set(None);
        self.mark(violations);
        if self.faults.with_untracked(Vec::is_empty) {
            self.restored.set(false);
            self.reviewing.set(true);
        }
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        self.sent_before.set(None);
        let request = untrack(move || self.request());
        spawn(async move {
            let result = if self.corrects.get_value().is_some() {
                let body = serde_wasm_bindgen::to_value(&as_correction(&request)).unwrap_or_default();
                let path = paths::permission_request_move(&request.id.to_string(), "resubmit");
                self.session.post(&path, &body).await
            } else {
                let body = serde_wasm_bindgen::to_value(&request).unwrap_or_default();
                self.session.post(paths::PERMISSION_REQUESTS, &body).await
            };
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(_) => self.sent(request.id),
                Err(failure) => self.refused(failure),
            }
        });
    }

    fn sent(self, id: Uuid) {
        self.forget();
        let to = [&address_of(id), "?sent=1"].concat();
        self.go.with_value(|go| go(&to, true));
    }

    /// Everything stays as it was typed; broken rules are shown where they are broken.
    fn refused(self, failure: Failure) {
        match failure {
            Failure::Refused(problem) if !problem.violations.is_empty() => {
                self.reviewing.set(false);
                self.mark(problem.violations);
            }
            Failure::Refused(problem)
                if problem.code == ErrorCode::Conflict && self.corrects.get_value().is_none() =>
            {
                self.sent_before.set(Some(self.id.get_untracked()));
                self.id.set(draft::new_id());
            }
            failure => self.failure.set(Some(failure)),
        }
    }

    /// Shows which fields are faulty and leads to the first.
    fn mark(self, violations: Vec<Violation>) {
        let faults: Vec<_> = violations
            .into_iter()
            .map(|violation| self.named(violation))
            .collect();
        for (field, error) in FIELDS.iter().zip(self.errors) {
            error.set(faults.iter().find(|fault| fault.field == *field).cloned());
        }
        let first = FIELDS
            .into_iter()
            .find(|field| self.error(field).with_untracked(Option::is_some));
        self.focus.set(first);
        self.faults.set(faults);
    }

    /// The violation with the role's name, for people, in the place of its code.
    fn named(self, mut violation: Violation) -> Violation {
        if let Some(code) = violation.params.get_mut("role") {
            let roles = untrack(move || self.offered_roles());
            if let Some(role) = roles.iter().find(|role| role.code == *code) {
                role.name
                    .get(language(self.locale.get_untracked()))
                    .clone_into(code);
            }
        }
        violation
    }
}
