//! One token.

use leptos::prelude::*;
use shared::token::{Scope, TokenView};

use super::{Revoking, scope};
use crate::components::words;
use crate::i18n::{self, format, text, tr};

fn chip(scope: Scope) -> AnyView {
    let locale = i18n::locale();
    let text = words(move || {
        let (area, deed) = (scope::area(scope.area()), scope::deed(scope));
        [area(locale.get()), " · ", deed(locale.get())].concat()
    });
    view! { <span class="scope">{text}</span> }.into_any()
}

/// A row.
pub fn row(token: TokenView) -> impl IntoView {
    let revoking = expect_context::<Revoking>();
    let locale = i18n::locale();
    let TokenView {
        id,
        name,
        created_at,
        expires_at,
        expired,
        last_used_at,
        last_used_from,
        ..
    } = token;
    let label = {
        let name = name.clone();
        move || i18n::fill(text!(tokens.revoke_label)(locale.get()), &name)
    };
    let expiry = words(move || {
        if expired {
            text!(tokens.expired)(locale.get()).to_owned()
        } else {
            format::date(expires_at, true, locale.get())
        }
    });
    let last = words(move || {
        let Some(at) = last_used_at else {
            return text!(tokens.never)(locale.get()).to_owned();
        };
        let at = format::date(at, true, locale.get());
        match &last_used_from {
            Some(from) => [at, i18n::fill(text!(tokens.from)(locale.get()), from)].join(" "),
            None => at,
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label=tr!(tokens.scopes)><span class="scopes">{token.scopes.into_iter().map(chip).collect_view()}</span></td>
            <td data-label=tr!(tokens.created)>{words(move || format::date(created_at, true, locale.get()))}</td>
            <td data-label=tr!(tokens.expires)>{expiry}</td>
            <td data-label=tr!(tokens.last)>{last}</td>
            <td class="action">
                <button type="button" class="button quiet" aria-label=label
                    on:click=move |_| revoking.asked.set(Some(id))>{tr!(tokens.revoke)}</button>
            </td>
        </tr>
    }
}
