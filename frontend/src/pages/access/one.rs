//! One request: everything that was asked for, what became of it, and how to take it back.

use js_sys::Object;
use leptos::{html, prelude::*};
use shared::{
    access::{RequestAction, RequestEvent, RequestView},
    paths,
};

use super::{list::period, state};
use crate::{
    api::Failure,
    components::{Dialog, Heading, Loaded, Tone, failure_view, live, notice, spawn, words},
    i18n::{self, follow, format, pick, text, tr},
    query::{self, Query},
    session::Session,
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Withdrawing {
    id: StoredValue<String>,
    request: Loaded,
    /// Whether the dialog asks.
    asked: RwSignal<bool>,
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Result<(), Failure>>>,
    /// Where the focus goes when the button is gone.
    after: NodeRef<html::Div>,
    session: Session,
}

impl Withdrawing {
    fn withdraw(self) {
        self.asked.set(false);
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.outcome.set(None);
        let path = paths::withdraw(&self.id.get_value());
        spawn(async move {
            let result = self.session.post(&path, &Object::new()).await.map(drop);
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.outcome.set(Some(result));
            // Also after a refusal: it may have been decided meanwhile.
            self.request.ask();
            if let Some(place) = self.after.get_untracked() {
                let _ = place.focus();
            }
        });
    }
}

/// The page.
pub fn request() -> AnyView {
    let id = String::from(js_sys::encode_uri_component(&query::last_segment()));
    let withdrawing = Withdrawing {
        request: Loaded::from_address(paths::permission_request(&id)),
        id: StoredValue::new(id),
        asked: RwSignal::new(false),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(withdrawing);
    let retry = Callback::new(move |()| withdrawing.outcome.set(None));
    let outcome = live(move || match withdrawing.outcome.get() {
        None => ().into_any(),
        Some(Ok(())) => view! { <p>{tr!(access.did)}</p> }.into_any(),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    let query = expect_context::<Query>();
    let sent = untrack(move || query.get("sent")).map(|_| {
        let words = (text!(access.sent), text!(access.sent_text));
        notice(Tone::Good, "status", words.0, words.1, ().into_any())
    });
    view! {
        <Heading title=text!(access.title)/>
        {sent}
        <div node_ref=withdrawing.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {withdrawing.request.show(show)}
        <p class="row"><a href="/access">{tr!(access.back)}</a></p>
        {confirmation(&withdrawing)}
    }
    .into_any()
}

fn show(request: RequestView) -> AnyView {
    let withdrawing = expect_context::<Withdrawing>();
    let withdraw = request.state.next(RequestAction::Withdraw).is_ok().then(|| {
        view! {
            <div class="row">
                <button type="button" class="button quiet" on:click=move |_| withdrawing.asked.set(true)>
                    {tr!(access.withdraw)}
                </button>
            </div>
        }
    });
    let history = request.history.into_iter().map(line).collect_view();
    let (state, roles) = (request.state, request.roles);
    let roles: Vec<_> = roles.into_iter().map(|role| pick(role.name)).collect();
    view! {
        <section class="card request" aria-labelledby="request">
            <h2 id="request">{pick(request.application.name)}" "{state::mark(state)}</h2>
            <dl class="facts">
                <dt>{tr!(access.roles)}</dt>
                <dd><span class="listed">{roles}</span></dd>
                <dt>{tr!(access.agency)}</dt>
                <dd>{request.agency.name.unwrap_or(request.agency.oid)}</dd>
                <dt>{tr!(access.period)}</dt>
                <dd>{period(request.starts_on, request.ends_on)}</dd>
                <dt>{tr!(access.reason)}</dt>
                <dd class="prose">{request.reason}</dd>
            </dl>
            {withdraw}
        </section>
        <section aria-labelledby="history">
            <h2 id="history">{tr!(access.history)}</h2>
            <ol class="timeline">{history}</ol>
        </section>
    }
    .into_any()
}

fn line(event: RequestEvent) -> AnyView {
    let (locale, at) = (i18n::locale(), event.at);
    let by = match event.by {
        Some(name) => name.into_any(),
        None => view! { <span>{tr!(access.clock)}</span> }.into_any(),
    };
    let comment = event.comment.map(|text| view! { <p class="prose">{text}</p> });
    view! {
        <li>
            <strong>{follow(state::did(event.action))}</strong>
            <p class="hint">{by}" · "{words(move || format::date(at, true, locale.get()))}</p>
            {comment}
        </li>
    }
    .into_any()
}

fn confirmation(withdrawing: &Withdrawing) -> impl IntoView {
    let withdrawing = *withdrawing;
    let open = Signal::from(withdrawing.asked);
    let dismiss = Callback::new(move |()| withdrawing.asked.set(false));
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="withdraw-title" described_by="withdraw-text">
            <h2 id="withdraw-title">{tr!(access.confirm)}</h2>
            <p id="withdraw-text">{tr!(access.confirm_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=move |_| withdrawing.withdraw()>
                    {tr!(access.withdraw)}
                </button>
                <button type="button" class="button quiet" on:click=move |_| withdrawing.asked.set(false)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </Dialog>
    }
}
