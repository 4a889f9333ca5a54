//! 應變編組: the lists, and the form that begins one.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;
use shared::{
    activation::{Level, NewSurgeList, SurgeListView},
    agency::AgencyChoice,
    list::Page,
    paths,
    problem::{Violation, ViolationCode},
};
use uuid::Uuid;

use super::{
    LISTS,
    words::{called, level_mark, levels, moment, state},
};
use crate::{
    api::Failure,
    components::{
        Entry, FieldError, Heading, Loaded, empty, entry, error_summary, failure_view, focus_field,
        hold_focus, live, pager, sometimes, spawn, truth,
    },
    i18n::{Text, text, tr},
    pages::{access::new_id, agency_field},
    posts::{MANAGERS, has_one},
    query::{Query, address},
    session::{Draft, Session, drafted, view::restored},
};

/// The page.
pub fn lists() -> AnyView {
    let (query, session) = (expect_context::<Query>(), expect_context::<Session>());
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let parameters = [("limit", Some("20")), ("after", after.as_deref())];
        address(paths::SURGE_LISTS, &parameters)
    });
    let shown = live(move || Loaded::from_address(path.get()).show(page));
    let roles = untrack(move || session.signed()).map_or_else(Vec::new, |signed| signed.person.roles);
    let prepares = has_one(&roles, MANAGERS);
    let form = prepares.then(|| drafted("surge-list".to_owned(), |draft| filled(Form::new(draft))));
    view! {
        <Heading title=text!(surge.title)/>
        <p class="lead">{tr!(surge.lead)}</p>
        {shown}
        {form}
        <p class="row"><a href=super::EVENTS>{tr!(activations.back)}</a></p>
    }
    .into_any()
}

