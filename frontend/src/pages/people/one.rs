//! One person: who it is, and the posts.

use leptos::{html, prelude::*};
use shared::{paths, people::PersonDetails};

use super::{account, give, list, posts};
use crate::{
    api::Failure,
    components::{Heading, Loaded, Tone, failure_view, live, notice, spawn, words},
    i18n::{self, Text, follow, format, text, tr},
    pages::{home::kind, review},
    query::{self, address},
    session::Session,
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Acting {
    /// The person's id, as the address has it.
    pub id: StoredValue<String>,
    pub session: Session,
    pub busy: RwSignal<bool>,
    person: Loaded,
    /// What came of the last deed, in words.
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    /// Where the focus goes then.
    after: NodeRef<html::Div>,
}

impl Acting {
    /// Does this unless something is being done, and says what came of it. `None` is a refusal that the form shows.
    pub fn act(self, done: Text, deed: impl Future<Output = Result<(), Option<Failure>>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.outcome.set(None);
        spawn(async move {
            let result = deed.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            // Also after a refusal: somebody else may have acted meanwhile. What was chosen in the form stays when the
            // server was not reached.
            if matches!(&result, Ok(()) | Err(Some(Failure::Refused(_)))) {
                self.person.ask();
            }
            match result {
                Ok(()) => self.outcome.set(Some(Ok(done))),
                Err(Some(failure)) => self.outcome.set(Some(Err(failure))),
                Err(None) => return,
            }
            if let Some(place) = self.after.get_untracked() {
                let _ = place.focus();
            }
        });
    }
}

/// The page.
pub fn person() -> AnyView {
    let id = String::from(js_sys::encode_uri_component(&query::last_segment()));
    let acting = Acting {
        person: Loaded::from_address(paths::person(&id)),
        id: StoredValue::new(id),
        session: expect_context(),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
    };
    provide_context(acting);
    let retry = Callback::new(move |()| acting.outcome.set(None));
    let outcome = live(move || match acting.outcome.get() {
        None => ().into_any(),
        Some(Ok(done)) => notice(Tone::Good, "", done, text!(people.done_text), ().into_any()),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <Heading title=text!(people.one)/>
        <div node_ref=acting.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {acting.person.show_one(show, missing)}
        <p class="row"><a href=list::PATH>{tr!(people.back)}</a></p>
    }
    .into_any()
}

fn missing() -> AnyView {
    let words = (text!(people.missing), text!(people.missing_text));
    notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
}

fn show(details: PersonDetails) -> AnyView {
    let locale = i18n::locale();
    let PersonDetails {
        person,
        posts: held,
        may_give,
        oneself,
        last_signed_in_at: last,
    } = details;
    let same_agency = person.agency.as_ref().map(|agency| {
        let href = address(list::PATH, &[("under", Some(&agency.oid))]);
        view! { " "<a href=href>{tr!(people.same_agency)}</a> }.into_any()
    });
    let agency = person.agency.clone();
    let last = words(move || match last {
        Some(at) => format::date(at, true, locale.get()),
        None => text!(people.never)(locale.get()).to_owned(),
    });
    let since = person.created_at;
    let state = if person.disabled {
        text!(people.disabled)
    } else {
        text!(people.active)
    };
    let account = (!oneself).then(|| account::account(person.disabled));
    let permissions = review::of_person(&person);
    let give = (!may_give.is_empty()).then(|| give::give(may_give, person.agency.clone()));
    view! {
        <section class="card" aria-labelledby="who">
            <h2 id="who">{person.name}</h2>
            <dl class="facts">
                {person.username.map(|name| view! { <dt>{tr!(people.account)}</dt><dd>{name}</dd> })}
                <dt>{tr!(people.kind)}</dt><dd>{follow(kind(person.account_kind))}</dd>
                <dt>{tr!(people.agency)}</dt><dd>{list::agency(agency)}{same_agency}</dd>
                <dt>{tr!(people.state)}</dt><dd>{follow(state)}</dd>
                <dt>{tr!(people.since)}</dt><dd>{words(move || format::date(since, false, locale.get()))}</dd>
                <dt>{tr!(people.last)}</dt><dd>{last}</dd>
            </dl>
        </section>
        {posts::posts(held, oneself)}
        {give}
        {permissions}
        {account}
    }
    .into_any()
}
