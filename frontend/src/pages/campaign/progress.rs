//! How far a campaign has come: drawn, and as a table.

use leptos::prelude::*;
use shared::campaign::{AgencyTally, ItemState, Progress, Tally};

use super::state;
use crate::{
    components::{Bar, columns},
    i18n::{self, Text, follow, text, tr},
};

/// The states, in the order in which they are shown.
const STATES: [ItemState; 5] = [
    ItemState::Kept,
    ItemState::Revoked,
    ItemState::Gone,
    ItemState::Open,
    ItemState::Lapsed,
];

/// So many agencies are shown at first.
const AT_FIRST: usize = 10;

/// The part of the page.
pub(super) fn progress(progress: Progress) -> AnyView {
    let total = progress.total;
    let locale = i18n::locale();
    let describe = move |locale| {
        let figure = |it: &ItemState| [state::name(*it)(locale), " ", &total.of(*it).to_string()].concat();
        STATES.iter().map(figure).collect::<Vec<_>>().join("、")
    };
    let chart = crate::components::live(move || {
        let bar = |it: &ItemState| Bar {
            label: state::name(*it)(locale.get()).to_owned(),
            parts: vec![(total.of(*it), state::colour(*it))],
            figure: Some(total.of(*it).to_string()),
        };
        let bars: Vec<_> = STATES.iter().map(bar).collect();
        columns(text!(campaigns.progress), describe, &bars, &[])
    });
    let mut agencies = progress.agencies;
    let further = agencies.split_off(agencies.len().min(AT_FIRST));
    let further = (!further.is_empty()).then(|| {
        view! {
            <details>
                <summary>{tr!(campaigns.more_agencies)}</summary>
                {table(text!(campaigns.more_agencies), further, None)}
            </details>
        }
    });
    view! {
        <section aria-labelledby="progress" class="part">
            <h2 id="progress">{tr!(campaigns.progress)}</h2>
            <div class="card">{chart}</div>
            <div class="part">{table(text!(campaigns.by_agency), agencies, Some(total))}</div>
            {further}
        </section>
    }
    .into_any()
}

fn table(name: Text, agencies: Vec<AgencyTally>, total: Option<Tally>) -> AnyView {
    let head = STATES.map(|it| view! { <th scope="col" class="number">{follow(state::name(it))}</th> });
    let rows: Vec<_> = agencies
        .into_iter()
        .map(|row| {
            let name = row.agency.name.unwrap_or(row.agency.oid);
            figures(name.into_any(), row.tally)
        })
        .collect();
    let sum = total.map(|total| figures(follow(text!(campaigns.sum)).into_any(), total));
    view! {
        <table class="table" aria-label=follow(name)>
            <thead><tr><th scope="col">{tr!(campaigns.agency)}</th>{head}</tr></thead>
            <tbody>{rows}{sum}</tbody>
        </table>
    }
    .into_any()
}

fn figures(name: AnyView, tally: Tally) -> AnyView {
    let cells = STATES.map(|it| {
        view! { <td class="number" data-label=follow(state::name(it))>{tally.of(it).to_string()}</td> }
    });
    view! { <tr><th scope="row">{name}</th>{cells}</tr> }.into_any()
}
