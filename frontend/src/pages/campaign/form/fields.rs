//! What the form asks for.

use leptos::{ev::SubmitEvent, prelude::*};

use super::Form;
use crate::{
    components::{
        Entry, Shape, either, entry, error_summary, failure_view, focus_field, hold_focus, sometimes, truth,
    },
    i18n::{self, Text, text, tr},
    pages::agency_field,
    session::view::restored,
};

impl Form {
    fn field(self, plan: Entry) -> AnyView {
        let place = Self::place(plan.name);
        entry(
            plan,
            self.values[place],
            self.errors[place],
            Callback::new(|()| ()),
        )
    }
}

/// What a field is called.
fn label(field: &str) -> Option<Text> {
    Some(match field {
        "name" => text!(campaigns.name),
        "instructions" => text!(campaigns.instructions),
        "agency" => text!(campaigns.agency),
        "application" => text!(access.application),
        "due_on" => text!(campaigns.due_on),
        _ => return None,
    })
}

fn scope(form: &Form) -> AnyView {
    let form = *form;
    let kind = form.value("kind");
    let locale = i18n::locale();
    let choice = move |name: &str, text: Text| (name.to_owned(), text(locale.get()).to_owned());
    let kinds = Signal::derive(move || {
        vec![
            choice("agency", text!(campaigns.of_agency)),
            choice("application", text!(campaigns.of_application)),
        ]
    });
    let choose = form.opens_agencies().then(|| {
        form.field(Entry {
            shape: Shape::Choice(kinds),
            required: true,
            ..Entry::new("kind", text!(campaigns.scope))
        })
    });
    let is_agency = move || kind.get() == "agency";
    let agency = sometimes(move || {
        is_agency().then(|| agency_field("agency", text!(campaigns.agency), form.agency, form.agency_error))
    });
    let application = sometimes(move || {
        (!is_agency()).then(|| {
            form.field(Entry {
                shape: Shape::Choice(form.offered.into()),
                required: true,
                ..Entry::new("application", text!(access.application))
            })
        })
    });
    view! { {choose}{agency}{application} }.into_any()
}

/// The form, as it is shown.
pub(super) fn filled(form: &Form) -> AnyView {
    let form = *form;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    let discard = Callback::new(move |()| {
        form.clear();
        focus_field("name");
    });
    let retry = Callback::new(move |()| form.failure.set(None));
    let failed = sometimes(move || {
        form.failure
            .with(|failure| failure.as_ref().map(|failure| failure_view(failure, retry)))
    });
    let plans = [
        Entry {
            hint: Some(text!(campaigns.name_hint)),
            required: true,
            ..Entry::new("name", text!(campaigns.name))
        },
        Entry {
            hint: Some(text!(campaigns.instructions_hint)),
            shape: Shape::Area,
            ..Entry::new("instructions", text!(campaigns.instructions))
        },
        Entry {
            hint: Some(text!(campaigns.due_on_hint)),
            shape: Shape::Line("date"),
            required: true,
            ..Entry::new("due_on", text!(campaigns.due_on))
        },
    ];
    let button = either(
        move || form.busy.get(),
        text!(campaigns.opening),
        text!(campaigns.open_it),
    );
    view! {
        {sometimes(move || form.restored.get().then(|| restored(discard)))}
        {error_summary(form.faults, label)}
        {failed}
        <form method="post" novalidate class="card form" on:submit=submit>
            {scope(&form)}
            {plans.into_iter().map(|plan| form.field(plan)).collect_view()}
            <p class="hint">{tr!(campaigns.open_hint)}</p>
            <div class="row">
                <button type="submit" class="button" on:mousedown=hold_focus
                    aria-disabled=truth(move || form.busy.get())>{button}</button>
            </div>
        </form>
    }
    .into_any()
}
