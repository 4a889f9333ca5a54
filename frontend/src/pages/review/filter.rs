//! What narrows the lists: forms whose values are kept in the address.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::Deserialize;
use shared::{
    access::{GrantPhase, RequestState},
    agency::AgencyChoice,
    list::Page,
    paths,
    text::Bilingual,
};

use crate::{
    api,
    components::{live, spawn},
    i18n::{Text, follow, pick, text, tr},
    pages::{access::state, follow_agency, optional_agency_field},
    query::{Query, address},
    session::Session,
};

/// What stands in the address for permissions of every state; those that count are shown where it says nothing.
pub(super) const ALL: &str = "all";

/// A choice, by its name in the address.
#[derive(Clone, Copy)]
struct Choice {
    name: &'static str,
    select: NodeRef<html::Select>,
}

impl Choice {
    /// Follows the address once its options, which these are, are there.
    fn of(query: Query, name: &'static str, options: Signal<()>) -> Self {
        let select = NodeRef::<html::Select>::new();
        // Whoever comes back finds what the list was narrowed by.
        Effect::new(move |_| {
            options.track();
            let chosen = query.get(name).unwrap_or_default();
            if let Some(select) = select.get() {
                select.set_value(&chosen);
            }
        });
        Self { name, select }
    }

    fn field(self, label: Text, options: AnyView) -> AnyView {
        view! {
            <div class="field">
                <label for=self.name>{follow(label)}</label>
                <select id=self.name node_ref=self.select>{options}</select>
            </div>
        }
        .into_any()
    }

    /// What is chosen, if anything is.
    fn value(self) -> Option<String> {
        let value = self.select.get_untracked().map(|select| select.value());
        value.filter(|value| !value.is_empty())
    }
}

fn option(value: &'static str, label: Text) -> AnyView {
    view! { <option value=value>{follow(label)}</option> }.into_any()
}

/// The form of the list at this path, which leads to the address that its fields ask for.
fn form(path: &'static str, fields: Vec<AnyView>, asked: impl Fn() -> String + 'static) -> AnyView {
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&asked(), options);
    };
    view! {
        <form role="search" class="card filters" on:submit=submit>
            {fields}
            <div class="row">
                <button type="submit" class="button">{tr!(people.search)}</button>
                <a href=path>{tr!(people.clear)}</a>
            </div>
        </form>
    }
    .into_any()
}

/// For requests: by their state.
pub(super) fn of_requests(query: Query, path: &'static str) -> AnyView {
    let choice = Choice::of(query, "state", Signal::derive(|| ()));
    let states = RequestState::ALL
        .iter()
        .filter(|it| **it != RequestState::Draft)
        .map(|it| option(it.name(), state::name(*it)));
    let all = option("", text!(people.all));
    let options = view! { {all}{states.collect_view()} }.into_any();
    form(
        path,
        vec![choice.field(text!(access.state), options)],
        move || address(path, &[("state", choice.value().as_deref())]),
    )
}

/// An application that can be chosen.
#[derive(Clone, Deserialize)]
struct Application {
    code: String,
    name: Bilingual,
}

/// For permissions: by their holder, whether they count, their application, and the agency that they are for.
pub(super) fn of_grants(query: Query, path: &'static str) -> AnyView {
    let person = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let asked = query.get("person").unwrap_or_default();
        if let Some(input) = person.get() {
            input.set_value(&asked);
        }
    });
    let applications = RwSignal::new(Vec::<Application>::new());
    let session = expect_context::<Session>();
    spawn(async move {
        // Without their names, the list can be narrowed by everything else.
        let answer = session.get(paths::APPLICATIONS).await;
        if let Ok(page) = answer.and_then(api::read::<Page<Application>>) {
            let _ = applications.try_set(page.items);
        }
    });
    let phase = Choice::of(query, "state", Signal::derive(|| ()));
    let application = Choice::of(query, "application", Signal::derive(move || applications.track()));
    let agency = RwSignal::new(None::<AgencyChoice>);
    follow_agency(query, "under", agency);
    let offered = live(move || {
        let each = |it: Application| view! { <option value=it.code>{pick(it.name)}</option> }.into_any();
        applications.get().into_iter().map(each).collect_view().into_any()
    });
    let all = option("", text!(people.all));
    let phases = vec![
        option("", text!(review.living)),
        option(GrantPhase::Ended.name(), text!(review.ended)),
        option(ALL, text!(people.all)),
    ];
    let fields = vec![
        view! {
            <div class="field">
                <label for="person">{tr!(review.holder)}</label>
                <input id="person" type="search" autocomplete="off" spellcheck="false" maxlength="200" node_ref=person
                    aria-describedby="person-hint"/>
                <p class="hint" id="person-hint">{tr!(audit.person_hint)}</p>
            </div>
        }
        .into_any(),
        phase.field(text!(access.state), phases.into_any()),
        application.field(text!(access.application), view! { {all}{offered} }.into_any()),
        optional_agency_field("under", text!(review.under), agency, RwSignal::new(None)),
    ];
    form(path, fields, move || {
        let typed = person.get_untracked().map(|input| input.value());
        let under = agency.get_untracked().map(|agency| agency.oid);
        let (phase, application) = (phase.value(), application.value());
        let parameters = [
            (
                "person",
                typed.as_deref().map(str::trim).filter(|text| !text.is_empty()),
            ),
            ("state", phase.as_deref()),
            ("application", application.as_deref()),
            ("under", under.as_deref()),
        ];
        address(path, &parameters)
    })
}
