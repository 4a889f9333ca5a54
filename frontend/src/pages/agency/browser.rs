//! 瀏覽機關: the tree of agencies in a dialog, level by level.

use leptos::{html, prelude::*};
use shared::agency::{AgencyChoice, AgencyListItem};

use super::listing::Listing;
use crate::{
    components::{Dialog, sometimes, words},
    i18n::{self, fill, follow, text, tr},
};

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Walk {
    /// The agencies that were walked through, the highest first.
    way: RwSignal<Vec<AgencyChoice>>,
    level: Listing,
    /// Where the focus goes after each step.
    here: NodeRef<html::H3>,
    choose: Callback<AgencyChoice>,
}

impl Walk {
    /// Leads to the agency at this place of the way; to the top with 0.
    fn back_to(self, depth: usize) {
        self.way.update(|way| way.truncate(depth));
        self.arrive();
    }

    fn down(self, into: AgencyChoice) {
        self.way.update(|way| way.push(into));
        self.arrive();
    }

    fn arrive(self) {
        let oid = self.way.with_untracked(|way| way.last().map(|at| at.oid.clone()));
        self.level.items.set(Vec::new());
        self.level.below(oid.as_deref());
        if let Some(here) = self.here.get_untracked() {
            let _ = here.focus();
        }
    }
}

/// The dialog; open while `open` says so.
pub fn browser(name: &'static str, open: RwSignal<bool>, choose: Callback<AgencyChoice>) -> AnyView {
    let walk = Walk {
        way: RwSignal::new(Vec::new()),
        level: Listing::new(),
        here: NodeRef::new(),
        choose,
    };
    // Nothing is asked for before somebody looks; who looks again stands where they were.
    Effect::new(move |seen: Option<bool>| {
        let seen = seen == Some(true);
        if open.get() && !seen {
            walk.level.below(None);
            return true;
        }
        seen
    });
    let row = Callback::new(move |item| row(walk, item));
    let title = [name, "-browse-title"].concat();
    let text = [name, "-browse-text"].concat();
    view! {
        <Dialog open=open.into() on_dismiss=Callback::new(move |()| open.set(false)) role="dialog"
            labelled_by=title.clone() described_by=text.clone()>
            <h2 id=title>{tr!(agencies.browse)}</h2>
            <p id=text class="hint">{tr!(agencies.browse_text)}</p>
            {way(walk)}
            <h3 tabindex="-1" node_ref=walk.here>{here(walk)}</h3>
            {walk.level.show(row, text!(agencies.nothing_below))}
            <div class="row">
                <button type="button" class="button quiet" on:click=move |_| open.set(false)>{tr!(site.cancel)}</button>
                <a href="/agencies" target="_blank">{tr!(agencies.open_page)}</a>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Where one is.
fn here(walk: Walk) -> AnyView {
    let locale = i18n::locale();
    words(move || {
        let name = walk.way.with(|way| way.last().map(|at| at.name.clone()));
        name.unwrap_or_else(|| text!(agencies.top)(locale.get()).to_owned())
    })
}

/// The way back up.
fn way(walk: Walk) -> AnyView {
    sometimes(move || {
        let way = walk.way.get();
        let (_, above) = way.split_last()?;
        let step = |depth: usize, name: AnyView| {
            view! {
                <li><button type="button" class="link" on:click=move |_| walk.back_to(depth)>{name}</button></li>
            }
            .into_any()
        };
        let mut steps = vec![step(0, follow(text!(agencies.top)).into_any())];
        for (index, agency) in above.iter().enumerate() {
            steps.push(step(index + 1, agency.name.clone().into_any()));
        }
        Some(view! { <nav aria-label=tr!(agencies.way)><ol class="crumbs">{steps}</ol></nav> }.into_any())
    })
}

fn row(walk: Walk, item: AgencyListItem) -> AnyView {
    let AgencyListItem {
        oid,
        name,
        has_children,
        ..
    } = item;
    let choice = AgencyChoice { oid, name };
    let locale = i18n::locale();
    let label = {
        let name = choice.name.clone();
        move || fill(text!(agencies.choose_label)(locale.get()), &name)
    };
    let name = choice.name.clone();
    let (into, chosen) = (choice.clone(), choice);
    let name = if has_children {
        view! { <button type="button" class="link" on:click=move |_| walk.down(into.clone())>{name}</button> }
            .into_any()
    } else {
        view! { <span>{name}</span> }.into_any()
    };
    view! {
        <li>
            {name}
            <button type="button" class="button quiet" aria-label=label
                on:click=move |_| walk.choose.run(chosen.clone())>{tr!(agencies.choose)}</button>
        </li>
    }
    .into_any()
}
