//! A field in which an agency is chosen: by typing a part of it (a combobox, WAI-ARIA Authoring Practices,
//! list autocomplete with manual selection), or by walking through the tree in a dialog.

mod options;

use gloo_timers::callback::Timeout;
use leptos::{ev, html, prelude::*};
use shared::agency::{AgencyChoice, AgencyListItem};
use wasm_bindgen::JsCast;

use super::{
    browser::browser,
    listing::{Listing, Stage},
};
use crate::{
    components::{FieldError, error_id, failure_view, field_error, needed, sometimes, truth, value, words},
    i18n::{self, Text, fill, follow, text, tr},
};

/// How long the typing has to pause before the server is asked, in milliseconds.
const PAUSE: u32 = 250;
/// How many agencies are offered at once: more are found faster by typing on.
const OFFERED: &str = "10";

/// What the parts of the field share.
#[derive(Clone, Copy)]
struct Picker {
    name: &'static str,
    chosen: RwSignal<Option<AgencyChoice>>,
    error: FieldError,
    /// What stands in the input.
    typed: RwSignal<String>,
    found: Listing,
    /// Whether the list is to be seen.
    open: RwSignal<bool>,
    /// The option that the arrows have led to.
    active: RwSignal<Option<usize>>,
    input: NodeRef<html::Input>,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

/// A field for an agency. It says in `chosen` which one, and keeps what was typed until one is.
pub fn agency_field(
    name: &'static str,
    label: Text,
    chosen: RwSignal<Option<AgencyChoice>>,
    error: FieldError,
) -> AnyView {
    field(name, label, chosen, error, true)
}

/// The same where none need be chosen.
pub fn optional_agency_field(
    name: &'static str,
    label: Text,
    chosen: RwSignal<Option<AgencyChoice>>,
    error: FieldError,
) -> AnyView {
    field(name, label, chosen, error, false)
}

fn field(
    name: &'static str,
    label: Text,
    chosen: RwSignal<Option<AgencyChoice>>,
    error: FieldError,
    required: bool,
) -> AnyView {
    let picker = Picker {
        name,
        chosen,
        error,
        typed: RwSignal::new(String::new()),
        found: Listing::new(),
        open: RwSignal::new(false),
        active: RwSignal::new(None),
        input: NodeRef::new(),
        pause: StoredValue::new_local(None),
    };
    picker.follow_the_choice();
    let browsing = RwSignal::new(false);
    let choose = Callback::new(move |choice| {
        browsing.set(false);
        picker.choose(choice);
    });
    let retry = Callback::new(move |()| picker.ask_again());
    let failed = sometimes(move || match picker.found.stage.get() {
        Stage::Failed(failure) => Some(failure_view(&failure, retry)),
        _ => None,
    });
    view! {
        <div class="field">
            <label for=name>{follow(label)}{required.then(needed)}</label>
            <div class="combobox">
                {picker.input()}
                <button type="button" class="button quiet" aria-haspopup="dialog"
                    on:click=move |_| browsing.set(true)>{tr!(agencies.browse)}</button>
                {picker.options(label)}
            </div>
            <p class="hint" id=[name, "-hint"].concat() role="status">{picker.hint()}</p>
            {failed}
            {field_error(name, error)}
            {browser(name, browsing, choose)}
        </div>
    }
    .into_any()
}

impl Picker {
    /// Writes the name of what was chosen elsewhere (a draft, the tree, 取消) into the input.
    fn follow_the_choice(self) {
        Effect::new(move |before: Option<Option<AgencyChoice>>| {
            let now = self.chosen.get();
            match (&before, &now) {
                (_, Some(choice)) => self.write(&choice.name),
                // Typing undoes a choice too, but then something else stands there.
                (Some(Some(before)), None) if self.typed.with_untracked(|typed| *typed == before.name) => {
                    self.write("");
                }
                _ => {}
            }
            now
        });
    }

    fn write(self, text: &str) {
        self.typed.set(text.to_owned());
        // Only when it differs: an input method may be at work in it.
        if let Some(input) = self.input.get()
            && input.value() != text
        {
            input.set_value(text);
        }
    }

    fn choose(self, choice: AgencyChoice) {
        self.close();
        self.found.clear();
        self.error.set(None);
        self.write(&choice.name);
        self.chosen.set(Some(choice));
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }

    fn choose_at(self, index: usize) {
        let item = self.found.items.with_untracked(|items| items.get(index).cloned());
        if let Some(AgencyListItem { oid, name, .. }) = item {
            self.choose(AgencyChoice { oid, name });
        }
    }

