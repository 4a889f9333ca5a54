//! Who sets and removes rules of which roles are in conflict: system administrators all, owners those between two roles of
//! their own.

use foundation::database;
use sea_orm::ConnectionTrait;
use shared::{
    application::{NewRoleConflict, RoleConflictView},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
};
use uuid::Uuid;

use super::{
    CatalogueService,
    keeper::Keeper,
    service::Deed,
    store::conflicts::{self, RoleOf},
};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
};

impl CatalogueService {
    /// The rules that touch the applications that one keeps, and this one where it is named; the oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who keeps none.
    pub async fn conflicts(
        &self,
        viewer: Uuid,
        application: Option<&str>,
        after: Option<Uuid>,
        limit: u32,
    ) -> ApiResult<Vec<RoleConflictView>> {
        let keeper = Keeper::of_any(&self.db, viewer).await?;
        Ok(conflicts::list(&self.db, &keeper, application, after, limit).await?)
    }

    /// Sets a rule, or changes what the one of the same two roles says; it, and whether it is new. It counts from the next
    /// decision on.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who keeps no application; all violations at once. Roles of applications that one
    /// does not keep are unknown.
    pub(super) async fn set_conflict(
        &self,
        deed: Deed<'_>,
        rule: &NewRoleConflict,
    ) -> ApiResult<(RoleConflictView, bool)> {
        let transaction = database::begin_write(&self.db).await?;
        let keeper = Keeper::of_any(&transaction, deed.by).await?;
        let violations = rule.violations();
        if !violations.is_empty() {
            return Err(ApiError::Invalid(violations));
        }
        let pair = pair(&transaction, &keeper, rule).await?;
        conflicts::hold_role(&transaction, pair.0).await?;
        let before = match conflicts::of_roles(&transaction, pair).await? {
            Some(id) => conflicts::find(&transaction, &keeper, id).await?,
            None => None,
        };
        if let Some(before) = &before
            && before.reason == rule.reason.trim()
            && before.strict == rule.strict
        {
            return Ok((before.clone(), false));
        }
        let id = conflicts::set(&transaction, self.clock.as_ref(), pair, rule, deed.by).await?;
        let after = conflicts::find(&transaction, &keeper, id).await?;
        let after = after.ok_or(ErrorCode::NotFound)?;
        let event = event(AuditAction::RoleConflictSet, deed, &after).detail("after", &words(&after));
        let event = match &before {
            Some(before) => event.detail("before", &words(before)),
            None => event,
        };
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok((after, before.is_none()))
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none that touches what one keeps;
    /// [`ErrorCode::Forbidden`] when one of its roles is of an application that one does not keep.
    pub(super) async fn remove_conflict(&self, deed: Deed<'_>, id: Uuid) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        let keeper = Keeper::of(&transaction, deed.by).await?;
        let before = conflicts::find(&transaction, &keeper, id).await?;
        let before = before.ok_or(ErrorCode::NotFound)?;
        if !before.may_change {
            return Err(ErrorCode::Forbidden.into());
        }
        if !conflicts::remove(&transaction, id).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let event = event(AuditAction::RoleConflictRemoved, deed, &before).detail("before", &words(&before));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The two roles in the order that rules have them in.
async fn pair<C: ConnectionTrait>(
    db: &C,
    keeper: &Keeper,
    rule: &NewRoleConflict,
) -> ApiResult<(Uuid, Uuid)> {
    let one = conflicts::role(db, &rule.application, &rule.role).await?;
    let other = conflicts::role(db, &rule.other_application, &rule.other_role).await?;
    let kept = |role: Option<RoleOf>| role.filter(|role| keeper.keeps(role.application));
    match (kept(one), kept(other)) {
        (Some(one), Some(other)) => Ok((one.role.min(other.role), one.role.max(other.role))),
        (one, other) => {
            let unknown = |field: &str| Violation::new(field, ViolationCode::Unknown);
            let one = one.is_none().then(|| unknown("role"));
            let other = other.is_none().then(|| unknown("other_role"));
            Err(ApiError::Invalid(one.into_iter().chain(other).collect()))
        }
    }
}

fn event(action: AuditAction, deed: Deed<'_>, rule: &RoleConflictView) -> Event {
    let name = |role: &shared::application::RoleName| [&role.application.code, "/", &role.role.code].concat();
    Event::new(action)
        .actor(deed.by)
        .source(deed.source)
        .detail("rule", &rule.id.to_string())
        .detail("roles", &[name(&rule.one), name(&rule.other)].join(" "))
}

/// The rule in the words of the log.
fn words(rule: &RoleConflictView) -> String {
    let strict = if rule.strict { "strict: " } else { "" };
    [strict, &rule.reason].concat()
}
