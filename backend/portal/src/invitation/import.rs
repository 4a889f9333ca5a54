//! Many invitations at once: each row by itself, and all that is wrong with each.

use std::collections::HashMap;

use foundation::database;
use shared::{
    account::{ImportInvitations, ImportOutcome, ImportRow, ImportedInvitations},
    problem::{Violation, ViolationCode},
    text::Username,
};

use super::{
    InvitationService,
    table::{self, Row},
};
use crate::{
    audit,
    error::{ApiError, ApiResult},
    gate::Caller,
};

impl InvitationService {
    /// Invites those whose rows are without a fault, in one transaction, or says what would happen.
    pub(super) async fn import(
        &self,
        caller: &Caller,
        import: &ImportInvitations,
        source: &str,
    ) -> ApiResult<ImportedInvitations> {
        let violations = import.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let transaction = database::begin_write(&self.db).await?;
        let reach = self.reach(&transaction, caller.person.id).await?;
        self.mail.require()?;
        let table = table::read(&import.csv).map_err(|fault| ApiError::Invalid(vec![fault]))?;
        let mut events = Vec::new();
        let mut seen = HashMap::new();
        let mut rows = Vec::new();
        for Row { line, new } in table {
            let mut violations = Vec::new();
            let key = Username::key_of(&new.username);
            if let Some(first) = seen.get(&key).filter(|_| !key.is_empty()) {
                violations.push(Violation::new("username", ViolationCode::Repeated).with("line", first));
            }
            let outcome = match self.check(&transaction, &reach, &new).await? {
                Err(faults) => {
                    // The first of two of a name waits already, and that is said in better words.
                    let repeated = !violations.is_empty();
                    violations.extend(
                        faults
                            .into_iter()
                            .filter(|it| !(repeated && it.code == ViolationCode::Taken)),
                    );
                    ImportOutcome::Faulty
                }
                Ok(_) if !violations.is_empty() => ImportOutcome::Faulty,
                Ok(_) if import.dry_run => ImportOutcome::WillInvite,
                Ok(checked) => {
                    let event = self
                        .write(&transaction, caller.person.id, checked, source)
                        .await?;
                    if event.is_none() {
                        // Somebody was faster with the name.
                        violations.push(Violation::new("username", ViolationCode::Taken));
                    }
                    let outcome = event
                        .as_ref()
                        .map_or(ImportOutcome::Faulty, |_| ImportOutcome::Invited);
                    events.extend(event);
                    outcome
                }
            };
            seen.entry(key).or_insert(line);
            rows.push(ImportRow {
                line,
                username: new.username,
                name: new.name,
                outcome,
                violations,
            });
        }
        for event in events {
            audit::record(&transaction, self.clock.as_ref(), event).await?;
        }
        transaction.commit().await?;
        Ok(ImportedInvitations { rows })
    }
}
