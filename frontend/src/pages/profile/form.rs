//! The form: what is typed, checked, kept and saved.

use js_sys::{Object, Reflect};
use leptos::{html, prelude::*};
use shared::{
    paths,
    problem::{ErrorCode, Violation, ViolationCode},
    profile::{Field, Present, review},
};
use wasm_bindgen::JsValue;

use super::{
    address::Table,
    stored::Stored,
    versions::{Difference, differences},
};
use crate::{
    api::Failure,
    components::{FieldError, focus_field, spawn},
    session::{Draft, Session, tabs::Message},
};

/// A field in the form.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub field: Field,
    pub value: RwSignal<String>,
    pub error: FieldError,
}

/// What came of the last deed.
#[derive(Clone)]
pub(super) enum Outcome {
    Saved,
    Unchanged,
    Reverted,
    Discarded,
    Failed(Failure),
}

/// The form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    cells: StoredValue<Vec<Cell>>,
    /// What the fields were filled from.
    pub stored: RwSignal<Stored>,
    pub table: Table,
    pub busy: RwSignal<bool>,
    pub faults: RwSignal<Vec<Violation>>,
    pub outcome: RwSignal<Option<Outcome>>,
    /// Whether a draft is shown.
    pub restored: RwSignal<bool>,
    /// The version that is stored now, and where it differs; while the person is asked.
    pub conflict: RwSignal<Option<(Stored, Vec<Difference>)>>,
    /// Where what came of a deed is told.
    pub told: NodeRef<html::Div>,
    pub draft: StoredValue<Draft, LocalStorage>,
    session: Session,
}

impl Form {
    /// Filled with what the server holds, and with the draft, if there is one.
    pub fn new(stored: Stored, session: Session, table: Table, draft: Draft) -> Self {
        let cells = Field::ALL
            .iter()
            .filter(|field| **field != Field::AccountKind)
            .map(|field| Cell {
                field: *field,
                value: RwSignal::new(stored.get(*field)),
                error: RwSignal::new(None),
            });
        let form = Self {
            cells: StoredValue::new(cells.collect()),
            stored: RwSignal::new(stored),
            table,
            busy: RwSignal::new(false),
            faults: RwSignal::new(Vec::new()),
            outcome: RwSignal::new(None),
            restored: RwSignal::new(false),
            conflict: RwSignal::new(None),
            told: NodeRef::new(),
            draft: StoredValue::new_local(draft),
            session,
        };
        form.restore();
        Effect::new(move |_| form.keep());
        form
    }

    /// The cell of a field.
    pub fn cell(self, field: Field) -> Option<Cell> {
        self.cells
            .with_value(|cells| cells.iter().find(|cell| cell.field == field).copied())
    }

    /// All fields with what is in them, following.
    pub fn typed(self) -> Vec<(Field, String)> {
        self.cells
            .with_value(|cells| cells.iter().map(|cell| (cell.field, cell.value.get())).collect())
    }

    pub fn set(self, field: Field, value: String) {
        if let Some(cell) = self.cell(field) {
            cell.value.set(value);
            cell.error.set(None);
        }
    }

    /// 取消, and what is told of it: what the server has.
    pub fn revert(self, outcome: Outcome) {
        let stored = self.stored.get_untracked();
        self.fill(&stored);
        self.tell(outcome);
    }

    fn fill(self, stored: &Stored) {
        for field in Field::ALL {
            self.set(*field, stored.get(*field));
        }
        self.faults.set(Vec::new());
        self.restored.set(false);
    }

    /// Checks a field that the person leaves.
    pub fn leave(self, cell: Cell) {
        let value = cell.value.get_untracked();
        let fault = if value == self.stored.with_untracked(|stored| stored.get(cell.field)) {
            None
        } else if !value.trim().is_empty() {
            cell.field.check(&value).err()
        } else if cell.field.is_required() {
            Some(Violation::new(cell.field.name(), ViolationCode::Required))
        } else {
            None
        };
        cell.error.set(fault);
    }

