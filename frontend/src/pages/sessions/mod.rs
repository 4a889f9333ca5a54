//! 我的登入: one's own sessions, and how to end them.

mod row;

use leptos::{html, prelude::*};
use shared::{list::Page, paths, session::SessionListItem};
use uuid::Uuid;

use crate::{
    api::Failure,
    components::{Dialog, Heading, Loaded, empty, failure_view, live, spawn},
    i18n::{text, tr},
    session::Session,
};

/// What the rows share.
#[derive(Clone, Copy)]
struct Ending {
    /// The list.
    list: Loaded,
    /// The session that the dialog asks about.
    asked: RwSignal<Option<Uuid>>,
    /// What came of the last one.
    outcome: RwSignal<Option<Result<(), Failure>>>,
    /// Where the focus goes when its row is gone.
    after: NodeRef<html::Div>,
    session: Session,
}

impl Ending {
    fn end(self) {
        let Some(id) = self.asked.get_untracked() else {
            return;
        };
        self.asked.set(None);
        self.outcome.set(None);
        spawn(async move {
            let result = self.session.delete(&paths::session(id)).await;
            if self.outcome.try_set(Some(result.clone())).is_some() || result.is_err() {
                return;
            }
            self.list.ask();
            if let Some(place) = self.after.get_untracked() {
                let _ = place.focus();
            }
        });
    }
}

/// The list.
pub fn sessions() -> AnyView {
    let ending = Ending {
        list: Loaded::from(paths::SESSIONS),
        asked: RwSignal::new(None),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(ending);
    let retry = Callback::new(move |()| ending.outcome.set(None));
    let outcome = live(move || match ending.outcome.get() {
        None => ().into_any(),
        Some(Ok(())) => view! { <p>{tr!(sessions.ended)}</p> }.into_any(),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <Heading title=text!(site.sessions)/>
        <p class="lead">{tr!(sessions.lead)}</p>
        <div node_ref=ending.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {ending.list.show(table)}
        <p class="further">{tr!(sessions.tokens_text)}" "<a href="/tokens">{tr!(tokens.title)}</a></p>
        {confirmation(&ending)}
    }
    .into_any()
}

fn table(page: Page<SessionListItem>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(sessions.none), text!(sessions.none_text));
    }
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(sessions.device)}</th>
                    <th scope="col">{tr!(sessions.method)}</th>
                    <th scope="col">{tr!(sessions.source)}</th>
                    <th scope="col">{tr!(sessions.since)}</th>
                    <th scope="col">{tr!(sessions.active)}</th>
                    <th scope="col">{tr!(sessions.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row::row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn confirmation(ending: &Ending) -> impl IntoView {
    let ending = *ending;
    let open = Signal::derive(move || ending.asked.get().is_some());
    let dismiss = Callback::new(move |()| ending.asked.set(None));
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="end-title" described_by="end-text">
            <h2 id="end-title">{tr!(sessions.confirm)}</h2>
            <p id="end-text">{tr!(sessions.confirm_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=move |_| ending.end()>{tr!(sessions.end)}</button>
                <button type="button" class="button quiet" on:click=move |_| ending.asked.set(None)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </Dialog>
    }
}
