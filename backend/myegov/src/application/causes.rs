//! Why a case needs the form: what the automatic review found.

use crate::{language::Language, personnel::Findings};

/// All that was found; nothing for a case that the job decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Causes {
    /// It is not the member's first application, or they have a 公務帳號 already.
    pub(crate) again: bool,
    /// Another account with this number has a 公務帳號.
    pub(crate) taken: bool,
    /// What was compared when the case was made is not so any more: the member's own data, or whether they may sign in.
    pub(crate) changed: bool,
    /// What differs from the personnel register.
    pub(crate) findings: Findings,
}

impl Causes {
    /// Whether there is none.
    pub(crate) fn are_none(self) -> bool {
        self == Self::default()
    }

    fn parts(self) -> [(bool, &'static str, &'static str, &'static str); 6] {
        [
            (self.again, "again", "非首次申請", "not the first application"),
            (
                self.taken,
                "taken",
                "同一證號的其他會員帳號已是公務帳號",
                "another account with this ID number is a civil-servant account",
            ),
            (
                self.changed,
                "changed",
                "申請後會員資料或帳號狀態有變更",
                "the member's data, or the state of the account, have changed since",
            ),
            (
                self.findings.unlisted,
                "unlisted",
                "人事資料查無此證號",
                "this ID number is not in the personnel register",
            ),
            (
                self.findings.name,
                "name",
                "姓名與人事資料不符",
                "the name differs from the personnel register",
            ),
            (
                self.findings.agency,
                "agency",
                "機關與人事資料不符",
                "the agency differs from the personnel register",
            ),
        ]
    }

    /// The words for it in the database.
    pub(crate) fn names(self) -> String {
        let parts = self.parts();
        let named: Vec<_> = parts.iter().filter(|part| part.0).map(|part| part.1).collect();
        named.join(",")
    }

    /// The inverse of [`Self::names`].
    pub(crate) fn from_names(names: &str) -> Self {
        let has = |name: &str| names.split(',').any(|found| found == name);
        Self {
            again: has("again"),
            taken: has("taken"),
            changed: has("changed"),
            findings: Findings {
                unlisted: has("unlisted"),
                name: has("name"),
                agency: has("agency"),
            },
        }
    }

    /// For the reviewer: each by itself.
    pub(crate) fn for_staff(self, l: Language) -> Vec<&'static str> {
        let said = |(_, _, zh, en): (bool, &str, &'static str, &'static str)| l.say(zh, en);
        self.parts().into_iter().filter(|part| part.0).map(said).collect()
    }

    /// For the applicant. Which datum differs is not said: whoever knows another person's number could ask the register,
    /// field by field, where that person serves.
    pub(crate) fn for_applicant(self, l: Language) -> &'static str {
        if self.again {
            l.say(
                "您不是第一次申請公務帳號，所以須由人工審核。",
                "This is not your first application, so that a person reviews it.",
            )
        } else if self.changed {
            l.say(
                "您的會員資料或帳號狀態在申請後有變更，所以須由人工審核。",
                "Your data, or the state of your account, have changed since you applied, so that a person reviews them.",
            )
        } else {
            l.say(
                "您的資料與『行政院人事行政總處』登載的資料有部分不符，所以須由人工審核。",
                "Some of your data differ from the personnel register, so that a person reviews them.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_reads_back_and_the_applicant_is_not_told_which_datum_differs() {
        let all = Causes {
            again: false,
            taken: true,
            changed: true,
            findings: Findings {
                unlisted: true,
                name: true,
                agency: true,
            },
        };
        assert_eq!(Causes::from_names(&all.names()), all);
        assert_eq!(Causes::from_names(""), Causes::default());
        assert_eq!(all.for_staff(Language::Chinese).len(), 5);
        let all = Causes {
            changed: false,
            ..all
        };
        let one = Causes {
            findings: Findings {
                name: true,
                ..Findings::default()
            },
            ..Causes::default()
        };
        assert_eq!(
            one.for_applicant(Language::Chinese),
            all.for_applicant(Language::Chinese)
        );
    }
}
