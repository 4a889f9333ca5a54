//! What the directory answers.

use serde::{Deserialize, Serialize};

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) items: Vec<T>,
    /// Where the next page begins; none after the last.
    pub(super) next: Option<String>,
}

/// A list that comes whole.
#[derive(Deserialize)]
pub(super) struct All<T> {
    pub(super) items: Vec<T>,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Some people have none.
    pub(crate) email: Option<String>,
    pub(crate) agency: Option<Agency>,
}

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agency {
    pub(crate) oid: String,
    pub(crate) name: String,
}

/// A role in an application: codes and names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApplicationRole {
    pub(crate) application: String,
    pub(crate) application_name: String,
    pub(crate) role: String,
    pub(crate) role_name: String,
}

impl ApplicationRole {
    /// `application:role`.
    pub(crate) fn code(&self) -> String {
        format!("{}:{}", self.application, self.role)
    }
}
