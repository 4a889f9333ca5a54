//! A registration that is under way: what was typed, step by step, and what has come of the secrets in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    http::form::Form,
    member::{IdKind, Sealed, Seals},
};

/// Longer than this no field is kept, in bytes.
const LONGEST: usize = 1024;

/// The five steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// 選擇您的帳號及密碼.
    Account,
    /// 請提供您的基本資料.
    Basics,
    /// 進階資料提供.
    Details,
    /// 設定您的忘記密碼救援選項.
    Recovery,
    /// 註冊確認.
    Confirm,
}

impl Step {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 5] = [
        Self::Account,
        Self::Basics,
        Self::Details,
        Self::Recovery,
        Self::Confirm,
    ];

    /// The last part of its address.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Basics => "basics",
            Self::Details => "details",
            Self::Recovery => "recovery",
            Self::Confirm => "confirm",
        }
    }

    /// The inverse of [`Self::name`].
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// Its page.
    pub(crate) fn path(self) -> String {
        format!("/join/{}", self.name())
    }

    /// From 1 to 5.
    pub(crate) fn number(self) -> usize {
        Self::ALL
            .iter()
            .position(|step| *step == self)
            .map_or(0, |at| at + 1)
    }

    /// In the progress bar, in both languages.
    pub(crate) const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Account => ("帳號及密碼", "Account and password"),
            Self::Basics => ("基本資料", "About you"),
            Self::Details => ("進階資料", "Further data"),
            Self::Recovery => ("救援選項", "If you forget the password"),
            Self::Confirm => ("註冊確認", "Confirmation"),
        }
    }

    /// The heading of its page, in both languages.
    pub(crate) const fn heading(self) -> (&'static str, &'static str) {
        match self {
            Self::Account => ("選擇您的帳號及密碼", "Choose your account and password"),
            Self::Basics => ("請提供您的基本資料", "Please tell us about you"),
            Self::Details => ("進階資料提供", "Further data"),
            Self::Recovery => ("請設定您的忘記密碼救援選項", "In case you forget your password"),
            Self::Confirm => ("註冊確認", "Confirm your registration"),
        }
    }

    /// The fields that are kept as they were typed. Secrets are none of them.
    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Account => &["account"],
            Self::Basics => &["name", "email", "email_again", "nickname", "membership"],
            Self::Details => &[
                "birth_year",
                "birth_month",
                "birth_day",
                "id_kind",
                "gender",
                "county",
                "district",
                "postal_code",
                "street",
                "phone",
                "phone_extension",
            ],
            Self::Recovery => &["hint_question", "rescue_mobile"],
            Self::Confirm => &[],
        }
    }
}

/// 身分證 / 護照號碼 of a draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DraftId {
    pub(super) kind: IdKind,
    pub(super) sealed: Sealed,
    /// For the pages.
    pub(super) masked: String,
}

/// A password that was chosen, hashed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct DraftPassword {
    pub(super) hash: String,
    /// The hash of its small letters, where somebody's account could be that: the account may be changed afterwards, and must
    /// not be the password.
    pub(super) as_account: Option<String>,
}

