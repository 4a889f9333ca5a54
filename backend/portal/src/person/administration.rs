//! What those who look after people do to their accounts: never to oneself, and never to somebody with a higher post.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use shared::{
    audit::AuditAction,
    person::{AccountKind, MovePerson, Role},
    problem::{ErrorCode, Violation, ViolationCode},
    text::Oid,
};
use uuid::Uuid;

use super::{hold, place};
use crate::{
    agency,
    audit::{self, Event},
    error::{ApiError, ApiResult},
    gate::Caller,
    notification,
    post::{self, Post, Reach},
    session::{Ending, SessionService},
};

/// Disables, enables and moves people.
#[derive(Clone)]
pub struct PersonService {
    db: Database,
    clock: SharedClock,
    sessions: SessionService,
}

/// Whom it is about, and how far the one who does it reaches.
struct Charge {
    /// Whether MyEGov says where the person belongs.
    placed_by_egov: bool,
    agency: Option<String>,
    disabled: bool,
    reach: Reach,
}

impl PersonService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock, sessions: SessionService) -> Self {
        Self { db, clock, sessions }
    }

    /// Keeps a person from signing in, also through programs, from their next request on. One who may not already is
    /// left as they are.
    pub(super) async fn disable(&self, caller: &Caller, id: Uuid, source: &str) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        if charge(&transaction, caller, id).await?.disabled {
            return Ok(());
        }
        set_disabled(&transaction, id, Some(self.clock.now().as_millis())).await?;
        self.reroute(&transaction, id).await?;
        self.sessions
            .end_all(&transaction, id, None, Ending::Administrator)
            .await?;
        self.done(
            transaction,
            Event::new(AuditAction::AccountDisabled),
            caller,
            id,
            source,
        )
        .await
    }

    /// Lets a person sign in again.
    pub(super) async fn enable(&self, caller: &Caller, id: Uuid, source: &str) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        if !charge(&transaction, caller, id).await?.disabled {
            return Ok(());
        }
        set_disabled(&transaction, id, None).await?;
        self.reroute(&transaction, id).await?;
        self.done(
            transaction,
            Event::new(AuditAction::AccountEnabled),
            caller,
            id,
            source,
        )
        .await
    }

    /// Moves a person to another agency that one manages too, unless MyEGov says where they belong. Their posts as
    /// manager of agencies that are neither it nor below it are lost.
    pub(super) async fn move_to(
        &self,
        caller: &Caller,
        id: Uuid,
        to: &MovePerson,
        source: &str,
    ) -> ApiResult<()> {
        let fault = |code| ApiError::Invalid(vec![Violation::new("agency", code)]);
        let transaction = database::begin_write(&self.db).await?;
        let charge = charge(&transaction, caller, id).await?;
        if charge.placed_by_egov {
            return Err(fault(ViolationCode::Locked));
        }
        let new: Oid = to
            .agency
            .trim()
            .parse()
            .map_err(|_| fault(ViolationCode::Malformed))?;
        if !(charge.reach.covers(Some(&new)) && agency::holds(&transaction, &new).await?) {
            return Err(fault(ViolationCode::Unknown));
        }
        if charge.agency.as_deref() == Some(new.as_str()) {
            return Ok(());
        }
        let lost = place(&transaction, self.clock.as_ref(), id, &new).await?;
        let event = Event::new(AuditAction::PersonMoved)
            .detail("before", charge.agency.as_deref().unwrap_or("none"))
            .detail("after", new.as_str())
            .detail("lost_posts", &post::words(&lost));
        self.done(transaction, event, caller, id, source).await
    }

    /// Ends all of a person's sessions.
    pub(super) async fn end_sessions(&self, caller: &Caller, id: Uuid, source: &str) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        charge(&transaction, caller, id).await?;
        let ended = self
            .sessions
            .end_all(&transaction, id, None, Ending::Administrator)
            .await?;
        let event = Event::new(AuditAction::SessionsEnded).detail("sessions", &ended.to_string());
        self.done(transaction, event, caller, id, source).await
    }

    /// Lets the requests on which a person decides, or does again, find their decider anew, and tells those.
    async fn reroute(&self, transaction: &DatabaseTransaction, id: Uuid) -> Result<(), DbErr> {
        let mut notices = Vec::new();
        for post in post::of(transaction, id).await? {
            notices.extend(post::reroute(transaction, self.clock.as_ref(), &post).await?);
        }
        notification::tell(transaction, self.clock.as_ref(), notices).await
    }

    async fn done(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        caller: &Caller,
        id: Uuid,
        source: &str,
    ) -> ApiResult<()> {
        let event = event.actor(caller.person.id).subject(id).source(source);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.sessions.forget_person(id);
        Ok(())
    }
}

/// The person of this id, if the caller may do something to them now. Both rows are held, so that of two
/// administrators who disable each other at once, one does.
async fn charge(transaction: &DatabaseTransaction, caller: &Caller, id: Uuid) -> ApiResult<Charge> {
    const SQL: &str =
        "SELECT account_kind, agency_oid, agency_set_at, disabled_at FROM persons WHERE id = $1";
    let me = caller.person.id;
    // In one order, whoever acts on whom.
    hold(transaction, me.min(id)).await?;
    hold(transaction, me.max(id)).await?;
    if super::is_disabled(transaction, me).await? {
        return Err(ErrorCode::SessionEnded.into());
    }
    let reach = Reach::of(transaction, me).await?;
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), SQL, [id.into()]);
    let row = transaction
        .query_one_raw(statement)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let agency: Option<String> = row.try_get("", "agency_oid")?;
    let oid = agency.as_deref().and_then(|text| text.parse().ok());
    if !reach.covers(oid.as_ref()) {
        return Err(ErrorCode::NotFound.into());
    }
    let posts = post::of(transaction, id).await?;
    if me == id || posts.iter().any(|post| is_higher(post, &reach)) {
        return Err(ErrorCode::Forbidden.into());
    }
    let kind: String = row.try_get("", "account_kind")?;
    let placed_here = row.try_get::<Option<i64>>("", "agency_set_at")?.is_some();
    Ok(Charge {
        placed_by_egov: kind != AccountKind::Emic.name() && agency.is_some() && !placed_here,
        disabled: row.try_get::<Option<i64>>("", "disabled_at")?.is_some(),
        agency,
        reach,
    })
}

/// Whether a post is beyond what this reach may touch.
fn is_higher(post: &Post, reach: &Reach) -> bool {
    match post.role {
        Role::SystemAdministrator | Role::Auditor => *reach != Reach::Everything,
        Role::AgencyManager => !reach.covers_post(post),
        Role::ApplicationOwner => false,
    }
}

async fn set_disabled<C: ConnectionTrait>(db: &C, id: Uuid, at: Option<i64>) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE persons SET disabled_at = $2 WHERE id = $1";
    let values = [id.into(), at.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    db.execute_raw(statement).await.map(drop)
}
