//! 職務衝突: the rules that touch an application's roles, and how one is removed.

use leptos::{html, prelude::*};
use shared::{
    application::{RoleConflictView, RoleName},
    list::Page,
    paths,
};
use uuid::Uuid;

use super::rule;
use crate::{
    api::Failure,
    components::{Dialog, Loaded, Tone, failure_view, focus_after_dialog, live, notice, spawn, words},
    i18n::{self, Text, fill, follow, language, pick, text, tr},
    query::address,
    session::Session,
};

/// What the parts of the section share.
#[derive(Clone, Copy)]
pub(super) struct Keeping {
    /// The application's code.
    pub application: StoredValue<String>,
    list: Loaded,
    /// The rule that the dialog asks about, and what it is called.
    asked: RwSignal<Option<(Uuid, String)>>,
    pub busy: RwSignal<bool>,
    outcome: RwSignal<Option<Result<Text, Failure>>>,
    after: NodeRef<html::Div>,
    pub session: Session,
}

impl Keeping {
    /// Says what came of a deed, and shows the rules as they are now.
    pub fn say(self, outcome: Result<Text, Failure>) {
        self.outcome.set(Some(outcome));
        self.list.ask();
        focus_after_dialog(self.after);
    }
}

/// The section.
pub(super) fn conflicts(application: String) -> AnyView {
    let parameters = [
        ("application", Some(application.as_str())),
        ("limit", Some("100")),
    ];
    let list = Loaded::from_address(address(paths::ROLE_CONFLICTS, &parameters));
    let keeping = Keeping {
        application: StoredValue::new(application),
        list,
        asked: RwSignal::new(None),
        busy: RwSignal::new(false),
        outcome: RwSignal::new(None),
        after: NodeRef::new(),
        session: expect_context(),
    };
    provide_context(keeping);
    let retry = Callback::new(move |()| keeping.outcome.set(None));
    let outcome = live(move || match keeping.outcome.get() {
        None => ().into_any(),
        Some(Ok(done)) => notice(Tone::Good, "", done, text!(catalogue.done_text), ().into_any()),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <section class="part" aria-labelledby="conflicts">
            <h2 id="conflicts">{tr!(catalogue.conflicts)}</h2>
            <p class="hint">{tr!(catalogue.conflicts_text)}</p>
            <div node_ref=keeping.after tabindex="-1" role="status" class="outcome">{outcome}</div>
            {list.show(table)}
            {rule::rule(&keeping)}
        </section>
        {confirmation(&keeping)}
    }
    .into_any()
}

fn table(page: Page<RoleConflictView>) -> AnyView {
    if page.items.is_empty() {
        return view! { <p>{tr!(catalogue.no_conflicts)}</p> }.into_any();
    }
    let rows = page.items.into_iter().map(row).collect_view();
    view! {
        <table class="table" aria-labelledby="conflicts">
            <thead>
                <tr>
                    <th scope="col">{tr!(catalogue.pair)}</th>
                    <th scope="col">{tr!(catalogue.reason)}</th>
                    <th scope="col">{tr!(catalogue.kind)}</th>
                    <th scope="col">{tr!(catalogue.action)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn named(role: RoleName) -> AnyView {
    view! { <span>{pick(role.application.name)}" · "<strong>{pick(role.role.name)}</strong></span> }
        .into_any()
}

fn row(rule: RoleConflictView) -> AnyView {
    let keeping = expect_context::<Keeping>();
    let locale = i18n::locale();
    let (one, other) = (rule.one.role.name.clone(), rule.other.role.name.clone());
    let called = move || {
        let language = language(locale.get());
        [one.get(language), other.get(language)].join(" × ")
    };
    let kind: Text = if rule.strict {
        text!(catalogue.is_strict)
    } else {
        text!(catalogue.is_lax)
    };
    let id = rule.id;
    let action = if rule.may_change {
        let name = called.clone();
        let label = move || fill(text!(catalogue.remove_label)(locale.get()), called());
        let ask = move |_| keeping.asked.set(Some((id, untrack(&name))));
        view! {
            <button type="button" class="button quiet" aria-label=label on:click=ask>{tr!(catalogue.remove)}</button>
        }
        .into_any()
    } else {
        view! { <span class="hint">{tr!(catalogue.others_rule)}</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row"><span class="stacked">{named(rule.one)}{named(rule.other)}</span></th>
            <td data-label=tr!(catalogue.reason)>{rule.reason}</td>
            <td data-label=tr!(catalogue.kind)>{follow(kind)}</td>
            <td class="action">{action}</td>
        </tr>
    }
    .into_any()
}

fn confirmation(keeping: &Keeping) -> AnyView {
    let keeping = *keeping;
    let asked = keeping.asked;
    let open = Signal::derive(move || asked.with(Option::is_some));
    let dismiss = Callback::new(move |()| asked.set(None));
    let name = words(move || {
        asked
            .with(|asked| asked.as_ref().map(|(_, name)| name.clone()))
            .unwrap_or_default()
    });
    let remove = move |_| {
        let Some((id, _)) = asked.get_untracked() else {
            return;
        };
        if keeping.busy.get_untracked() {
            return;
        }
        keeping.busy.set(true);
        spawn(async move {
            let answer = keeping.session.delete(&paths::role_conflict(id)).await;
            // The page may have been left meanwhile.
            if keeping.busy.try_set(false).is_some() {
                return;
            }
            asked.set(None);
            keeping.say(answer.map(|()| text!(catalogue.conflict_removed)));
        });
    };
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="remove-title" described_by="remove-text">
            <h2 id="remove-title">{tr!(catalogue.remove_title)}</h2>
            <p><strong>{name}</strong></p>
            <p id="remove-text">{tr!(catalogue.remove_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=remove>{tr!(catalogue.remove)}</button>
                <button type="button" class="button quiet" on:click=move |_| asked.set(None)>{tr!(site.cancel)}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
