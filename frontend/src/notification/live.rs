//! Following what comes: by a stream while the page is seen, and else by asking at each step to another page. The
//! stream is read and nothing is done by it, so it never extends the session.

use gloo_timers::callback::Timeout;
use js_sys::{JSON, Math};
use leptos::prelude::*;
use shared::paths;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::Bell;
use crate::components::spawn;

/// The first wait after a stream has broken off, and the longest, in milliseconds.
const PAUSE: u32 = 2_000;
const LONGEST_PAUSE: u32 = 300_000;

/// The stream, and what it does.
struct Wire {
    source: Option<EventSource>,
    again: Option<Timeout>,
    pause: u32,
    heard: Closure<dyn Fn(MessageEvent)>,
    broken: Closure<dyn Fn()>,
}

type Kept = StoredValue<Wire, LocalStorage>;

/// For as long as the page lives.
pub(super) fn follow(bell: Bell, here: Signal<String>) {
    let session = bell.session;
    let who = Memo::new(move |_| session.signed().map(|signed| signed.id));
    let wire: StoredValue<Option<Kept>> = StoredValue::new(None);
    let kept = move || wire.get_value();
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        let body = JSON::parse(&text).unwrap_or_default();
        if let Some(wire) = kept() {
            wire.update_value(|wire| wire.pause = PAUSE);
        }
        bell.hear(&body);
    });
    let broken = Closure::<dyn Fn()>::new(move || {
        if let Some(wire) = kept() {
            hang_up(wire);
            // The answer says whether the session has ended: then nothing is tried any more.
            session.refresh(None);
            let pause = wire.with_value(|wire| wire.pause);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a part of a pause, which is a small number"
            )]
            let spread = (Math::random() * f64::from(pause) / 2.0) as u32;
            let again = Timeout::new(pause + spread, move || connect(wire, who));
            wire.update_value(|wire| {
                wire.again = Some(again);
                wire.pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
            });
        }
    });
    let it = StoredValue::new_local(Wire {
        source: None,
        again: None,
        pause: PAUSE,
        heard,
        broken,
    });
    wire.set_value(Some(it));
    Effect::new(move |_| {
        hang_up(it);
        if who.get().is_some() {
            connect(it, who);
        } else {
            bell.forget();
        }
    });
    window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            hang_up(it);
        } else {
            connect(it, who);
        }
    });
    Effect::new(move |before: Option<()>| {
        here.track();
        let is_live = it.with_value(|wire| wire.source.is_some());
        if before.is_some() && !is_live && who.get_untracked().is_some() {
            ask(bell);
        }
    });
}

/// Asks how many there are.
fn ask(bell: Bell) {
    spawn(async move {
        if let Ok(body) = bell.session.get(paths::NOTIFICATIONS_UNREAD).await {
            bell.hear(&body);
        }
    });
}

/// Opens the stream, for who is signed in and sees the page.
fn connect(wire: Kept, who: Memo<Option<uuid::Uuid>>) {
    if who.get_untracked().is_none() || document().hidden() {
        return;
    }
    wire.update_value(|wire| {
        wire.again = None;
        if wire.source.is_none()
            && let Ok(source) = EventSource::new(paths::NOTIFICATION_EVENTS)
        {
            source.set_onmessage(Some(wire.heard.as_ref().unchecked_ref()));
            source.set_onerror(Some(wire.broken.as_ref().unchecked_ref()));
            wire.source = Some(source);
        }
    });
}

/// Closes the stream, and opens it by itself no more.
fn hang_up(wire: Kept) {
    wire.update_value(|wire| {
        wire.again = None;
        if let Some(source) = wire.source.take() {
            source.close();
        }
    });
}
