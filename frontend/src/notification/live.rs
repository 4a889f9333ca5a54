//! Following what comes: by a stream while the page is seen, and else by asking at each step to another page. The
//! stream is read and nothing is done by it, so it never extends the session.

use gloo_timers::callback::Timeout;
use js_sys::{JSON, Math};
use leptos::prelude::*;
use shared::paths;
use uuid::Uuid;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::Bell;
use crate::{components::spawn, session::State};

/// The first wait after a stream has broken off, and the longest, in milliseconds.
const PAUSE: u32 = 2_000;
const LONGEST_PAUSE: u32 = 300_000;

/// What an event is called that has the open response centres.
const ACTIVATIONS: &str = "activations";

/// The stream, and what it does.
#[derive(Default)]
pub(super) struct Wire {
    /// The session that it is of.
    session: Option<Uuid>,
    source: Option<EventSource>,
    again: Option<Timeout>,
    pause: u32,
    heard: Option<Closure<dyn Fn(MessageEvent)>>,
    broken: Option<Closure<dyn Fn()>>,
}

/// For as long as the page lives.
pub(super) fn follow(bell: Bell, here: Signal<String>) {
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        bell.kept.update_value(|kept| kept.wire.pause = PAUSE);
        if event.type_() == ACTIVATIONS {
            bell.activations.set(text);
        } else {
            bell.hear(&JSON::parse(&text).unwrap_or_default());
        }
    });
    let broken = Closure::<dyn Fn()>::new(move || {
        hang_up(bell);
        // The answer says whether the session has ended: then nothing is tried any more.
        bell.session().refresh(None);
        again_later(bell);
    });
    bell.kept.update_value(|kept| {
        kept.wire.pause = PAUSE;
        kept.wire.heard = Some(heard);
        kept.wire.broken = Some(broken);
    });
    Effect::new(move |_| {
        let session = bell.session().state.with(|state| match state {
            State::SignedIn(signed) => Some(signed.id),
            _ => None,
        });
        let before = bell
            .kept
            .try_update_value(|kept| std::mem::replace(&mut kept.wire.session, session))
            .flatten();
        if before != session {
            hang_up(bell);
            bell.forget();
            connect(bell);
        }
    });
    window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            hang_up(bell);
        } else {
            connect(bell);
        }
    });
    Effect::new(move |_| {
        here.track();
        let is_without = |wire: &Wire| wire.session.is_some() && wire.source.is_none();
        if bell.kept.with_value(|kept| is_without(&kept.wire)) {
            ask(bell);
        }
    });
}

/// Asks how many there are.
fn ask(bell: Bell) {
    spawn(async move {
        if let Ok(body) = bell.session().get(paths::NOTIFICATIONS_UNREAD).await {
            bell.hear(&body);
        }
    });
}

/// Opens the stream, for who is signed in and sees the page.
fn connect(bell: Bell) {
    bell.kept.update_value(|kept| {
        let wire = &mut kept.wire;
        wire.again = None;
        if wire.session.is_none() || wire.source.is_some() || document().hidden() {
            return;
        }
        let Ok(source) = EventSource::new(paths::NOTIFICATION_EVENTS) else {
            return;
        };
        let handler = wire
            .heard
            .as_ref()
            .map(|handler| handler.as_ref().unchecked_ref());
        source.set_onmessage(handler);
        if let Some(handler) = handler {
            let _ = source.add_event_listener_with_callback(ACTIVATIONS, handler);
        }
        let handler = wire
            .broken
            .as_ref()
            .map(|handler| handler.as_ref().unchecked_ref());
        source.set_onerror(handler);
        wire.source = Some(source);
    });
}

/// Opens it after a while, which is longer each time, and not the same for all.
fn again_later(bell: Bell) {
    let pause = bell.kept.with_value(|kept| kept.wire.pause);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a pause, which is a small number"
    )]
    let spread = (Math::random() * f64::from(pause) / 2.0) as u32;
    let again = Timeout::new(pause + spread, move || connect(bell));
    bell.kept.update_value(|kept| {
        kept.wire.again = Some(again);
        kept.wire.pause = (pause * 2).min(LONGEST_PAUSE);
    });
}

/// Closes the stream, and opens it by itself no more.
fn hang_up(bell: Bell) {
    bell.kept.update_value(|kept| {
        kept.wire.again = None;
        if let Some(source) = kept.wire.source.take() {
            source.close();
        }
    });
}
