//! A list of agencies, which comes page by page.

use leptos::{html, prelude::*};
use shared::{agency::AgencyListItem, list::Page, paths};
use wasm_bindgen::JsCast;

use crate::{
    api::{self, Failure},
    components::{either, failure_view, live, skeleton, sometimes, spawn, truth, words},
    i18n::{self, Text, fill, text},
    session::Session,
};

/// Where it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was asked for.
    Idle,
    /// It is on its way.
    Busy,
    /// It did not come.
    Failed(Failure),
    /// It is there.
    Ready,
}

/// The list that was asked for last.
#[derive(Clone, Copy)]
pub struct Listing {
    session: Session,
    path: RwSignal<String>,
    next: RwSignal<Option<String>>,
    /// Where the rows are.
    rows: NodeRef<html::Ul>,
    /// What has come of it.
    pub items: RwSignal<Vec<AgencyListItem>>,
    /// Where it is.
    pub stage: RwSignal<Stage>,
}

impl Listing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            session: expect_context(),
            path: RwSignal::new(String::new()),
            next: RwSignal::new(None),
            rows: NodeRef::new(),
            items: RwSignal::new(Vec::new()),
            stage: RwSignal::new(Stage::Idle),
        }
    }

    /// Asks for agencies by name, OID or code.
    pub fn search(self, query: &str, limit: &str) {
        let query = String::from(js_sys::encode_uri_component(query));
        self.begin(["?limit=", limit, "&query=", &query].concat());
    }

    /// Asks for the agencies below this one; without one, for those at the top.
    pub fn below(self, oid: Option<&str>) {
        self.begin(match oid {
            Some(oid) => ["?limit=50&under=", oid].concat(),
            None => "?limit=50".to_owned(),
        });
    }

    /// Forgets what was asked for.
    pub fn clear(self) {
        self.path.set(String::new());
        self.items.set(Vec::new());
        self.next.set(None);
        self.stage.set(Stage::Idle);
    }

    /// Whether more can be asked for, following.
    pub fn goes_on(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Asks for what comes next, or anew for what did not come.
    pub fn go_on(self) {
        let path = self.path.get_untracked();
        let after = self.next.get_untracked();
        let known = self.items.with_untracked(Vec::len);
        self.stage.set(Stage::Busy);
        spawn(async move {
            let address = match &after {
                Some(after) => [paths::AGENCIES, &path, "&after=", after].concat(),
                None => [paths::AGENCIES, &path].concat(),
            };
            let answer = self.session.get(&address).await;
            // Meanwhile something else may have been asked for, or the page left.
            if self.path.try_with_untracked(|now| *now == path) != Some(true) {
                return;
            }
            match answer.and_then(api::read::<Page<AgencyListItem>>) {
                Ok(page) => {
                    let first = after.is_none();
                    self.next.set(page.next);
                    self.items.update(|items| {
                        if first {
                            items.clear();
                        }
                        items.extend(page.items);
                    });
                    self.stage.set(Stage::Ready);
                    if !first {
                        self.lead_to(known);
                    }
                }
                Err(failure) => self.stage.set(Stage::Failed(failure)),
            }
        });
    }

    fn begin(self, path: String) {
        self.path.set(path);
        self.next.set(None);
        self.go_on();
    }

    /// Puts the focus on what can be pressed in this row, once it is there.
    fn lead_to(self, row: usize) {
        request_animation_frame(move || {
            let first = || {
                let row = self
                    .rows
                    .get_untracked()?
                    .children()
                    .item(u32::try_from(row).ok()?)?;
                let inside = row.query_selector("a, button").ok()??;
                inside.dyn_into::<web_sys::HtmlElement>().ok()
            };
            if let Some(first) = first() {
                let _ = first.focus();
            }
        });
    }

    /// The list, with a button for more, or what is the matter with it. `none` stands for an empty one.
    pub fn show(self, row: Callback<AgencyListItem, AnyView>, none: Text) -> AnyView {
        let retry = Callback::new(move |()| self.go_on());
        let rows = live(move || {
            let items = self.items.get();
            let rows = items.into_iter().map(|item| row.run(item)).collect_view();
            view! { <ul class="agencies" node_ref=self.rows>{rows}</ul> }.into_any()
        });
        let rest = live(move || match self.stage.get() {
            Stage::Busy if !self.goes_on() => skeleton(),
            Stage::Failed(failure) => failure_view(&failure, retry),
            _ => ().into_any(),
        });
        view! { {rows} <p class="hint listed" role="status">{self.count(none)}</p> {rest} {self.more()} }
            .into_any()
    }

    /// How many there are so far; read out when it changes.
    fn count(self, none: Text) -> AnyView {
        let locale = i18n::locale();
        words(move || {
            match self.stage.get() {
                Stage::Ready => {}
                Stage::Busy if self.goes_on() => {}
                _ => return String::new(),
            }
            let locale = locale.get();
            match self.items.with(Vec::len) {
                0 => none(locale).to_owned(),
                many => fill(text!(agencies.listed)(locale), many),
            }
        })
    }

    /// The button stays while it works, and with it the focus.
    fn more(self) -> AnyView {
        let there = Memo::new(move |_| self.goes_on());
        let busy = Memo::new(move |_| self.stage.get() == Stage::Busy);
        let press = move |_| {
            if !busy.get_untracked() {
                self.go_on();
            }
        };
        sometimes(move || {
            let label = either(move || busy.get(), text!(site.loading), text!(agencies.more));
            there.get().then(|| {
                view! {
                    <button type="button" class="button quiet" aria-disabled=truth(move || busy.get())
                        on:click=press>{label}</button>
                }
                .into_any()
            })
        })
    }
}
