//! 通知: the bell in the head of every page of a signed-in person, and what stands behind it. Every page carries it, so
//! answers are read by the browser's own access, and there are few kinds of signals.

mod live;
mod panel;

use leptos::{ev, html, prelude::*};
use shared::{notification::MOST_COUNTED, paths};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

use crate::{
    api::part,
    components::{Glyph, Loaded, icon, spawn, value, words},
    i18n::{self, fill, text, tr},
    session::Session,
};

/// So many more are asked for each time, and so many at most: older ones are of no use any more.
const STEP: usize = 10;
const MOST: usize = shared::list::MOST as usize;

/// The bell: a handle.
#[derive(Clone, Copy)]
pub struct Bell {
    /// How many are unread; none when there are none.
    unread: RwSignal<Option<u64>>,
    /// Whether something new has come last.
    news: RwSignal<bool>,
    open: RwSignal<bool>,
    /// The open response centres as the stream said them last, in JSON; empty before.
    pub activations: RwSignal<String>,
    list: Loaded,
    kept: StoredValue<Kept, LocalStorage>,
    place: NodeRef<html::Div>,
    button: NodeRef<html::Button>,
}

/// What the bell remembers.
struct Kept {
    /// The newest of all, once that is known; empty when there are none.
    latest: Option<String>,
    /// So many are asked for.
    limit: usize,
    /// The one that gets the focus when they are shown.
    first: Option<usize>,
    wire: live::Wire,
}

impl Bell {
    /// Hangs it up, and has it follow what comes; `here` is the path of the page that is shown.
    pub fn provide(here: Signal<String>) {
        let kept = Kept {
            latest: None,
            limit: STEP,
            first: None,
            wire: live::Wire::default(),
        };
        let bell = Self {
            unread: RwSignal::new(None),
            news: RwSignal::new(false),
            open: RwSignal::new(false),
            activations: RwSignal::new(String::new()),
            list: Loaded::later(),
            kept: StoredValue::new_local(kept),
            place: NodeRef::new(),
            button: NodeRef::new(),
        };
        provide_context(bell);
        live::follow(bell, here);
        window_event_listener_untyped("pointerdown", move |event| {
            if !bell.holds(event.target()) {
                bell.open.set(false);
            }
        });
    }

    fn session(self) -> Session {
        self.list.session()
    }

    /// Whether this is a part of it.
    fn holds(self, target: Option<web_sys::EventTarget>) -> bool {
        let node = target.and_then(|target| target.dyn_into::<Node>().ok());
        let place = self.place.get_untracked();
        place.is_some_and(|place| place.contains(node.as_ref()))
    }

    /// Takes over how many there are.
    fn hear(self, body: &JsValue) {
        let Some(unread) = part(body, "unread").as_f64() else {
            return;
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 0 to 100"
        )]
        let unread = Some(unread as u64).filter(|unread| *unread > 0);
        self.unread.set(unread);
        let newest = part(body, "latest").as_string().unwrap_or_default();
        let before = self.kept.with_value(|kept| kept.latest.clone());
        let is_new = unread.is_some() && before.is_some_and(|before| before != newest);
        self.kept.update_value(|kept| kept.latest = Some(newest));
        self.news.set(is_new);
        // Whoever is in the list is not put out of it.
        if is_new && self.open.get_untracked() && !panel::has_focus() {
            self.ask();
        }
    }

    /// Forgets everything: somebody else may sign in.
    fn forget(self) {
        self.unread.set(None);
        self.kept.update_value(|kept| kept.latest = None);
        self.news.set(false);
        self.open.set(false);
        self.activations.set(String::new());
        self.list.clear();
    }

    /// Asks for the newest.
    fn ask(self) {
        let limit = self.kept.with_value(|kept| kept.limit);
        let path = [paths::NOTIFICATIONS, "?limit=", &limit.to_string()].concat();
        self.list.ask_for(path);
    }

    /// Asks for some more than are shown, and leads to the first of them.
    fn ask_for_more(self) {
        self.kept.update_value(|kept| {
            kept.first = Some(kept.limit);
            kept.limit = (kept.limit + STEP).min(MOST);
        });
        self.ask();
    }

    fn toggle(self) {
        let open = !self.open.get_untracked();
        self.open.set(open);
        if open {
            self.kept.update_value(|kept| kept.limit = STEP);
            self.ask();
        }
    }

    /// Closes it; the focus is where it was opened.
    fn close(self) {
        self.open.set(false);
        if let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
    }

    /// The person goes to the page of one: it is read. The browser sends this also when the page is left for it.
    fn follow(self, id: &str) {
        let _ = window().navigator().send_beacon(&paths::read_notification(id));
        self.open.set(false);
    }

    fn mark_all(self) {
        if self.unread.get_untracked().is_none() {
            return;
        }
        spawn(async move {
            let nothing = js_sys::Object::new();
            match self.session().post(paths::NOTIFICATIONS_READ, &nothing).await {
                Ok(_) => {
                    self.unread.set(None);
                    self.ask();
                }
                Err(failure) => self.list.fail(failure),
            }
        });
    }

    /// The number as it is shown.
    fn count(self) -> String {
        match self.unread.get() {
            Some(many) if many >= u64::from(MOST_COUNTED) => "99+".to_owned(),
            unread => unread.unwrap_or_default().to_string(),
        }
    }
}

/// The button with what stands behind it.
pub fn bell() -> AnyView {
    let (bell, locale) = (expect_context::<Bell>(), i18n::locale());
    let name = words(move || {
        if bell.unread.get().is_none() {
            text!(notification.none_unread)(locale.get()).to_owned()
        } else {
            fill(text!(notification.unread)(locale.get()), bell.count())
        }
    });
    let news = words(move || {
        let news = text!(notification.new)(locale.get());
        if bell.news.get() {
            fill(news, bell.count())
        } else {
            String::new()
        }
    });
    let expanded = value(move || Some(if bell.open.get() { "true" } else { "false" }));
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && bell.open.get_untracked() {
            bell.close();
        }
    };
    // Who leaves it by the keyboard finds it out of the way.
    let left = move |event: ev::FocusEvent| {
        let to = event.related_target();
        if to.is_some() && !bell.holds(to) {
            bell.open.set(false);
        }
    };
    let number = words(move || bell.count());
    view! {
        <div class="bell" node_ref=bell.place on:keydown=keys on:focusout=left>
            <button type="button" class="plain" id="bell" node_ref=bell.button aria-expanded=expanded
                aria-controls="notifications" on:click=move |_| bell.toggle()>
                {icon(Glyph::Bell)}
                <b aria-hidden="true" hidden=move || bell.unread.get().is_none()>{number}</b>
                <span class="visually-hidden">{tr!(notification.title)}" "{name}</span>
            </button>
            <span class="visually-hidden" role="status">{news}</span>
            {panel::panel(bell)}
        </div>
    }
    .into_any()
}
