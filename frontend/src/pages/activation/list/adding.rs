//! Putting a person in a role on a list: the person is searched for among those whom one looks after.

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    activation::NewSurgeEntry,
    application::ApplicationView,
    list::Page,
    paths,
    people::PersonListItem,
    problem::{Violation, ViolationCode},
};

use super::{Editing, called};
use crate::{
    api::Failure,
    components::{FieldError, Loaded, error_id, field_error, focus_field, hold_focus, live, needed, truth},
    i18n::{self, language, text, tr},
    query::address,
};

/// The form.
#[derive(Clone, Copy)]
struct Form {
    editing: Editing,
    /// What is searched for; nothing before the first search.
    query: RwSignal<Option<String>>,
    typed: NodeRef<html::Input>,
    person: RwSignal<String>,
    /// `application/role`.
    role: RwSignal<String>,
    person_error: FieldError,
    role_error: FieldError,
}

/// The card.
pub(super) fn adding(editing: Editing) -> AnyView {
    let form = Form {
        editing,
        query: RwSignal::new(None),
        typed: NodeRef::new(),
        person: RwSignal::new(String::new()),
        role: RwSignal::new(String::new()),
        person_error: RwSignal::new(None),
        role_error: RwSignal::new(None),
    };
    provide_context(form);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let search = move || {
        let typed = form.typed.get_untracked().map(|input| input.value());
        form.person.set(String::new());
        form.query.set(typed.map(|text| text.trim().to_owned()));
    };
    // Enter in the search field searches, and sends nothing.
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            search();
        }
    };
    let people = live(move || match form.query.get() {
        Some(query) => {
            let parameters = [
                ("query", Some(query.as_str()).filter(|query| !query.is_empty())),
                ("state", Some("active")),
                ("limit", Some("50")),
            ];
            Loaded::from_address(address(paths::PERSONS, &parameters)).show(people)
        }
        None => field_error("person", form.person_error),
    });
    let busy = editing.acting.busy;
    view! {
        <section class="card form part" aria-labelledby="add-entry">
            <h2 id="add-entry">{tr!(surge.add)}</h2>
            <form method="post" novalidate on:submit=submit>
                <div class="field">
                    <label for="person-query">{tr!(people.query)}</label>
                    <div class="combobox">
                        <input id="person-query" type="search" autocomplete="off" spellcheck="false" node_ref=form.typed
                            aria-describedby="person-query-hint" on:keydown=key/>
                        <button type="button" class="button quiet" on:click=move |_| search()>{tr!(people.search)}</button>
                    </div>
                    <p class="hint" id="person-query-hint">{tr!(people.query_hint)}</p>
                </div>
                {people}
                {Loaded::from(paths::APPLICATIONS).show(roles)}
                <div class="row">
                    <button type="submit" class="button" on:mousedown=hold_focus
                        aria-disabled=truth(move || busy.get())>{tr!(surge.add_it)}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn people(page: Page<PersonListItem>) -> AnyView {
    let form = expect_context::<Form>();
    if page.items.is_empty() {
        return view! { <p class="hint" role="status">{tr!(surge.nobody)}</p> }.into_any();
    }
    let options = page.items.into_iter().map(|person| {
        let place = [person.username, person.agency.map(called)];
        let place: Vec<_> = place.into_iter().flatten().collect();
        let label = [person.name, "（".to_owned(), place.join("，"), "）".to_owned()].concat();
        view! { <option value=person.id.to_string()>{label}</option> }.into_any()
    });
    choice(
        "person",
        text!(surge.person),
        form.person,
        form.person_error,
        options.collect_view().into_any(),
    )
}

fn roles(page: Page<ApplicationView>) -> AnyView {
    let form = expect_context::<Form>();
    let language = language(i18n::locale().get_untracked());
    let groups = page
        .items
        .into_iter()
        .filter(|it| !it.roles.is_empty())
        .map(|application| {
            let code = application.code;
            let options = application.roles.into_iter().map(|role| {
                let value = [&code, "/", &role.code].concat();
                view! { <option value=value>{role.name.get(language).to_owned()}</option> }.into_any()
            });
            let label = application.name.get(language).to_owned();
            view! { <optgroup label=label>{options.collect_view()}</optgroup> }.into_any()
        });
    choice(
        "role",
        text!(access.role),
        form.role,
        form.role_error,
        groups.collect_view().into_any(),
    )
}

fn choice(
    name: &'static str,
    label: i18n::Text,
    value: RwSignal<String>,
    error: FieldError,
    options: AnyView,
) -> AnyView {
    let change = move |event: web_sys::Event| {
        error.set(None);
        value.set(event_target_value(&event));
    };
    view! {
        <div class="field">
            <label for=name>{i18n::follow(label)}{needed()}</label>
            <select id=name name=name required aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=error_id(name) on:change=change>
                <option value="">{tr!(form.choose)}</option>
                {options}
            </select>
            {field_error(name, error)}
        </div>
    }
    .into_any()
}

impl Form {
    fn submit(self) {
        let required = |field: &str| Some(Violation::new(field, ViolationCode::Required));
        let person = self.person.get_untracked().parse().ok();
        let role = self.role.get_untracked();
        let role = role.split_once('/').map(|(a, r)| (a.to_owned(), r.to_owned()));
        self.person_error.set(if person.is_none() {
            required("person")
        } else {
            None
        });
        self.role_error
            .set(if role.is_none() { required("role") } else { None });
        let (Some(person), Some((application, role))) = (person, role.clone()) else {
            focus_field(match (person, self.query.get_untracked()) {
                (Some(_), _) => "role",
                (None, Some(_)) => "person",
                (None, None) => "person-query",
            });
            return;
        };
        let entry = NewSurgeEntry {
            person,
            application,
            role,
        };
        let body = serde_wasm_bindgen::to_value(&entry).unwrap_or_default();
        let acting = self.editing.acting;
        let path = paths::surge_list_move(self.editing.id.get_value(), "entries");
        acting.act(text!(surge.did_add), async move {
            match acting.session.post(&path, &body).await {
                Err(Failure::Refused(problem)) if !problem.violations.is_empty() => {
                    let of = |names: &[&str]| {
                        let mut found = problem.violations.iter();
                        found.find(|it| names.contains(&it.field.as_str())).cloned()
                    };
                    let _ = self.person_error.try_set(of(&["person"]));
                    let _ = self.role_error.try_set(of(&["application", "role"]));
                    Err(None)
                }
                answer => answer.map(drop).map_err(Some),
            }
        });
    }
}
