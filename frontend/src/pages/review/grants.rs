//! 使用中的權限: what people hold whom one's posts look after, and how it is taken back.

use leptos::{html, prelude::*};
use shared::{
    access::{GrantAction, GrantView, RevokeGrant},
    list::Page,
    paths,
};
use uuid::Uuid;

use super::views::views;
use crate::{
    api::Failure,
    components::{
        Dialog, FieldError, Heading, Loaded, empty, error_id, failure_view, field_error, focus_after_dialog,
        live, spawn, truth,
    },
    i18n::{pick, text, tr},
    pages::access::{grant_mark, lasts},
    query::{Query, address},
    session::Session,
};

/// How many are shown at once.
const AT_ONCE: &str = "20";

/// What the rows and the dialog share.
#[derive(Clone, Copy)]
struct Revoking {
    list: RwSignal<Option<Loaded>>,
    asked: RwSignal<Option<Uuid>>,
    reason: RwSignal<String>,
    error: FieldError,
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Result<(), Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

impl Revoking {
    fn send(self) {
        let Some(grant) = self.asked.get_untracked() else {
            return;
        };
        let revoke = RevokeGrant {
            reason: self.reason.get_untracked(),
        };
        self.error.set(revoke.violation());
        if self.error.with_untracked(Option::is_some) || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let body = serde_wasm_bindgen::to_value(&revoke).unwrap_or_default();
        spawn(async move {
            let result = self
                .session
                .post(&paths::grant_move(grant, "revoke"), &body)
                .await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            if result.is_ok() {
                self.reason.set(String::new());
            }
            self.outcome.set(Some(result.map(drop)));
            self.asked.set(None);
            if let Some(list) = self.list.get_untracked() {
                list.ask();
            }
            focus_after_dialog(self.after);
        });
    }
}

/// The page.
pub fn grants() -> AnyView {
    let query = expect_context::<Query>();
    let revoking = Revoking {
        list: RwSignal::new(None),
        asked: RwSignal::new(None),
        reason: RwSignal::new(String::new()),
        error: RwSignal::new(None),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(revoking);
    let retry = Callback::new(move |()| revoking.outcome.set(None));
    let outcome = live(move || match revoking.outcome.get() {
        None => ().into_any(),
        Some(Ok(())) => view! { <p>{tr!(review.revoked)}</p> }.into_any(),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let parameters = [
            ("view", Some("overseen")),
            ("limit", Some(AT_ONCE)),
            ("after", after.as_deref()),
        ];
        address(paths::GRANTS, &parameters)
    });
    let shown = live(move || {
        let loaded = Loaded::from_address(path.get());
        revoking.list.set(Some(loaded));
        loaded.show(table)
    });
    view! {
        <Heading title=text!(site.review)/>
        <p class="lead">{tr!(review.grants_lead)}</p>
        <div class="row above">{views("/review/grants")}</div>
        <div node_ref=revoking.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {shown}
        {dialog(&revoking)}
    }
    .into_any()
}

fn table(page: Page<GrantView>) -> AnyView {
    if page.items.is_empty() {
        return empty(text!(review.no_grants), text!(review.no_grants_text));
    }
    let more = page.next.map(|next| {
        let to = address("/review/grants", &[("after", Some(&next))]);
        view! { <a class="button quiet" href=to>{tr!(review.more)}</a> }
    });
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(review.holder)}</th>
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(access.agency)}</th>
                    <th scope="col">{tr!(access.until)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    <th scope="col">{tr!(sessions.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        <div class="row">{more}</div>
    }
    .into_any()
}

fn row(grant: GrantView) -> AnyView {
    let revoking = expect_context::<Revoking>();
    let id = grant.id;
    let during = lasts(&grant);
    let revoke = grant.may.contains(&GrantAction::Revoke).then(|| {
        let ask = move |_| {
            revoking.error.set(None);
            revoking.asked.set(Some(id));
        };
        view! { <button type="button" class="button quiet" on:click=ask>{tr!(review.revoke)}</button> }
    });
    let why = grant
        .revoked
        .map(|revoked| view! { <p class="hint prose">{revoked.reason}</p> });
    view! {
        <tr>
            <th scope="row">{grant.person.name}</th>
            <td data-label=tr!(access.role)>
                <div>{pick(grant.role.name)}<br/><span class="hint">{pick(grant.application.name)}</span></div>
            </td>
            <td data-label=tr!(access.agency)>{grant.agency.name.unwrap_or(grant.agency.oid)}</td>
            <td data-label=tr!(access.until)>{during}</td>
            <td data-label=tr!(access.state)><div>{grant_mark(grant.state)}{why}</div></td>
            <td>{revoke}</td>
        </tr>
    }
    .into_any()
}

fn dialog(revoking: &Revoking) -> impl IntoView {
    let revoking = *revoking;
    let open = Signal::derive(move || revoking.asked.get().is_some());
    let dismiss = Callback::new(move |()| revoking.asked.set(None));
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="revoke-title" described_by="revoke-text" role="dialog">
            <h2 id="revoke-title">{tr!(review.revoke_title)}</h2>
            <p id="revoke-text">{tr!(review.revoke_text)}</p>
            <div class="field">
                <label for="revoke-reason">{tr!(access.reason)}</label>
                <textarea id="revoke-reason" rows="3" prop:value=revoking.reason
                    aria-invalid=truth(move || revoking.error.with(Option::is_some))
                    aria-describedby=error_id("revoke-reason")
                    on:input=move |event| {
                        revoking.error.set(None);
                        revoking.reason.set(event_target_value(&event));
                    }
                ></textarea>
                {field_error("revoke-reason", revoking.error)}
            </div>
            <div class="row">
                <button type="button" class="button grave" on:click=move |_| revoking.send()>{tr!(review.revoke)}</button>
                <button type="button" class="button quiet" on:click=move |_| revoking.asked.set(None)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </Dialog>
    }
}
