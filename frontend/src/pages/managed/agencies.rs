//! The agencies that a role can be asked for on behalf of: a list that one adds to and takes from. As a text of a sheet it
//! has a line for each: the OID, whether those below are meant, and the name.

use leptos::prelude::*;
use shared::{agency::AgencyChoice, application::AllowedAgency, person::AgencyView};

use super::sheet::Cell;
use crate::{
    components::{field_error, live},
    i18n::{self, Locale, fill, text, tr},
    pages::optional_agency_field,
};

/// One agency of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub agency: AllowedAgency,
    pub name: String,
}

/// The lines of a text.
pub(super) fn read(text: &str) -> Vec<Line> {
    let line = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let (oid, below, name) = (parts.next()?, parts.next()?, parts.next()?);
        let agency = AllowedAgency {
            oid: oid.to_owned(),
            with_below: below == "+",
        };
        Some(Line {
            agency,
            name: name.to_owned(),
        })
    };
    text.lines().filter_map(line).collect()
}

/// The inverse of [`read`].
pub(super) fn write(lines: &[Line]) -> String {
    let line = |line: &Line| {
        let below = if line.agency.with_below { "+" } else { "-" };
        [line.agency.oid.as_str(), below, &line.name].join(" ")
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The text of these agencies, whose names stand beside them.
pub(super) fn text_of(agencies: &[AllowedAgency], named: &[AgencyView]) -> String {
    let line = |(agency, named): (&AllowedAgency, &AgencyView)| Line {
        name: named.name.clone().unwrap_or_else(|| agency.oid.clone()),
        agency: agency.clone(),
    };
    write(&agencies.iter().zip(named).map(line).collect::<Vec<_>>())
}

/// The same for people.
pub(super) fn words(text: &str, locale: Locale) -> String {
    let line = |line: Line| {
        let below = if line.agency.with_below {
            text!(catalogue.and_below)(locale)
        } else {
            ""
        };
        [line.name.as_str(), below].concat()
    };
    read(text).into_iter().map(line).collect::<Vec<_>>().join("、")
}

/// The list, and what adds to it.
pub(super) fn agencies(cell: Cell) -> AnyView {
    let chosen = RwSignal::new(None::<AgencyChoice>);
    let below = RwSignal::new(true);
    let list = live(move || {
        let lines = read(&cell.value.get());
        if lines.is_empty() {
            return view! { <p>{tr!(catalogue.every_agency)}</p> }.into_any();
        }
        let rows = lines.into_iter().map(|line| row(cell, line)).collect_view();
        view! { <ul class="listing">{rows}</ul> }.into_any()
    });
    let add = move |_| {
        let Some(choice) = chosen.get_untracked() else {
            return;
        };
        let mut lines = read(&cell.value.get_untracked());
        lines.retain(|line| line.agency.oid != choice.oid);
        lines.push(Line {
            agency: AllowedAgency {
                oid: choice.oid,
                with_below: below.get_untracked(),
            },
            name: choice.name,
        });
        lines.sort_by(|one, other| one.agency.oid.cmp(&other.agency.oid));
        cell.error.set(None);
        cell.value.set(write(&lines));
        chosen.set(None);
    };
    view! {
        <fieldset id="agencies" class="field" tabindex="-1">
            <legend>{tr!(catalogue.for_agencies)}</legend>
            <p class="hint">{tr!(catalogue.agencies_text)}</p>
            {list}
            {field_error("agencies", cell.error)}
            {optional_agency_field("add_agency", text!(catalogue.add_agency), chosen, RwSignal::new(None))}
            <label class="check">
                <input type="checkbox" prop:checked=below on:change=move |event| below.set(event_target_checked(&event))/>
                {tr!(catalogue.with_below)}
            </label>
            <div class="row">
                <button type="button" class="button quiet" on:click=add>{tr!(catalogue.add)}</button>
            </div>
        </fieldset>
    }
    .into_any()
}

fn row(cell: Cell, line: Line) -> AnyView {
    let locale = i18n::locale();
    let below = line
        .agency
        .with_below
        .then(|| view! { " "<span class="hint">{tr!(catalogue.and_below)}</span> });
    let (oid, name) = (line.agency.oid, line.name.clone());
    let label = move || fill(text!(catalogue.remove_agency)(locale.get()), &name);
    let remove = move |_| {
        let mut lines = read(&cell.value.get_untracked());
        lines.retain(|line| line.agency.oid != oid);
        cell.value.set(write(&lines));
        crate::components::focus_field("agencies");
    };
    view! {
        <li class="row">
            <span><strong>{line.name}</strong>{below}</span>
            <button type="button" class="button quiet" aria-label=label on:click=remove>{tr!(catalogue.remove)}</button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back() {
        let line = |oid: &str, with_below, name: &str| Line {
            agency: AllowedAgency {
                oid: oid.to_owned(),
                with_below,
            },
            name: name.to_owned(),
        };
        let lines = [
            line("2.16.1", true, "彰化縣 政府"),
            line("2.16.2", false, "消防署"),
        ];
        assert_eq!(read(&write(&lines)), lines);
        assert_eq!(
            words(&write(&lines), Locale::zh_Hant_TW),
            "彰化縣 政府及所屬、消防署"
        );
        assert_eq!(read(""), []);
    }
}
