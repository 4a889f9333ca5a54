//! 通知: the bell in the head of every page of a signed-in person, and what stands behind it.

mod live;
mod panel;

use leptos::{ev, html, prelude::*};
use serde::Deserialize;
use shared::{
    list::Page,
    notification::{MOST_COUNTED, Unread},
    paths,
    text::Bilingual,
    time::Timestamp,
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::Node;

use crate::{
    api::{self, Failure},
    components::{Glyph, icon, spawn, value, words},
    i18n::{self, fill, text, tr},
    session::Session,
};

/// So many are asked for at once.
const STEP: u32 = 10;

/// A notification, as far as it is shown.
#[derive(Clone, Deserialize)]
struct Item {
    id: Uuid,
    text: Bilingual,
    link: String,
    at: Timestamp,
    read: bool,
}

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
    latest: StoredValue<Option<Option<Uuid>>>,
    /// How many there are when something new has come; none when nothing has.
    news: RwSignal<Option<u32>>,
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
            news: RwSignal::new(None),
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
    fn hear(self, heard: Unread) {
        self.unread.set(heard.unread);
        let before = self
            .latest
            .try_update_value(|latest| latest.replace(heard.latest));
        let is_new = before.flatten().is_some_and(|before| before != heard.latest) && heard.unread > 0;
        self.news.set(is_new.then_some(heard.unread));
        // Whoever is in the list is not put out of it.
        if is_new && self.open.get_untracked() && !panel::has_focus() {
            self.ask(None);
        }
    }

    /// Forgets everything: somebody else may sign in.
    fn forget(self) {
        self.unread.set(0);
        self.latest.set_value(None);
        self.news.set(None);
        self.open.set(false);
        self.list.set(List::Busy);
    }

    /// Asks for the newest, or for what follows those that are there.
    fn ask(self, after: Option<String>) {
        let mut path = format!("{}?limit={STEP}", paths::NOTIFICATIONS);
        if let Some(after) = &after {
            path.push_str("&after=");
            path.push_str(after);
        }
        spawn(async move {
            let answer = self.session.get(&path).await.and_then(api::read::<Page<Item>>);
            match (answer, self.list.get_untracked()) {
                (Ok(page), List::Ready(mut items, _)) if after.is_some() => {
                    let first = items.len();
                    items.extend(page.items);
                    self.list.set(List::Ready(items, page.next));
                    panel::focus_on(first);
                }
                (Ok(page), _) => self.list.set(List::Ready(page.items, page.next)),
                (Err(failure), _) => self.list.set(List::Failed(failure)),
            }
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
    fn follow(self, id: Uuid) {
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
        let news = bell.news.get().map(|_| bell.count());
        news.map(|count| fill(text!(notification.new)(locale.get()), count))
            .unwrap_or_default()
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
