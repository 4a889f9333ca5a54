//! The form that opens a campaign.

mod fields;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    agency::AgencyChoice,
    application::ApplicationView,
    campaign::NewCampaign,
    date::Date,
    list::Page,
    paths,
    person::Role,
    problem::{ErrorCode, Violation},
};
use uuid::Uuid;

use self::fields::filled;
use super::{PATH, address_of};
use crate::{
    api::Failure,
    components::{FieldError, Heading, Loaded, focus_field, spawn},
    i18n::{self, language, text, tr},
    pages::access::new_id,
    session::{Draft, Session, drafted},
};

/// The fields that are typed, in their order: names of the contract, but for the first.
const TYPED: [&str; 5] = ["kind", "application", "name", "instructions", "due_on"];

/// Leads to another address.
type Go = Box<dyn Fn(&str)>;

/// The form.
#[derive(Clone, Copy)]
struct Form {
    /// The campaign's id: the same until it has been opened, so that sending it again is harmless.
    id: RwSignal<Uuid>,
    values: [RwSignal<String>; TYPED.len()],
    errors: [FieldError; TYPED.len()],
    agency: RwSignal<Option<AgencyChoice>>,
    agency_error: FieldError,
    /// Code and name of each application.
    offered: RwSignal<Vec<(String, String)>>,
    faults: RwSignal<Vec<Violation>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    restored: RwSignal<bool>,
    draft: StoredValue<Draft, LocalStorage>,
    go: StoredValue<Go, LocalStorage>,
    session: Session,
}

/// The page.
pub fn new_campaign() -> AnyView {
    view! {
        <Heading title=text!(campaigns.new)/>
        <p class="lead">{tr!(campaigns.new_lead)}</p>
        <p><a href=PATH>{tr!(campaigns.back)}</a></p>
        {Loaded::from(paths::APPLICATIONS).show(form)}
    }
    .into_any()
}

fn form(applications: Page<ApplicationView>) -> AnyView {
    let locale = i18n::locale();
    let language = language(locale.get_untracked());
    let offered: Vec<_> = applications
        .items
        .into_iter()
        .map(|one| {
            let name = one.name.get(language).to_owned();
            (one.code, name)
        })
        .collect();
    drafted("campaign".to_owned(), move |draft| {
        filled(&Form::new(draft, offered.clone()))
    })
}

impl Form {
    fn new(draft: Draft, offered: Vec<(String, String)>) -> Self {
        let navigate = use_navigate();
        let go: Go = Box::new(move |to: &str| navigate(to, NavigateOptions::default()));
        let form = Self {
            id: RwSignal::new(new_id()),
            values: TYPED.map(|_| RwSignal::new(String::new())),
            errors: TYPED.map(|_| RwSignal::new(None)),
            agency: RwSignal::new(None),
            agency_error: RwSignal::new(None),
            offered: RwSignal::new(offered),
            faults: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            restored: RwSignal::new(false),
            draft: StoredValue::new_local(draft),
            go: StoredValue::new_local(go),
            session: expect_context(),
        };
        if form.opens_agencies() {
            form.value("kind").set("agency".to_owned());
        } else {
            form.value("kind").set("application".to_owned());
        }
        form.restore();
        Effect::new(move |_| form.keep());
        form
    }

    /// Whether the person may open campaigns of agencies too.
    fn opens_agencies(self) -> bool {
        let signed = untrack(move || self.session.signed());
        signed.is_some_and(|signed| signed.person.roles.contains(&Role::SystemAdministrator))
    }

    fn place(name: &str) -> usize {
        let place = TYPED.iter().position(|known| *known == name);
        place.unwrap_or_default()
    }

    fn value(self, name: &str) -> RwSignal<String> {
        self.values[Self::place(name)]
    }

    fn restore(self) {
        let Some(kept) = self.draft.with_value(Draft::restore) else {
            return;
        };
        let of = |name: &str| {
            kept.iter()
                .find(|(field, _)| field == name)
                .map(|(_, text)| text.clone())
        };
        for (name, value) in TYPED.iter().zip(self.values) {
            value.set(of(name).unwrap_or_default());
        }
        self.agency.set(
            of("agency")
                .zip(of("agency_name"))
                .map(|(oid, name)| AgencyChoice { oid, name }),
        );
        if let Some(id) = of("id").and_then(|id| id.parse().ok()) {
            self.id.set(id);
        }
        self.restored.set(true);
    }

    fn keep(self) {
        let values = self.values.map(|value| value.get());
        let (agency, id) = (self.agency.get(), self.id.get().to_string());
        self.draft.with_value(|draft| {
            if values[1..].iter().all(String::is_empty) && agency.is_none() {
                return draft.forget();
            }
            let mut fields: Vec<_> = TYPED.into_iter().zip(values).collect();
            fields.push(("id", id));
            if let Some(agency) = agency {
                fields.extend([("agency", agency.oid), ("agency_name", agency.name)]);
            }
            draft.keep(&fields);
        });
    }

    fn clear(self) {
        for value in &self.values[1..] {
            value.set(String::new());
        }
        self.agency.set(None);
        self.id.set(new_id());
        self.restored.set(false);
        self.mark(Vec::new());
    }

    fn typed(self) -> NewCampaign {
        let of = |name: &str| self.value(name).get_untracked();
        let is_agency = of("kind") == "agency";
        let agency = self.agency.get_untracked().map(|agency| agency.oid);
        NewCampaign {
            id: self.id.get_untracked(),
            name: of("name"),
            instructions: of("instructions"),
            agency: is_agency.then(|| agency.unwrap_or_default()),
            application: (!is_agency).then(|| of("application")),
            due_on: of("due_on"),
        }
    }

    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        let new = self.typed();
        let today = Date::in_taiwan(self.session.server_now());
        self.mark(new.due(today).err().unwrap_or_default());
        if !self.faults.with_untracked(Vec::is_empty) {
            return;
        }
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
        let draft = self.draft.get_value();
        self.busy.set(true);
        spawn(async move {
            let answer = self.session.post(paths::CAMPAIGNS, &body).await;
            let is_here = self.busy.try_set(false).is_none();
            match answer {
                Ok(_) => {
                    draft.forget();
                    if is_here {
                        self.go.with_value(|go| go(&address_of(new.id)));
                    }
                }
                Err(_) if !is_here => {}
                Err(Failure::Refused(problem)) if problem.code == ErrorCode::Invalid => {
                    self.mark(problem.violations);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// Shows the faults, and leads to the first.
    fn mark(self, broken: Vec<Violation>) {
        let of = |name: &str| broken.iter().find(|fault| fault.field == name).cloned();
        for (name, error) in TYPED.into_iter().zip(self.errors) {
            error.set(of(name));
        }
        self.agency_error.set(of("agency"));
        if let Some(first) = broken.first() {
            focus_field(&first.field);
        }
        self.faults.set(broken);
    }
}
