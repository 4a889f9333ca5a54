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

/// A state as a word with a colour.
pub fn mark(state: RequestState) -> AnyView {
    let class = match state {
        RequestState::Submitted => "word information",
        RequestState::Returned => "word caution",
        RequestState::Approved => "word good",
        RequestState::Rejected => "word alarm",
        RequestState::Draft | RequestState::Withdrawn | RequestState::Lapsed => "word settled",
    };
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
