//! Who stands on a surge list with which role.

use foundation::id;
use shared::{
    activation::{MOST_ENTRIES, NewSurgeEntry, SurgeListAction},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
};
use uuid::Uuid;

use super::{
    ActivationService,
    lists::said,
    service::Actor,
    store::{self, Entry},
};
use crate::{
    error::{ApiError, ApiResult},
    person,
};

impl ActivationService {
    /// Puts a person in a role on a list, which wants approval then. One who stands there already is left as they are.
    ///
    /// # Errors
    /// As for preparing; violations when it is nobody whom the one who prepares looks after, nobody who may sign in, or
    /// no role that there is; [`ErrorCode::Conflict`] also when the list is full.
    pub(super) async fn add_entry(&self, by: Actor<'_>, id: Uuid, new: &NewSurgeEntry) -> ApiResult<()> {
        let unknown = |field: &str| ApiError::Invalid(vec![Violation::new(field, ViolationCode::Unknown)]);
        let application = self.applications.find(&new.application).await?;
        let (transaction, held) = self.prepare(by, id, SurgeListAction::Change).await?;
        let application = application.ok_or_else(|| unknown("application"))?;
        let roles = application.view.roles.iter().zip(&application.role_ids);
        let mut roles = roles.filter(|(role, _)| role.code == new.role);
        let (offered, role) = roles.next().ok_or_else(|| unknown("role"))?;
        if let Some(code) = offered.refusal(&held.list.agency) {
            return Err(ApiError::Invalid(vec![
                Violation::new("role", code).with("role", &new.role),
            ]));
        }
        let agency = person::agency_of(&transaction, new.person).await?;
        let agency = agency.filter(|agency| held.by.reach.covers(agency.as_ref()));
        let agency = agency.ok_or_else(|| unknown("person"))?;
        if person::is_disabled(&transaction, new.person).await? {
            return Err(unknown("person"));
        }
        let entry = Entry {
            id: id::new(self.clock.as_ref()),
            list: id,
            person: new.person,
            role: *role,
            holder: agency.as_ref(),
        };
        if !store::insert_entry(&transaction, entry).await? {
            return Ok(());
        }
        if store::count_entries(&transaction, id).await? as usize > MOST_ENTRIES {
            return Err(ErrorCode::Conflict.into());
        }
        let event = said(by, AuditAction::SurgeListChanged, &held.list)
            .subject(new.person)
            .detail("application", &new.application)
            .detail("role", &new.role)
            .detail("added_entry", &entry.id.to_string());
        self.changed(transaction, &held, event).await
    }

    /// Takes an entry from a list. It wants no approval, and open events end what is by it alone.
    ///
    /// # Errors
    /// As for preparing; [`ErrorCode::NotFound`] also when there is no such entry.
    pub(super) async fn remove_entry(&self, by: Actor<'_>, id: Uuid, entry: Uuid) -> ApiResult<()> {
        let (transaction, held) = self.prepare(by, id, SurgeListAction::Remove).await?;
        let person = store::delete_entry(&transaction, id, entry).await?;
        let person = person.ok_or(ErrorCode::NotFound)?;
        let event = said(by, AuditAction::SurgeListChanged, &held.list)
            .subject(person)
            .detail("removed_entry", &entry.to_string());
        self.settle(transaction, event).await
    }
}
