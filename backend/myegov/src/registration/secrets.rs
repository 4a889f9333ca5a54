//! The secrets of a registration under way: kept hashed or sealed, so that nobody types them again on the way back and forth.

use foundation::hasher::Verdict;

use super::{
    draft::{Draft, DraftId, DraftPassword, Step},
    service::RegistrationService,
};
use crate::{
    error::SiteError,
    http::form::Form,
    member::{AccountName, IdKind, fields, masked},
};

impl RegistrationService {
    /// Hashes a password that was chosen.
    pub(super) async fn chosen(&self, password: &str) -> Result<DraftPassword, SiteError> {
        let as_account = match AccountName::read(password) {
            Some(name) => Some(self.hasher.hash(name.key().to_owned().into()).await?),
            None => None,
        };
        let hash = self.hasher.hash(password.to_owned().into()).await?;
        Ok(DraftPassword { hash, as_account })
    }

    /// Whether a password that is kept is the account.
    pub(super) async fn is_account(&self, kept: &DraftPassword, account: &str) -> Result<bool, SiteError> {
        let (Some(hash), Some(name)) = (&kept.as_account, AccountName::read(account)) else {
            return Ok(false);
        };
        let verdict = self
            .hasher
            .verify(name.key().to_owned().into(), Some(hash.clone()))
            .await?;
        Ok(verdict != Verdict::Wrong)
    }

    /// Keeps what is good of a step's secrets, for whoever leaves the step half done: the rest of it is kept as it was typed.
    pub(crate) async fn keep_secrets(
        &self,
        step: Step,
        draft: &mut Draft,
        form: &mut Form,
    ) -> Result<(), SiteError> {
        match step {
            Step::Details => self.keep_id(draft, form),
            Step::Recovery => self.keep_answer(draft, form).await,
            Step::Account | Step::Basics | Step::Confirm => Ok(()),
        }
    }

    /// Seals a number that was typed, if it is one.
    pub(super) fn keep_id(&self, draft: &mut Draft, form: &Form) -> Result<(), SiteError> {
        let kind = IdKind::from_name(form.value("id_kind"));
        let number = kind.and_then(|kind| Some((kind, kind.read(form.value("id_number"))?)));
        if let Some((kind, number)) = number {
            draft.id = Some(DraftId {
                kind,
                sealed: self.seals.seal(&number)?,
                masked: masked(&number),
            });
        }
        Ok(())
    }

    /// Hashes an answer that was typed; one that is kept already need not be.
    pub(super) async fn keep_answer(&self, draft: &mut Draft, form: &mut Form) -> Result<(), SiteError> {
        if draft.has_answer() && form.value("hint_answer").trim().is_empty() {
            return Ok(());
        }
        if let Some(answer) = fields::hint_answer(form, "hint_answer") {
            draft.hint_hash = Some(self.hasher.hash(answer.into()).await?);
        }
        Ok(())
    }
}
