//! What a person has typed and not yet saved, kept in this browser through an automatic sign-out, a reload,
//! a crash and a lost network.
//!
//! A draft belongs to one person: whoever else signs in here finds none, and their sign-in deletes it. And it
//! belongs to one open form: two tabs never write over each other. A form takes up what its own tab kept, and
//! otherwise the newest draft that no open form holds. Passwords are never part of one.

mod hold;

use std::rc::Rc;

use js_sys::{Array, Date, JSON, Math, Number};
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use self::hold::Hold;
use super::{Session, State};
use crate::{
    components::{live, spawn},
    preferences::storage,
};

/// What the keys of all drafts begin with; the person's id, the form's name and the draft's own id follow.
const PREFIX: &str = "emic-draft:";
/// How long a draft is kept after the last key press, in milliseconds: thirty days.
const LONGEST_AGE: f64 = 30.0 * 24.0 * 3_600_000.0;
/// How many drafts of one form are kept.
const MOST: usize = 10;

/// The draft of one open form and one person.
#[derive(Clone)]
pub struct Draft {
    session: Session,
    person: Uuid,
    form: String,
    id: String,
    /// Nobody else takes it up while this lives.
    hold: Option<Rc<Hold>>,
}

fn signed_in(session: Session) -> Option<Uuid> {
    session.state.with_untracked(|state| match state {
        State::SignedIn(signed) => Some(signed.person.id),
        _ => None,
    })
}

fn owned_by(person: Uuid) -> String {
    [PREFIX, &person.to_string(), ":"].concat()
}

/// Keeps for this tab alone, through a reload and a crash, which drafts are its own.
fn of_this_tab() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// When the draft was last written, and what it holds.
fn read(storage: &Storage, key: &str) -> Option<(f64, Array)> {
    let list = Array::from(&JSON::parse(&storage.get_item(key).ok().flatten()?).ok()?);
    Some((list.shift().as_f64()?, list))
}

fn all_keys(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or(0);
    let key = |index| storage.key(index).ok().flatten();
    (0..count)
        .filter_map(key)
        .filter(|key| key.starts_with(PREFIX))
        .collect()
}

/// A form, once it is known what of it was kept. Nothing when nobody is signed in.
pub fn drafted(form: String, view: impl Fn(Draft) -> AnyView + Send + 'static) -> AnyView {
    let session = expect_context::<Session>();
    let found = RwSignal::new_local(None);
    if let Some(person) = signed_in(session) {
        spawn(async move {
            let draft = Draft::open(session, person, form).await;
            // Where the page was left meanwhile, the draft is let go of at once.
            let _ = found.try_set(Some(draft));
        });
    }
    live(move || found.get().map_or_else(|| ().into_any(), &view))
}

impl Draft {
    async fn open(session: Session, person: Uuid, form: String) -> Self {
        let mut draft = Self {
            session,
            person,
            form,
            id: String::new(),
            hold: None,
        };
        draft.take_up().await;
        draft.mark();
        draft
    }

    /// Takes up this tab's own draft, the newest that nobody holds, or else a new one.
    async fn take_up(&mut self) {
        let mut kept = self.kept();
        let own = of_this_tab().and_then(|tab| tab.get_item(&self.place()).ok().flatten());
        if let Some(index) = kept.iter().position(|(_, id)| Some(id) == own.as_ref()) {
            let (_, id) = kept.remove(index);
            if self.takes(id, true).await {
                return;
            }
        }
        // Without locks nobody knows whose the others are.
        if Hold::is_possible() {
            for (_, id) in kept {
                if self.takes(id, false).await {
                    return;
                }
            }
        }
        let id = Number::from(Math::random()).to_string_with_radix(36);
        self.takes(id.map(String::from).unwrap_or_default(), false).await;
    }

    async fn takes(&mut self, id: String, patiently: bool) -> bool {
        let hold = Hold::take(&[PREFIX, &id].concat(), patiently).await;
        let is_mine = hold.is_some();
        self.hold = hold.map(Rc::new);
        self.id = id;
        is_mine
    }

    /// What was kept of this form: when, and under which id, the newest first. What is too much is deleted.
    fn kept(&self) -> Vec<(f64, String)> {
        let Some(storage) = storage() else {
            return Vec::new();
        };
        let place = self.place();
        let mut kept: Vec<_> = all_keys(&storage)
            .into_iter()
            .filter_map(|key| Some((read(&storage, &key)?.0, key.strip_prefix(&place)?.to_owned())))
            .collect();
        kept.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
        for (_, id) in kept.drain(MOST.min(kept.len())..) {
            let _ = storage.remove_item(&[place.as_str(), &id].concat());
        }
        kept
    }

    /// What the keys of this form's drafts begin with.
    fn place(&self) -> String {
        [&owned_by(self.person), &self.form, ":"].concat()
    }

    fn key(&self) -> String {
        [self.place(), self.id.clone()].concat()
    }

    /// Lets the tab know the draft again.
    fn mark(&self) {
        let _ = of_this_tab().map(|tab| tab.set_item(&self.place(), &self.id));
    }

    /// From now on it is a draft of this form.
    pub fn rename(&mut self, form: String) {
        self.forget();
        self.form = form;
        self.mark();
    }

    /// Keeps these fields with their texts, and nothing of before. A form that outlives its person's
    /// session keeps nothing any more: somebody else may be signed in by now.
    pub fn keep(&self, fields: &[(&str, String)]) {
        if signed_in(self.session) != Some(self.person) {
            return;
        }
        let list = Array::of1(&JsValue::from_f64(Date::now()));
        for (field, text) in fields {
            list.push(&Array::of2(&JsValue::from_str(field), &JsValue::from_str(text)));
        }
        // A browser without room, or that forbids storage, keeps none; the form works as ever.
        if let (Some(storage), Ok(text)) = (storage(), JSON::stringify(&list)) {
            let _ = storage.set_item(&self.key(), &String::from(text));
        }
    }

    /// The fields that were kept; none without a draft.
    pub fn restore(&self) -> Option<Vec<(String, String)>> {
        let (_, list) = read(&storage()?, &self.key())?;
        let fields = list.into_iter().filter_map(|pair| {
            let pair = Array::from(&pair);
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        });
        Some(fields.collect()).filter(|fields: &Vec<_>| !fields.is_empty())
    }

    /// Deletes it: what was typed is saved, or discarded. Those of other forms stay.
    pub fn forget(&self) {
        let _ = storage().map(|storage| storage.remove_item(&self.key()));
    }
}

/// Deletes the drafts of everybody else, and those that nobody came back to. Called whenever somebody signs in.
pub(super) fn sweep(person: Uuid) {
    let Some(storage) = storage() else { return };
    let own = owned_by(person);
    let oldest = Date::now() - LONGEST_AGE;
    for key in all_keys(&storage) {
        if !key.starts_with(&own) || read(&storage, &key).is_none_or(|(at, _)| at < oldest) {
            let _ = storage.remove_item(&key);
        }
    }
}
