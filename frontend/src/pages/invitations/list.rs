//! The invitations that were sent, the newest first, and what can be done with them.

use js_sys::Object;
use leptos::{html, prelude::*};
use shared::{account::InvitationView, list::Page, paths};
use uuid::Uuid;

use super::row;
use crate::{
    api::{self, Failure},
    components::{Dialog, empty, failure_view, live, skeleton, sometimes, spawn},
    i18n::{Text, follow, text, tr},
    session::Session,
};

/// The list.
#[derive(Clone, Copy)]
pub(super) struct List {
    items: RwSignal<Option<Vec<InvitationView>>>,
    next: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
    /// The invitation that the dialog asks about.
    pub asked: RwSignal<Option<Uuid>>,
    /// What came of the last deed.
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    told: NodeRef<html::Div>,
    session: Session,
}

impl List {
    /// Asks for the first page.
    pub(super) fn load() -> Self {
        let list = Self {
            items: RwSignal::new(None),
            next: RwSignal::new(None),
            failure: RwSignal::new(None),
            asked: RwSignal::new(None),
            outcome: RwSignal::new(None),
            told: NodeRef::new(),
            session: expect_context(),
        };
        list.ask();
        list
    }

    /// Asks for it anew.
    pub(super) fn ask(self) {
        self.ask_for(None);
    }

    fn ask_for(self, after: Option<String>) {
        let path = match &after {
            Some(after) => [paths::INVITATIONS, "?after=", after].concat(),
            None => paths::INVITATIONS.to_owned(),
        };
        spawn(async move {
            let answer = self.session.get(&path).await;
            let page = answer.and_then(api::read::<Page<InvitationView>>);
            match page {
                Ok(page) => {
                    let shown = self.items.try_update(|items| {
                        let mut all = items.take().filter(|_| after.is_some()).unwrap_or_default();
                        all.extend(page.items);
                        *items = Some(all);
                    });
                    if shown.is_some() {
                        self.next.set(page.next);
                        self.failure.set(None);
                    }
                }
                Err(failure) => {
                    let _ = self.failure.try_set(Some(failure));
                }
            }
        });
    }

    /// Sends an invitation once more.
    pub(super) fn resend(self, id: Uuid) {
        self.deed(paths::resend_invitation(id), text!(invitations.resent));
    }

    fn cancel(self) {
        if let Some(id) = self.asked.get_untracked() {
            self.asked.set(None);
            self.deed(paths::cancel_invitation(id), text!(invitations.cancelled));
        }
    }

    fn deed(self, path: String, done: Text) {
        self.outcome.set(None);
        spawn(async move {
            let answer = self.session.post(&path, &Object::new()).await;
            let answer = answer.and_then(api::read::<InvitationView>);
            if let Ok(now) = &answer {
                let _ = self.items.try_update(|items| {
                    let all = items.iter_mut().flatten();
                    for item in all.filter(|item| item.id == now.id) {
                        *item = now.clone();
                    }
                });
            }
            if self.outcome.try_set(Some(answer.map(|_| done))).is_none()
                && let Some(place) = self.told.get_untracked()
            {
                let _ = place.focus();
            }
        });
    }

    /// The list, and what came of the last deed.
    pub(super) fn show(self) -> AnyView {
        let retry = Callback::new(move |()| self.ask());
        let dismiss = Callback::new(move |()| self.outcome.set(None));
        let outcome = live(move || match self.outcome.get() {
            None => ().into_any(),
            Some(Ok(done)) => view! { <p>{follow(done)}</p> }.into_any(),
            Some(Err(failure)) => failure_view(&failure, dismiss),
        });
        let more = sometimes(move || {
            self.next.get().map(|next| {
                let go_on = move |_| self.ask_for(Some(next.clone()));
                view! { <button type="button" class="button quiet" on:click=go_on>{tr!(invitations.more)}</button> }
                    .into_any()
            })
        });
        let failed = sometimes(move || {
            self.failure
                .with(|failure| failure.as_ref().map(|failure| failure_view(failure, retry)))
        });
        let items = live(move || match self.items.get() {
            None if self.failure.with(Option::is_some) => ().into_any(),
            None => skeleton(),
            Some(items) if items.is_empty() => empty(text!(invitations.none), text!(invitations.none_text)),
            Some(items) => table(self, items),
        });
        view! {
            <section aria-labelledby="sent">
                <h2 id="sent">{tr!(invitations.sent)}</h2>
                <div node_ref=self.told tabindex="-1" role="status" class="outcome">{outcome}</div>
                {failed}
                {items}
                {more}
            </section>
            {confirmation(self)}
        }
        .into_any()
    }
}

fn table(list: List, items: Vec<InvitationView>) -> AnyView {
    let rows = items.into_iter().map(|item| row::row(list, item)).collect_view();
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(invitations.person)}</th>
                    <th scope="col">{tr!(login.username)}</th>
                    <th scope="col">{tr!(invitations.email)}</th>
                    <th scope="col">{tr!(invitations.agency)}</th>
                    <th scope="col">{tr!(invitations.state)}</th>
                    <th scope="col">{tr!(invitations.action)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn confirmation(list: List) -> impl IntoView {
    let open = Signal::derive(move || list.asked.get().is_some());
    let dismiss = Callback::new(move |()| list.asked.set(None));
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="cancel-title" described_by="cancel-text">
            <h2 id="cancel-title">{tr!(invitations.confirm)}</h2>
            <p id="cancel-text">{tr!(invitations.confirm_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=move |_| list.cancel()>{tr!(invitations.cancel)}</button>
                <button type="button" class="button quiet" on:click=move |_| list.asked.set(None)>
                    {tr!(invitations.keep)}
                </button>
            </div>
        </Dialog>
    }
}