fn page(page: Page<SurgeListView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(surge.none), text!(surge.none_text));
    }
    let query = expect_context::<Query>();
    let first = untrack(move || query.get("after")).map(|_| LISTS.to_owned());
    let next = page.next.map(|next| address(LISTS, &[("after", Some(&next))]));
    view! {
        <table class="table" aria-label=tr!(surge.title)>
            <thead>
                <tr>
                    <th scope="col">{tr!(surge.name)}</th>
                    <th scope="col">{tr!(surge.agency)}</th>
                    <th scope="col">{tr!(surge.level)}</th>
                    <th scope="col">{tr!(surge.entries)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    <th scope="col">{tr!(surge.changed_at)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        {pager(first, next)}
    }
    .into_any()
}

fn row(list: SurgeListView) -> AnyView {
    let href = [LISTS, "/", &list.id.to_string()].concat();
    view! {
        <tr>
            <th scope="row"><a href=href>{list.name}</a></th>
            <td data-label=tr!(surge.agency)>{called(list.agency)}</td>
            <td data-label=tr!(surge.level)>{level_mark(list.level)}</td>
            <td data-label=tr!(surge.entries)>{list.entries}</td>
            <td data-label=tr!(access.state)>{state(list.state)}</td>
            <td data-label=tr!(surge.changed_at)>{moment(list.changed_at)}</td>
        </tr>
    }
    .into_any()
}

/// The form.
#[derive(Clone, Copy)]
struct Form {
    /// The same in every try.
    id: Uuid,
    name: RwSignal<String>,
    level: RwSignal<String>,
    agency: RwSignal<Option<AgencyChoice>>,
    errors: [FieldError; 3],
    faults: RwSignal<Vec<Violation>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    restored: RwSignal<bool>,
    draft: StoredValue<Draft, LocalStorage>,
    session: Session,
}

/// The fields, in their order.
const FIELDS: [&str; 3] = ["name", "agency", "level"];

impl Form {
    fn new(draft: Draft) -> Self {
        let form = Self {
            id: new_id(),
            name: RwSignal::new(String::new()),
            level: RwSignal::new(String::new()),
            agency: RwSignal::new(None),
            errors: FIELDS.map(|_| RwSignal::new(None)),
            faults: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            restored: RwSignal::new(false),
            draft: StoredValue::new_local(draft),
            session: expect_context(),
        };
        let mut agency = (None, None);
        for (field, text) in form.draft.with_value(Draft::restore).unwrap_or_default() {
            match field.as_str() {
                "name" => form.name.set(text),
                "level" => form.level.set(text),
                "agency" => agency.0 = Some(text),
                _ => agency.1 = Some(text),
            }
            form.restored.set(true);
        }
        if let (Some(oid), Some(name)) = agency {
            form.agency.set(Some(AgencyChoice { oid, name }));
        }
        Effect::new(move |_| form.keep());
        form
    }

    fn keep(self) {
        let (name, level, agency) = (self.name.get(), self.level.get(), self.agency.get());
        self.draft.with_value(|draft| {
            if name.is_empty() && level.is_empty() && agency.is_none() {
                return draft.forget();
            }
            let mut fields = vec![("name", name), ("level", level)];
            if let Some(agency) = agency {
                fields.extend([("agency", agency.oid), ("agency_name", agency.name)]);
            }
            draft.keep(&fields);
        });
    }

    fn mark(self, faults: Vec<Violation>) {
        for (name, error) in FIELDS.into_iter().zip(self.errors) {
            error.set(faults.iter().find(|it| it.field == name).cloned());
        }
        if let Some(first) = faults.first() {
            focus_field(&first.field);
        }
        self.faults.set(faults);
    }

    fn submit(self, go: impl Fn(&str) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        let level = Level::from_name(&self.level.get_untracked());
        let agency = self.agency.get_untracked();
        let new = NewSurgeList {
            id: self.id,
            agency: agency.map(|agency| agency.oid).unwrap_or_default(),
            name: self.name.get_untracked(),
            level: level.unwrap_or(Level::Third),
        };
        let mut faults = new.violations();
        if level.is_none() {
            faults.push(Violation::new("level", ViolationCode::Required));
        }
        self.mark(faults);
        if !self.faults.with_untracked(Vec::is_empty) {
            return;
        }
        let body = serde_wasm_bindgen::to_value(&new).unwrap_or_default();
        let draft = self.draft.get_value();
        self.busy.set(true);
        spawn(async move {
            let answer = self.session.post(paths::SURGE_LISTS, &body).await;
            if answer.is_ok() {
                draft.forget();
            }
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => go(&[LISTS, "/", &new.id.to_string()].concat()),
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    self.mark(problem.violations);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

fn label(field: &str) -> Option<Text> {
    Some(match field {
        "name" => text!(surge.name),
        "agency" => text!(surge.agency),
        "level" => text!(surge.level),
        _ => return None,
    })
}

fn filled(form: Form) -> AnyView {
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        form.submit(move |to| navigate(to, leptos_router::NavigateOptions::default()));
    };
    let discard = Callback::new(move |()| {
        form.name.set(String::new());
        form.level.set(String::new());
        form.agency.set(None);
        form.restored.set(false);
        focus_field("name");
    });
    let [name_error, agency_error, level_error] = form.errors;
    let name = Entry {
        hint: Some(text!(surge.name_hint)),
        required: true,
        ..Entry::new("name", text!(surge.name))
    };
    let level = Entry {
        hint: Some(text!(surge.level_hint)),
        shape: levels(),
        required: true,
        ..Entry::new("level", text!(surge.level))
    };
    let left = Callback::new(|()| ());
    let retry = Callback::new(move |()| form.failure.set(None));
    let failed = sometimes(move || form.failure.get().map(|failure| failure_view(&failure, retry)));
    view! {
        <section class="card form part" aria-labelledby="new-list">
            <h2 id="new-list">{tr!(surge.new)}</h2>
            {sometimes(move || form.restored.get().then(|| restored(discard)))}
            {error_summary(form.faults, label)}
            {failed}
            <form method="post" novalidate on:submit=submit>
                {entry(name, form.name, name_error, left)}
                {agency_field("agency", text!(surge.agency), form.agency, agency_error)}
                {entry(level, form.level, level_error, left)}
                <div class="row">
                    <button type="submit" class="button" on:mousedown=hold_focus
                        aria-disabled=truth(move || form.busy.get())>{tr!(surge.begin)}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
