//! A field of a larger form: its value lives outside, in a signal, and every kind of field has the same
//! label, hint, lock and error. `TextField` and `PasswordField` are for the login form, which reads what the
//! browser has filled in.

use leptos::{ev::MouseEvent, html, prelude::*};

use super::{
    field::{FieldError, error_id, field_error},
    live, truth,
};
use crate::i18n::{Text, follow, tr};

/// How a field is filled in.
#[derive(Clone, Copy)]
pub enum Shape {
    /// In one line; the type of the `<input>`.
    Line(&'static str),
    /// In several lines.
    Area,
    /// By choosing one of these: value and label. The empty value is "none".
    Choice(Signal<Vec<(String, String)>>),
}

/// Marks a field that must not be empty.
pub fn needed() -> AnyView {
    view! { <span class="needed">{tr!(form.required)}</span> }.into_any()
}

/// What a field is for.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its id and its name in the form.
    pub name: &'static str,
    /// What it is called.
    pub label: Text,
    /// An example, or what else helps.
    pub hint: Option<Text>,
    /// How it is filled in.
    pub shape: Shape,
    /// What the browser may fill in.
    pub autocomplete: &'static str,
    /// Which keyboard a touch screen shows; empty for the usual one.
    pub inputmode: &'static str,
    /// Whether it must not be empty.
    pub required: bool,
    /// Why it cannot be changed here, if so: whose it is, and where it can.
    pub locked: Option<Callback<(), AnyView>>,
}

impl Entry {
    /// A line of text that may be empty.
    pub const fn new(name: &'static str, label: Text) -> Self {
        Self {
            name,
            label,
            hint: None,
            shape: Shape::Line("text"),
            autocomplete: "off",
            inputmode: "",
            required: false,
            locked: None,
        }
    }
}

/// For `on:mousedown` of a form's buttons: the field that one was in keeps the focus until the click. Otherwise
/// leaving it could show an error, move the button from under the pointer, and the click would be lost.
#[expect(clippy::needless_pass_by_value, reason = "a handler is given its event")]
pub fn hold_focus(event: MouseEvent) {
    event.prevent_default();
}

fn part_id(name: &str, part: &str) -> String {
    [name, "-", part].concat()
}

/// The field. `left` is called when the person leaves it, to check it then; not when it goes with its page, which a browser
/// takes for leaving it too.
pub fn entry(plan: Entry, value: RwSignal<String>, error: FieldError, left: Callback<()>) -> AnyView {
    let name = plan.name;
    let needed = (plan.required && plan.locked.is_none()).then(needed);
    let hint = hint(&plan)
        .map(|hint| view! { <p class="hint" id=part_id(name, "hint")>{follow(hint)}</p> }.into_any());
    let lock = plan
        .locked
        .map(|owner| view! { <p class="hint lock" id=part_id(name, "lock")>{owner.run(())}</p> }.into_any());
    view! {
        <div class="field" class:locked=plan.locked.is_some()>
            <label for=name>{follow(plan.label)}{needed}</label>
            {control(plan, value, error, left)}
            {hint}
            {lock}
            {field_error(name, error)}
        </div>
    }
    .into_any()
}

/// How to fill it in is of no use where that cannot be done.
fn hint(plan: &Entry) -> Option<Text> {
    plan.hint.filter(|_| plan.locked.is_none())
}

fn control(plan: Entry, value: RwSignal<String>, error: FieldError, left: Callback<()>) -> AnyView {
    let name = plan.name;
    let described = [
        hint(&plan).map(|_| part_id(name, "hint")),
        plan.locked.map(|_| part_id(name, "lock")),
        Some(error_id(name)),
    ];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let invalid = truth(move || error.with(Option::is_some));
    let input = move |text: String| {
        value.set(text);
        error.set(None);
    };
    match plan.shape {
        Shape::Area => view! {
            <textarea id=name name=name rows="4" required=plan.required readonly=plan.locked.is_some()
                aria-invalid=invalid aria-describedby=described prop:value=move || value.get()
                on:input=move |event| input(event_target_value(&event))
                on:blur=move |_| { left.try_run(()); }></textarea>
        }
        .into_any(),
        // A locked choice is shown as the text it is.
        Shape::Choice(choices) if plan.locked.is_none() => {
            let node = NodeRef::<html::Select>::new();
            // Only when the choices are there can one of them be chosen.
            Effect::new(move |_| {
                choices.track();
                let chosen = value.get();
                if let Some(select) = node.get() {
                    select.set_value(&chosen);
                }
            });
            view! {
                <select id=name name=name required=plan.required autocomplete=plan.autocomplete node_ref=node
                    aria-invalid=invalid aria-describedby=described
                    on:change=move |event| input(event_target_value(&event))
                    on:blur=move |_| { left.try_run(()); }>
                    <option value="">{tr!(form.choose)}</option>
                    {live(move || options(choices.get()))}
                </select>
            }
            .into_any()
        }
        Shape::Line(_) | Shape::Choice(_) => {
            let kind = if let Shape::Line(kind) = plan.shape {
                kind
            } else {
                "text"
            };
            view! {
                <input id=name name=name type=kind required=plan.required readonly=plan.locked.is_some()
                    autocomplete=plan.autocomplete inputmode=(!plan.inputmode.is_empty()).then_some(plan.inputmode)
                    autocapitalize="none" spellcheck="false"
                    aria-invalid=invalid aria-describedby=described prop:value=move || value.get()
                    on:input=move |event| input(event_target_value(&event))
                    on:blur=move |_| { left.try_run(()); }/>
            }
            .into_any()
        }
    }
}

fn options(choices: Vec<(String, String)>) -> AnyView {
    let option = |(value, label): (String, String)| view! { <option value=value>{label}</option> }.into_any();
    choices.into_iter().map(option).collect_view().into_any()
}

/// A part of a form with a name of its own.
pub fn fieldset(legend: Text, fields: Vec<AnyView>) -> AnyView {
    view! { <fieldset class="card"><legend>{follow(legend)}</legend><div class="fields">{fields}</div></fieldset> }
        .into_any()
}
