//! Levels, states and outcomes in words.

use leptos::prelude::*;
use shared::{
    activation::{Level, SurgeListState, SurgeOutcome, SurgeReviewState, SurgeVerdict},
    person::AgencyView,
    time::Timestamp,
};

use crate::{
    components::{Shape, Tone, words},
    i18n::{self, Text, fill, follow, format, text},
};

/// The name of a level.
pub(super) fn level(level: Level) -> Text {
    match level {
        Level::First => text!(activations.first),
        Level::Second => text!(activations.second),
        Level::Third => text!(activations.third),
    }
}

/// How serious a level is.
pub(super) const fn tone(level: Level) -> Tone {
    match level {
        Level::First => Tone::Alarm,
        Level::Second => Tone::Caution,
        Level::Third => Tone::Information,
    }
}

/// A word with a colour.
pub(super) fn mark(class: &'static str, word: Text) -> AnyView {
    view! { <span class=class>{follow(word)}</span> }.into_any()
}

/// A level as a word with a colour.
pub(super) fn level_mark(of: Level) -> AnyView {
    let class = match of {
        Level::First => "word alarm",
        Level::Second => "word caution",
        Level::Third => "word information",
    };
    mark(class, level(of))
}

/// The choice of a level.
pub(super) fn levels() -> Shape {
    let locale = i18n::locale();
    Shape::Choice(Signal::derive(move || {
        let name = |one: &Level| (one.name().to_owned(), level(*one)(locale.get()).to_owned());
        Level::ALL.iter().map(name).collect()
    }))
}

/// Where a list stands, as a word with a colour.
pub(super) fn state(state: SurgeListState) -> AnyView {
    let (class, word): (_, Text) = match state {
        SurgeListState::Draft => ("word settled", text!(surge.draft)),
        SurgeListState::Submitted => ("word information", text!(surge.submitted)),
        SurgeListState::Returned => ("word caution", text!(surge.returned)),
        SurgeListState::Approved => ("word good", text!(surge.approved)),
        SurgeListState::Withdrawn => ("word settled", text!(surge.withdrawn)),
    };
    mark(class, word)
}

/// Why somebody is passed over.
pub(super) fn outcome(outcome: SurgeOutcome) -> Text {
    match outcome {
        SurgeOutcome::Given => text!(activations.given),
        SurgeOutcome::Held => text!(activations.held),
        SurgeOutcome::Disabled => text!(activations.disabled),
        SurgeOutcome::Moved => text!(activations.moved),
        SurgeOutcome::Revoked => text!(activations.revoked),
        SurgeOutcome::NotOffered => text!(activations.not_offered),
        SurgeOutcome::Conflict => text!(activations.conflict),
    }
}

/// Where a review stands, as a word with a colour.
pub(super) fn review(state: SurgeReviewState, verdict: Option<SurgeVerdict>) -> AnyView {
    let (class, word): (_, Text) = match (state, verdict) {
        (_, Some(SurgeVerdict::InOrder)) => ("word good", text!(activations.in_order)),
        (_, Some(SurgeVerdict::NotInOrder)) => ("word alarm", text!(activations.not_in_order)),
        (SurgeReviewState::NotYet, _) => ("word settled", text!(activations.not_yet)),
        (SurgeReviewState::Overdue, _) => ("word alarm", text!(activations.overdue)),
        (SurgeReviewState::Waiting | SurgeReviewState::Done, _) => {
            ("word caution", text!(activations.waiting))
        }
    };
    mark(class, word)
}

/// A moment, to the minute.
pub(super) fn moment(at: Timestamp) -> AnyView {
    let locale = i18n::locale();
    words(move || format::date(at, true, locale.get()))
}

/// A text with its one `{}` filled in.
pub(super) fn filled(text: Text, value: impl std::fmt::Display + Send + Sync + 'static) -> AnyView {
    let locale = i18n::locale();
    words(move || fill(text(locale.get()), &value))
}

/// What an agency is called.
pub(super) fn called(agency: AgencyView) -> String {
    agency.name.unwrap_or(agency.oid)
}
