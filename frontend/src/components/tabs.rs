//! The main navigation.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::value;
use crate::{
    book::rel,
    i18n::{self, Text, follow, tr},
};

/// Where they lead and what they are called.
type Items = Vec<(&'static str, Text)>;

/// Links to the pages; the one that is shown is marked, and brought into view where they have no room.
#[component]
pub fn Tabs(
    /// Where they lead and what they are called.
    items: Items,
    /// The path of the page that is shown.
    here: Signal<String>,
) -> impl IntoView {
    let strip = NodeRef::<html::Ul>::new();
    let locale = i18n::locale();
    let paths: Vec<_> = items.iter().map(|(path, _)| *path).collect();
    Effect::new(move |_| {
        // Words of the other language are of another width.
        locale.track();
        let current = here.with(|here| paths.iter().position(|path| standing(path, here).is_some()));
        // After the words have changed.
        request_animation_frame(move || {
            if let (Some(strip), Some(current)) = (strip.get_untracked(), current) {
                reveal(&strip, current);
            }
        });
    });
    let link = move |(path, label): (&'static str, Text)| {
        let current = value(move || here.with(|here| standing(path, here)));
        view! { <li><a href=path rel=rel(path) aria-current=current>{follow(label)}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=tr!(site.menu)>
            <ul class="wide" node_ref=strip>{items.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// Whether the page at this path is the one that is shown (`page`), or has it below it (`true`).
fn standing(path: &str, here: &str) -> Option<&'static str> {
    match here.strip_prefix(path)? {
        "" => Some("page"),
        // All are below the first one.
        below if below.starts_with('/') => Some("true"),
        _ => None,
    }
}

/// Moves the strip alone, at once: `scrollIntoView` would move the page too.
fn reveal(strip: &web_sys::HtmlElement, index: usize) {
    let tab = u32::try_from(index)
        .ok()
        .and_then(|index| strip.children().item(index));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
        let room = strip.client_width() - tab.offset_width();
        strip.set_scroll_left(tab.offset_left() - room / 2);
    }
}

#[cfg(test)]
mod tests {
    use super::standing;

    #[test]
    fn a_page_below_another_belongs_to_it_and_to_no_other() {
        assert_eq!(standing("/access", "/access"), Some("page"));
        assert_eq!(standing("/access", "/access/new"), Some("true"));
        assert_eq!(standing("/access", "/accessories"), None);
        assert_eq!(standing("/", "/access"), None);
    }
}
