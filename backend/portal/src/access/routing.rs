//! Requests whose decider changes: because posts were given or taken, or because nobody acted in time.

use std::time::Duration;

use foundation::{clock::Clock, database};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use shared::{
    access::{RequestAction, RequestState, Stage},
    audit::AuditAction,
    date::Date,
    notification::Kind,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    AccessService,
    desk::{self, Desk},
    entity::request,
    held_request::step,
    requests::{self, Line, Row},
    telling,
};
use crate::{
    audit::{self, Event},
    campaign,
    error::ApiResult,
    notification::{self, Gathering, Notice},
};

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
/// agency and of all below it. The permissions in campaigns go along. In the transaction of the change; what their
/// deciders are told.
pub async fn reroute_under<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    agency: &Oid,
) -> Result<Vec<Notice>, DbErr> {
    hold(transaction).await?;
    let concerned = Condition::any()
        .add(request::Column::AgencyOid.eq(agency.as_str()))
        .add(request::Column::AgencyOid.starts_with(format!("{agency}.")));
    let rows = request::Entity::find()
        .filter(Expr::cust(requests::in_state("state", RequestState::Submitted)))
        .filter(request::Column::Stage.eq(Stage::Manager.name()))
        .filter(concerned)
        .all(transaction)
        .await?;
    let told = reroute(transaction, clock, rows).await?;
    campaign::reroute_under(transaction, agency).await?;
    Ok(told)
}

/// The same for the requests that wait for this application's owners, or would if there were some.
pub async fn reroute_owned<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    application: Uuid,
) -> Result<Vec<Notice>, DbErr> {
    hold(transaction).await?;
    let rows = request::Entity::find()
        .filter(Expr::cust(requests::in_state("state", RequestState::Submitted)))
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
) -> Result<Vec<Notice>, DbErr> {
    let (now, mut notices) = (clock.now(), Vec::new());
    for row in rows {
        let case = row.case()?;
        let desk = desk::find(transaction, &case).await?;
        if row.desk.as_deref() != Some(desk.to_string().as_str()) {
            requests::place_again(transaction, &row, &desk, &case, now).await?;
            let kind = Kind::RequestWaits;
            notices.extend(telling::deciders(transaction, row.id, (&case, &desk), kind, now).await?);
        }
    }
    Ok(notices)
}

impl AccessService {
    /// What the clock does: requests that have no desk yet find one, those whose days have passed lapse, and those
    /// that nobody has acted on in time go to the next level, of which those who are to act are reminded before. Every
    /// node does so; each request is moved once.
    pub async fn keep_time(&self) -> ApiResult<()> {
        let now = self.clock.now();
        let today = Date::in_taiwan(now).to_string();
        // As their index has it, which no parameter would be known to fit.
        let open = Expr::cust("state IN ('submitted', 'returned')");
        let lapsing = Condition::all().add(open).add(request::Column::EndsOn.lt(today));
        // However many requests are moved now, nobody gets more than one mail of it.
        let mut gathering = Gathering::default();
        for id in self.ids(lapsing).await? {
            go_on(id, self.lapse(id, &mut gathering).await);
        }
        let unsettled = Condition::all().add(request::Column::Desk.eq(""));
        for id in self.ids(unsettled).await? {
            go_on(id, self.settle(id, &mut gathering).await);
        }
        for id in self.ids(waiting_since(now.minus(self.patience))).await? {
            go_on(id, self.escalate(id, &mut gathering).await);
        }
        let unreminded = waiting_since(now.minus(self.calm())).add(request::Column::RemindedAt.is_null());
        for id in self.ids(unreminded).await? {
            go_on(id, self.remind(id, &mut gathering).await);
        }
        Ok(())
    }

    /// All of them, however many: where there is a most, those that cannot be moved would come again each time, and some day
    /// be all that comes. An id is 16 bytes.
    async fn ids(&self, condition: Condition) -> Result<Vec<Uuid>, DbErr> {
        request::Entity::find()
            .select_only()
            .column(request::Column::Id)
            .filter(condition)
            .into_tuple()
            .all(&self.db)
            .await
    }

