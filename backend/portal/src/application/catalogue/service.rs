//! Who changes what of applications. Authority is read in the transaction of the deed.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use oidc_provider::{Ended, storage::database::end};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    application::{ApplicationData, ApplicationState, ManagedApplication, ManagedApplicationItem, is_code},
    audit::AuditAction,
    problem::{ErrorCode, Violation, ViolationCode},
};
use url::Url;
use uuid::Uuid;

use super::{
    changes::{changes, whole},
    keeper::Keeper,
    names::Register,
    store::{
        applications::{self, Kept, Wanted},
        roles,
    },
};
use crate::{
    application::icon,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    http::precondition::{IfMatch, Tagged},
};

/// Who changes something, and from which network address.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'a> {
    /// The person.
    pub by: Uuid,
    /// The network address.
    pub source: &'a str,
}

impl Deed<'_> {
    /// A row of the log about this application.
    pub(crate) fn event(self, action: AuditAction, application: &str) -> Event {
        Event::new(action)
            .actor(self.by)
            .source(self.source)
            .detail("application", application)
    }
}

/// Keeps the catalogue of applications.
#[derive(Clone)]
pub struct CatalogueService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
}

impl CatalogueService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// The applications that one keeps, in the order of their tiles.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for one who keeps none.
    pub async fn list(&self, viewer: Uuid, wanted: &Wanted) -> ApiResult<Vec<ManagedApplicationItem>> {
        let keeper = Keeper::of_any(&self.db, viewer).await?;
        Ok(applications::list(&self.db, &keeper, wanted).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this code, or none that one keeps.
    pub async fn read(&self, viewer: Uuid, code: &str) -> ApiResult<Tagged<ManagedApplication>> {
        let keeper = Keeper::of(&self.db, viewer).await?;
        let found = find(&self.db, &keeper, code).await?;
        Ok(shown(&self.db, &keeper, found).await?)
    }

    /// Creates an application. Who owns it is a matter of posts.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for all but system administrators; all violations at once.
    pub(super) async fn create(
        &self,
        deed: Deed<'_>,
        data: ApplicationData,
    ) -> ApiResult<Tagged<ManagedApplication>> {
        let transaction = database::begin_write(&self.db).await?;
        let keeper = Keeper::of(&transaction, deed.by).await?;
        if keeper != Keeper::All {
            return Err(ErrorCode::Forbidden.into());
        }
        check(&transaction, &data, None).await?;
        let data = data.stored();
        if !applications::insert(&transaction, self.clock.as_ref(), &data).await? {
            return Err(invalid("code", ViolationCode::Taken));
        }
        let created = find(&transaction, &keeper, &data.code).await?;
        let view = shown(&transaction, &keeper, created).await?;
        let event = deed.event(AuditAction::ApplicationCreated, &data.code);
        let event = event.detail("after", &whole(&data));
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(view)
    }

    /// Changes what is kept of an application; a change of nothing leaves its version.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] as for reading, [`ErrorCode::PreconditionFailed`] for another version; all violations at
    /// once.
    pub(super) async fn change(
        &self,
        deed: Deed<'_>,
        code: &str,
        if_match: &IfMatch,
        data: ApplicationData,
    ) -> ApiResult<Tagged<ManagedApplication>> {
        let transaction = database::begin_write(&self.db).await?;
        let keeper = Keeper::of(&transaction, deed.by).await?;
        let before = hold(&transaction, &keeper, code).await?;
        if_match.check(before.version)?;
        check(&transaction, &data, Some((&before.data, &keeper))).await?;
        let data = data.stored();
        let Some((was, is)) = changes(&before.data, &data) else {
            return Ok(shown(&transaction, &keeper, before).await?);
        };
        applications::update(&transaction, before.id, &data).await?;
        if data.state == ApplicationState::Closed {
            // Nobody is in there any more.
            end(&transaction, Ended::Client(code), self.clock.now()).await?;
        }
        let after = find(&transaction, &keeper, code).await?;
        let view = shown(&transaction, &keeper, after).await?;
        let event = deed.event(AuditAction::ApplicationChanged, code);
        let event = event.detail("before", &was).detail("after", &is);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        Ok(view)
    }
}

/// One field that breaks one rule.
pub(super) fn invalid(field: &str, code: ViolationCode) -> ApiError {
    ApiError::Invalid(vec![Violation::new(field, code)])
}

/// The application of this code, if it is kept by this keeper.
pub(super) async fn find<C: ConnectionTrait>(db: &C, keeper: &Keeper, code: &str) -> ApiResult<Kept> {
    // Others are not looked for.
    let found = if is_code(code) {
        applications::find(db, code).await?
    } else {
        None
    };
    Ok(found
        .filter(|found| keeper.keeps(found.id))
        .ok_or(ErrorCode::NotFound)?)
}

/// The id of the application of this code, if this person keeps it.
///
/// # Errors
/// [`ErrorCode::NotFound`] when there is none, or none that one keeps.
pub(crate) async fn kept<C: ConnectionTrait>(db: &C, person: Uuid, code: &str) -> ApiResult<Uuid> {
    let keeper = Keeper::of(db, person).await?;
    Ok(find(db, &keeper, code).await?.id)
}

/// The same, held until the transaction ends.
pub(crate) async fn held(transaction: &DatabaseTransaction, person: Uuid, code: &str) -> ApiResult<Uuid> {
    let keeper = Keeper::of(transaction, person).await?;
    Ok(hold(transaction, &keeper, code).await?.id)
}

/// Whether this person keeps every application.
pub(crate) async fn keeps_all<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<bool, DbErr> {
    Ok(Keeper::of(db, person).await? == Keeper::All)
}

/// The application of this code, if it is kept by this keeper, held until the transaction ends.
async fn hold(transaction: &DatabaseTransaction, keeper: &Keeper, code: &str) -> ApiResult<Kept> {
    find(transaction, keeper, code).await?;
    Ok(applications::hold(transaction, code)
        .await?
        .ok_or(ErrorCode::NotFound)?)
}

async fn shown<C: ConnectionTrait>(
    db: &C,
    keeper: &Keeper,
    kept: Kept,
) -> Result<Tagged<ManagedApplication>, DbErr> {
    let agency: Vec<_> = kept.data.owner_agency.as_deref().into_iter().collect();
    let register = Register::of(db, &agency).await?;
    let body = ManagedApplication {
        id: kept.id,
        owner_agency_name: agency.first().and_then(|oid| register.named(oid).name),
        owners: applications::owners(db, kept.id).await?,
        roles: roles::shown(db, roles::of(db, kept.id).await?).await?,
        may_place: *keeper == Keeper::All,
        icon: kept.icon.map(|sha256| icon::address(&kept.data.code, &sha256)),
        data: kept.data,
    };
    Ok(Tagged {
        body,
        version: kept.version,
    })
}

/// Passes what may be kept. `before` is what is kept now, and by whom it is changed.
async fn check<C: ConnectionTrait>(
    db: &C,
    data: &ApplicationData,
    before: Option<(&ApplicationData, &Keeper)>,
) -> ApiResult<()> {
    let mut violations = data.violations();
    let mut add = |field: &str, code| {
        if violations.iter().all(|violation| violation.field != field) {
            violations.push(Violation::new(field, code));
        }
    };
    for (field, address) in [("launch_url", &data.launch_url), ("health_url", &data.health_url)] {
        if address.as_deref().is_some_and(|address| !is_launched(address)) {
            add(field, ViolationCode::Malformed);
        }
    }
    if let Some((before, keeper)) = before {
        if data.code != before.code {
            add("code", ViolationCode::Locked);
        }
        if data.position != before.position && *keeper != Keeper::All {
            add("position", ViolationCode::Locked);
        }
    }
    let owner = data.owner_agency.as_deref();
    // An agency that has left the register stays where it was named before.
    if let Some(oid) =
        owner.filter(|_| before.is_none_or(|(before, _)| before.owner_agency.as_deref() != owner))
        && !Register::of(db, &[oid]).await?.has(oid)
    {
        add("owner_agency", ViolationCode::Unknown);
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(violations))
    }
}

/// Whether the portal leads to such an address, and looks there: one on whose way nobody reads along, and without anybody's password.
fn is_launched(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        foundation::http_client::is_secure(&url) && url.username().is_empty() && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::is_launched;

    #[test]
    fn an_address_is_https_or_this_machine_s_and_holds_no_password() {
        for address in [
            "https://emic.example.gov.tw/a?b#c",
            "http://localhost:8080/",
            "http://127.0.0.1/",
        ] {
            assert!(is_launched(address), "{address}");
        }
        for address in [
            "http://emic.example.gov.tw/",
            "https://",
            "https://user:secret@example.gov.tw/",
            "https://user@example.gov.tw/",
            "javascript:alert(1)",
            "/launch",
        ] {
            assert!(!is_launched(address), "{address}");
        }
    }
}
