//! Many invitations by a table: a file or pasted text, first looked over, then sent.

use js_sys::{Object, Reflect};
use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    account::{ImportInvitations, ImportOutcome, ImportRow, ImportedInvitations},
    paths,
    problem::ErrorCode,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{form::refused, list::List};
use crate::{
    api::{self, Failure},
    components::{
        Entry, FieldError, Shape, either, entry, focus_field, live, sometimes, spawn, truth, value, words,
    },
    i18n::{self, Text, errors, fill, follow, text, tr},
    session::Session,
};

/// The form.
#[derive(Clone, Copy)]
struct Import {
    csv: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// What came of it, and whether it was only looked over.
    result: RwSignal<Option<(ImportedInvitations, bool)>>,
    told: NodeRef<html::Div>,
    list: List,
    session: Session,
}

impl Import {
    fn send(self, dry_run: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        let import = ImportInvitations {
            csv: self.csv.get_untracked(),
            dry_run,
        };
        if let Some(fault) = import.violations().into_iter().next() {
            self.error.set(Some(fault));
            return focus_field("csv");
        }
        let body = Object::new();
        let _ = Reflect::set(&body, &"csv".into(), &import.csv.as_str().into());
        let _ = Reflect::set(&body, &"dry_run".into(), &JsValue::from_bool(dry_run));
        self.busy.set(true);
        spawn(async move {
            let answer = self.session.post(paths::INVITATIONS_IMPORT, &body).await;
            let answer = answer.and_then(api::read::<ImportedInvitations>);
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(done) => {
                    self.result.set(Some((done, dry_run)));
                    if !dry_run {
                        self.list.ask();
                    }
                    if let Some(place) = self.told.get_untracked() {
                        let _ = place.focus();
                    }
                }
                Err(Failure::Refused(problem)) if problem.code == ErrorCode::Invalid => {
                    self.error.set(problem.violations.into_iter().next());
                    focus_field("csv");
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// Puts the text of a chosen file into the field.
    fn read(self, input: &web_sys::HtmlInputElement) {
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        spawn(async move {
            if let Ok(text) = JsFuture::from(file.text()).await {
                let _ = self.csv.try_set(text.as_string().unwrap_or_default());
                let _ = self.error.try_set(None);
                let _ = self.result.try_set(None);
            }
        });
    }
}

/// The card.
pub(super) fn card(list: List) -> AnyView {
    let import = Import {
        csv: RwSignal::new(String::new()),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        result: RwSignal::new(None),
        told: NodeRef::new(),
        list,
        session: expect_context(),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        import.send(true);
    };
    let chosen = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into().ok());
        if let Some(input) = input {
            import.read(&input);
        }
    };
    let plan = Entry {
        hint: Some(text!(invitations.csv_hint)),
        shape: Shape::Area,
        required: true,
        ..Entry::new("csv", text!(invitations.csv))
    };
    let check = either(
        move || import.busy.get(),
        text!(account.sending),
        text!(invitations.check),
    );
    view! {
        <section class="card new-token" aria-labelledby="import">
            <h2 id="import">{tr!(invitations.import)}</h2>
            <p class="hint">{tr!(invitations.import_text)}</p>
            {sometimes(move || import.failure.with(|failure| failure.as_ref().map(refused)))}
            <form method="post" novalidate on:submit=submit>
                <div class="field">
                    <label for="file">{tr!(invitations.file)}</label>
                    <input id="file" type="file" accept=".csv,text/csv" on:change=chosen/>
                </div>
                {entry(plan, import.csv, import.error, Callback::new(|()| ()))}
                <button type="submit" class="button quiet" aria-disabled=truth(move || import.busy.get())>{check}</button>
            </form>
            <div node_ref=import.told tabindex="-1" role="status" class="outcome looked-over">
                {live(move || import.result.get().map_or_else(|| ().into_any(), |(done, dry)| summary(&import, &done, dry)))}
            </div>
            {live(move || import.result.get().map_or_else(|| ().into_any(), |(done, _)| table(done)))}
        </section>
    }
    .into_any()
}

/// How many rows are good and how many are not; and the button that sends the good ones.
fn summary(import: &Import, done: &ImportedInvitations, dry_run: bool) -> AnyView {
    let import = *import;
    let locale = i18n::locale();
    let faulty = done.faulty();
    let good = done.rows.len() - faulty;
    let text: Text = if dry_run {
        text!(invitations.would)
    } else {
        text!(invitations.did)
    };
    let counted = words(move || fill(&fill(text(locale.get()), good), faulty));
    let send = (dry_run && good > 0).then(|| {
        view! {
            <button type="button" class="button" aria-disabled=truth(move || import.busy.get())
                on:click=move |_| import.send(false)>
                {words(move || fill(text!(invitations.send)(locale.get()), good))}
            </button>
        }
        .into_any()
    });
    view! { <p>{counted}</p>{send} }.into_any()
}

fn table(done: ImportedInvitations) -> AnyView {
    let rows = done.rows.into_iter().map(row).collect_view();
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(invitations.line)}</th>
                    <th scope="col">{tr!(login.username)}</th>
                    <th scope="col">{tr!(invitations.name)}</th>
                    <th scope="col">{tr!(invitations.result)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(row: ImportRow) -> AnyView {
    let locale = i18n::locale();
    let label = move |text: Text| value(move || Some(text(locale.get())));
    let outcome = match row.outcome {
        ImportOutcome::WillInvite => text!(invitations.will_invite),
        ImportOutcome::Invited => text!(invitations.was_invited),
        ImportOutcome::Faulty => text!(invitations.faulty),
    };
    let faults = row.violations.into_iter().map(|fault| {
        let field: Option<Text> = match fault.field.as_str() {
            "username" => Some(text!(login.username)),
            "name" => Some(text!(invitations.name)),
            "email" => Some(text!(invitations.email)),
            "agency" => Some(text!(invitations.oid)),
            _ => None,
        };
        let field = field.map(|field| view! { {follow(field)}{tr!(form.colon)} }.into_any());
        let text = words(move || errors::violation(&fault, locale.get()));
        view! { <li>{field}{text}</li> }.into_any()
    });
    let faults: Vec<_> = faults.collect();
    let faults = (!faults.is_empty()).then(|| view! { <ul>{faults}</ul> }.into_any());
    view! {
        <tr>
            <th scope="row">{row.line}</th>
            <td data-label=label(text!(login.username))>{row.username}</td>
            <td data-label=label(text!(invitations.name))>{row.name}</td>
            <td data-label=label(text!(invitations.result))><div>{follow(outcome)}{faults}</div></td>
        </tr>
    }
    .into_any()
}
