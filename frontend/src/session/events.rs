//! What the browser and the other tabs tell the session.

use std::cell::Cell;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, VisibilityState};

use super::{Doubt, Session, activity, tabs::Message};
use crate::{
    i18n,
    preferences::{self, Colours},
};

/// The last extension of all tabs, by `Date.now()`.
const EXTENDED: &str = "emic-extended";

/// Listens for as long as the page lives.
pub(super) fn listen(session: Session) {
    let act = move |_: web_sys::Event| session.act();
    for name in ["keydown", "pointerdown", "input", "touchstart", "wheel"] {
        window_event_listener_untyped(name, act);
    }
    // Browsers report moves of a pointer that lies still when the page changes below it.
    let place = Cell::new((0, 0));
    window_event_listener(ev::pointermove, move |event| {
        let here = (event.screen_x(), event.screen_y());
        if place.replace(here) != here {
            session.act();
        }
    });
    window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            session.resume();
        }
    });
    for name in ["focus", "online", "visibilitychange"] {
        window_event_listener_untyped(name, move |_| {
            if document().visibility_state() == VisibilityState::Visible {
                session.wake();
            }
        });
    }
    hear(session);
}

fn hear(session: Session) {
    let (language, theme) = (i18n::locale(), expect_context::<Colours>().0);
    let handler = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        match Message::read(&text) {
            Some(Message::SignedIn) => session.refresh(None),
            Some(Message::Refused(reason)) => session.refused.set(Some(reason)),
            Some(Message::SignedOut) => session.refresh(Some(shared::session::SignedOutReason::SignedOut)),
            Some(Message::Extended(at)) => {
                if session.is_signed_in() {
                    session.prolong(at);
                } else {
                    session.refresh(None);
                }
            }
            Some(Message::Language(chosen)) => language.set(chosen),
            Some(Message::Theme(chosen)) => theme.set(chosen),
            None => {}
        }
    });
    session.times.with_value(|times| {
        if let Some(channel) = &times.channel {
            channel.set_onmessage(Some(handler.as_ref().unchecked_ref()));
        }
    });
    // It lives as long as the page.
    handler.forget();
}

impl Session {
    /// The person did something. While a warning is shown, only its 延長 extends: nobody shall miss that
    /// they were about to be signed out.
    fn act(self) {
        let quiet = !self.is_signed_in()
            || self.warning.get_untracked().is_some()
            || self.doubt.get_untracked() != Doubt::None;
        if quiet {
            return;
        }
        let now = js_sys::Date::now();
        let (extended, tried) = self.times.with_value(|times| (times.extended, times.tried));
        if !activity::is_to_be_told(now, extended, tried) {
            return;
        }
        // Another tab may have told it while this one could not listen.
        let elsewhere = preferences::storage()
            .and_then(|storage| storage.get_item(EXTENDED).ok().flatten())
            .map_or(f64::NEG_INFINITY, |text| js_sys::Number::parse_float(&text));
        self.times.update_value(|times| times.tried = now);
        if activity::is_to_be_told(now, elsewhere, f64::NEG_INFINITY) {
            let _ = preferences::storage().map(|storage| storage.set_item(EXTENDED, &whole(now).to_string()));
            self.extend(false);
        } else {
            self.refresh(None);
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of a browser's clock are far below 2^63"
)]
fn whole(millis: f64) -> i64 {
    millis as i64
}
