//! 機關查詢: the register of agencies, searched and walked through; and the field that chooses one in a form.

mod browser;
mod details;
mod listing;
mod named;
mod picker;

use gloo_timers::callback::Timeout;
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::agency::{AgencyChoice, AgencyListItem, LONGEST_QUERY};

use self::listing::Listing;
pub use self::{
    named::follow_agency,
    picker::{agency_field, optional_agency_field},
};
use crate::{
    components::{Heading, live},
    i18n::{text, tr},
    query::Query,
};

/// How long the typing has to pause before the address follows, in milliseconds.
const PAUSE: u32 = 300;

/// What the address asks for.
#[derive(Clone, PartialEq, Eq)]
enum Asked {
    Agency(String),
    Search(String),
    Top,
}

/// The page. Its address says what it shows, so that it can be gone back to and passed on.
pub fn agencies() -> AnyView {
    let query = expect_context::<Query>();
    let asked = Memo::new(move |_| {
        let given = |name: &str| query.get(name).filter(|text| !text.trim().is_empty());
        match (given("oid"), given("query")) {
            (Some(oid), _) => Asked::Agency(oid),
            (None, Some(text)) => Asked::Search(text),
            (None, None) => Asked::Top,
        }
    });
    let shown = live(move || match asked.get() {
        Asked::Agency(oid) => details::details(&oid),
        Asked::Search(text) => found(&text),
        Asked::Top => below(None),
    });
    view! {
        <Heading title=text!(agencies.title)/>
        <p class="lead">{tr!(agencies.lead)}</p>
        {search(asked)}
        {shown}
    }
    .into_any()
}

/// The address of an agency on this page.
fn address(oid: &str) -> String {
    ["/agencies?oid=", oid].concat()
}

fn search(asked: Memo<Asked>) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    let pause = StoredValue::new_local(None::<Timeout>);
    let navigate = StoredValue::new_local(use_navigate());
    let go = move || {
        pause.set_value(None);
        let Some(input) = input.get_untracked() else {
            return;
        };
        let text = input.value();
        let to = match text.trim() {
            "" => "/agencies".to_owned(),
            text => [
                "/agencies?query=",
                &String::from(js_sys::encode_uri_component(text)),
            ]
            .concat(),
        };
        let options = NavigateOptions {
            // Each letter would be a step on the way back otherwise.
            replace: asked.with_untracked(|asked| matches!(asked, Asked::Search(_))),
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate.with_value(|navigate| navigate(&to, options));
    };
    // Whoever comes back to a search finds it in the input; whoever types is left alone.
    Effect::new(move |_| {
        let now = asked.get();
        let Some(input) = input.get() else { return };
        let typing = document().active_element().as_ref() == Some(input.as_ref());
        match now {
            Asked::Search(text) if !typing => input.set_value(&text),
            Asked::Agency(_) | Asked::Top if !typing => input.set_value(""),
            _ => {}
        }
    });
    view! {
        <form role="search" class="search" on:submit=move |event| {
            event.prevent_default();
            go();
        }>
            <label for="agency-query">{tr!(agencies.query)}</label>
            <div class="combobox">
                <input id="agency-query" type="search" autocomplete="off" spellcheck="false" node_ref=input
                    maxlength=LONGEST_QUERY.to_string() aria-describedby="agency-query-hint"
                    on:input=move |_| pause.set_value(Some(Timeout::new(PAUSE, go)))/>
                <button type="submit" class="button">{tr!(agencies.search)}</button>
            </div>
            <p class="hint" id="agency-query-hint">{tr!(agencies.hint)}</p>
        </form>
    }
    .into_any()
}

fn found(text: &str) -> AnyView {
    let listing = Listing::new();
    listing.search(text, "50");
    view! {
        <section aria-labelledby="found">
            <h2 id="found">{tr!(agencies.results)}</h2>
            {listing.show(Callback::new(found_row), text!(agencies.none))}
        </section>
    }
    .into_any()
}

/// The agencies below this one, or the highest.
fn below(oid: Option<&str>) -> AnyView {
    let listing = Listing::new();
    listing.below(oid);
    let title = if oid.is_some() {
        text!(agencies.below)
    } else {
        text!(agencies.top)
    };
    view! {
        <section aria-labelledby="below">
            <h2 id="below">{crate::i18n::follow(title)}</h2>
            {listing.show(Callback::new(row), text!(agencies.nothing_below))}
        </section>
    }
    .into_any()
}

/// Below an agency, all rows have the same one above them.
fn row(item: AgencyListItem) -> AnyView {
    found_row(AgencyListItem { parent: None, ..item })
}

fn found_row(item: AgencyListItem) -> AnyView {
    view! {
        <li>
            <a href=address(&item.oid)>{item.name}</a>
            {place(item.parent, &item.oid)}
        </li>
    }
    .into_any()
}

/// Where an agency belongs, in small letters: the one above it, and its OID, which breaks at its dots only.
fn place(above: Option<AgencyChoice>, oid: &str) -> AnyView {
    let above = above.map(|above| view! { <span>{above.name}</span> });
    let arcs: Vec<_> = oid
        .split_inclusive('.')
        .map(|arc| view! { {arc.to_owned()}<wbr/> })
        .collect();
    view! { <small>{above}<span>{arcs}</span></small> }.into_any()
}
