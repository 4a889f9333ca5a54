//! Who changes what of roles.

use foundation::database;
use sea_orm::ConnectionTrait;
use shared::{
    application::{ManagedRole, RoleData, is_code},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
};
use uuid::Uuid;

use super::{
    CatalogueService,
    changes::{changes, whole},
    keeper::Keeper,
    names::Register,
    service::{Deed, find, invalid},
    store::roles::{self, KeptRole},
};
use crate::{
    audit,
    error::{ApiError, ApiResult},
    http::precondition::{IfMatch, Tagged},
};

impl CatalogueService {
    /// A role of an application that one keeps.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none, or no such application that one keeps.
    pub async fn read_role(
        &self,
        viewer: Uuid,
        application: &str,
        code: &str,
    ) -> ApiResult<Tagged<ManagedRole>> {
        let keeper = Keeper::of(&self.db, viewer).await?;
        let application = find(&self.db, &keeper, application).await?;
        let found = roles::find(&self.db, application.id, known(code)?).await?;
        shown(&self.db, found.ok_or(ErrorCode::NotFound)?).await
    }

    /// Gives an application a further role.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when one keeps no such application; all violations at once.
    pub(super) async fn add_role(
        &self,
        deed: Deed<'_>,
        application: &str,
        data: RoleData,
    ) -> ApiResult<Tagged<ManagedRole>> {
        let transaction = database::begin_write(&self.db).await?;
        let keeper = Keeper::of(&transaction, deed.by).await?;
        let kept = find(&transaction, &keeper, application).await?;
        check(&transaction, &data, None).await?;
        let data = data.stored();
        if !roles::insert(&transaction, self.clock.as_ref(), kept.id, &data).await? {
            return Err(invalid("code", ViolationCode::Taken));
        }
        let added = roles::find(&transaction, kept.id, &data.code).await?;
        let view = shown(&transaction, added.ok_or(ErrorCode::NotFound)?).await?;
        let event = deed
            .event(AuditAction::ApplicationRoleAdded, application)
            .detail("role", &data.code)
            .detail("after", &whole(&data));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(view)
    }

    /// Changes what is kept of a role; a change of nothing leaves its version. What was granted stays as it is.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] as for reading, [`ErrorCode::PreconditionFailed`] for another version; all violations at
    /// once.
    pub(super) async fn change_role(
        &self,
        deed: Deed<'_>,
        (application, code): (&str, &str),
        if_match: &IfMatch,
        data: RoleData,
    ) -> ApiResult<Tagged<ManagedRole>> {
        let transaction = database::begin_write(&self.db).await?;
        let keeper = Keeper::of(&transaction, deed.by).await?;
        let kept = find(&transaction, &keeper, application).await?;
        let before = roles::hold(&transaction, kept.id, known(code)?).await?;
        let before = before.ok_or(ErrorCode::NotFound)?;
        if_match.check(before.version)?;
        check(&transaction, &data, Some(&before.data)).await?;
        let data = data.stored();
        let Some((was, is)) = changes(&before.data, &data) else {
            return shown(&transaction, before).await;
        };
        roles::update(&transaction, &before, &data, self.clock.now()).await?;
        let after = roles::find(&transaction, kept.id, code).await?;
        let view = shown(&transaction, after.ok_or(ErrorCode::NotFound)?).await?;
        let event = deed
            .event(AuditAction::ApplicationRoleChanged, application)
            .detail("role", code)
            .detail("before", &was)
            .detail("after", &is);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(view)
    }
}

/// What can be a role's code; others are not looked for.
fn known(code: &str) -> ApiResult<&str> {
    Ok(Some(code)
        .filter(|code| is_code(code))
        .ok_or(ErrorCode::NotFound)?)
}

async fn shown<C: ConnectionTrait>(db: &C, role: KeptRole) -> ApiResult<Tagged<ManagedRole>> {
    let version = role.version;
    let body = roles::shown(db, vec![role]).await?.pop();
    Ok(Tagged {
        body: body.ok_or(ErrorCode::NotFound)?,
        version,
    })
}

/// Passes what may be kept. `before` is what is kept now.
async fn check<C: ConnectionTrait>(db: &C, data: &RoleData, before: Option<&RoleData>) -> ApiResult<()> {
    let mut violations = data.violations();
    if before.is_some_and(|before| before.code != data.code) {
        violations.retain(|violation| violation.field != "code");
        violations.push(Violation::new("code", ViolationCode::Locked));
    }
    if violations.iter().all(|violation| violation.field != "agencies") {
        // An agency that has left the register stays where it was named before.
        let named = |oid: &str| before.is_some_and(|it| it.agencies.iter().any(|agency| agency.oid == oid));
        let all = data.agencies.iter().map(|agency| agency.oid.as_str());
        let new: Vec<_> = all.filter(|oid| !named(oid)).collect();
        let register = Register::of(db, &new).await?;
        if let Some(oid) = new.iter().find(|oid| !register.has(oid)) {
            violations.push(Violation::new("agencies", ViolationCode::Unknown).with("agency", oid));
        }
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(violations))
    }
}
