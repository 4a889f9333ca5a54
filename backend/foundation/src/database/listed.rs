//! Rows that go to a statement as one parameter. The statement is the same however many they are, so that it is prepared, and by
//! PostgreSQL planned, once for each connection.

use sea_orm::{DatabaseBackend, DbErr, Value};
use serde::Serialize;

/// What a column of a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A UUID.
    Id,
    /// A text.
    Text,
    /// A whole number of 64 bits.
    Number,
    /// Yes or no.
    Flag,
    /// Bytes, listed as their hexadecimal text.
    Bytes,
}

/// A list that a statement knows as a table of its own.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// What the statement calls it.
    pub name: &'a str,
    /// The columns, in the order in which each row names them.
    pub columns: &'a [(&'a str, ColumnType)],
}

impl Listed<'_> {
    /// What stands after `WITH`, for the list of parameter `$place`.
    pub fn with(self, backend: DatabaseBackend, place: usize) -> String {
        let Self { name, columns } = self;
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let read = columns.iter().enumerate();
        let read: Vec<_> = read.map(|(at, (_, kind))| kind.read(backend, at)).collect();
        let elements = match backend {
            DatabaseBackend::Postgres => format!("jsonb_array_elements(CAST(${place} AS jsonb)) each(value)"),
            _ => format!("json_each(${place}) each"),
        };
        format!(
            "{name}({}) AS (SELECT {} FROM {elements})",
            names.join(", "),
            read.join(", ")
        )
    }

    /// The columns that a row is read from, as they stand after `SELECT`.
    pub fn selected(self) -> String {
        let Self { name, columns } = self;
        let each: Vec<_> = columns
            .iter()
            .map(|(column, _)| format!("{name}.{column}"))
            .collect();
        each.join(", ")
    }

    /// The names of the columns.
    pub fn names(self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

impl ColumnType {
    fn read(self, backend: DatabaseBackend, at: usize) -> String {
        let text = format!("each.value ->> {at}");
        if backend != DatabaseBackend::Postgres {
            return match self {
                Self::Id => format!("unhex({text}, '-')"),
                Self::Bytes => format!("unhex({text})"),
                Self::Text | Self::Number | Self::Flag => text,
            };
        }
        match self {
            Self::Id => format!("CAST({text} AS uuid)"),
            Self::Text => text,
            Self::Number => format!("CAST({text} AS bigint)"),
            Self::Flag => format!("CAST({text} AS boolean)"),
            Self::Bytes => format!("decode({text}, 'hex')"),
        }
    }
}

/// The condition that `column` is one of the ids that parameter `$place` lists.
pub fn among(backend: DatabaseBackend, column: &str, place: usize) -> String {
    match backend {
        DatabaseBackend::Postgres => {
            format!(
                "{column} = ANY(ARRAY(SELECT CAST(id AS uuid) FROM jsonb_array_elements_text(CAST(${place} AS jsonb)) listed(id)))"
            )
        }
        _ => format!("{column} IN (SELECT unhex(value, '-') FROM json_each(${place}))"),
    }
}

/// The list as a parameter: ids for [`among`], and for a [`Listed`] rows, each a tuple of its columns.
///
/// # Errors
/// Of what cannot be written as JSON.
pub fn parameter(rows: &impl Serialize) -> Result<Value, DbErr> {
    serde_json::to_string(rows)
        .map(Value::from)
        .map_err(|error| DbErr::Custom(error.to_string()))
}

#[cfg(test)]
#[path = "listed_tests.rs"]
mod tests;
