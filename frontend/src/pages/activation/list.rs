//! One list: who gets which role, from which level on, and how it is approved.

mod adding;
mod asked;

use js_sys::Object;
use leptos::prelude::*;
use shared::{
    activation::{
        AnotherLevel, Level, SurgeConflict, SurgeConsentView, SurgeEntryView, SurgeListAction,
        SurgeListDetails, SurgeListState, SurgeListView,
    },
    paths,
};
use uuid::Uuid;

use super::{
    LISTS,
    acting::Acting,
    words::{called, level, level_mark, mark, moment, outcome, state},
};
use crate::{
    components::{Heading, Loaded, Tone, empty, notice},
    i18n::{self, Text, fill, follow, pick, text, tr},
    pages::{application::risk, console::post},
    query,
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    pub(super) id: StoredValue<Uuid>,
    pub(super) acting: Acting,
    /// What the dialog of sending back is about.
    returning: RwSignal<Option<String>>,
    withdrawing: RwSignal<bool>,
}

/// The page.
pub fn list() -> AnyView {
    let segment = query::last_segment();
    let editing = Editing {
        id: StoredValue::new(segment.parse().unwrap_or_default()),
        acting: Acting::new(),
        returning: RwSignal::new(None),
        withdrawing: RwSignal::new(false),
    };
    provide_context(editing);
    let segment = String::from(js_sys::encode_uri_component(&segment));
    let list = Loaded::from_address([paths::SURGE_LISTS, "/", &segment].concat());
    let list = editing.acting.follows(list);
    view! {
        <Heading title=text!(surge.one)/>
        {editing.acting.outcome()}
        {list.show_one(show, missing)}
        {asked::sending_back(editing)}
        {asked::withdrawal(editing)}
        <p class="row"><a href=LISTS>{tr!(surge.back)}</a></p>
    }
    .into_any()
}

fn missing() -> AnyView {
    let words = (text!(surge.missing), text!(surge.missing_text));
    notice(Tone::Caution, "alert", words.0, words.1, ().into_any())
}

fn show(details: SurgeListDetails) -> AnyView {
    let editing = expect_context::<Editing>();
    let SurgeListDetails {
        list,
        entries,
        consents,
        may,
    } = details;
    let may = move |action| may.contains(&action);
    let (removes, changes) = (may(SurgeListAction::Remove), may(SurgeListAction::Change));
    let consents = (!consents.is_empty()).then(|| consents_view(consents));
    let rows = if entries.is_empty() {
        empty(text!(surge.empty), text!(surge.empty_text))
    } else {
        table(editing, entries, removes)
    };
    view! {
        {head(&list)}
        {consents}
        {deeds(editing, &list, may)}
        <section class="part" aria-labelledby="entries">
            <h2 id="entries">{tr!(surge.entries)}</h2>
            {rows}
        </section>
        {changes.then(|| adding::adding(editing))}
    }
    .into_any()
}

