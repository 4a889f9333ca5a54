//! 存取權杖: what programs call the API with. Made, shown once, listed and revoked here.

mod card;
mod form;
mod row;
mod scope;

use leptos::{html, prelude::*};
use shared::{list::Page, paths, token::TokenView};
use uuid::Uuid;

use crate::{
    api::Failure,
    components::{Dialog, Heading, Loaded, empty, failure_view, live, spawn},
    i18n::{text, tr},
    session::Session,
};

/// What the rows share.
#[derive(Clone, Copy)]
struct Revoking {
    /// The list.
    list: Loaded,
    /// The token that the dialog asks about.
    asked: RwSignal<Option<Uuid>>,
    /// What came of the last one.
    outcome: RwSignal<Option<Result<(), Failure>>>,
    /// Where the focus goes when its row is gone.
    after: NodeRef<html::Div>,
    session: Session,
}

impl Revoking {
    fn revoke(self) {
        let Some(id) = self.asked.get_untracked() else {
            return;
        };
        self.asked.set(None);
        self.outcome.set(None);
        spawn(async move {
            let result = self.session.delete(&paths::token(id)).await;
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

/// The page.
pub fn tokens() -> AnyView {
    let list = Loaded::from(paths::TOKENS);
    let revoking = Revoking {
        list,
        asked: RwSignal::new(None),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(revoking);
    let retry = Callback::new(move |()| revoking.outcome.set(None));
    let outcome = live(move || match revoking.outcome.get() {
        None => ().into_any(),
        Some(Ok(())) => view! { <p>{tr!(tokens.revoked)}</p> }.into_any(),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <Heading title=text!(tokens.title)/>
        <p class="lead">
            {tr!(tokens.lead)}" "<a href=paths::API_DOCS rel="external">{tr!(tokens.guide)}</a>
        </p>
        {card::card(list)}
        <h2>{tr!(tokens.list)}</h2>
        <div node_ref=revoking.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {list.show(table)}
        {confirmation(&revoking)}
    }
    .into_any()
}

fn table(page: Page<TokenView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(tokens.none), text!(tokens.none_text));
    }
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(tokens.name)}</th>
                    <th scope="col">{tr!(tokens.scopes)}</th>
                    <th scope="col">{tr!(tokens.created)}</th>
                    <th scope="col">{tr!(tokens.expires)}</th>
                    <th scope="col">{tr!(tokens.last)}</th>
                    <th scope="col">{tr!(tokens.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row::row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn confirmation(revoking: &Revoking) -> impl IntoView {
    let revoking = *revoking;
    let open = Signal::derive(move || revoking.asked.get().is_some());
    let dismiss = Callback::new(move |()| revoking.asked.set(None));
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="revoke-title" described_by="revoke-text">
            <h2 id="revoke-title">{tr!(tokens.confirm)}</h2>
            <p id="revoke-text">{tr!(tokens.confirm_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=move |_| revoking.revoke()>{tr!(tokens.revoke)}</button>
                <button type="button" class="button quiet" on:click=move |_| revoking.asked.set(None)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </Dialog>
    }
}
