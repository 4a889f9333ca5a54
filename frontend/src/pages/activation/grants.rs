//! What an event granted, and its review: one by one or several at once, with a result for each.

use leptos::{html, prelude::*};
use shared::{
    activation::{
        ActivationGrantView, SurgeReviewDecision, SurgeReviewResult, SurgeReviewResults, SurgeVerdict,
        needs_remark,
    },
    list::Page,
    paths,
    problem::Violation,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    remark::{Asking, asking},
    words::{called, moment, review},
};
use crate::{
    api::{self, Failure},
    components::{Loaded, empty, failure_view, focus_after_dialog, live, spawn, truth},
    i18n::{self, Text, errors, fill, follow, pick, text, tr},
    pages::access::grant_mark,
    query::{Query, address},
    session::{Draft, Session},
};

/// What the rows and the dialog share.
#[derive(Clone, Copy)]
struct Reviewing {
    event: Uuid,
    list: RwSignal<Option<Loaded>>,
    names: RwSignal<Vec<(Uuid, String)>>,
    chosen: RwSignal<Vec<Uuid>>,
    verdict: RwSignal<SurgeVerdict>,
    about: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    came: RwSignal<Option<Result<Vec<SurgeReviewResult>, Failure>>>,
    after: NodeRef<html::Div>,
    session: Session,
}

