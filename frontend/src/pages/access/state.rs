//! States and moves in words.

use leptos::prelude::*;
use shared::access::{RequestAction, RequestState};

use crate::i18n::{Text, follow, text};

/// What a state is called.
pub fn name(state: RequestState) -> Text {
    match state {
        RequestState::Draft => text!(access.draft),
        RequestState::Submitted => text!(access.submitted),
        RequestState::Returned => text!(access.returned),
        RequestState::Approved => text!(access.approved),
        RequestState::Rejected => text!(access.rejected),
        RequestState::Withdrawn => text!(access.withdrawn),
        RequestState::Lapsed => text!(access.lapsed),
    }
}

/// The colour that the style sheet gives a state.
pub const fn colour(state: RequestState) -> &'static str {
    match state {
        RequestState::Submitted => "information",
        RequestState::Returned => "caution",
        RequestState::Approved => "good",
        RequestState::Rejected => "alarm",
        RequestState::Draft | RequestState::Withdrawn | RequestState::Lapsed => "settled",
    }
}

/// A state as a word with a colour.
pub fn mark(state: RequestState) -> AnyView {
    let class = ["word ", colour(state)].concat();
    view! { <span class=class>{follow(name(state))}</span> }.into_any()
}

/// What somebody did.
pub fn did(action: RequestAction) -> Text {
    match action {
        RequestAction::Submit => text!(access.did_submit),
        RequestAction::Return => text!(access.did_return),
        RequestAction::Endorse => text!(access.did_endorse),
        RequestAction::Comment => text!(access.did_comment),
        RequestAction::Escalate => text!(access.did_escalate),
        RequestAction::Resubmit => text!(access.did_resubmit),
        RequestAction::Approve => text!(access.did_approve),
        RequestAction::Reject => text!(access.did_reject),
        RequestAction::Withdraw => text!(access.did_withdraw),
        RequestAction::Lapse => text!(access.did_lapse),
    }
}