    /// A request that was open when posts got their reach, or that a demonstration begins with.
    async fn settle(&self, id: Uuid, gathering: &mut Gathering) -> ApiResult<()> {
        gathering.begin();
        let transaction = database::begin_write(&self.db).await?;
        if let Some(row) = requests::hold(&transaction, id).await?
            && row.desk.as_deref() == Some("")
        {
            let mut case = row.case()?;
            case.from = Some(case.agency.clone());
            let notices = self.route(&transaction, id, &case).await?;
            notification::tell_within(&transaction, self.clock.as_ref(), notices, gathering).await?;
        }
        transaction.commit().await?;
        gathering.keep();
        Ok(())
    }

    async fn lapse(&self, id: Uuid, gathering: &mut Gathering) -> ApiResult<()> {
        gathering.begin();
        let transaction = database::begin_write(&self.db).await?;
        let Some(row) = requests::hold(&transaction, id).await? else {
            return Ok(());
        };
        if !row.state()?.is_open() {
            return Ok(());
        }
        step(&transaction, &row, self.by_the_clock(RequestAction::Lapse)).await?;
        let notices = vec![telling::applicant(&row, Kind::RequestLapsed)];
        notification::tell_within(&transaction, self.clock.as_ref(), notices, gathering).await?;
        self.note(AuditAction::PermissionLapsed, &row, &transaction, &[])
            .await?;
        transaction.commit().await?;
        gathering.keep();
        Ok(())
    }

    async fn escalate(&self, id: Uuid, gathering: &mut Gathering) -> ApiResult<()> {
        gathering.begin();
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
        let now = self.clock.now();
        requests::place(&transaction, id, Some(&next), &case, now).await?;
        let kind = Kind::RequestEscalated;
        let mut notices = telling::deciders(&transaction, id, (&case, &next), kind, now).await?;
        notices.push(telling::applicant(&row, Kind::RequestMovedUp));
        notification::tell_within(&transaction, self.clock.as_ref(), notices, gathering).await?;
        let details = [("before", desk.to_string()), ("after", next.to_string())];
        self.note(AuditAction::PermissionEscalated, &row, &transaction, &details)
            .await?;
        transaction.commit().await?;
        gathering.keep();
        Ok(())
    }

    /// Reminds those at a request's desk that it will go to the next level: once at each desk.
    async fn remind(&self, id: Uuid, gathering: &mut Gathering) -> ApiResult<()> {
        gathering.begin();
        let transaction = database::begin_write(&self.db).await?;
        let Some(row) = requests::hold(&transaction, id).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let since = now.minus(self.calm()).as_millis();
        let waits = row.reminded_at.is_none() && row.desk_since.is_some_and(|at| at <= since);
        let (Some(desk), true) = (row.desk.as_deref().and_then(Desk::read), waits) else {
            // Another node was first, or somebody has acted.
            return Ok(());
        };
        requests::mark_reminded(&transaction, id, now).await?;
        let (case, kind) = (row.case()?, Kind::RequestReminder);
        let notices = telling::deciders(&transaction, id, (&case, &desk), kind, now).await?;
        notification::tell_within(&transaction, self.clock.as_ref(), notices, gathering).await?;
        transaction.commit().await?;
        gathering.keep();
        Ok(())
    }

    /// For so long nobody is reminded.
    fn calm(&self) -> Duration {
        self.patience / 3 * 2
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

/// The requests that have waited since this moment at the latest, where there is a next level.
fn waiting_since(moment: Timestamp) -> Condition {
    Condition::all()
        .add(request::Column::Desk.is_not_null())
        .add(request::Column::Desk.ne(Desk::Administrators.to_string()))
        .add(request::Column::DeskSince.lte(moment.as_millis()))
}

/// One request that cannot be moved does not hold up the others.
fn go_on(id: Uuid, moved: ApiResult<()>) {
    if let Err(error) = moved {
        tracing::error!(request = %id, ?error, "the clock cannot move this request");
    }
}