/// The part of the event's page.
pub(super) fn grants(event: Uuid, review_until: Option<Timestamp>) -> AnyView {
    let query = expect_context::<Query>();
    let reviewing = Reviewing {
        event,
        list: RwSignal::new(None),
        names: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(Vec::new()),
        verdict: RwSignal::new(SurgeVerdict::InOrder),
        about: RwSignal::new(None),
        busy: RwSignal::new(false),
        came: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(reviewing);
    let path = Memo::new(move |_| {
        let after = query.get("after");
        let parameters = [("limit", Some("50")), ("after", after.as_deref())];
        address(&paths::activation_move(event, "grants"), &parameters)
    });
    let shown = live(move || {
        let list = Loaded::from_address(path.get());
        untrack(move || reviewing.list.set(Some(list)));
        list.show(table)
    });
    let lead: Text = match review_until {
        Some(_) => text!(activations.review_lead),
        None => text!(activations.grants_lead),
    };
    view! {
        <section class="part" aria-labelledby="grants">
            <h2 id="grants">{tr!(activations.grants)}</h2>
            <p>{follow(lead)}</p>
            {reviewing.outcome()}
            {shown}
            {reviewing.dialog()}
        </section>
    }
    .into_any()
}

fn table(page: Page<ActivationGrantView>) -> AnyView {
    let reviewing = expect_context::<Reviewing>();
    if page.items.is_empty() {
        return empty(text!(activations.no_grants), text!(activations.no_grants_text));
    }
    let open: Vec<_> = page
        .items
        .iter()
        .filter(|grant| grant.may_review)
        .map(|grant| grant.id)
        .collect();
    reviewing.names.update_untracked(|names| {
        names.extend(
            page.items
                .iter()
                .map(|grant| (grant.id, grant.person.name.clone())),
        );
    });
    reviewing.chosen.set(Vec::new());
    let can_review = !open.is_empty();
    let bar = can_review.then(|| reviewing.bar(open));
    let column = can_review.then(|| view! { <th scope="col">{tr!(review.choose)}</th> });
    let here = [super::EVENTS, "/", &reviewing.event.to_string()].concat();
    let more = page.next.map(|next| {
        let to = address(&here, &[("after", Some(&next))]);
        view! { <a class="button quiet" href=to>{tr!(review.more)}</a> }
    });
    let rows = page
        .items
        .into_iter()
        .map(|grant| row(reviewing, can_review, grant));
    view! {
        {bar}
        <table class="table" aria-label=tr!(activations.grants)>
            <thead>
                <tr>
                    {column}
                    <th scope="col">{tr!(review.holder)}</th>
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(surge.title)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    <th scope="col">{tr!(activations.review)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <div class="row">{more}</div>
    }
    .into_any()
}

fn row(reviewing: Reviewing, can_review: bool, grant: ActivationGrantView) -> AnyView {
    let id = grant.id;
    let name = grant.person.name.clone();
    let choice = can_review.then(|| {
        let label = [text!(review.choose)(i18n::locale().get_untracked()), " ", &name].concat();
        let input = grant.may_review.then(|| {
            view! {
                <input type="checkbox" class="pick" aria-label=label prop:checked=move || reviewing.has(id)
                    on:change=move |_| reviewing.toggle(id)/>
            }
        });
        view! { <td>{input}</td> }
    });
    let agency = grant.person.agency.map(called);
    let verdict = grant.review.as_ref().map(|review| review.verdict);
    let said = grant.review.map(|review| {
        let by = review.by.unwrap_or_default();
        view! {
            <p class="hint prose">{review.remark}</p>
            <p class="hint">{by}" "{moment(review.at)}</p>
        }
    });
    let until = grant.ended_at.map(|at| view! { " – "{moment(at)} });
    view! {
        <tr>
            {choice}
            <th scope="row"><span class="stacked">{grant.person.name}<small>{agency}</small></span></th>
            <td data-label=tr!(access.role)>
                <span class="stacked">{pick(grant.role.name)}<small>{pick(grant.application.name)}</small></span>
            </td>
            <td data-label=tr!(surge.title)>{grant.list}</td>
            <td data-label=tr!(access.state)>
                <span class="stacked">{grant_mark(grant.state)}<small>{moment(grant.starts_at)}{until}</small></span>
            </td>
            <td data-label=tr!(activations.review)><div>{review(grant.review_state, verdict)}{said}</div></td>
        </tr>
    }
    .into_any()
}

impl Reviewing {
    fn has(self, id: Uuid) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    fn toggle(self, id: Uuid) {
        self.chosen
            .update(|chosen| match chosen.iter().position(|it| *it == id) {
                Some(place) => drop(chosen.remove(place)),
                None => chosen.push(id),
            });
    }

    /// The buttons above the table.
    fn bar(self, open: Vec<Uuid>) -> AnyView {
        let locale = i18n::locale();
        let count = move || fill(text!(review.chosen)(locale.get()), self.chosen.with(Vec::len));
        let none = move || truth(move || self.chosen.with(Vec::is_empty));
        let ask = move |verdict: SurgeVerdict| {
            if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
                self.verdict.set(verdict);
                let about = ["review-", &self.event.to_string(), "-", verdict.name()].concat();
                self.about.set(Some(about));
            }
        };
        view! {
            <div class="row" role="group" aria-label=tr!(activations.review_several)>
                <button type="button" class="button quiet" on:click=move |_| self.chosen.set(open.clone())>
                    {tr!(activations.choose_all)}
                </button>
                <span class="hint" aria-live="polite">{count}</span>
                <button type="button" class="button" aria-disabled=none()
                    on:click=move |_| ask(SurgeVerdict::InOrder)>{tr!(activations.mark_in_order)}</button>
                <button type="button" class="button quiet" aria-disabled=none()
                    on:click=move |_| ask(SurgeVerdict::NotInOrder)>{tr!(activations.mark_not_in_order)}</button>
            </div>
        }
        .into_any()
    }

    fn send(self, remark: String, draft: Draft) {
        if self.busy.get_untracked() {
            return;
        }
        let decision = SurgeReviewDecision {
            grants: self.chosen.get_untracked(),
            verdict: self.verdict.get_untracked(),
            remark: Some(remark),
        };
        let body = serde_wasm_bindgen::to_value(&decision).unwrap_or_default();
        self.busy.set(true);
        spawn(async move {
            let path = paths::activation_move(self.event, "reviews");
            let result = self.session.post(&path, &body).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            if result.is_ok() {
                draft.forget();
            }
            let results = result
                .and_then(api::read)
                .map(|came: SurgeReviewResults| came.results);
            self.came.set(Some(results));
            self.about.set(None);
            if let Some(list) = self.list.get_untracked() {
                list.ask();
            }
            focus_after_dialog(self.after);
        });
    }

    /// What came of the last one, each with its result.
    fn outcome(self) -> AnyView {
        let retry = Callback::new(move |()| self.came.set(None));
        let shown = live(move || match self.came.get() {
            None => ().into_any(),
            Some(Ok(results)) => {
                let lines: Vec<_> = results.iter().map(|result| self.line(result)).collect();
                view! { <h3>{tr!(review.came)}</h3><ul class="results">{lines}</ul> }.into_any()
            }
            Some(Err(failure)) => failure_view(&failure, retry),
        });
        view! { <div node_ref=self.after tabindex="-1" role="status" class="outcome">{shown}</div> }
            .into_any()
    }

    fn line(self, result: &SurgeReviewResult) -> AnyView {
        let names = self.names.get_untracked();
        let name = names
            .into_iter()
            .find(|(id, _)| *id == result.grant)
            .map(|(_, name)| name);
        let (class, word): (_, Text) = match result.refused {
            None => ("word good", text!(activations.done)),
            Some(code) => ("word caution", errors::code(code).0),
        };
        view! { <li>{name}" "<span class=class>{follow(word)}</span></li> }.into_any()
    }

    fn dialog(self) -> AnyView {
        let locale = i18n::locale();
        let title = Signal::derive(move || {
            let text: Text = match self.verdict.get() {
                SurgeVerdict::InOrder => text!(activations.in_order_title),
                SurgeVerdict::NotInOrder => text!(activations.not_in_order_title),
            };
            fill(text(locale.get()), self.chosen.with(Vec::len))
        });
        asking(Asking {
            about: self.about,
            title,
            text: text!(activations.review_text),
            button: text!(review.decide),
            needed: Signal::derive(move || needs_remark(self.verdict.get())),
            check,
            send: Callback::new(move |(remark, draft)| self.send(remark, draft)),
            busy: self.busy,
        })
    }
}

fn check(remark: &str, needed: bool) -> Option<Violation> {
    let verdict = if needed {
        SurgeVerdict::NotInOrder
    } else {
        SurgeVerdict::InOrder
    };
    let decision = SurgeReviewDecision {
        grants: vec![Uuid::nil()],
        verdict,
        remark: Some(remark.to_owned()),
    };
    decision.violations().into_iter().next()
}
