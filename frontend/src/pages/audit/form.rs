//! What to look for.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    agency::AgencyChoice,
    audit::{AuditAction, AuditGroup},
    date::Date,
    paths,
    problem::{Violation, ViolationCode},
};

use super::{
    asked::{AGENCY, Asked},
    words,
};
use crate::{
    components::{Entry, FieldError, Shape, entry, focus_field},
    i18n::{self, text, tr},
    pages::{follow_agency, optional_agency_field},
    query::Query,
};

/// What is filled in.
#[derive(Clone, Copy)]
struct Fields {
    from: RwSignal<String>,
    until: RwSignal<String>,
    group: RwSignal<String>,
    action: RwSignal<String>,
    agency: RwSignal<Option<AgencyChoice>>,
    person: RwSignal<String>,
    until_error: FieldError,
}

impl Fields {
    /// As the address says.
    fn fill(self, asked: Asked) {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        self.from.set(day(asked.from));
        self.until.set(day(asked.until));
        self.group
            .set(asked.group.map_or("", AuditGroup::name).to_owned());
        self.action
            .set(asked.action.map_or("", AuditAction::name).to_owned());
        self.person.set(asked.person.unwrap_or_default());
        self.until_error.set(None);
    }

    fn read(self) -> Asked {
        let day = |field: RwSignal<String>| field.get_untracked().parse::<Date>().ok();
        let person = self.person.get_untracked();
        Asked {
            from: day(self.from),
            until: day(self.until),
            group: AuditGroup::from_name(&self.group.get_untracked()),
            action: AuditAction::from_name(&self.action.get_untracked()),
            agency: self.agency.get_untracked().map(|agency| agency.oid),
            person: Some(person.trim().to_owned()).filter(|text| !text.is_empty()),
            after: None,
        }
    }
}

/// The rule that a period breaks that ends before it begins.
fn violation(asked: &Asked) -> Option<Violation> {
    let (from, until) = (asked.from?, asked.until?);
    (until < from).then(|| Violation::new("until", ViolationCode::TooEarly).with("min", from))
}

/// The form. It follows the address, and the address follows it.
pub(super) fn form(asked: Memo<Asked>) -> AnyView {
    let fields = Fields {
        from: RwSignal::default(),
        until: RwSignal::default(),
        group: RwSignal::default(),
        action: RwSignal::default(),
        agency: RwSignal::new(None),
        person: RwSignal::default(),
        until_error: RwSignal::new(None),
    };
    Effect::new(move |_| fields.fill(asked.get()));
    follow_agency(expect_context::<Query>(), AGENCY, fields.agency);
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = fields.read();
        if let Some(violation) = violation(&wanted) {
            fields.until_error.set(Some(violation));
            focus_field("until");
            return;
        }
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&wanted.page(None), options);
    };
    view! {
        <form role="search" class="card audit-form" aria-label=tr!(audit.filter) novalidate on:submit=submit>
            <div class="fields">
                {day("from", text!(audit.from), fields.from, RwSignal::new(None))}
                {day("until", text!(audit.until), fields.until, fields.until_error)}
                {group(fields.group)}
                {action(fields)}
                {person(fields.person)}
                {optional_agency_field(AGENCY, text!(audit.agency), fields.agency, RwSignal::new(None))}
            </div>
            <div class="row">
                <button type="submit" class="button">{tr!(audit.search)}</button>
                <a class="button quiet" href=paths::PAGE_AUDIT>{tr!(audit.clear)}</a>
            </div>
        </form>
    }
    .into_any()
}

fn day(name: &'static str, label: i18n::Text, value: RwSignal<String>, error: FieldError) -> AnyView {
    let mut plan = Entry::new(name, label);
    plan.shape = Shape::Line("date");
    entry(plan, value, error, Callback::new(|()| ()))
}

fn group(value: RwSignal<String>) -> AnyView {
    let locale = i18n::locale();
    let choices = Signal::derive(move || {
        let name = |group: &AuditGroup| {
            (
                group.name().to_owned(),
                words::group(*group)(locale.get()).to_owned(),
            )
        };
        AuditGroup::ALL.iter().map(name).collect()
    });
    let mut plan = Entry::new("group", text!(audit.group));
    plan.shape = Shape::Choice(choices);
    plan.hint = Some(text!(audit.group_hint));
    entry(plan, value, RwSignal::new(None), Callback::new(|()| ()))
}

/// The actions of the group, or all; another group's is forgotten.
fn action(fields: Fields) -> AnyView {
    let locale = i18n::locale();
    let of_group = move || {
        let group = AuditGroup::from_name(&fields.group.get());
        let all = AuditAction::ALL.iter().copied();
        all.filter(move |action| group.is_none_or(|group| action.group() == group))
    };
    Effect::new(move |_| {
        let chosen = fields.action.get_untracked();
        if !chosen.is_empty() && of_group().all(|action| action.name() != chosen) {
            fields.action.set(String::new());
        }
    });
    let choices = Signal::derive(move || {
        let locale = locale.get();
        let name = |action: AuditAction| (action.name().to_owned(), words::action(action)(locale).to_owned());
        of_group().map(name).collect()
    });
    let mut plan = Entry::new("single_action", text!(audit.action));
    plan.shape = Shape::Choice(choices);
    entry(plan, fields.action, RwSignal::new(None), Callback::new(|()| ()))
}

fn person(value: RwSignal<String>) -> AnyView {
    let mut plan = Entry::new("person", text!(audit.person));
    plan.hint = Some(text!(audit.person_hint));
    entry(plan, value, RwSignal::new(None), Callback::new(|()| ()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_does_not_end_before_it_begins() {
        let asked = |from: &str, until: &str| Asked {
            from: from.parse().ok(),
            until: until.parse().ok(),
            ..Asked::default()
        };
        assert!(violation(&asked("2026-11-23", "2026-11-23")).is_none());
        assert!(violation(&asked("2026-11-23", "")).is_none());
        let broken = violation(&asked("2026-11-23", "2026-11-22")).unwrap();
        assert_eq!(
            (broken.code, broken.params["min"].as_str()),
            (ViolationCode::TooEarly, "2026-11-23")
        );
    }
}
