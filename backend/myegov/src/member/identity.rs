//! 身分證 / 護照號碼: one of three numbers, told apart by its form.

use serde::{Deserialize, Serialize};
use shared::text::{NationalId, PassportNumber, ResidentNumber};

/// Which number somebody is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdKind {
    /// 身分證字號.
    National,
    /// 統一證號 of a resident from abroad.
    Resident,
    /// 護照號碼.
    Passport,
}

impl IdKind {
    /// All of them, in the order of the form.
    pub(crate) const ALL: [Self; 3] = [Self::National, Self::Resident, Self::Passport];

    /// The word for it in forms and in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Resident => "resident",
            Self::Passport => "passport",
        }
    }

    /// The inverse of [`Self::name`].
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// As pages call it, in both languages.
    pub(crate) const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::National => ("身分證字號", "National ID number"),
            Self::Resident => ("統一證號", "Resident (UI) number"),
            Self::Passport => ("護照號碼", "Passport number"),
        }
    }

    /// The number as it is stored; none when it is no such number.
    pub(crate) fn read(self, text: &str) -> Option<String> {
        let number = match self {
            Self::National => NationalId::parse("", text).ok()?.as_str().to_owned(),
            Self::Resident => ResidentNumber::parse("", text).ok()?.as_str().to_owned(),
            Self::Passport => PassportNumber::parse("", text).ok()?.as_str().to_owned(),
        };
        Some(number)
    }
}

/// For screens: without its last four characters.
pub(crate) fn masked(number: &str) -> String {
    let shown = number.chars().count().saturating_sub(4);
    number.chars().take(shown).chain("****".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_reads_its_own() {
        assert_eq!(IdKind::National.read("a123456789").unwrap(), "A123456789");
        assert_eq!(IdKind::Resident.read("A800000014").unwrap(), "A800000014");
        assert_eq!(IdKind::Passport.read("3001234 ").unwrap(), "3001234");
        assert_eq!(IdKind::National.read("A800000014"), None);
        assert_eq!(IdKind::Resident.read("A123456789"), None);
        for kind in IdKind::ALL {
            assert_eq!(IdKind::from_name(kind.name()), Some(kind));
        }
    }

    #[test]
    fn the_last_four_are_hidden() {
        assert_eq!(masked("A123456789"), "A12345****");
        assert_eq!(masked("300"), "****");
    }
}