/// A registration that is under way. Its debug form does not show it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Draft {
    values: BTreeMap<String, String>,
    done: BTreeSet<Step>,
    pub(super) password: Option<DraftPassword>,
    pub(super) id: Option<DraftId>,
    pub(super) hint_hash: Option<String>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl Draft {
    /// What was typed into a field.
    pub(crate) fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Whether the advanced data are asked for.
    pub(crate) fn is_advanced(&self) -> bool {
        self.value("membership") == "advanced"
    }

    /// The steps that this registration takes.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step> {
        let advanced = self.is_advanced();
        Step::ALL
            .into_iter()
            .filter(move |step| advanced || *step != Step::Details)
    }

    /// The step after this one, if there is one.
    pub(crate) fn after(&self, step: Step) -> Option<Step> {
        self.steps().find(|next| *next > step)
    }

    /// The step before this one, if there is one.
    pub(crate) fn before(&self, step: Step) -> Option<Step> {
        self.steps().filter(|before| *before < step).last()
    }

    /// Whether the step's rules are kept.
    pub(crate) fn is_done(&self, step: Step) -> bool {
        self.done.contains(&step)
    }

    /// The first step that is not done: further than this one does not come.
    pub(crate) fn furthest(&self) -> Step {
        self.steps()
            .find(|step| !self.is_done(*step))
            .unwrap_or(Step::Confirm)
    }

    /// Keeps what was typed. Whether the step is done shows when its rules were looked at.
    pub(super) fn take(&mut self, step: Step, form: &Form) {
        for field in step.fields() {
            let value = form.value(field).trim();
            if value.len() <= LONGEST {
                self.values.insert((*field).to_owned(), value.to_owned());
            }
        }
        self.done.remove(&step);
    }

    /// The step's rules are kept.
    pub(super) fn finish(&mut self, step: Step) {
        self.done.insert(step);
    }

    /// The step's rules turn out not to be kept any more.
    pub(super) fn reopen(&mut self, step: Step) {
        self.done.remove(&step);
    }

    /// Seals the number with the present key. One whose key has gone is asked for once more.
    pub(super) fn renew_id(&mut self, seals: &Seals) {
        let Some(id) = self.id.take() else { return };
        match seals.renewed(id.sealed) {
            Ok(sealed) => self.id = Some(DraftId { sealed, ..id }),
            Err(_) => self.reopen(Step::Details),
        }
    }

    /// The step's form, filled in.
    pub(crate) fn form(&self, step: Step) -> Form {
        let mut form = Form::default();
        for field in step.fields() {
            form.set(field, self.value(field));
        }
        form
    }

    /// Whether a password is kept.
    pub(crate) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The number that is kept, masked; none when another kind is chosen.
    pub(crate) fn masked_id(&self) -> Option<&str> {
        self.id.as_ref().map(|id| id.masked.as_str())
    }

    /// Whether an answer is kept.
    pub(crate) fn has_answer(&self) -> bool {
        self.hint_hash.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(membership: &str) -> Draft {
        let mut draft = Draft::default();
        draft.take(Step::Basics, &Form::default().with("membership", membership));
        draft
    }

    #[test]
    fn ordinary_members_skip_the_advanced_data() {
        let draft = chosen("ordinary");
        assert_eq!(draft.after(Step::Basics), Some(Step::Recovery));
        assert_eq!(draft.before(Step::Recovery), Some(Step::Basics));
        assert_eq!(draft.steps().count(), 4);
        let draft = chosen("advanced");
        assert_eq!(draft.after(Step::Basics), Some(Step::Details));
        assert_eq!(draft.before(Step::Recovery), Some(Step::Details));
        assert_eq!(
            (draft.before(Step::Account), draft.after(Step::Confirm)),
            (None, None)
        );
    }

    #[test]
    fn nobody_comes_further_than_the_first_step_that_is_not_done() {
        let mut draft = chosen("advanced");
        assert_eq!(draft.furthest(), Step::Account);
        for step in [Step::Account, Step::Basics, Step::Recovery] {
            draft.finish(step);
        }
        assert_eq!(draft.furthest(), Step::Details);
        draft.take(Step::Basics, &Form::default().with("membership", "ordinary"));
        assert_eq!(
            draft.furthest(),
            Step::Basics,
            "what is typed anew is checked anew"
        );
        draft.finish(Step::Basics);
        assert_eq!(draft.furthest(), Step::Confirm);
    }

    #[test]
    fn secrets_are_not_kept_as_they_were_typed() {
        let mut draft = Draft::default();
        let form = Form::default()
            .with("account", "dawen1234")
            .with("password", "abcd1234")
            .with("id_number", "A123456789")
            .with("hint_answer", "中正國小");
        for step in Step::ALL {
            draft.take(step, &form);
        }
        let kept = serde_json::to_string(&draft).unwrap();
        assert!(kept.contains("dawen1234"));
        for secret in ["abcd1234", "A123456789", "中正國小"] {
            assert!(!kept.contains(secret), "{secret}");
        }
    }
}
