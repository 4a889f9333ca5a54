//! Which days are worked.

use std::collections::BTreeMap;

use shared::date::Date;

/// The week's rule, and the days that are otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calendar(BTreeMap<Date, bool>);

impl Calendar {
    /// Of days and whether each is off.
    pub(crate) fn of(days: impl IntoIterator<Item = (Date, bool)>) -> Self {
        Self(days.into_iter().collect())
    }

    /// Whether offices are open on this day.
    pub(crate) fn is_worked(&self, day: Date) -> bool {
        !self.0.get(&day).copied().unwrap_or_else(|| is_weekend(day))
    }
}

/// Saturday or Sunday.
pub(super) fn is_weekend(day: Date) -> bool {
    day >= day.monday().plus_days(5)
}
