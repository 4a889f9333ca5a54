//! States in words.

use leptos::prelude::*;
use shared::campaign::{CampaignState, CampaignVerdict, ItemState};

use crate::i18n::{Text, follow, text};

/// A campaign's state as a word with a colour.
pub(super) fn of_campaign(state: CampaignState) -> AnyView {
    let (class, name) = match state {
        CampaignState::Open => ("word information", text!(campaigns.open)),
        CampaignState::Closing => ("word caution", text!(campaigns.closing)),
        CampaignState::Closed => ("word settled", text!(campaigns.closed)),
        CampaignState::Cancelled => ("word settled", text!(campaigns.cancelled)),
    };
    view! { <span class=class>{follow(name)}</span> }.into_any()
}

/// What the state of a permission in a campaign is called.
pub(super) fn name(state: ItemState) -> Text {
    match state {
        ItemState::Open => text!(campaigns.item_open),
        ItemState::Kept => text!(campaigns.item_kept),
        ItemState::Revoked => text!(campaigns.item_revoked),
        ItemState::Lapsed => text!(campaigns.item_lapsed),
        ItemState::Gone => text!(campaigns.item_gone),
    }
}

/// The class that gives it its colour in a chart.
pub(super) const fn colour(state: ItemState) -> &'static str {
    match state {
        ItemState::Open => "caution",
        ItemState::Kept => "good",
        ItemState::Revoked => "alarm",
        ItemState::Lapsed | ItemState::Gone => "settled",
    }
}

/// The same as a word with a colour.
pub(super) fn mark(state: ItemState) -> AnyView {
    let class = ["word ", colour(state)].concat();
    view! { <span class=class>{follow(name(state))}</span> }.into_any()
}

/// What a decision is called.
pub(super) fn verdict(verdict: CampaignVerdict) -> Text {
    match verdict {
        CampaignVerdict::Keep => text!(campaigns.keep),
        CampaignVerdict::Revoke => text!(campaigns.revoke),
    }
}
