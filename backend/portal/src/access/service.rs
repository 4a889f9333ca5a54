//! Asking for roles, and what becomes of it.

use std::collections::BTreeSet;

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    access::{GrantView, NewRequest, RequestAction, RequestState, RequestView},
    audit::AuditAction,
    date::Date,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::{
    held::{self, Standing},
    requests::{self, Line, Row, Wanted},
};
use crate::{
    agency::AgencyService,
    application::{Application, ApplicationService},
    audit::{self, Event},
    error::{ApiError, ApiResult},
};

/// Takes requests for roles, and knows who holds which.
#[derive(Clone)]
pub struct AccessService {
    db: Database,
    clock: SharedClock,
    applications: ApplicationService,
    agencies: AgencyService,
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub enum Submitted {
    /// Now.
    New(RequestView),
    /// Before; this time it was a retry.
    Before(RequestView),
}

/// Who does something, and from which network address.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// The person.
    pub person: Uuid,
    /// The address.
    pub source: &'a str,
}

impl AccessService {
    /// On this database.
    pub fn new(
        db: Database,
        clock: SharedClock,
        applications: ApplicationService,
        agencies: AgencyService,
    ) -> Self {
        Self {
            db,
            clock,
            applications,
            agencies,
        }
    }

    /// How a person stands to the roles of all applications.
    pub async fn standing(&self, person: Uuid) -> Result<Standing, DbErr> {
        held::standing(&self.db, person, self.clock.now()).await
    }

