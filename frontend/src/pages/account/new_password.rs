//! The field for a new password, and its rules, each in words, as they are kept while one types.

use leptos::{html, prelude::*};
use shared::text::password::Rule;

use crate::{
    components::{FieldError, PasswordField, either, live, words},
    i18n::{self, Text, fill, follow, text, tr},
};

/// The id of the list of rules.
const RULES: &str = "password-rules";

/// The field's parts.
#[derive(Clone, Copy)]
pub(super) struct NewPassword {
    /// Its name in the request.
    pub name: &'static str,
    pub node: NodeRef<html::Input>,
    pub error: FieldError,
    typed: RwSignal<String>,
}

impl NewPassword {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            node: NodeRef::new(),
            error: RwSignal::new(None),
            typed: RwSignal::new(String::new()),
        }
    }

    /// What is typed: the input holds it, so that a password manager's filling-in counts.
    pub(super) fn value(self) -> String {
        self.node
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default()
    }

    /// Empties it.
    pub(super) fn clear(self) {
        if let Some(input) = self.node.get_untracked() {
            input.set_value("");
        }
        self.typed.set(String::new());
    }
}

/// What a rule demands.
fn demand(rule: Rule) -> Text {
    match rule {
        Rule::Length => text!(account.rule_length),
        Rule::NotCommon => text!(account.rule_common),
        Rule::NotAccountName => text!(account.rule_name),
        Rule::Characters => text!(account.rule_characters),
    }
}

/// The field. `had_before` says whether the account had passwords before, which are not taken again. Without a name
/// only the server can compare with that.
pub(super) fn field(new: NewPassword, username: &str, had_before: bool) -> AnyView {
    let is_known = !username.is_empty();
    let here = move |rule: &&Rule| is_known || **rule != Rule::NotAccountName;
    let username = StoredValue::new(username.to_owned());
    let keeps = move |rule: Rule| {
        let typed = new.typed.read();
        !typed.is_empty() && username.with_value(|username| rule.violation("", &typed, username).is_none())
    };
    let row = |rule: &'static Rule| {
        let kept = Memo::new(move |_| keeps(*rule));
        let state = either(
            move || kept.get(),
            text!(account.rule_kept),
            text!(account.rule_open),
        );
        view! { <li class:kept=move || kept.get()><b>{state}</b>" "{follow(demand(*rule))}</li> }.into_any()
    };
    let locale = i18n::locale();
    let left = Memo::new(move |_| {
        Rule::ALL
            .iter()
            .filter(here)
            .filter(|rule| !keeps(**rule))
            .count()
    });
    // Heard when the number changes, not at each key.
    let told = live(move || match left.get() {
        _ if new.typed.with(String::is_empty) => ().into_any(),
        0 => view! { {tr!(account.rules_kept)} }.into_any(),
        left => words(move || fill(text!(account.rules_left)(locale.get()), left)),
    });
    let later = |what: Text| view! { <li><b>{tr!(account.rule_later)}</b>" "{follow(what)}</li> }.into_any();
    let name = (!is_known).then(|| later(demand(Rule::NotAccountName)));
    let before = had_before.then(|| later(text!(account.rule_before)));
    view! {
        <PasswordField name=new.name label=text!(account.new_password) autocomplete="new-password"
            error=new.error node=new.node rules=RULES typed=new.typed/>
        <div class="rules" id=RULES>
            <p class="hint">{tr!(account.rules)}</p>
            <ul>{Rule::ALL.iter().filter(here).map(row).collect_view()}{name}{before}</ul>
        </div>
        <p class="visually-hidden" role="status">{told}</p>
    }
    .into_any()
}

/// Whose password it is, for people and for the browser's store of passwords.
pub(super) fn account_name(username: &str) -> AnyView {
    view! {
        <div class="field locked">
            <label for="username">{tr!(login.username)}</label>
            <input id="username" name="username" type="text" autocomplete="username" readonly value=username.to_owned()/>
        </div>
    }
    .into_any()
}