    /// 修改: saves what has changed.
    pub fn save(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.outcome.set(None);
        self.faults.set(Vec::new());
        let stored = self.stored.get_untracked();
        let given = untrack(|| self.typed())
            .into_iter()
            .map(|(field, text)| (field, Some(text)))
            .collect();
        let some = |text: String| (!text.is_empty()).then_some(text);
        let present = Present {
            value: &|field| some(stored.get(field)),
            is_locked: &|field| stored.lock(field).is_some(),
            district_code: &|county, district| Some(self.table.code(county, district)),
        };
        match review(given, present) {
            Err(faults) => self.show(faults),
            Ok(changes) if changes.is_empty() => {
                self.fill(&stored);
                self.tell(Outcome::Unchanged);
            }
            Ok(changes) => self.send(&changes, stored.tag),
        }
    }

    fn send(self, changes: &[(Field, Option<String>)], tag: String) {
        let body = Object::new();
        for (field, value) in changes {
            let value = value
                .as_ref()
                .map_or(JsValue::NULL, |text| JsValue::from_str(text));
            let _ = Reflect::set(&body, &field.name().into(), &value);
        }
        let renamed = changes.iter().any(|(field, _)| *field == Field::Name);
        let draft = self.draft.get_value();
        self.busy.set(true);
        spawn(async move {
            let result = self.session.patch(paths::PROFILE, &tag, &body).await;
            // The page may have been left meanwhile; what is saved is no draft any more.
            let is_here = self.busy.try_set(false).is_none();
            match result {
                Ok(version) => {
                    draft.forget();
                    if is_here {
                        self.saved(Stored::read(version));
                    }
                    if renamed {
                        self.session.refresh(None);
                        self.session.tell(Message::SignedIn);
                    }
                }
                Err(failure) if is_here => self.refused(failure).await,
                Err(_) => {}
            }
        });
    }

    fn saved(self, stored: Stored) {
        self.fill(&stored);
        self.stored.set(stored);
        self.tell(Outcome::Saved);
    }

    async fn refused(self, failure: Failure) {
        if let Failure::Refused(problem) = &failure {
            match problem.code {
                ErrorCode::Invalid => return self.show(problem.violations.clone()),
                ErrorCode::PreconditionFailed => return self.compare().await,
                _ => {}
            }
        }
        self.tell(Outcome::Failed(failure));
    }

    /// Somebody was faster: asks which of the two versions is to count.
    async fn compare(self) {
        let answer = self.session.get_version(paths::PROFILE).await;
        let Some(before) = self.stored.try_get_untracked() else {
            return;
        };
        match answer {
            Err(failure) => self.tell(Outcome::Failed(failure)),
            Ok(version) => {
                let now = Stored::read(version);
                let found = untrack(|| differences(&self.typed(), &|field| before.get(field), &now));
                if found.is_empty() {
                    // Both typed the same.
                    self.saved(now);
                } else {
                    self.conflict.set(Some((now, found)));
                }
            }
        }
    }

    /// Takes theirs where the person chose it, and saves the rest.
    pub fn resolve(self, takes_mine: &dyn Fn(Field) -> bool) {
        let Some((now, found)) = self.conflict.get_untracked() else {
            return;
        };
        for it in found {
            if it.is_locked || !takes_mine(it.field) {
                self.set(it.field, it.theirs);
            }
        }
        self.stored.set(now);
        self.conflict.set(None);
        self.save();
    }

    /// Marks the faulty fields and leads to the first. They are told in the order of the page.
    fn show(self, mut faults: Vec<Violation>) {
        faults.sort_by_key(|fault| Field::ALL.iter().position(|field| field.name() == fault.field));
        self.cells.with_value(|cells| {
            for cell in cells {
                let fault = faults.iter().find(|fault| fault.field == cell.field.name());
                cell.error.set(fault.cloned());
            }
        });
        let first = faults.first().map(|fault| fault.field.clone());
        self.faults.set(faults);
        if let Some(first) = first {
            focus_field(&first);
        }
    }

    /// Tells what came of a deed, and puts the focus there: the button may be far below.
    fn tell(self, outcome: Outcome) {
        self.outcome.set(Some(outcome));
        if let Some(place) = self.told.get_untracked() {
            let _ = place.focus();
        }
    }
}
