//! 自動登出倒數:29:52

use leptos::prelude::*;

use crate::{
    components::{value, words},
    i18n::tr,
    session::Session,
};

/// The time left, as text.
pub fn time_left(session: Session) -> AnyView {
    words(move || session.left.get().to_string())
}

/// The countdown in the head. It is not read out every second; the warnings are.
#[component]
pub fn Clock() -> impl IntoView {
    let session = expect_context::<Session>();
    let class = value(move || {
        Some(match session.left.get().warning() {
            Some(60) => "clock last",
            Some(_) => "clock soon",
            None => "clock",
        })
    });
    view! {
        <span class=class role="timer" aria-live="off"><i aria-hidden="true"></i>{tr!(clock.label)}<b>{time_left(session)}</b></span>
    }
    .into_any()
}
