//! What stands behind the bell: the latest notifications, each with the way to its page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Bell, List, item::Item};
use crate::{
    book::rel,
    components::{empty, failure_view, live, skeleton, truth, words},
    i18n::{self, format, pick, text, tr},
};

/// The links of the list, in their order.
const LINKS: &str = "#notifications li a";

/// Whether the focus is in the list, which would lose it when it is shown anew.
pub(super) fn has_focus() -> bool {
    matches!(document().query_selector("#notifications li :focus"), Ok(Some(_)))
}

/// Puts the focus on one of the list, once it is shown.
pub(super) fn focus_on(index: usize) {
    request_animation_frame(move || {
        let links = document().query_selector_all(LINKS).ok();
        let index = u32::try_from(index).unwrap_or_default();
        let link = links.and_then(|links| links.item(index));
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
                <button type="button" aria-disabled=truth(move || bell.unread.get() == 0)
                    on:click=move |_| bell.mark_all()>{tr!(notification.mark_all)}</button>
            </div>
            {live(move || list(bell))}
            <a class="settings" href="/profile#notification-settings" rel=rel("/profile")
                on:click=move |_| bell.open.set(false)>{tr!(notification.settings)}</a>
        </section>
    }
    .into_any()
}

fn list(bell: Bell) -> AnyView {
    let (items, next) = match bell.list.get() {
        List::Busy => return skeleton(),
        List::Failed(failure) => {
            let retry = Callback::new(move |()| bell.ask(None));
            return failure_view(&failure, retry);
        }
        List::Ready(items, _) if items.is_empty() => {
            return empty(text!(notification.none), text!(notification.none_text));
        }
        List::Ready(items, next) => (items, next),
    };
    let more = next.map(|next| {
        view! {
            <button type="button" on:click=move |_| bell.ask(Some(next.clone()))>
                {tr!(notification.more)}
            </button>
        }
        .into_any()
    });
    let items: Vec<_> = items.into_iter().map(|item| row(bell, item)).collect();
    view! { <ul>{items}</ul>{more} }.into_any()
}

fn row(bell: Bell, item: Item) -> AnyView {
    let locale = i18n::locale();
    let (id, at) = (item.id, item.at);
    let path = item.link.split(['?', '#']).next().unwrap_or_default();
    let rel = rel(path);
    let mark =
        (!item.read).then(|| view! { <b class="badge">{tr!(notification.unread_mark)}</b> }.into_any());
    view! {
        <li>
            <a href=item.link rel=rel on:click=move |_| bell.follow(&id)>
                {pick(item.text)}
                <span class="when">{mark}{words(move || format::date(at, true, locale.get()))}</span>
            </a>
        </li>
    }
    .into_any()
}
