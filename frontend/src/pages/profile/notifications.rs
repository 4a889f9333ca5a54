//! How one wants to be told. Each change is saved at once.

use js_sys::JSON;
use leptos::prelude::*;
use shared::{
    notification::{Group, MailLanguage},
    paths,
};
use wasm_bindgen::JsValue;
use web_sys::HtmlInputElement;

use crate::{
    api::{Failure, part},
    components::{Loaded, failure_view, live, spawn, words},
    i18n::{self, Text, fill, follow, text, tr},
    session::Session,
};

/// What came of the last change.
#[derive(Clone, Copy)]
struct Choosing {
    session: Session,
    outcome: RwSignal<Option<Result<(), Failure>>>,
}

impl Choosing {
    /// Saves one change, whatever else was changed meanwhile; `undo` is called when it fails.
    fn save(self, change: &str, undo: impl FnOnce() + 'static) {
        let body = JSON::parse(change).unwrap_or_default();
        self.outcome.set(None);
        spawn(async move {
            let path = paths::NOTIFICATION_PREFERENCES;
            let answer = self.session.patch(path, "*", &body).await;
            if answer.is_err() {
                undo();
            }
            let _ = self.outcome.try_set(Some(answer.map(drop)));
        });
    }
}

/// The section of the page.
pub(super) fn notifications() -> AnyView {
    let choosing = Choosing {
        session: expect_context(),
        outcome: RwSignal::new(None),
    };
    provide_context(choosing);
    let retry = Callback::new(move |()| choosing.outcome.set(None));
    let outcome = live(move || match choosing.outcome.get() {
        None => ().into_any(),
        Some(Ok(())) => view! { <p>{tr!(notification.saved)}</p> }.into_any(),
        Some(Err(failure)) => failure_view(&failure, retry),
    });
    view! {
        <section class="card own-data" id="notification-settings" aria-labelledby="notification-heading">
            <h2 id="notification-heading">{tr!(notification.settings)}</h2>
            <p>{tr!(notification.settings_text)}</p>
            {Loaded::from(paths::NOTIFICATION_PREFERENCES).show_parts(table)}
            <div role="status">{outcome}</div>
        </section>
    }
    .into_any()
}

fn table(view: &JsValue) -> AnyView {
    let chosen = part(view, "preferences");
    let rows: Vec<_> = Group::ALL
        .iter()
        .map(|group| row(*group, &part(&chosen, group.name())))
        .collect();
    let locale = i18n::locale();
    let address = part(view, "mail_to").as_string();
    let mail_to = words(move || match &address {
        Some(address) => fill(text!(notification.mail_to)(locale.get()), address),
        None => text!(notification.no_mail)(locale.get()).to_owned(),
    });
    view! {
        <table class="table choices-of-news">
            <thead>
                <tr>
                    <th scope="col">{tr!(notification.kind)}</th>
                    <th scope="col">{tr!(notification.in_page)}</th>
                    <th scope="col">{tr!(notification.by_mail)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="hint">{mail_to}</p>
        {language(&part(&chosen, "mail_language").as_string().unwrap_or_default())}
    }
    .into_any()
}

const fn name(group: Group) -> Text {
    match group {
        Group::Progress => text!(notification.progress),
        Group::ToDecide => text!(notification.to_decide),
        Group::Expiry => text!(notification.expiry),
        Group::Account => text!(notification.account),
    }
}

fn row(group: Group, choice: &JsValue) -> AnyView {
    let cell = |way, label| cell(group, way, label, part(choice, way).is_truthy());
    let in_page = cell("in_page", text!(notification.in_page));
    let by_mail = cell("by_mail", text!(notification.by_mail));
    view! { <tr><th scope="row">{follow(name(group))}</th>{in_page}{by_mail}</tr> }.into_any()
}

fn cell(group: Group, way: &'static str, label: Text, checked: bool) -> AnyView {
    let (choosing, locale) = (expect_context::<Choosing>(), i18n::locale());
    let full = move || [name(group)(locale.get()), label(locale.get())].join(" ");
    let change = move |event: leptos::ev::Event| {
        let input = event_target::<HtmlInputElement>(&event);
        let checked = input.checked();
        let change = format!(r#"{{"{}":{{"{way}":{checked}}}}}"#, group.name());
        choosing.save(&change, move || input.set_checked(!checked));
    };
    view! {
        <td data-label=follow(label)><input type="checkbox" aria-label=full prop:checked=checked on:change=change/></td>
    }
    .into_any()
}

fn language(chosen: &str) -> AnyView {
    let choosing = expect_context::<Choosing>();
    let change = move |event: leptos::ev::Event| {
        let tag = event_target_value(&event);
        choosing.save(&format!(r#"{{"mail_language":"{tag}"}}"#), || ());
    };
    let option = |language: MailLanguage, name: &'static str| {
        let tag = language.name();
        view! { <option value=tag lang=tag selected=tag == chosen>{name}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for="mail-language">{tr!(notification.language)}</label>
            <select id="mail-language" on:change=change>
                {option(MailLanguage::Chinese, "正體中文")}{option(MailLanguage::English, "English")}
            </select>
        </div>
    }
    .into_any()
}
