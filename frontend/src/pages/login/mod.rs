//! 會員登入: the two ways in, side by side.

mod egov;
mod emic;

use leptos::prelude::*;
use shared::{
    paths::{EGOV_LOGOUT, is_local},
    session::SignedOutReason,
};

use crate::{
    api::site::Site,
    components::{Heading, Tone, live, notice, skeleton, sometimes, words},
    frame::unreachable_site,
    i18n::{self, fill, reasons, text, tr},
    query::Query,
    session::{Session, State},
};

/// The login page, once it is known that nobody is signed in.
pub fn login() -> AnyView {
    let session = expect_context::<Session>();
    let stage = Memo::new(move |_| match session.state.get() {
        State::Anonymous(_) => Ok(true),
        State::Unreachable(failure) => Err(failure),
        State::SignedIn(_) => Ok(anew()),
        State::Loading => Ok(false),
    });
    live(move || match stage.get() {
        Ok(true) => ways_in(),
        Ok(false) => skeleton(),
        Err(failure) => unreachable_site(&failure, session),
    })
}

/// Whether whoever is signed in shall sign in once more: an application wants a fresh proof.
pub fn anew() -> bool {
    let search = window().location().search().unwrap_or_default();
    web_sys::UrlSearchParams::new_with_str(&search).is_ok_and(|query| query.has("anew"))
}

fn ways_in() -> AnyView {
    let site = expect_context::<Site>().0;
    let query = expect_context::<Query>();
    let return_to = Memo::new(move |_| {
        query
            .get("return_to")
            .filter(|to| is_local(to))
            .unwrap_or_else(|| "/".to_owned())
    });
    let locale = i18n::locale();
    let minutes = move || site.with(|site| site.as_ref().map(|site| site.idle_limit_seconds / 60));
    view! {
        <Heading title=text!(site.sign_in)/>
        {why()}
        {again()}
        <p class="lead">{tr!(login.lead)}</p>
        <div class="two">
            {egov::card(return_to)}
            {emic::card()}
        </div>
        <p class="hint">
            {words(move || minutes().map(|minutes| fill(text!(login.idle_note)(locale.get()), minutes)).unwrap_or_default())}
            {sometimes(move || (return_to.get() != "/").then(|| view! { " "{tr!(login.way_back)} }.into_any()))}
        </p>
    }
    .into_any()
}

/// That one is signed in, and why that is not enough.
fn again() -> impl IntoView {
    let session = expect_context::<Session>();
    sometimes(move || {
        let signed_in = session.state.with(|state| matches!(state, State::SignedIn(_)));
        (signed_in && anew()).then(|| {
            notice(
                Tone::Information,
                "status",
                text!(login.again),
                text!(login.again_text),
                ().into_any(),
            )
        })
    })
}

/// Why the person is here, if there is a reason: the pop-up's latest, or else the address's.
fn why() -> impl IntoView {
    let session = expect_context::<Session>();
    let site = expect_context::<Site>().0;
    let query = expect_context::<Query>();
    let reason = move || {
        let named = query
            .get("reason")
            .and_then(|name| SignedOutReason::from_name(&name));
        session.refused.get().or(named)
    };
    let egov_sign_out = move || {
        sometimes(move || {
            // The home page alone says so in the address: it is gone when this page is there.
            let left = session.left_egov.get() || query.get("with").is_some_and(|with| with == "egov");
            let offered = left && site.with(|site| site.as_ref().is_some_and(|it| it.egov_sign_out));
            offered.then(|| {
                view! {
                <p>{tr!(login.egov_sign_out_text)}</p>
                <p><a class="button quiet" href=EGOV_LOGOUT rel="external">{tr!(login.egov_sign_out)}</a></p>
            }
            .into_any()
            })
        })
    };
    sometimes(move || {
        reason().map(|reason| {
            let (what, next) = reasons::words(reason);
            let (tone, more) = match reason {
                SignedOutReason::SignedOut => {
                    let told = view! {
                        <p><a href="/signed-out" rel="external">{tr!(login.applications_told)}</a></p>
                        {egov_sign_out()}
                    };
                    (Tone::Good, told.into_any())
                }
                SignedOutReason::Idle | SignedOutReason::TooOld => (Tone::Information, ().into_any()),
                _ => (Tone::Caution, ().into_any()),
            };
            notice(tone, "alert", what, next, more)
        })
    })
}
