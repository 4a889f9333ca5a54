//! Who is to stand in: searched for among those whom one may name, and chosen from what is found.

use leptos::{ev, html, prelude::*};
use shared::{
    delegation::Candidate,
    list::Page,
    paths,
    people::LONGEST_QUERY,
    problem::{Violation, ViolationCode},
};
use uuid::Uuid;

use crate::{
    components::{FieldError, Loaded, error_id, field_error, live, needed, truth},
    i18n::{follow, text, tr},
    query::address,
};

/// The field's name in the contract, and the id of what is typed into.
pub(super) const PERSON: &str = "person";

/// The field.
#[derive(Clone, Copy)]
pub(super) struct StandInField {
    /// What is searched for; nothing before the first search.
    query: RwSignal<Option<String>>,
    typed: NodeRef<html::Input>,
    /// The id of who is chosen, or nothing.
    chosen: RwSignal<String>,
    error: FieldError,
}

impl StandInField {
    /// With nobody in it, and the place of what is wrong with it.
    pub(super) fn new(error: FieldError) -> Self {
        Self {
            query: RwSignal::new(None),
            typed: NodeRef::new(),
            chosen: RwSignal::new(String::new()),
            error,
        }
    }

    /// Who is chosen.
    pub(super) fn chosen(self) -> Option<Uuid> {
        self.chosen.get_untracked().parse().ok()
    }

    /// That nobody is.
    pub(super) fn violation(self) -> Option<Violation> {
        let required = || Violation::new(PERSON, ViolationCode::Required);
        self.chosen().is_none().then(required)
    }

    /// Begins anew.
    pub(super) fn clear(self) {
        self.chosen.set(String::new());
        self.query.set(None);
        if let Some(input) = self.typed.get_untracked() {
            input.set_value("");
        }
    }

    fn search(self) {
        let typed = self.typed.get_untracked().map(|input| input.value());
        self.chosen.set(String::new());
        self.error.set(None);
        self.query.set(typed.map(|text| text.trim().to_owned()));
    }

    /// As it stands in the form.
    pub(super) fn show(self) -> AnyView {
        provide_context(self);
        // Enter in the field searches, and sends nothing.
        let key = move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" && !event.is_composing() {
                event.prevent_default();
                self.search();
            }
        };
        let found = live(move || match self.query.get() {
            Some(query) => {
                let query = Some(query.as_str()).filter(|query| !query.is_empty());
                let address = address(paths::DELEGATION_CANDIDATES, &[("query", query)]);
                Loaded::from_address(address).show(found)
            }
            None => ().into_any(),
        });
        let error = self.error;
        view! {
            <div class="field">
                <label for=PERSON>{tr!(review.delegate)}{needed()}</label>
                <div class="combobox">
                    <input id=PERSON type="search" maxlength=LONGEST_QUERY autocomplete="off" spellcheck="false"
                        node_ref=self.typed aria-invalid=truth(move || error.with(Option::is_some))
                        aria-describedby=[&error_id(PERSON), " person-hint"].concat() on:keydown=key/>
                    <button type="button" class="button quiet" on:click=move |_| self.search()>
                        {tr!(people.search)}
                    </button>
                </div>
                <p class="hint" id="person-hint">{tr!(review.delegate_hint)}</p>
                {field_error(PERSON, error)}
            </div>
            {found}
        }
        .into_any()
    }
}

fn found(page: Page<Candidate>) -> AnyView {
    let field = expect_context::<StandInField>();
    if page.items.is_empty() {
        return view! { <p class="hint" role="status">{tr!(review.nobody_to_name)}</p> }.into_any();
    }
    let option = |candidate: Candidate| {
        let agency = candidate.agency.map(|it| it.name.unwrap_or(it.oid));
        let place: Vec<_> = [candidate.username, agency].into_iter().flatten().collect();
        let label = [candidate.name, "（".to_owned(), place.join("，"), "）".to_owned()].concat();
        view! { <option value=candidate.id.to_string()>{label}</option> }.into_any()
    };
    let options = page.items.into_iter().map(option).collect_view();
    let choose = move |event: web_sys::Event| {
        field.error.set(None);
        field.chosen.set(event_target_value(&event));
    };
    view! {
        <div class="field">
            <label for="stand-in">{follow(text!(review.stands_in))}{needed()}</label>
            <select id="stand-in" aria-describedby=error_id(PERSON) on:change=choose>
                <option value="">{tr!(form.choose)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}
