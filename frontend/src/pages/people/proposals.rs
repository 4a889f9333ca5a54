//! 機關歸屬: to which agencies people propose to belong, and what one decides on it.

use js_sys::Object;
use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    affiliation::{ProposalView, Refusal},
    list::Page,
    paths,
};
use uuid::Uuid;
use wasm_bindgen::JsValue;

use super::list::agency;
use crate::{
    api::Failure,
    components::{
        Dialog, Entry, FieldError, Heading, Loaded, Shape, Tone, empty, entry, failure_view, focus_field,
        live, notice, pager, spawn, truth, words,
    },
    i18n::{self, Text, follow, format, text, tr},
    pages::home::kind,
    query::{Query, address},
    session::{Draft, Session, drafted},
};

const PATH: &str = "/manage/proposals";

/// What the rows and the dialogs share.
#[derive(Clone, Copy)]
struct Deciding {
    list: RwSignal<Option<Loaded>>,
    /// The proposal that a dialog asks about, with the person's name.
    confirming: RwSignal<Option<(Uuid, String)>>,
    refusing: RwSignal<Option<(Uuid, String)>>,
    busy: RwSignal<bool>,
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    /// Where the focus goes then.
    after: NodeRef<html::Div>,
    session: Session,
}

impl Deciding {
    /// Decides; `decided` is called when it counts.
    fn decide(self, path: String, body: JsValue, done: Text, decided: impl FnOnce() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.outcome.set(None);
        spawn(async move {
            let result = self.session.post(&path, &body).await;
            if result.is_ok() {
                decided();
            }
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.outcome.set(Some(result.map(|_| done)));
            if let Some(list) = self.list.get_untracked() {
                list.ask();
            }
            if let Some(place) = self.after.get_untracked() {
                let _ = place.focus();
            }
        });
    }
}

