//! 通知: the bell in the head of every page of a signed-in person, and what stands behind it.

mod item;
mod live;
mod panel;

use leptos::{ev, html, prelude::*};
use shared::{notification::MOST_COUNTED, paths};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Node;

use self::item::Item;
use crate::{
    api::Failure,
    components::{Glyph, icon, spawn, value, words},
    i18n::{self, fill, text, tr},
    session::Session,
};

/// So many are asked for at once.
const STEP: &str = "?limit=10";

/// What stands behind the bell.
#[derive(Clone)]
enum List {
    Busy,
    Failed(Failure),
    /// These, and where it goes on.
    Ready(Vec<Item>, Option<String>),
}

/// The bell: a handle.
#[derive(Clone, Copy)]
pub struct Bell {
    session: Session,
    unread: RwSignal<u32>,
    /// The newest of all, once that is known.
    latest: StoredValue<Option<String>>,
    /// Whether something new has come last.
    news: RwSignal<bool>,
    open: RwSignal<bool>,
    list: RwSignal<List>,
    place: NodeRef<html::Div>,
    button: NodeRef<html::Button>,
}

impl Bell {
    /// Hangs it up, and has it follow what comes; `here` is the path of the page that is shown.
    pub fn provide(here: Signal<String>) -> Self {
        let bell = Self {
            session: expect_context(),
            unread: RwSignal::new(0),
            latest: StoredValue::new(None),
            news: RwSignal::new(false),
            open: RwSignal::new(false),
            list: RwSignal::new(List::Busy),
            place: NodeRef::new(),
            button: NodeRef::new(),
        };
        provide_context(bell);
        live::follow(bell, here);
        window_event_listener(ev::pointerdown, move |event| {
            if !bell.holds(event.target()) {
                bell.open.set(false);
            }
        });
        bell
    }

    /// Whether this is a part of it.
    fn holds(self, target: Option<web_sys::EventTarget>) -> bool {
        let node = target.and_then(|target| target.dyn_into::<Node>().ok());
        let place = self.place.get_untracked();
        place.is_some_and(|place| place.contains(node.as_ref()))
    }

    /// Takes over how many there are.
    fn hear(self, body: &JsValue) {
        let Some((unread, newest)) = item::unread(body) else {
            return;
        };
        self.unread.set(unread);
        let before = self.latest.get_value();
        let is_new = unread > 0 && before.is_some_and(|before| before != newest);
        self.latest.set_value(Some(newest));
        self.news.set(is_new);
        // Whoever is in the list is not put out of it.
        if is_new && self.open.get_untracked() && !panel::has_focus() {
            self.ask(None);
        }
    }

    /// Forgets everything: somebody else may sign in.
    fn forget(self) {
        self.unread.set(0);
        self.latest.set_value(None);
        self.news.set(false);
        self.open.set(false);
        self.list.set(List::Busy);
    }

    /// Asks for the newest, or for what follows those that are there.
    fn ask(self, after: Option<String>) {
        let path = match &after {
            Some(after) => [paths::NOTIFICATIONS, STEP, "&after=", after].concat(),
            None => [paths::NOTIFICATIONS, STEP].concat(),
        };
        spawn(async move {
            let list = match (self.session.get(&path).await, self.list.get_untracked()) {
                (Ok(body), List::Ready(mut items, _)) if after.is_some() => {
                    let (more, next) = item::page(&body);
                    panel::focus_on(items.len());
                    items.extend(more);
                    List::Ready(items, next)
                }
                (Ok(body), _) => {
                    let (items, next) = item::page(&body);
                    List::Ready(items, next)
                }
                (Err(failure), _) => List::Failed(failure),
            };
            self.list.set(list);
        });
    }

    fn toggle(self) {
        let open = !self.open.get_untracked();
        self.open.set(open);
        if open {
            self.ask(None);
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
        self.list.update(|list| {
            if let List::Ready(items, _) = list
                && let Some(item) = items.iter_mut().find(|item| item.id == id && !item.read)
            {
                item.read = true;
                self.unread.update(|unread| *unread = unread.saturating_sub(1));
            }
        });
    }

    fn mark_all(self) {
        if self.unread.get_untracked() == 0 {
            return;
        }
        spawn(async move {
            let nothing = js_sys::Object::new();
            match self.session.post(paths::NOTIFICATIONS_READ, &nothing).await {
                Ok(_) => {
                    self.unread.set(0);
                    self.ask(None);
                }
                Err(failure) => self.list.set(List::Failed(failure)),
            }
        });
    }

    /// The number as it is shown.
    fn count(self) -> String {
        match self.unread.get() {
            MOST_COUNTED.. => format!("{}+", MOST_COUNTED - 1),
            unread => unread.to_string(),
        }
    }
}

/// The button with what stands behind it.
pub fn bell(bell: Bell) -> AnyView {
    let locale = i18n::locale();
    let name = words(move || {
        if bell.unread.get() == 0 {
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
    view! {
        <div class="bell" node_ref=bell.place on:keydown=keys on:focusout=left>
            <button type="button" class="plain" id="bell" node_ref=bell.button aria-expanded=expanded
                aria-controls="notifications" on:click=move |_| bell.toggle()>
                {icon(Glyph::Bell)}
                <b aria-hidden="true" hidden=move || bell.unread.get() == 0>{words(move || bell.count())}</b>
                <span class="visually-hidden">{tr!(notification.title)}" "{name}</span>
            </button>
            <span class="visually-hidden" role="status">{news}</span>
            {panel::panel(bell)}
        </div>
    }
    .into_any()
}
