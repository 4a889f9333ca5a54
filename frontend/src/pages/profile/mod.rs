//! 個人資料維護: one's own data, and which of it is changed elsewhere.

mod address;
mod affiliation;
mod conflict;
mod draft;
mod fields;
mod form;
mod notifications;
mod stored;
mod versions;
mod views;

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{paths, person::AccountKind, profile::Field};

use self::{
    address::Table,
    form::{Form, Outcome},
    stored::{Lock, Stored},
};
use crate::{
    api::Failure,
    components::{
        Entry, Heading, Shape, Tone, either, entry, error_summary, failure_view, fieldset, hold_focus, live,
        notice, skeleton, sometimes, spawn, truth, words,
    },
    i18n::{self, Text, format, text, tr},
    pages::home::kind_of,
    session::{Session, drafted, view::restored},
};

/// Where the profile is.
#[derive(Clone)]
enum Load {
    Busy,
    Failed(Failure),
    Ready(Stored),
}

/// The page.
pub fn profile() -> AnyView {
    let session = expect_context::<Session>();
    let load = RwSignal::new(Load::Busy);
    let ask = move || {
        spawn(async move {
            let answer = session.get_version(paths::PROFILE).await;
            let _ =
                load.try_set(answer.map_or_else(Load::Failed, |version| Load::Ready(Stored::read(version))));
        });
    };
    ask();
    let table = Table::load();
    let retry = Callback::new(move |()| {
        load.set(Load::Busy);
        ask();
    });
    view! {
        <Heading title=text!(site.profile)/>
        <p class="lead">{tr!(profile.lead)}</p>
        {live(move || match load.get() {
            Load::Busy => skeleton(),
            Load::Failed(failure) => failure_view(&failure, retry),
            Load::Ready(stored) => drafted("profile".to_owned(), move |draft| {
                filled(Form::new(stored.clone(), session, table, draft))
            }),
        })}
        {affiliation::affiliation()}
        {to_password(session)}
        {notifications::notifications()}
        {views::views()}
    }
    .into_any()
}

fn filled(form: Form) -> AnyView {
    address::follow(form);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.save();
    };
    let discard = Callback::new(move |()| form.revert(Outcome::Discarded));
    let label = either(
        move || form.busy.get(),
        text!(profile.saving),
        text!(profile.save),
    );
    view! {
        <div node_ref=form.told tabindex="-1" role="status" class="outcome">{told(form)}</div>
        {conflict::conflict(form)}
        <div hidden=truth(move || form.conflict.with(Option::is_some))>
            {sometimes(move || form.restored.get().then(|| restored(discard)))}
            {elsewhere(&form.stored.get_untracked())}
            {sometimes(move || form.stored.with(|stored| stored.pending_email.as_deref().map(pending)))}
            {error_summary(form.faults, fields::label_of)}
            <form method="post" novalidate on:submit=submit>
                {section(form, text!(profile.person), fields::PERSON)}
                {section(form, text!(profile.contact), fields::CONTACT)}
                {section(form, text!(profile.other), fields::OTHER)}
                <div class="row">
                    <button type="submit" class="button" on:mousedown=hold_focus aria-disabled=truth(move || form.busy.get())>{label}</button>
                    <button type="button" class="button quiet" on:mousedown=hold_focus on:click=move |_| form.revert(Outcome::Reverted)>
                        {tr!(profile.cancel)}
                    </button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// What came of the last deed.
fn told(form: Form) -> AnyView {
    let retry = Callback::new(move |()| form.save());
    let good = |title, text| notice(Tone::Good, "", title, text, ().into_any());
    live(move || match form.outcome.get() {
        None => ().into_any(),
        Some(Outcome::Saved) => good(text!(profile.saved), text!(profile.saved_text)),
        Some(Outcome::Unchanged) => good(text!(profile.unchanged), text!(profile.unchanged_text)),
        Some(Outcome::Reverted) => good(text!(profile.reverted), text!(profile.reverted_text)),
        Some(Outcome::Discarded) => good(text!(draft.discarded), text!(draft.discarded_text)),
        Some(Outcome::Failed(failure)) => failure_view(&failure, retry),
    })
}

/// Which new address waits to be confirmed.
fn pending(email: &str) -> AnyView {
    let address = view! { <p><strong>{email.to_owned()}</strong></p> }.into_any();
    let words = (text!(profile.pending_email), text!(profile.pending_email_text));
    notice(Tone::Information, "", words.0, words.1, address)
}

/// The way to another password, of an account of EMIC.
fn to_password(session: Session) -> Option<AnyView> {
    let signed = untrack(move || session.signed())?;
    (signed.person.account_kind == AccountKind::Emic).then(|| {
        view! { <p class="further"><a href=paths::PAGE_PASSWORD>{tr!(account.change)}</a></p> }.into_any()
    })
}

/// Where the fields of MyEGov are changed.
fn elsewhere(stored: &Stored) -> Option<AnyView> {
    let lock = stored.locks.iter().find(|lock| lock.is_egovs)?;
    let link = lock.change_at.clone().map(|address| {
        view! {
            <a class="button quiet" href=address target="_blank" rel="external noopener">{tr!(profile.egov_go)}</a>
        }
        .into_any()
    });
    let words = (text!(profile.egov), text!(profile.egov_text));
    Some(notice(Tone::Information, "", words.0, words.1, link.into_any()))
}

fn section(form: Form, legend: Text, of: &[Field]) -> AnyView {
    let mut views: Vec<_> = of.iter().filter_map(|field| field_of(form, *field)).collect();
    if of.contains(&Field::Name) {
        views.insert(0, account_kind(form));
    }
    fieldset(legend, views)
}

fn field_of(form: Form, field: Field) -> Option<AnyView> {
    let cell = form.cell(field)?;
    let mut plan = fields::plan(field);
    plan.locked = form.stored.with_untracked(|stored| stored.lock(field).map(owner));
    if let Some(choices) = address::choices(form, field) {
        plan.shape = Shape::Choice(choices);
    }
    let left = Callback::new(move |()| form.leave(cell));
    Some(entry(plan, cell.value, cell.error, left))
}

/// 帳號類型 is shown in words, and never changed here.
fn account_kind(form: Form) -> AnyView {
    let locale = i18n::locale();
    let name = form
        .stored
        .with_untracked(|stored| stored.get(Field::AccountKind));
    let shown = RwSignal::new(String::new());
    Effect::new(move |_| shown.set(kind_of(&name)(locale.get()).to_owned()));
    let plan = Entry {
        locked: form
            .stored
            .with_untracked(|stored| stored.lock(Field::AccountKind).map(owner)),
        required: false,
        ..fields::plan(Field::AccountKind)
    };
    entry(plan, shown, RwSignal::new(None), Callback::new(|()| ()))
}

/// Whose a field is, since when, and where it is changed.
fn owner(lock: &Lock) -> Callback<(), AnyView> {
    let locale = i18n::locale();
    let lock = lock.clone();
    Callback::new(move |()| {
        if !lock.is_egovs {
            return view! { {tr!(profile.from_emic)} }.into_any();
        }
        let at = lock.synchronised_at;
        let source = words(move || {
            let locale = locale.get();
            let at = at.map(|at| format::date(at, true, locale)).unwrap_or_default();
            i18n::fill(text!(profile.from_egov)(locale), at)
        });
        let link = lock.change_at.clone().map(|address| {
            view! { " "<a href=address target="_blank" rel="external noopener">{tr!(profile.change_at)}</a> }
                .into_any()
        });
        view! { {source}{link} }.into_any()
    })
}