    fn close(self) {
        self.pause.set_value(None);
        self.open.set(false);
        self.active.set(None);
    }

    /// Asks the server once the typing pauses.
    fn typed(self, text: String) {
        self.error.set(None);
        self.active.set(None);
        self.typed.set(text);
        if self.chosen.with_untracked(Option::is_some) {
            self.chosen.set(None);
        }
        let ask = Timeout::new(PAUSE, move || self.ask());
        self.pause.set_value(Some(ask));
    }

    fn ask(self) {
        let text = self.typed.get_untracked();
        let text = text.trim();
        if text.is_empty() {
            self.close();
            self.found.clear();
        } else {
            self.open.set(true);
            self.found.search(text, OFFERED);
        }
    }

    fn ask_again(self) {
        self.open.set(true);
        self.found.go_on();
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        // While an input method composes, the keys are its own.
        if event.is_composing() {
            return;
        }
        let many = self.found.items.with_untracked(Vec::len);
        let (open, active) = (self.open.get_untracked(), self.active.get_untracked());
        let to = match (event.key().as_str(), active) {
            ("ArrowDown" | "ArrowUp", _) if !open => {
                self.ask();
                None
            }
            ("ArrowDown" | "ArrowUp", _) if many == 0 => None,
            ("ArrowDown", Some(at)) => Some((at + 1) % many),
            ("ArrowDown", None) => Some(0),
            ("ArrowUp", Some(at)) if at > 0 => Some(at - 1),
            ("ArrowUp", _) => Some(many - 1),
            ("Enter", Some(at)) if open => {
                self.choose_at(at);
                None
            }
            ("Escape", _) if open => {
                self.close();
                // It closes the list, and not the dialog that the field may stand in.
                event.stop_propagation();
                None
            }
            _ => return,
        };
        event.prevent_default();
        if to.is_some() {
            self.active.set(to);
        }
    }

    fn option_id(self, index: usize) -> String {
        [self.name, "-option-", &index.to_string()].concat()
    }

    fn input(self) -> AnyView {
        let Self { name, error, .. } = self;
        let read = move |event: &ev::Event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            if let Some(input) = input {
                self.typed(input.value());
            }
        };
        view! {
            <input
                id=name type="text" role="combobox" autocomplete="off" autocapitalize="none" spellcheck="false"
                maxlength="200" node_ref=self.input placeholder=tr!(agencies.placeholder)
                aria-autocomplete="list" aria-controls=[name, "-list"].concat()
                aria-expanded=value(move || Some(if self.shows_list() { "true" } else { "false" }))
                aria-activedescendant=move || self.active.get().map(|at| self.option_id(at))
                aria-invalid=truth(move || error.with(Option::is_some))
                aria-describedby=[&error_id(name), " ", name, "-hint"].concat()
                on:input=move |event| {
                    let composing = event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing);
                    if !composing {
                        read(&event);
                    }
                }
                on:compositionend=move |event| read(&event)
                on:keydown=move |event| self.pressed(&event)
                on:blur=move |_| self.close()
            />
        }
        .into_any()
    }

    /// Whether there is a list to be seen, following.
    fn shows_list(self) -> bool {
        self.open.get() && self.found.items.with(|items| !items.is_empty())
    }

    /// What there is to know at the moment; read out when it changes.
    fn hint(self) -> AnyView {
        let locale = i18n::locale();
        words(move || {
            let locale = locale.get();
            if let Some(choice) = self.chosen.get() {
                return fill(text!(agencies.chosen)(locale), choice.oid);
            }
            let text: Text = match (self.open.get(), self.found.stage.get()) {
                (true, Stage::Busy) => text!(agencies.searching),
                (_, Stage::Failed(_)) => return String::new(),
                (true, Stage::Ready) => {
                    let many = self.found.items.with(Vec::len);
                    let text: Text = match many {
                        0 => return fill(text!(agencies.no_match)(locale), self.typed.get().trim()),
                        _ if self.found.goes_on() => text!(agencies.many),
                        1 => text!(agencies.one),
                        _ => text!(agencies.some),
                    };
                    return fill(text(locale), many);
                }
                _ if self.typed.with(|typed| typed.trim().is_empty()) => text!(agencies.hint),
                _ => text!(agencies.choose_one),
            };
            text(locale).to_owned()
        })
    }
}