/// The page.
pub fn proposals() -> AnyView {
    let query = expect_context::<Query>();
    let deciding = Deciding {
        list: RwSignal::new(None),
        confirming: RwSignal::new(None),
        refusing: RwSignal::new(None),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(deciding);
    let path = Memo::new(move |_| {
        let after = query.get("after");
        address(
            paths::AGENCY_PROPOSALS,
            &[("limit", Some("20")), ("after", after.as_deref())],
        )
    });
    let retry = Callback::new(move |()| deciding.outcome.set(None));
    let outcome = live(move || match deciding.outcome.get() {
        None => ().into_any(),
        Some(Ok(done)) => notice(Tone::Good, "", done, text!(proposals.done_text), ().into_any()),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    let shown = live(move || {
        let list = Loaded::from_address(path.get());
        untrack(move || deciding.list.set(Some(list)));
        list.show(page)
    });
    view! {
        <Heading title=text!(proposals.title)/>
        <p class="lead">{tr!(proposals.lead)}</p>
        <div node_ref=deciding.after tabindex="-1" role="status" class="outcome">{outcome}</div>
        {shown}
        {confirmation(deciding)}
        {refusal(deciding)}
    }
    .into_any()
}

fn page(page: Page<ProposalView>) -> AnyView {
    let query = expect_context::<Query>();
    if page.items.is_empty() {
        return empty(text!(proposals.none), text!(proposals.none_text));
    }
    let later = untrack(move || query.get("after").is_some());
    let first = later.then(|| PATH.to_owned());
    let next = page.next.map(|next| address(PATH, &[("after", Some(&next))]));
    view! {
        <table class="table" aria-label=tr!(proposals.title)>
            <thead>
                <tr>
                    <th scope="col">{tr!(people.name)}</th>
                    <th scope="col">{tr!(people.account)}</th>
                    <th scope="col">{tr!(proposals.agency)}</th>
                    <th scope="col">{tr!(proposals.since)}</th>
                    <th scope="col">{tr!(people.action)}</th>
                </tr>
            </thead>
            <tbody>{page.items.into_iter().map(row).collect_view()}</tbody>
        </table>
        {pager(first, next)}
    }
    .into_any()
}

fn row(proposal: ProposalView) -> AnyView {
    let deciding = expect_context::<Deciding>();
    let locale = i18n::locale();
    let at = proposal.proposed_at;
    let about = StoredValue::new((proposal.id, proposal.name.clone()));
    let label = move |text: Text| {
        let name = proposal.name.clone();
        move || i18n::fill(text(locale.get()), &name)
    };
    let (confirm, refuse) = (
        label.clone()(text!(proposals.confirm_label)),
        label.clone()(text!(proposals.refuse_label)),
    );
    let name = about.get_value().1;
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label=tr!(people.account)>
                <span class="stacked">
                    {proposal.username.map(|name| view! { <span>{name}</span> })}
                    <small>{follow(kind(proposal.account_kind))}</small>
                </span>
            </td>
            <td data-label=tr!(proposals.agency)>{agency(Some(proposal.agency))}</td>
            <td data-label=tr!(proposals.since)>{words(move || format::date(at, true, locale.get()))}</td>
            <td class="action deeds">
                <button type="button" class="button" aria-label=confirm
                    on:click=move |_| deciding.confirming.set(Some(about.get_value()))>{tr!(proposals.confirm)}</button>
                <button type="button" class="button quiet" aria-label=refuse
                    on:click=move |_| deciding.refusing.set(Some(about.get_value()))>{tr!(proposals.refuse)}</button>
            </td>
        </tr>
    }
    .into_any()
}

/// The name of the one whom a dialog asks about, in this text.
fn titled(asked: RwSignal<Option<(Uuid, String)>>, text: Text) -> AnyView {
    let locale = i18n::locale();
    words(move || {
        let name = asked.with(|asked| asked.as_ref().map(|(_, name)| name.clone()));
        i18n::fill(text(locale.get()), name.unwrap_or_default())
    })
}

fn confirmation(deciding: Deciding) -> AnyView {
    let asked = deciding.confirming;
    let open = Signal::derive(move || asked.with(Option::is_some));
    let dismiss = Callback::new(move |()| asked.set(None));
    let confirm = move |_| {
        let Some((id, _)) = asked.get_untracked() else {
            return;
        };
        asked.set(None);
        let path = paths::decide_on_agency(id, "confirm");
        deciding.decide(path, Object::new().into(), text!(proposals.confirmed), || ());
    };
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="confirm-title" described_by="confirm-text">
            <h2 id="confirm-title">{titled(asked, text!(proposals.confirm_title))}</h2>
            <p id="confirm-text">{tr!(proposals.confirm_text)}</p>
            <div class="row">
                <button type="button" class="button" on:click=confirm>{tr!(proposals.confirm)}</button>
                <button type="button" class="button quiet" on:click=move |_| asked.set(None)>{tr!(site.cancel)}</button>
            </div>
        </Dialog>
    }
    .into_any()
}

fn refusal(deciding: Deciding) -> AnyView {
    let asked = deciding.refusing;
    let open = Signal::derive(move || asked.with(Option::is_some));
    let dismiss = Callback::new(move |()| asked.set(None));
    let id = Memo::new(move |_| asked.with(|asked| asked.as_ref().map(|(id, _)| *id)));
    // What was typed belongs to the proposal that it is about.
    let form = live(move || match id.get() {
        Some(id) => drafted(["refuse-", &id.to_string()].concat(), move |draft| {
            reason(deciding, id, draft)
        }),
        None => ().into_any(),
    });
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="refuse-title" described_by="refuse-text" role="dialog">
            <h2 id="refuse-title">{titled(asked, text!(proposals.refuse_title))}</h2>
            <p id="refuse-text">{tr!(proposals.refuse_text)}</p>
            {form}
        </Dialog>
    }
    .into_any()
}

fn reason(deciding: Deciding, id: Uuid, draft: Draft) -> AnyView {
    let typed = RwSignal::new(String::new());
    let error: FieldError = RwSignal::new(None);
    for (field, text) in draft.restore().unwrap_or_default() {
        if field == "reason" {
            typed.set(text);
        }
    }
    let draft = StoredValue::new_local(draft);
    Effect::new(move |_| {
        let text = typed.get();
        draft.with_value(|draft| {
            if text.is_empty() {
                draft.forget();
            } else {
                draft.keep(&[("reason", text)]);
            }
        });
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let body = Refusal {
            reason: typed.get_untracked(),
        };
        let fault = body.violation();
        let faulty = fault.is_some();
        error.set(fault);
        if faulty {
            focus_field("reason");
            return;
        }
        deciding.refusing.set(None);
        let body = serde_wasm_bindgen::to_value(&body).unwrap_or(JsValue::NULL);
        let path = paths::decide_on_agency(id, "refuse");
        let draft = draft.get_value();
        deciding.decide(path, body, text!(proposals.refused), move || draft.forget());
    };
    let plan = Entry {
        shape: Shape::Area,
        required: true,
        ..Entry::new("reason", text!(proposals.reason))
    };
    view! {
        <form method="post" novalidate on:submit=submit>
            {entry(plan, typed, error, Callback::new(|()| ()))}
            <div class="row">
                <button type="submit" class="button grave" aria-disabled=truth(move || deciding.busy.get())>
                    {tr!(proposals.refuse)}
                </button>
                <button type="button" class="button quiet" on:click=move |_| deciding.refusing.set(None)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