fn head(list: &SurgeListView) -> AnyView {
    let remark = list
        .remark
        .clone()
        .filter(|_| list.state == SurgeListState::Returned)
        .map(|remark| {
            view! { <dt>{tr!(surge.remark)}</dt><dd class="prose">{remark}</dd> }
        });
    let counts: AnyView = match list.counts_from {
        _ if list.state == SurgeListState::Withdrawn => view! { <dd>{tr!(surge.counts_not)}</dd> }.into_any(),
        Some(from) => view! { <dd>{from_level(text!(surge.counts_from), from)}</dd> }.into_any(),
        None => view! { <dd>{tr!(surge.counts_not_yet)}</dd> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="list">
            <h2 id="list">{list.name.clone()}" "{state(list.state)}</h2>
            <dl class="facts">
                <dt>{tr!(surge.agency)}</dt><dd>{called(list.agency.clone())}</dd>
                <dt>{tr!(surge.level)}</dt><dd>{level_mark(list.level)}</dd>
                <dt>{tr!(surge.counts)}</dt>{counts}
                <dt>{tr!(surge.changed_at)}</dt><dd>{moment(list.changed_at)}</dd>
                {remark}
            </dl>
        </section>
    }
    .into_any()
}

fn from_level(text: Text, from: Level) -> AnyView {
    let locale = i18n::locale();
    crate::components::words(move || fill(text(locale.get()), level(from)(locale.get())))
}

fn consents_view(consents: Vec<SurgeConsentView>) -> AnyView {
    let items = consents.into_iter().map(|consent| {
        let application = consent.application.map(|it| view! { "（"{pick(it.name)}"）" });
        let given = match consent.at {
            Some(at) => {
                view! { {consent.by}" "{moment(at)}" "{mark("word good", text!(surge.consented))} }.into_any()
            }
            None => mark("word caution", text!(surge.waits)),
        };
        view! { <li>{follow(post::name(consent.role))}{application}{tr!(form.colon)}{given}</li> }.into_any()
    });
    view! {
        <section class="part" aria-labelledby="consents">
            <h2 id="consents">{tr!(surge.consents)}</h2>
            <ul class="results">{items.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The buttons of what the reader may do to the list.
fn deeds(editing: Editing, list: &SurgeListView, may: impl Fn(SurgeListAction) -> bool) -> AnyView {
    let id = list.id;
    let post = move |what: &'static str, done: Text| {
        let path = paths::surge_list_move(id, what);
        editing.acting.post(path, Object::new().into(), done, || ());
    };
    let button = |action, class: &'static str, label: Text, what: &'static str, done: Text| {
        may(action).then(|| {
            view! { <button type="button" class=class on:click=move |_| post(what, done)>{follow(label)}</button> }
                .into_any()
        })
    };
    let plain = [
        button(
            SurgeListAction::Submit,
            "button",
            text!(surge.submit),
            "submit",
            text!(surge.did_submit),
        ),
        button(
            SurgeListAction::Approve,
            "button",
            text!(surge.approve),
            "approve",
            text!(surge.did_approve),
        ),
        button(
            SurgeListAction::Recall,
            "button quiet",
            text!(surge.recall),
            "recall",
            text!(surge.did_recall),
        ),
    ];
    let send_back = may(SurgeListAction::Return).then(|| {
        let ask = move |_| editing.returning.set(Some(["return-", &id.to_string()].concat()));
        view! { <button type="button" class="button quiet" on:click=ask>{tr!(surge.send_back)}</button> }
    });
    let now = list.level;
    let levels = may(SurgeListAction::Change).then(|| {
        let other = Level::ALL.iter().filter(|level| **level != now).map(|to| {
            let to = *to;
            let change = move |_| {
                let body = serde_wasm_bindgen::to_value(&AnotherLevel { level: to }).unwrap_or_default();
                let path = paths::surge_list_move(id, "level");
                editing.acting.post(path, body, text!(surge.did_change), || ());
            };
            view! {
                <button type="button" class="button quiet" on:click=change>
                    {from_level(text!(surge.change_to), to)}
                </button>
            }
            .into_any()
        });
        other.collect_view()
    });
    let withdraw = may(SurgeListAction::Withdraw).then(|| {
        let ask = move |_| editing.withdrawing.set(true);
        view! { <button type="button" class="button quiet" on:click=ask>{tr!(surge.withdraw)}</button> }
    });
    view! {
        <div class="row" role="group" aria-label=tr!(people.action)>
            {plain.into_iter().flatten().collect_view()}
            {send_back}
            {levels}
            {withdraw}
        </div>
    }
    .into_any()
}

fn table(editing: Editing, entries: Vec<SurgeEntryView>, removes: bool) -> AnyView {
    let column = removes.then(|| view! { <th scope="col">{tr!(people.action)}</th> });
    let rows = entries.into_iter().map(|entry| row(editing, entry, removes));
    view! {
        <table class="table" aria-label=tr!(surge.entries)>
            <thead>
                <tr>
                    <th scope="col">{tr!(people.name)}</th>
                    <th scope="col">{tr!(access.role)}</th>
                    <th scope="col">{tr!(access.state)}</th>
                    {column}
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(editing: Editing, entry: SurgeEntryView, removes: bool) -> AnyView {
    let (id, list) = (entry.id, editing.id.get_value());
    let label = [
        text!(surge.remove)(i18n::locale().get_untracked()),
        " ",
        &entry.person.name,
    ]
    .concat();
    let remove = removes.then(|| {
        let remove = move |_| {
            let session = editing.acting.session;
            editing.acting.act(text!(surge.did_remove), async move {
                session.delete(&paths::surge_entry(list, id)).await.map_err(Some)
            });
        };
        view! {
            <td class="action"><button type="button" class="button quiet" aria-label=label on:click=remove>{tr!(surge.remove)}</button></td>
        }
    });
    let approved: AnyView = if entry.approved {
        mark("word good", text!(surge.approved))
    } else {
        mark("word information", text!(surge.not_approved))
    };
    let concern = entry
        .concern
        .map(|it| view! { " "{mark("word caution", outcome(it))} });
    let agency = entry.person.agency.map(called);
    let rules = entry.conflicts.into_iter().map(conflict).collect_view();
    view! {
        <tr>
            <th scope="row"><span class="stacked">{entry.person.name}<small>{agency}</small></span></th>
            <td data-label=tr!(access.role)>
                <span class="stacked">
                    <span>{pick(entry.role.name)}{risk(entry.risk)}</span><small>{pick(entry.application.name)}</small>
                    {rules}
                </span>
            </td>
            <td data-label=tr!(access.state)><div>{approved}{concern}</div></td>
            {remove}
        </tr>
    }
    .into_any()
}

/// A rule that an entry is against, for whoever approves it.
fn conflict(broken: SurgeConflict) -> AnyView {
    let word: AnyView = if broken.strict {
        mark("word alarm", text!(review.strict))
    } else {
        mark("word caution", text!(review.conflicts))
    };
    let (application, role) = (pick(broken.other.application.name), pick(broken.other.role.name));
    view! { <small>{word}" × "{application}" · "{role}"："{broken.reason}</small> }.into_any()
}
