//! A sheet: the form of something that is kept whole and by versions. What is typed is kept as a draft, and nothing of it
//! is lost when somebody else was faster.

mod draft;
mod merge;
mod view;

use leptos::{html, prelude::*};
use shared::problem::{ErrorCode, Violation};
use wasm_bindgen::JsValue;

use self::merge::merge;
pub(super) use self::view::YES;
use crate::{
    api::Failure,
    components::{FieldError, focus_field, spawn},
    i18n::{Locale, Text},
    session::{Draft, Session, Version},
};

/// Makes of the texts of the fields, by their names, what is sent, and the rules that it breaks.
type Write = fn(&dyn Fn(&str) -> String) -> (JsValue, Vec<Violation>);

/// What kind of thing a sheet is of.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// Its fields: names of the contract, and ids of the inputs.
    pub fields: &'static [&'static str],
    /// What a field is called.
    pub label: fn(&str) -> Option<Text>,
    /// The texts of its fields in an answer of the server, in their order.
    pub read: fn(&JsValue) -> Option<Vec<String>>,
    /// What is sent, and the rules that it breaks.
    pub write: Write,
    /// A field's text as it is shown to people.
    pub words: fn(&str, &str, Locale) -> String,
}

/// A field of the sheet.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub name: &'static str,
    pub value: RwSignal<String>,
    pub error: FieldError,
}

/// What came of the last deed.
#[derive(Clone)]
pub(super) enum Outcome {
    Saved,
    Unchanged,
    Discarded,
    Failed(Failure),
}

/// The sheet.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    kind: Kind,
    cells: StoredValue<Vec<Cell>>,
    /// Where it is kept, or to be.
    path: StoredValue<String>,
    /// What the fields were filled from.
    before: RwSignal<Vec<String>>,
    /// The version of that; none of something new.
    tag: StoredValue<Option<String>>,
    /// What somebody else has stored meanwhile, of the fields that the person has typed in too.
    theirs: RwSignal<Vec<(&'static str, String)>>,
    pub busy: RwSignal<bool>,
    faults: RwSignal<Vec<Violation>>,
    outcome: RwSignal<Option<Outcome>>,
    /// Whether a draft is shown.
    restored: RwSignal<bool>,
    /// Where what came of a deed is told.
    told: NodeRef<html::Div>,
    draft: StoredValue<Draft, LocalStorage>,
    /// Called with the code of something new when it is there, and with what the server answered.
    created: Created,
    session: Session,
}

/// Called with the code of something new when it is there, and with what the server answered.
pub(super) type Created = UnsyncCallback<(String, JsValue)>;

/// What a sheet begins with.
pub(super) struct Start {
    /// Where it is kept, or to be.
    pub path: String,
    /// The texts of its fields.
    pub texts: Vec<String>,
    /// The version of those; none of something new.
    pub tag: Option<String>,
}

impl Sheet {
    /// Filled with what it begins with, and with the draft, if there is one.
    pub fn new(kind: Kind, start: &Start, draft: Draft, created: Created) -> Self {
        let cells = kind.fields.iter().zip(&start.texts).map(|(name, text)| Cell {
            name,
            value: RwSignal::new(text.clone()),
            error: RwSignal::new(None),
        });
        let sheet = Self {
            kind,
            cells: StoredValue::new(cells.collect()),
            path: StoredValue::new(start.path.clone()),
            before: RwSignal::new(start.texts.clone()),
            tag: StoredValue::new(start.tag.clone()),
            theirs: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            faults: RwSignal::new(Vec::new()),
            outcome: RwSignal::new(None),
            restored: RwSignal::new(false),
            told: NodeRef::new(),
            draft: StoredValue::new_local(draft),
            created,
            session: expect_context(),
        };
        sheet.restore();
        Effect::new(move |_| sheet.keep());
        sheet
    }

    /// Whether it is of something new.
    pub fn is_new(self) -> bool {
        self.tag.with_value(Option::is_none)
    }

    /// The field of this name. Every name that is asked for is one of the kind's.
    pub fn cell(self, name: &str) -> Cell {
        self.cells.with_value(|cells| {
            let found = cells.iter().find(|cell| cell.name == name);
            found.or(cells.first()).copied().unwrap_or(Cell {
                name: "",
                value: RwSignal::new(String::new()),
                error: RwSignal::new(None),
            })
        })
    }

    /// What is in the fields, following.
    fn typed(self) -> Vec<String> {
        self.cells
            .with_value(|cells| cells.iter().map(|cell| cell.value.get()).collect())
    }

    fn fill(self, texts: &[String]) {
        self.cells.with_value(|cells| {
            for (cell, text) in cells.iter().zip(texts) {
                cell.value.set(text.clone());
                cell.error.set(None);
            }
        });
        self.faults.set(Vec::new());
    }

