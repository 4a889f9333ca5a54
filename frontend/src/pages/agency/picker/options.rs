//! The agencies that the field offers.

use leptos::{html, prelude::*};
use shared::agency::AgencyListItem;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{super::place, Picker};
use crate::{
    components::{live, value},
    i18n::{Text, follow},
};

/// Scrolls no further than it takes to see this.
fn bring_into_view(element: &web_sys::Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

impl Picker {
    pub(super) fn options(self, label: Text) -> AnyView {
        let list = NodeRef::<html::Ul>::new();
        let options = live(move || {
            let items = self.found.items.get();
            // Another agency may stand there now.
            self.active.set(None);
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| self.option(index, item))
                .collect_view()
                .into_any()
        });
        Effect::new(move |_| {
            let at = self.active.get()?;
            bring_into_view(&document().get_element_by_id(&self.option_id(at))?);
            Some(())
        });
        // Near the bottom of the window it would open out of sight.
        Effect::new(move |_| {
            if self.shows_list() {
                request_animation_frame(move || {
                    if let Some(list) = list.get_untracked() {
                        bring_into_view(&list);
                    }
                });
            }
        });
        view! {
            <ul id=[self.name, "-list"].concat() role="listbox" aria-label=follow(label) node_ref=list
                hidden=move || !self.shows_list()>{options}</ul>
        }
        .into_any()
    }

    fn option(self, index: usize, item: AgencyListItem) -> AnyView {
        view! {
            <li id=self.option_id(index) role="option"
                aria-selected=value(move || Some(if self.active.get() == Some(index) { "true" } else { "false" }))
                // The input keeps the focus: it would close the list by losing it.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| self.choose_at(index)
            >
                <strong>{item.name}</strong>
                {place(item.parent, &item.oid)}
            </li>
        }
        .into_any()
    }
}
