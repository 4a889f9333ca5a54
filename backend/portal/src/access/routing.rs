//! Requests whose decider changes: because posts were given or taken, or because nobody acted in time.

use std::time::Duration;

use foundation::{clock::Clock, database};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QuerySelect,
};
use shared::{
    access::{RequestAction, RequestState, Stage},
    audit::AuditAction,
    date::Date,
    text::Oid,
};
use uuid::Uuid;

use super::{
    AccessService,
    decide::step,
    desk::{self, Desk},
    entity::request,
    requests::{self, Line, Row},
};
use crate::{
    audit::{self, Event},
    campaign,
    error::ApiResult,
};

/// So many requests are looked at in one go.
const BATCH: u64 = 200;

/// PostgreSQL's advisory lock of who finds deciders anew; any number that nothing else uses.
const REROUTING: i64 = 0x0045_4d49_4332;

/// Lets one transaction at a time find deciders anew: each moves many requests, in an order of its own, and two of them
/// would wait for each other. SQLite has one writer anyhow.
async fn hold<C: ConnectionTrait>(transaction: &C) -> Result<(), DbErr> {
    lock(transaction, "pg_advisory_xact_lock").await
}

/// Lets nobody find deciders anew until a new request has found its own and can be seen; the first thing that its
/// transaction does, for whoever finds them waits for requests that others hold.
pub(crate) async fn keep<C: ConnectionTrait>(transaction: &C) -> Result<(), DbErr> {
    lock(transaction, "pg_advisory_xact_lock_shared").await
}

async fn lock<C: ConnectionTrait>(transaction: &C, function: &str) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        let sql = format!("SELECT {function}({REROUTING})");
        transaction.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Finds the decider of the open requests anew that a change of posts at this agency can concern: those of the
/// agency and of all below it. The permissions in campaigns go along. In the transaction of the change.
pub async fn reroute_under<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    agency: &Oid,
) -> Result<(), DbErr> {
    hold(transaction).await?;
    let concerned = Condition::any()
        .add(request::Column::AgencyOid.eq(agency.as_str()))
        .add(request::Column::AgencyOid.starts_with(format!("{agency}.")));
    let rows = request::Entity::find()
        .filter(request::Column::State.eq(RequestState::Submitted.name()))
        .filter(request::Column::Stage.eq(Stage::Manager.name()))
        .filter(concerned)
        .all(transaction)
        .await?;
    reroute(transaction, clock, rows).await?;
    campaign::reroute_under(transaction, agency).await
}

/// The same for the requests that wait for this application's owners, or would if there were some.
pub async fn reroute_owned<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    application: Uuid,
) -> Result<(), DbErr> {
    hold(transaction).await?;
    let rows = request::Entity::find()
        .filter(request::Column::State.eq(RequestState::Submitted.name()))
        .filter(request::Column::Stage.eq(Stage::Owner.name()))
        .filter(request::Column::ApplicationId.eq(application))
        .all(transaction)
        .await?;
    reroute(transaction, clock, rows).await
}

async fn reroute<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    rows: Vec<Row>,
) -> Result<(), DbErr> {
    for row in rows {
        let case = row.case()?;
        let desk = desk::find(transaction, &case).await?;
        if row.desk.as_deref() != Some(desk.to_string().as_str()) {
            requests::place_again(transaction, &row, &desk, &case, clock.now()).await?;
        }
    }
    Ok(())
}

impl AccessService {
    /// What the clock does: requests that have no desk yet find one, those whose days have passed lapse, and those
    /// that nobody has acted on in time go to the next level. Every node does so; each request is moved once.
    pub async fn keep_time(&self) -> ApiResult<()> {
        let now = self.clock.now();
        let today = Date::in_taiwan(now).to_string();
        let open = [RequestState::Submitted.name(), RequestState::Returned.name()];
        let passed = request::Column::EndsOn.lt(today);
        let lapsing = Condition::all()
            .add(request::Column::State.is_in(open))
            .add(passed);
        for id in self.ids(lapsing).await? {
            go_on(id, self.lapse(id).await);
        }
        let unsettled = Condition::all().add(request::Column::Desk.eq(""));
        for id in self.ids(unsettled).await? {
            go_on(id, self.settle(id).await);
        }
        let late = now.minus(self.patience).as_millis();
        let waiting = Condition::all()
            .add(request::Column::Desk.is_not_null())
            .add(request::Column::Desk.ne(Desk::Administrators.to_string()))
            .add(request::Column::DeskSince.lte(late));
        for id in self.ids(waiting).await? {
            go_on(id, self.escalate(id).await);
        }
        Ok(())
    }

    async fn ids(&self, condition: Condition) -> Result<Vec<Uuid>, DbErr> {
        let rows: Vec<Row> = request::Entity::find()
            .filter(condition)
            .limit(BATCH)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// A request that was open when posts got their reach, or that a demonstration begins with.
    async fn settle(&self, id: Uuid) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        if let Some(row) = requests::hold(&transaction, id).await?
            && row.desk.as_deref() == Some("")
        {
            let mut case = row.case()?;
            case.from = Some(case.agency.clone());
            self.route(&transaction, id, &case).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn lapse(&self, id: Uuid) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        let Some(row) = requests::hold(&transaction, id).await? else {
            return Ok(());
        };
        if !row.state()?.is_open() {
            return Ok(());
        }
        step(&transaction, &row, self.by_the_clock(RequestAction::Lapse)).await?;
        self.note(AuditAction::PermissionLapsed, &row, &transaction, &[])
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn escalate(&self, id: Uuid) -> ApiResult<()> {
        let transaction = database::begin_write(&self.db).await?;
        let Some(row) = requests::hold(&transaction, id).await? else {
            return Ok(());
        };
        let late = self.clock.now().minus(self.patience).as_millis();
        let desk = row.desk.as_deref().and_then(Desk::read);
        let (Some(desk), true) = (desk, row.desk_since.is_some_and(|since| since <= late)) else {
            // Another node has moved it meanwhile, or somebody has acted.
            return Ok(());
        };
        let mut case = row.case()?;
        let next = match &desk {
            Desk::Agency(level) => {
                case.from = level.parent();
                desk::find(&transaction, &case).await?
            }
            Desk::Owner(_) | Desk::Administrators => Desk::Administrators,
        };
        step(&transaction, &row, self.by_the_clock(RequestAction::Escalate)).await?;
        requests::place(&transaction, id, Some(&next), &case, self.clock.now()).await?;
        let details = [("before", desk.to_string()), ("after", next.to_string())];
        self.note(AuditAction::PermissionEscalated, &row, &transaction, &details)
            .await?;
        Ok(transaction.commit().await?)
    }

    fn by_the_clock(&self, action: RequestAction) -> Line<'static> {
        Line {
            at: self.clock.now(),
            action,
            actor: None,
            comment: None,
        }
    }

    async fn note(
        &self,
        action: AuditAction,
        row: &Row,
        transaction: &DatabaseTransaction,
        details: &[(&'static str, String)],
    ) -> Result<(), DbErr> {
        let event = Event::new(action)
            .subject(row.person_id)
            .detail("request", &row.id.to_string());
        let event = details
            .iter()
            .fold(event, |event, (name, value)| event.detail(name, value));
        audit::record(transaction, self.clock.as_ref(), event).await
    }

    /// After so long without a decision a request goes to the next level.
    pub fn patience(&self) -> Duration {
        self.patience
    }
}

/// One request that cannot be moved does not hold up the others.
fn go_on(id: Uuid, moved: ApiResult<()>) {
    if let Err(error) = moved {
        tracing::error!(request = %id, ?error, "the clock cannot move this request");
    }
}
