//! What is said of a role wherever it is shown.

use leptos::prelude::*;
use shared::{
    access::RequestState,
    application::{Risk, RoleView},
};

use crate::{
    components::words,
    i18n::{self, Text, fill, follow, format, text, tr},
    session::Session,
};

/// How risky it is, as a word with a colour.
pub fn risk(risk: Risk) -> AnyView {
    let (class, word): (_, Text) = match risk {
        Risk::Low => ("word good", text!(applications.risk_low)),
        Risk::Medium => ("word caution", text!(applications.risk_medium)),
        Risk::High => ("word alarm", text!(applications.risk_high)),
    };
    view! { " "<span class=class>{follow(word)}</span> }.into_any()
}

/// How the person stands to it: what they have and until when, and what is under way.
pub fn standing(role: &RoleView) -> AnyView {
    let locale = i18n::locale();
    let now = expect_context::<Session>().server_now();
    let held = role.grant.clone().map(|grant| {
        let (at, text): (_, Text) = if grant.starts_at > now {
            (grant.starts_at, text!(applications.scheduled))
        } else {
            (grant.last_moment(), text!(applications.held))
        };
        let words = words(move || {
            let locale = locale.get();
            match &grant.activation {
                Some(event) => fill(text!(home.during)(locale), event),
                None => fill(text(locale), format::date(at, false, locale)),
            }
        });
        view! { <span class="badge">{words}</span> }
    });
    let word: Text = match role.open_request_state {
        Some(RequestState::Returned) => text!(access.returned),
        _ => text!(applications.under_way),
    };
    let asked = role.open_request.map(|id| {
        let address = super::super::access::address_of(id);
        view! { " "<a href=address>{follow(word)}</a> }
    });
    let nothing = (held.is_none() && asked.is_none())
        .then(|| view! { <span class="hint">{tr!(applications.not_held)}</span> });
    view! { {held}{asked}{nothing} }.into_any()
}