    /// Begins anew, with what is stored.
    pub fn discard(self) {
        let before = self.before.get_untracked();
        self.fill(&before);
        self.theirs.set(Vec::new());
        self.restored.set(false);
        self.tell(Outcome::Discarded);
    }

    /// 儲存, or 新增.
    pub fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.outcome.set(None);
        let text = |name: &str| self.cell(name).value.get_untracked();
        let (body, broken) = (self.kind.write)(&text);
        let typed = untrack(move || self.typed());
        let unchanged = !self.is_new() && self.before.with_untracked(|before| *before == typed);
        self.mark(broken);
        if !self.faults.with_untracked(Vec::is_empty) {
            return;
        }
        if unchanged {
            self.tell(Outcome::Unchanged);
            return;
        }
        let (path, tag) = (self.path.get_value(), self.tag.get_value());
        let (draft, code) = (self.draft.get_value(), text("code"));
        self.busy.set(true);
        spawn(async move {
            let mut answered = JsValue::NULL;
            let answer = match &tag {
                Some(tag) => self.session.put(&path, tag, &body).await.map(Some),
                None => self.session.post(&path, &body).await.map(|body| {
                    answered = body;
                    None
                }),
            };
            // The page may have been left meanwhile; what is saved is no draft any more.
            let is_here = self.busy.try_set(false).is_none();
            match answer {
                Ok(version) => {
                    draft.forget();
                    match version {
                        Some(version) if is_here => self.saved(&version),
                        None if is_here => self.created.run((code, answered)),
                        _ => {}
                    }
                }
                Err(failure) if is_here => self.refused(failure).await,
                Err(_) => {}
            }
        });
    }

    fn saved(self, version: &Version) {
        if let Some(now) = (self.kind.read)(&version.body) {
            self.fill(&now);
            self.before.set(now);
        }
        self.tag.set_value(Some(version.tag.clone()));
        self.theirs.set(Vec::new());
        self.restored.set(false);
        self.tell(Outcome::Saved);
    }

    async fn refused(self, failure: Failure) {
        if let Failure::Refused(problem) = &failure {
            match problem.code {
                ErrorCode::Invalid => return self.mark(problem.violations.clone()),
                ErrorCode::PreconditionFailed => return self.compare().await,
                _ => {}
            }
        }
        self.tell(Outcome::Failed(failure));
    }

    /// Somebody was faster: what was typed stays, and the person sees what is stored now. The next save is of that version.
    async fn compare(self) {
        let path = self.path.get_value();
        let answer = self.session.get_version(&path).await;
        if self.before.try_with_untracked(|_| ()).is_none() {
            return;
        }
        match answer {
            Ok(version) => {
                if let Some(now) = (self.kind.read)(&version.body) {
                    self.tag.set_value(Some(version.tag));
                    let before = self.before.get_untracked();
                    self.meet(&before, now);
                    if self.theirs.with_untracked(Vec::is_empty) {
                        // They have changed other fields, and those are as they left them.
                        self.save();
                    } else {
                        self.focus();
                    }
                }
            }
            Err(failure) => self.tell(Outcome::Failed(failure)),
        }
    }

    /// What was typed meets what is stored now; `before` is what the typing began from.
    fn meet(self, before: &[String], now: Vec<String>) {
        let typed = untrack(move || self.typed());
        let merged = merge(before, &typed, &now);
        self.fill(&merged.texts);
        let asked = merged.asked.iter();
        let theirs =
            asked.filter_map(|place| Some((*self.kind.fields.get(*place)?, now.get(*place)?.clone())));
        self.theirs.set(theirs.collect());
        self.before.set(now);
    }

    /// Takes what is stored now in the place of what was typed.
    pub fn take_theirs(self, name: &'static str) {
        let theirs = self.theirs.with_untracked(|theirs| {
            let found = theirs.iter().find(|(known, _)| *known == name);
            found.map(|(_, text)| text.clone())
        });
        if let Some(text) = theirs {
            self.cell(name).value.set(text);
        }
        self.theirs
            .update(|theirs| theirs.retain(|(known, _)| *known != name));
        focus_field(name);
    }

    /// Shows which fields are faulty, and leads to the first.
    fn mark(self, faults: Vec<Violation>) {
        let first = self.cells.with_value(|cells| {
            for cell in cells {
                cell.error
                    .set(faults.iter().find(|fault| fault.field == cell.name).cloned());
            }
            let is_marked = |cell: &&Cell| cell.error.with_untracked(Option::is_some);
            cells.iter().find(is_marked).map(|cell| cell.name)
        });
        self.faults.set(faults);
        if let Some(first) = first {
            focus_field(first);
        }
    }

    fn tell(self, outcome: Outcome) {
        self.outcome.set(Some(outcome));
        self.focus();
    }

    fn focus(self) {
        if let Some(place) = self.told.get_untracked() {
            let _ = place.focus();
        }
    }
}