    /// A person's grants, the newest first.
    pub async fn grants(
        &self,
        person: Uuid,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<GrantView>, DbErr> {
        held::list(&self.db, person, self.clock.now(), after, limit).await
    }

    /// A person's requests, the newest first, after the moment and the id of the last one that was seen.
    pub async fn list(
        &self,
        person: Uuid,
        state: Option<RequestState>,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> Result<Vec<RequestView>, DbErr> {
        let wanted = Wanted {
            person,
            state,
            after,
            limit,
        };
        requests::list(&self.db, wanted).await
    }

    /// One of a person's requests.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or it is somebody else's.
    pub async fn read(&self, person: Uuid, id: Uuid) -> ApiResult<RequestView> {
        own(&self.db, person, id).await?;
        self.shown(id).await
    }

    async fn shown(&self, id: Uuid) -> ApiResult<RequestView> {
        let found = requests::read(&self.db, id).await?;
        Ok(found.ok_or(ErrorCode::NotFound)?)
    }

    /// Takes a request. The same one sent again is the same one.
    ///
    /// # Errors
    /// All violations at once; [`ErrorCode::Conflict`] when the id is that of another request.
    pub async fn submit(&self, by: Actor<'_>, new: &NewRequest) -> ApiResult<Submitted> {
        if let Some(known) = requests::find(&self.db, new.id).await? {
            return self.again(by, new, &known).await;
        }
        let (application, agency) = self.check(new).await?;
        let row = Row {
            id: new.id,
            person_id: by.person,
            application_id: application.view.id,
            agency_oid: agency.to_string(),
            reason: new.stored_reason(),
            starts_on: new.starts_on.clone(),
            ends_on: new.ends_on.clone(),
            state: RequestState::Draft.name().to_owned(),
            submitted_at: self.clock.now().as_millis(),
        };
        let transaction = database::begin_write(&self.db).await?;
        if !requests::insert(&transaction, row.clone()).await? {
            // The same id came twice at once, and the other one was first.
            transaction.rollback().await?;
            let known = requests::find(&self.db, new.id).await?;
            return self.again(by, new, &known.ok_or(ErrorCode::Conflict)?).await;
        }
        take_roles(&transaction, &row, &application, new).await?;
        self.act(&transaction, &row, RequestAction::Submit, by).await?;
        let event = Event::new(AuditAction::PermissionRequested)
            .actor(by.person)
            .subject(by.person)
            .source(by.source)
            .detail("request", &new.id.to_string())
            .detail("application", &new.application)
            .detail("roles", &new.roles.join(" "))
            .detail("agency", &row.agency_oid);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.shown(new.id).await.map(Submitted::New)
    }

    /// Answers a request that is there already as the first one was answered, if it is the same.
    async fn again(&self, by: Actor<'_>, new: &NewRequest, known: &Row) -> ApiResult<Submitted> {
        if known.person_id != by.person {
            return Err(ErrorCode::Conflict.into());
        }
        let view = self.shown(known.id).await?;
        let roles: BTreeSet<_> = view.roles.iter().map(|role| &role.code).collect();
        let same = view.application.code == new.application
            && roles == new.roles.iter().collect()
            && roles.len() == new.roles.len()
            && known.agency_oid == new.agency
            && known.reason == new.stored_reason()
            && known.starts_on == new.starts_on
            && known.ends_on == new.ends_on;
        if same {
            Ok(Submitted::Before(view))
        } else {
            Err(ErrorCode::Conflict.into())
        }
    }

    async fn check(&self, new: &NewRequest) -> ApiResult<(Application, Oid)> {
        let today = Date::in_taiwan(self.clock.now());
        let application = self.applications.find(&new.application).await?;
        let offered = application.as_ref().map(|one| one.view.roles.as_slice());
        let mut violations = new.violations(today, offered);
        let agency = new.agency.parse::<Oid>().ok();
        if let Some(agency) = &agency
            && !self.is_agency(agency).await?
        {
            violations.push(Violation::new("agency", ViolationCode::Unknown));
        }
        match (application, agency) {
            (Some(application), Some(agency)) if violations.is_empty() => Ok((application, agency)),
            _ => Err(ApiError::Invalid(violations)),
        }
    }

    /// Whether the register holds this agency now.
    async fn is_agency(&self, oid: &Oid) -> ApiResult<bool> {
        match self.agencies.find(oid).await {
            Ok(agency) => Ok(agency.vanished_at.is_none()),
            Err(ApiError::Code(ErrorCode::NotFound)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Takes a request back.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not one of the person's; [`ErrorCode::Conflict`] when it is closed.
    pub async fn withdraw(&self, by: Actor<'_>, id: Uuid) -> ApiResult<RequestView> {
        let transaction = database::begin_write(&self.db).await?;
        let request = own(&transaction, by.person, id).await?;
        self.act(&transaction, &request, RequestAction::Withdraw, by)
            .await?;
        let event = Event::new(AuditAction::PermissionRequestWithdrawn)
            .actor(by.person)
            .subject(by.person)
            .source(by.source)
            .detail("request", &id.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.shown(id).await
    }

    /// Moves a request as the state machine says, with its line of history.
    async fn act(
        &self,
        transaction: &DatabaseTransaction,
        request: &Row,
        action: RequestAction,
        by: Actor<'_>,
    ) -> ApiResult<()> {
        let state = request.state()?;
        let next = state.next(action).map_err(|_| ErrorCode::Conflict)?;
        if !requests::move_on(transaction, request.id, state, next).await? {
            return Err(ErrorCode::Conflict.into());
        }
        let line = Line {
            at: self.clock.now(),
            action,
            actor: by.person,
            comment: None,
        };
        Ok(requests::insert_event(transaction, request.id, line).await?)
    }
}

/// The request of this id, if it is the person's.
async fn own<C: ConnectionTrait>(db: &C, person: Uuid, id: Uuid) -> ApiResult<Row> {
    let found = requests::find(db, id).await?;
    Ok(found
        .filter(|request| request.person_id == person)
        .ok_or(ErrorCode::NotFound)?)
}

/// Writes the roles that are asked for; in one order, so that two requests at once never wait for each other.
async fn take_roles(
    transaction: &DatabaseTransaction,
    request: &Row,
    application: &Application,
    new: &NewRequest,
) -> ApiResult<()> {
    let mut violations = Vec::new();
    for (role, id) in application.view.roles.iter().zip(&application.role_ids) {
        if new.roles.contains(&role.code) && !requests::insert_role(transaction, request, *id).await? {
            let taken = Violation::new("roles", ViolationCode::AlreadyRequested);
            violations.push(taken.with("role", &role.code));
        }
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(violations))
    }
}
