//! Asking for roles, and taking requests back.

use std::{collections::BTreeSet, time::Duration};

use foundation::{
    clock::SharedClock,
    database::{self, Database},
    together::Together,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use shared::{
    access::{NewRequest, RequestAction, RequestState, RequestView, Stage},
    audit::AuditAction,
    date::Date,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::{
    requests::{self, Row},
    routing,
    seat::Seats,
    shown::{self, Wanted, Whose},
    standing::{self, Standing},
    verdict::{self, Decided, Decision},
};
use crate::{
    agency::AgencyService,
    application::{self, Application, ApplicationService},
    audit::{self, Event},
    config,
    error::{ApiError, ApiResult},
    notification::{self, Gathering},
};

/// Takes requests for roles, and knows who holds which.
#[derive(Clone)]
pub struct AccessService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) applications: ApplicationService,
    agencies: AgencyService,
    /// After so long without a decision a request goes to the next level.
    pub(super) patience: Duration,
    /// Decisions, made together.
    pub(super) deciding: Together<Decision, Decided>,
    /// Requests as their readers see them, read together.
    showing: Together<(Uuid, Seats), Option<RequestView>>,
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
        config: config::Access,
    ) -> Self {
        let backend = db.get_database_backend();
        let (deciding, showing) = ((db.for_together(), clock.clone()), db.for_together());
        Self {
            deciding: Together::writing(move |decisions: Vec<Decision>| {
                let (db, clock) = deciding.clone();
                async move { verdict::make(&db, clock.as_ref(), &decisions, &mut Gathering::default()).await }
            }),
            showing: Together::reading(backend, move |wanted: Vec<(Uuid, Seats)>| {
                let db = showing.clone();
                async move { shown::read_each(&db, &wanted).await }
            }),
            db,
            clock,
            applications,
            agencies,
            patience: config.escalate_after,
        }
    }

    /// How a person stands to the roles of all applications.
    pub async fn standing(&self, person: Uuid) -> Result<Standing, DbErr> {
        standing::standing(&self.db, person, self.clock.now()).await
    }

    /// A person's requests, the newest first, after the moment and the id of the last one that was seen.
    pub async fn list(
        &self,
        person: Uuid,
        state: Option<RequestState>,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> ApiResult<Vec<RequestView>> {
        self.list_of(person, Whose::Own(person), state, after, limit)
            .await
    }

    /// The requests that a person's posts are to decide on, the oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] when there is no such post.
    pub async fn to_decide(
        &self,
        person: Uuid,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> ApiResult<Vec<RequestView>> {
        self.list_of(person, Whose::ToDecide, None, after, limit).await
    }

    /// The requests that a person's posts look after, the newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] when there is no such post.
    pub async fn overseen(
        &self,
        person: Uuid,
        state: Option<RequestState>,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> ApiResult<Vec<RequestView>> {
        self.list_of(person, Whose::Overseen, state, after, limit).await
    }

    async fn list_of(
        &self,
        reader: Uuid,
        whose: Whose,
        state: Option<RequestState>,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> ApiResult<Vec<RequestView>> {
        let seats = Seats::of(&self.db, reader, self.clock.now()).await?;
        if seats.is_empty() && !matches!(whose, Whose::Own(_)) {
            return Err(ErrorCode::Forbidden.into());
        }
        let wanted = Wanted {
            whose,
            state,
            after,
            limit,
        };
        Ok(shown::list(&self.db, wanted, &seats).await?)
    }

    /// How many requests wait for this person's decision.
    pub async fn count_to_decide(&self, person: Uuid) -> ApiResult<i64> {
        let seats = Seats::of(&self.db, person, self.clock.now()).await?;
        Ok(shown::count_to_decide(&self.db, &seats).await?)
    }

    /// A request that the person sent, or that the person's posts look after.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none that the person may see.
    pub async fn read(&self, person: Uuid, id: Uuid) -> ApiResult<RequestView> {
        let found = requests::find(&self.db, id).await?.ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(&self.db, person, self.clock.now()).await?;
        let agency = found.agency()?;
        if found.person_id != person && !seats.looks_after(found.application_id, Some(&agency)) {
            return Err(ErrorCode::NotFound.into());
        }
        self.shown(id, seats).await
    }

    /// A request as a reader with these posts sees it.
    pub(super) async fn shown(&self, id: Uuid, seats: Seats) -> ApiResult<RequestView> {
        Ok(self.showing.ask((id, seats)).await?.ok_or(ErrorCode::NotFound)?)
    }

    /// Whether there is a request of this id.
    pub(super) async fn is_known(&self, id: Uuid) -> ApiResult<bool> {
        Ok(requests::find(&self.db, id).await?.is_some())
    }

    /// Takes a request. The same one sent again is the same one.
    ///
    /// # Errors
    /// All violations at once; [`ErrorCode::Conflict`] when the id is that of another request.
    pub async fn submit(&self, by: Actor<'_>, new: &NewRequest) -> ApiResult<Submitted> {
        self.submit_renewing(by, new, None).await
    }

    /// The same, where it asks for a grant to go on.
    pub(super) async fn submit_renewing(
        &self,
        by: Actor<'_>,
        new: &NewRequest,
        renews: Option<Uuid>,
    ) -> ApiResult<Submitted> {
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
            stage: Stage::Manager.name().to_owned(),
            desk: None,
            route_from: Some(agency.to_string()),
            desk_since: None,
            reminded_at: None,
            endorsed_by: None,
            endorsed_for: None,
            renews,
        };
        let transaction = database::begin_write(&self.db).await?;
        routing::keep(&transaction).await?;
        if !requests::insert(&transaction, row.clone()).await? {
            // The same id came twice at once, and the other one was first.
            transaction.rollback().await?;
            let known = requests::find(&self.db, new.id).await?;
            return self.again(by, new, &known.ok_or(ErrorCode::Conflict)?).await;
        }
        take_roles(&transaction, &row, &application, new).await?;
        self.step(&transaction, &row, RequestAction::Submit, by, None)
            .await?;
        let notices = self.route(&transaction, row.id, &row.case()?).await?;
        notification::tell(&transaction, self.clock.as_ref(), notices).await?;
        let event = Event::new(AuditAction::PermissionRequested)
            .actor(by.person)
            .subject(by.person)
            .source(by.source)
            .detail("request", &new.id.to_string())
            .detail("application", &new.application)
            .detail("roles", &new.roles.join(" "))
            .detail("agency", &row.agency_oid)
            .detail("from", &row.starts_on)
            .detail("until", &row.ends_on);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, new.id).await.map(Submitted::New)
    }

    /// Answers a request that is there already as the first one was answered, if it is the same.
    async fn again(&self, by: Actor<'_>, new: &NewRequest, known: &Row) -> ApiResult<Submitted> {
        if known.person_id != by.person {
            return Err(ErrorCode::Conflict.into());
        }
        let view = self.read(by.person, known.id).await?;
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

    pub(super) async fn check(&self, new: &NewRequest) -> ApiResult<(Application, Oid)> {
        let today = Date::in_taiwan(self.clock.now());
        let application = self.applications.find(&new.application).await?;
        let application = application.filter(Application::is_shown);
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
        let request = requests::hold(&transaction, id)
            .await?
            .filter(|request| request.person_id == by.person)
            .ok_or(ErrorCode::NotFound)?;
        self.step(&transaction, &request, RequestAction::Withdraw, by, None)
            .await?;
        let event = Event::new(AuditAction::PermissionRequestWithdrawn)
            .actor(by.person)
            .subject(by.person)
            .source(by.source)
            .detail("request", &id.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, id).await
    }
}

/// The request of this id, if it is the person's.
pub(super) async fn own<C: ConnectionTrait>(db: &C, person: Uuid, id: Uuid) -> ApiResult<Row> {
    let found = requests::find(db, id).await?;
    Ok(found
        .filter(|request| request.person_id == person)
        .ok_or(ErrorCode::NotFound)?)
}

/// Holds a person's own request until the transaction ends; where it stands, none while there is no such request.
pub(crate) async fn hold_own<C: ConnectionTrait>(
    transaction: &C,
    person: Uuid,
    id: Uuid,
) -> Result<Option<RequestState>, DbErr> {
    let found = requests::hold(transaction, id).await?;
    found
        .filter(|request| request.person_id == person)
        .map(|request| request.state())
        .transpose()
}

/// Writes the roles that are asked for, if they still are for all who ask so; in one order, so that two requests at once
/// never wait for each other.
pub(super) async fn take_roles(
    transaction: &DatabaseTransaction,
    request: &Row,
    application: &Application,
    new: &NewRequest,
) -> ApiResult<()> {
    let offered = application::offered(transaction, application.view.id).await?;
    let mut violations: Vec<_> = new.refused_role(&offered).into_iter().collect();
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
