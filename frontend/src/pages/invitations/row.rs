//! One invitation.

use leptos::prelude::*;
use shared::account::{InvitationState, InvitationView};

use super::list::List;
use crate::{
    components::{sometimes, value, words},
    i18n::{self, Text, fill, follow, format, text, tr},
};

/// What has become of it, in words.
fn state(state: InvitationState) -> Text {
    match state {
        InvitationState::Waiting => text!(invitations.waiting),
        InvitationState::Accepted => text!(invitations.accepted),
        InvitationState::Expired => text!(invitations.expired),
        InvitationState::Cancelled => text!(invitations.was_cancelled),
    }
}

/// Its row in the table.
pub(super) fn row(list: List, invitation: InvitationView) -> AnyView {
    let locale = i18n::locale();
    let label = move |text: Text| value(move || Some(text(locale.get())));
    let is_waiting = invitation.state == InvitationState::Waiting;
    let until = sometimes(move || {
        is_waiting.then(|| {
            let until = words(move || {
                let locale = locale.get();
                fill(
                    text!(invitations.until)(locale),
                    format::date(invitation.expires_at, true, locale),
                )
            });
            view! { <small class="hint">{until}</small> }.into_any()
        })
    });
    let agency = invitation.agency.name.unwrap_or(invitation.agency.oid);
    let (id, name) = (invitation.id, StoredValue::new(invitation.name.clone()));
    let of = move |text: Text| move || name.with_value(|name| fill(text(locale.get()), name));
    let resend = invitation.state.can_be_resent().then(|| {
        view! {
            <button type="button" class="button quiet" aria-label=of(text!(invitations.resend_label))
                on:click=move |_| list.resend(id)>{tr!(invitations.resend)}</button>
        }
        .into_any()
    });
    let cancel = invitation.state.can_be_cancelled().then(|| {
        view! {
            <button type="button" class="button quiet" aria-label=of(text!(invitations.cancel_label))
                on:click=move |_| list.asked.set(Some(id))>{tr!(invitations.cancel)}</button>
        }
        .into_any()
    });
    view! {
        <tr>
            <th scope="row">{invitation.name}</th>
            <td data-label=label(text!(login.username))>{invitation.username}</td>
            <td data-label=label(text!(invitations.email))>{invitation.email}</td>
            <td data-label=label(text!(invitations.agency))>{agency}</td>
            <td data-label=label(text!(invitations.state))><span>{follow(state(invitation.state))}" "{until}</span></td>
            <td class="action"><div class="row">{resend}{cancel}</div></td>
        </tr>
    }
    .into_any()
}
