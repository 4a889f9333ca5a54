//! What stands behind the bell: the latest notifications, each with the way to its page.

use js_sys::Array;
use leptos::prelude::*;
use shared::{text::Bilingual, time::Timestamp};
use wasm_bindgen::{JsCast, JsValue};

use super::{Bell, MOST};
use crate::{
    api::part,
    book::rel,
    components::{empty, sometimes, truth, words},
    i18n::{self, format, pick, text, tr},
};

/// Whether the focus is in the list, which would lose it when it is shown anew.
pub(super) fn has_focus() -> bool {
    matches!(document().query_selector("#notifications li :focus"), Ok(Some(_)))
}

/// Puts the focus on one of the list, once it is shown.
fn focus_on(index: usize) {
    request_animation_frame(move || {
        let place = ["#notifications li:nth-child(", &(index + 1).to_string(), ") a"].concat();
        let link = document().query_selector(&place).ok().flatten();
        if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = link.focus();
        }
    });
}

/// Hidden until it is opened.
pub(super) fn panel(bell: Bell) -> AnyView {
    view! {
        <section class="panel" id="notifications" aria-labelledby="notifications-title" hidden=move || !bell.open.get()>
            <div class="top">
                <h2 id="notifications-title">{tr!(notification.title)}</h2>
                <button type="button" aria-disabled=truth(move || bell.unread.get().is_none())
                    on:click=move |_| bell.mark_all()>{tr!(notification.mark_all)}</button>
            </div>
            {sometimes(move || bell.open.get().then(|| bell.list.show_parts(list)))}
            <a class="settings" href="/profile#notification-settings" rel=rel("/profile")
                on:click=move |_| bell.open.set(false)>{tr!(notification.settings)}</a>
        </section>
    }
    .into_any()
}

fn list(body: &JsValue) -> AnyView {
    let bell = expect_context::<Bell>();
    let items = Array::from(&part(body, "items"));
    if items.length() == 0 {
        return empty(text!(notification.none), text!(notification.none_text));
    }
    if let Some(first) = bell.kept.try_update_value(|kept| kept.first.take()).flatten() {
        focus_on(first);
    }
    let is_more = part(body, "next").is_string() && bell.kept.with_value(|kept| kept.limit < MOST);
    let more = is_more.then(|| {
        view! {
            <button type="button" on:click=move |_| bell.ask_for_more()>{tr!(notification.more)}</button>
        }
        .into_any()
    });
    let items: Vec<_> = items.into_iter().map(|item| row(bell, &item)).collect();
    view! { <ul>{items}</ul>{more} }.into_any()
}

fn row(bell: Bell, item: &JsValue) -> AnyView {
    let locale = i18n::locale();
    let text = |of: &JsValue, name: &str| part(of, name).as_string().unwrap_or_default();
    let said = part(item, "text");
    let said = Bilingual {
        zh: text(&said, "zh"),
        en: text(&said, "en"),
    };
    let (id, link) = (text(item, "id"), text(item, "link"));
    let at = text(item, "at").parse().unwrap_or(Timestamp::MIN);
    let rel = rel(&link);
    let mark = part(item, "read")
        .is_falsy()
        .then(|| view! { <b class="badge">{tr!(notification.unread_mark)}</b> }.into_any());
    view! {
        <li>
            <a href=link rel=rel on:click=move |_| bell.follow(&id)>
                {pick(said)}
                <span class="when">{mark}{words(move || format::date(at, true, locale.get()))}</span>
            </a>
        </li>
    }
    .into_any()
}
