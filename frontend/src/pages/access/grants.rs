//! 我的權限: what one holds, until when, and how it goes on.

use leptos::{html, prelude::*};
use shared::{
    access::{GrantAction, GrantState, GrantView, Renewal},
    list::Page,
    paths,
    time::Timestamp,
};

use super::{address_of, form::new_id};
use crate::{
    api::Failure,
    components::{
        Dialog, FieldError, Heading, Loaded, Tone, empty, error_id, failure_view, field_error,
        focus_after_dialog, live, notice, spawn, truth, words,
    },
    i18n::{self, Text, fill, follow, format, language, pick, text, tr},
    query::{Query, address},
    session::Session,
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// What the rows and the dialog share.
#[derive(Clone, Copy)]
struct Renewing {
    /// The grant that the dialog asks about, and the id of the request for it: the same in every try.
    asked: RwSignal<Option<(uuid::Uuid, uuid::Uuid)>>,
    reason: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    /// The request that was made, or why none was.
    outcome: RwSignal<Option<Result<uuid::Uuid, Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Renewing {
    fn begin(self, grant: uuid::Uuid) {
        let usual = text!(access.renew_usual)(i18n::locale().get_untracked());
        self.reason.set(usual.to_owned());
        self.error.set(None);
        self.asked.set(Some((grant, new_id())));
    }

    fn send(self) {
        let Some((grant, id)) = self.asked.get_untracked() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let renewal = Renewal {
            id,
            reason: self.reason.get_untracked(),
            ends_on: None,
        };
        let body = serde_wasm_bindgen::to_value(&renewal).unwrap_or_default();
        spawn(async move {
            let result = self.session.post(&paths::grant_move(grant, "renew"), &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(_) => self.outcome.set(Some(Ok(id))),
                Err(Failure::Refused(problem))
                    if problem.violations.iter().any(|it| it.field == "reason") =>
                {
                    let fault = problem.violations.into_iter().find(|it| it.field == "reason");
                    self.error.set(fault);
                    return;
                }
                Err(failure) => self.outcome.set(Some(Err(failure))),
            }
            self.asked.set(None);
            focus_after_dialog(self.after);
        });
    }
}

/// The page.
pub fn grants() -> AnyView {
    let query = expect_context::<Query>();
    let renewing = Renewing {
        asked: RwSignal::new(None),
        reason: RwSignal::new(String::new()),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(renewing);
    let retry = Callback::new(move |()| renewing.outcome.set(None));
    let outcome = live(move || match renewing.outcome.get() {
        None => ().into_any(),
        Some(Ok(id)) => {
            let link = view! { <p><a href=address_of(id)>{tr!(access.renewed_link)}</a></p> };
            let words = (text!(access.renewed), text!(access.renewed_text));
            notice(Tone::Good, "", words.0, words.1, link.into_any())
        }
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    let path = Memo::new(move |_| {
        let after = query.get("after");
        address(
            paths::GRANTS,
            &[("limit", Some(AT_ONCE)), ("after", after.as_deref())],
        )
    });
    let shown = live(move || Loaded::from_address(path.get()).show(table));
    view! {
        <Heading title=text!(access.grants)/>
        <p class="lead">{tr!(access.grants_lead)}</p>
        <div node_ref=renewing.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {shown}
        <p class="row"><a href="/access">{tr!(access.to_requests)}</a></p>
        {dialog(&renewing)}
    }
    .into_any()
}

fn table(page: Page<GrantView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(access.no_grants), text!(access.no_grants_text));
    }
    let older = page.next.map(|next| {
        let to = address("/access/grants", &[("after", Some(&next))]);
        view! { <a class="button quiet" href=to>{tr!(access.older_grants)}</a> }
    });
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(access.application)}</th>
                    <th scope="col">{tr!(access.agency)}</th>
                    <th scope="col">{tr!(access.until)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    <th scope="col">{tr!(sessions.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        <div class="row">{older}</div>
    }
    .into_any()
}

fn row(grant: GrantView) -> AnyView {
    let renewing = expect_context::<Renewing>();
    let id = grant.id;
    let during = lasts(&grant);
    let (locale, role) = (i18n::locale(), grant.role.name.clone());
    let renew = grant.may.contains(&GrantAction::Renew).then(|| {
        let label = move || {
            let locale = locale.get();
            fill(text!(access.renew_label)(locale), role.get(language(locale)))
        };
        let begin = move |_| renewing.begin(id);
        view! {
            <button type="button" class="button quiet" aria-label=label on:click=begin>{tr!(access.renew)}</button>
        }
    });
    let why = grant
        .revoked
        .map(|revoked| view! { <p class="hint prose">{revoked.reason}</p> });
    view! {
        <tr>
            <th scope="row">{pick(grant.role.name)}</th>
            <td data-label=tr!(access.application)>{pick(grant.application.name)}</td>
            <td data-label=tr!(access.agency)>{grant.agency.name.unwrap_or(grant.agency.oid)}</td>
            <td data-label=tr!(access.until)>{during}</td>
            <td data-label=tr!(access.state)><div>{mark(grant.state)}{why}</div></td>
            <td>{renew}</td>
        </tr>
    }
    .into_any()
}

/// From which day to which; of what is by an event, from when on and by which.
pub fn lasts(grant: &GrantView) -> AnyView {
    let Some(event) = grant.activation.clone() else {
        return between(grant.starts_at, grant.ends_at);
    };
    let (locale, from) = (i18n::locale(), grant.starts_at);
    words(move || {
        let locale = locale.get();
        let from = format::date(from, false, locale);
        fill(&fill(text!(access.during)(locale), from), &event)
    })
}

/// From the day of the one moment to the last day before the other.
pub fn between(from: Timestamp, until: Timestamp) -> AnyView {
    let locale = i18n::locale();
    let last = until.minus(std::time::Duration::from_millis(1));
    words(move || {
        let locale = locale.get();
        let day = |at| format::date(at, false, locale);
        fill(&fill(text!(access.from_to)(locale), day(from)), day(last))
    })
}

/// The state of a grant as a word with a colour.
pub fn mark(state: GrantState) -> AnyView {
    let (class, word): (_, Text) = match state {
        GrantState::Active => ("word good", text!(access.grant_active)),
        GrantState::Scheduled => ("word information", text!(access.grant_scheduled)),
        GrantState::Revoked => ("word alarm", text!(access.grant_revoked)),
        GrantState::Renewed => ("word settled", text!(access.grant_renewed)),
        GrantState::Expired => ("word settled", text!(access.grant_expired)),
    };
    view! { <span class=class>{follow(word)}</span> }.into_any()
}

fn dialog(renewing: &Renewing) -> impl IntoView {
    let renewing = *renewing;
    let open = Signal::derive(move || renewing.asked.get().is_some());
    let dismiss = Callback::new(move |()| renewing.asked.set(None));
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="renew-title" described_by="renew-text" role="dialog">
            <h2 id="renew-title">{tr!(access.renew_title)}</h2>
            <p id="renew-text">{tr!(access.renew_text)}</p>
            <div class="field">
                <label for="renew-reason">{tr!(access.reason)}</label>
                <textarea id="renew-reason" rows="3" prop:value=renewing.reason
                    aria-invalid=truth(move || renewing.error.with(Option::is_some))
                    aria-describedby=error_id("renew-reason")
                    on:input=move |event| {
                        renewing.error.set(None);
                        renewing.reason.set(event_target_value(&event));
                    }
                ></textarea>
                {field_error("renew-reason", renewing.error)}
            </div>
            <div class="row">
                <button type="button" class="button" on:click=move |_| renewing.send()>{tr!(access.renew_send)}</button>
                <button type="button" class="button quiet" on:click=move |_| renewing.asked.set(None)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </Dialog>
    }
}
