//! One request: everything that was asked for, what became of it, and how to take it back.

use js_sys::Object;
use leptos::{html, prelude::*};
use shared::{
    access::{RequestAction, RequestState, RequestView},
    paths,
};

use super::{address_of, address_of_new, attachments, facts, history, remark, remark_done, state};
use crate::{
    api::Failure,
    components::{Dialog, Heading, Loaded, Tone, failure_view, icon, live, notice, spawn},
    i18n::{pick, text, tr},
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
    outcome: RwSignal<Option<Result<RequestAction, Failure>>>,
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
            let result = self.session.post(&path, &Object::new()).await;
            let result = result.map(|_| RequestAction::Withdraw);
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
        Some(Ok(action)) => {
            let words = if action == RequestAction::Withdraw {
                (text!(access.did), text!(access.did_text))
            } else {
                remark_done(action)
            };
            notice(Tone::Good, "", words.0, words.1, ().into_any())
        }
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <Heading title=text!(access.title)/>
        <div node_ref=withdrawing.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {withdrawing.request.show_one(show, missing)}
        <p class="row"><a href="/access">{tr!(access.back)}</a></p>
        {confirmation(&withdrawing)}
    }
    .into_any()
}

pub(super) fn missing() -> AnyView {
    let words = (text!(access.missing), text!(access.missing_text));
    notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
}

/// What its state asks of the person, above everything.
fn standing(request: &RequestView) -> AnyView {
    let query = expect_context::<Query>();
    match request.state {
        // Only until it is decided on: `sent` stays in the address.
        RequestState::Submitted if untrack(move || query.get("sent")).is_some() => {
            let words = (text!(access.sent), text!(access.sent_text));
            notice(Tone::Good, "status", words.0, words.1, ().into_any())
        }
        RequestState::Returned => {
            let mut returns = request.history.iter().rev();
            let note = returns.find(|event| event.action == RequestAction::Return);
            let note = note.and_then(|event| event.comment.clone());
            view! {
                <section class=[Tone::Caution.class(), " correct"].concat() aria-labelledby="correct">
                    {icon(Tone::Caution.glyph())}
                    <div>
                        <h2 id="correct">{tr!(access.correct)}</h2>
                        {note.map(|note| view! { <p class="prose">{note}</p> })}
                        <p>{tr!(access.correct_do)}</p>
                        <p><a class="button" href=[&address_of(request.id), "/correct"].concat()>
                            {tr!(access.correct_button)}
                        </a></p>
                    </div>
                </section>
            }
            .into_any()
        }
        // The server answers: the router must not take the click.
        RequestState::Approved => view! {
            <p class="row"><a class="button" href=paths::launch(&request.application.code) rel="external">
                {tr!(home.start)}
            </a></p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// What can be done about it.
fn action(request: &RequestView) -> AnyView {
    let withdrawing = expect_context::<Withdrawing>();
    if request.state.next(RequestAction::Withdraw).is_ok() {
        view! {
            <button type="button" class="button quiet" on:click=move |_| withdrawing.asked.set(true)>
                {tr!(access.withdraw)}
            </button>
        }
        .into_any()
    } else if request.state == RequestState::Withdrawn {
        let address = address_of_new(&request.application.code);
        view! { <a class="button" href=address>{tr!(access.again)}</a> }.into_any()
    } else {
        ().into_any()
    }
}

fn show(request: RequestView) -> AnyView {
    let (standing, action) = (standing(&request), action(&request));
    let (state, facts) = (request.state, facts(&request));
    let remark = request.may.contains(&RequestAction::Comment).then(|| {
        let acting = expect_context::<Withdrawing>();
        let done = Callback::new(move |_| {
            acting.outcome.set(Some(Ok(RequestAction::Comment)));
            acting.request.ask();
            if let Some(place) = acting.after.get_untracked() {
                let _ = place.focus();
            }
        });
        acting
            .id
            .with_value(|id| remark(id, vec![RequestAction::Comment], false, done))
    });
    view! {
        {standing}
        <section class="card request" aria-labelledby="request">
            <h2 id="request">{pick(request.application.name)}" "{state::mark(state)}</h2>
            <dl class="facts">
                {facts}
            </dl>
            <div class="row">{action}</div>
        </section>
        <section class="card request" aria-labelledby="attachments">
            <h2 id="attachments">{tr!(access.attachments)}</h2>
            {attachments(request.id, request.state.is_open())}
        </section>
        {remark}
        {history(request.history)}
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
