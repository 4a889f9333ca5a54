//! A page's one `<h1>`, which also names the document and takes the focus on arrival.

use leptos::{html, prelude::*};
use shared::paths::Bundle;

use crate::i18n::{self, Text, text};

/// Whether a page has been shown before: the focus stays at the top of the first one, as in any page.
#[derive(Clone, Copy)]
struct Arrived(StoredValue<bool>);

/// Lets headings know which one is the first. Who comes from another bundle, but the login page's, has been shown a
/// page before.
pub fn provide_arrival() {
    let before = document().referrer();
    let origin = window().location().origin().unwrap_or_default();
    let from_here = before.strip_prefix(&origin).is_some_and(|before| {
        let before = before.split(['?', '#']).next().unwrap_or_default();
        let here = window().location().pathname().unwrap_or_default();
        before != "/login" && (before == "/" || Bundle::of(before) != Bundle::of(&here))
    });
    provide_context(Arrived(StoredValue::new(from_here)));
}

/// The heading of a page. Screen readers start reading there after a change of pages.
#[component]
pub fn Heading(
    /// What the page is called.
    title: Text,
) -> impl IntoView {
    let locale = i18n::locale();
    let node = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        let locale = locale.get();
        document().set_title(&[title(locale), " · EMIC ", text!(site.name)(locale)].concat());
    });
    let arrived = expect_context::<Arrived>().0;
    Effect::new(move |done: Option<bool>| {
        let Some(heading) = node.get() else { return false };
        if done != Some(true) && arrived.get_value() {
            let _ = heading.focus();
        }
        arrived.set_value(true);
        true
    });
    view! { <h1 tabindex="-1" node_ref=node>{i18n::follow(title)}</h1> }.into_any()
}
