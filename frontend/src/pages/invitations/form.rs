//! The form that invites one person.

use js_sys::{Object, Reflect};
use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    agency::AgencyChoice,
    paths,
    problem::{ErrorCode, Violation, ViolationCode},
    text::{Email, PersonName},
};

use super::list::List;
use crate::{
    api::Failure,
    components::{
        Entry, FieldError, Shape, Tone, either, entry, error_summary, focus_field, hold_focus, notice,
        request_id, sometimes, spawn, truth,
    },
    i18n::{Text, errors, text, tr},
    pages::agency_field,
    session::{Draft, Session, drafted, view::restored},
};

/// The fields that are typed, in their order.
const TYPED: [&str; 3] = ["username", "name", "email"];

/// The form.
#[derive(Clone, Copy)]
struct Form {
    values: [RwSignal<String>; 3],
    errors: [FieldError; 3],
    agency: RwSignal<Option<AgencyChoice>>,
    agency_error: FieldError,
    faults: RwSignal<Vec<Violation>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    done: RwSignal<bool>,
    restored: RwSignal<bool>,
    told: NodeRef<html::Div>,
    list: List,
    draft: StoredValue<Draft, LocalStorage>,
    session: Session,
}

/// The card. Whom it invites shows in the list.
pub(super) fn card(list: List) -> AnyView {
    drafted("invitation".to_owned(), move |draft| {
        filled(&Form::new(list, draft))
    })
}

impl Form {
    fn new(list: List, draft: Draft) -> Self {
        let form = Self {
            values: TYPED.map(|_| RwSignal::new(String::new())),
            errors: TYPED.map(|_| RwSignal::new(None)),
            agency: RwSignal::new(None),
            agency_error: RwSignal::new(None),
            faults: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            done: RwSignal::new(false),
            restored: RwSignal::new(false),
            told: NodeRef::new(),
            list,
            draft: StoredValue::new_local(draft),
            session: expect_context(),
        };
        form.restore();
        Effect::new(move |_| form.keep());
        form
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
        self.restored.set(true);
    }

    fn keep(self) {
        let values = self.values.map(|value| value.get());
        let agency = self.agency.get();
        self.draft.with_value(|draft| {
            if values.iter().all(String::is_empty) && agency.is_none() {
                return draft.forget();
            }
            let mut fields: Vec<_> = TYPED.into_iter().zip(values).collect();
            if let Some(agency) = agency {
                fields.extend([("agency", agency.oid), ("agency_name", agency.name)]);
            }
            draft.keep(&fields);
        });
    }

    /// What is wrong before anything is sent. Names of accounts are the server's to look at.
    fn violations(self) -> Vec<Violation> {
        let [username, name, email] = self.values.map(|value| value.get_untracked());
        let required = |field: &str| Violation::new(field, ViolationCode::Required);
        [
            username.trim().is_empty().then(|| required("username")),
            PersonName::violation("name", &name),
            Email::parse("email", &email).err(),
            self.agency
                .with_untracked(Option::is_none)
                .then(|| required("agency")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        self.done.set(false);
        self.mark(self.violations());
        if !self.faults.with_untracked(Vec::is_empty) {
            return;
        }
        let body = Object::new();
        let set = |name: &str, value: &str| Reflect::set(&body, &name.into(), &value.into()).is_ok();
        for (name, value) in TYPED.iter().zip(self.values) {
            set(name, &value.get_untracked());
        }
        self.agency
            .with_untracked(|agency| agency.as_ref().map(|agency| set("agency", &agency.oid)));
        let draft = self.draft.get_value();
        self.busy.set(true);
        spawn(async move {
            let answer = self.session.post(paths::INVITATIONS, &body).await;
            let is_here = self.busy.try_set(false).is_none();
            match answer {
                Ok(_) => {
                    draft.forget();
                    if is_here {
                        self.invited();
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

    fn clear(self) {
        for value in self.values {
            value.set(String::new());
        }
        self.restored.set(false);
        self.mark(Vec::new());
    }

    /// The agency stays: the next one is often of the same.
    fn invited(self) {
        self.clear();
        self.done.set(true);
        self.list.ask();
        if let Some(place) = self.told.get_untracked() {
            let _ = place.focus();
        }
    }

    /// Shows the faults, and leads to the first.
    fn mark(self, broken: Vec<Violation>) {
        let of = |name: &str| broken.iter().find(|fault| fault.field == name).cloned();
        let mut first = None;
        for (name, error) in TYPED
            .into_iter()
            .zip(self.errors)
            .chain([("agency", self.agency_error)])
        {
            let fault = of(name);
            if fault.is_some() && first.is_none() {
                first = Some(name);
            }
            error.set(fault);
        }
        self.faults.set(broken);
        if let Some(first) = first {
            focus_field(first);
        }
    }
}

/// What a field is called.
fn label(field: &str) -> Option<Text> {
    Some(match field {
        "username" => text!(login.username),
        "name" => text!(invitations.name),
        "email" => text!(invitations.email),
        "agency" => text!(invitations.agency),
        _ => return None,
    })
}

fn filled(form: &Form) -> AnyView {
    let form = *form;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let discard = Callback::new(move |()| {
        form.agency.set(None);
        form.clear();
        focus_field("username");
    });
    let plans = [
        Entry {
            hint: Some(text!(invitations.username_hint)),
            required: true,
            ..Entry::new("username", text!(login.username))
        },
        Entry {
            required: true,
            ..Entry::new("name", text!(invitations.name))
        },
        Entry {
            hint: Some(text!(invitations.email_hint)),
            shape: Shape::Line("email"),
            required: true,
            ..Entry::new("email", text!(invitations.email))
        },
    ];
    let fields = plans
        .into_iter()
        .zip(form.values.into_iter().zip(form.errors))
        .map(|(plan, (value, error))| entry(plan, value, error, Callback::new(|()| ())));
    let done = sometimes(move || {
        form.done.get().then(|| {
            let words = (text!(invitations.invited), text!(invitations.invited_text));
            notice(Tone::Good, "", words.0, words.1, ().into_any())
        })
    });
    let failed = sometimes(move || form.failure.with(|failure| failure.as_ref().map(refused)));
    let button = either(
        move || form.busy.get(),
        text!(account.sending),
        text!(invitations.invite),
    );
    view! {
        <section class="card new-token" aria-labelledby="invite">
            <h2 id="invite">{tr!(invitations.new)}</h2>
            <div node_ref=form.told tabindex="-1" role="status" class="outcome">{done}</div>
            {sometimes(move || form.restored.get().then(|| restored(discard)))}
            {error_summary(form.faults, label)}
            {failed}
            <form method="post" novalidate on:submit=submit>
                {fields.collect_view()}
                {agency_field("agency", text!(invitations.agency), form.agency, form.agency_error)}
                <button type="submit" class="button" on:mousedown=hold_focus
                    aria-disabled=truth(move || form.busy.get())>{button}</button>
            </form>
        </section>
    }
    .into_any()
}

pub(super) fn refused(failure: &Failure) -> AnyView {
    let (what, next) = errors::words(failure);
    notice(Tone::Alarm, "alert", what, next, request_id(failure).into_any())
}
