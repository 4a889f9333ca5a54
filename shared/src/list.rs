//! The form of every list: `{items, next}`, continued by a cursor.

use serde::{Deserialize, Serialize};

/// The most items that one answer holds.
pub const MOST: u32 = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// `?after=` for what follows; none at the end.
    pub next: Option<String>,
}
