//! Opening campaigns, extending and cancelling them, and who sees which.

use foundation::{
    clock::SharedClock,
    database::{self, Database},
};
use sea_orm::{DbErr, QueryResult, Value};
use shared::{
    audit::AuditAction,
    campaign::{
        CampaignAction, CampaignItem, CampaignScope, CampaignState, CampaignView, CancelCampaign,
        ExtendCampaign, NewCampaign, Progress,
    },
    date::Date,
    person::AgencyView,
    problem::{ErrorCode, Violation, ViolationCode},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    desks,
    items::{self, STANDS, Wanted},
    progress,
    store::{self, Hold, Row, Scope},
};
use crate::{
    access::{AccessService, Actor, Seats, named, routing, select},
    agency::AgencyService,
    application::ApplicationService,
    audit::{self, Event},
    error::{ApiError, ApiResult},
};

/// Opens campaigns, shows them, and does what their deciders and the clock do.
#[derive(Clone)]
pub struct CampaignService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) access: AccessService,
    agencies: AgencyService,
    applications: ApplicationService,
}

/// A campaign that was opened.
#[derive(Clone, Debug)]
pub enum Opened {
    /// Now.
    New(CampaignView),
    /// Before; this time it was a retry.
    Before(CampaignView),
}

/// Which campaigns are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listed {
    /// Only those in which something waits for the reader's decision.
    pub to_decide: bool,
    /// Only those in this state.
    pub state: Option<CampaignState>,
    /// Older than this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
}

impl CampaignService {
    /// On this database.
    pub fn new(
        db: Database,
        clock: SharedClock,
        access: AccessService,
        (agencies, applications): (AgencyService, ApplicationService),
    ) -> Self {
        Self {
            db,
            clock,
            access,
            agencies,
            applications,
        }
    }

    /// Opens a campaign over everything that counts now, or is to. The same one sent again is the same one.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for who may not open one of this scope; all violations at once;
    /// [`ErrorCode::Conflict`] when the id is that of another campaign.
    pub async fn open(&self, by: Actor<'_>, new: &NewCampaign) -> ApiResult<Opened> {
        let now = self.clock.now();
        if let Some(known) = store::find(&self.db, new.id).await? {
            return self.again(by, new, &known).await;
        }
        if !Seats::of(&self.db, by.person, now).await?.may_open_some() {
            return Err(ErrorCode::Forbidden.into());
        }
        let (scope, due_on) = self.check_new(new, Date::in_taiwan(now)).await?;
        let transaction = database::begin_write(&self.db).await?;
        routing::keep(&transaction).await?;
        let seats = Seats::of(&transaction, by.person, now).await?;
        if !seats.may_open(scope.application()) {
            return Err(ErrorCode::Forbidden.into());
        }
        if !store::insert(&transaction, new, &scope, due_on, (by.person, now)).await? {
            // The same id came twice at once, and the other one was first.
            transaction.rollback().await?;
            let known = store::find(&self.db, new.id).await?;
            return self.again(by, new, &known.ok_or(ErrorCode::Conflict)?).await;
        }
        let listed = desks::list_all(&transaction, new.id, &scope, now).await?;
        let event = event(AuditAction::CampaignOpened, by, new.id)
            .detail("name", &new.stored_name())
            .detail("until", &due_on.to_string())
            .detail("grants", &listed.to_string());
        let event = match (&new.agency, &new.application) {
            (Some(agency), _) => event.detail("agency", agency),
            (None, Some(application)) => event.detail("application", application),
            (None, None) => event,
        };
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, new.id).await.map(Opened::New)
    }

    /// Answers a campaign that is there already as the first one was answered, if it is the same.
    async fn again(&self, by: Actor<'_>, new: &NewCampaign, known: &Row) -> ApiResult<Opened> {
        let same = known.opened_by == by.person
            && known.name == new.stored_name()
            && known.instructions == new.stored_instructions()
            && self.scope(new).await? == Some(known.scope.clone());
        if same {
            self.read(by.person, known.id).await.map(Opened::Before)
        } else {
            Err(ErrorCode::Conflict.into())
        }
    }

    /// What the campaign is about, and until when, or all the rules that it breaks.
    async fn check_new(&self, new: &NewCampaign, today: Date) -> ApiResult<(Scope, Date)> {
        let mut violations = match (self.scope(new).await?, new.due(today)) {
            (Some(scope), Ok(due_on)) => return Ok((scope, due_on)),
            (Some(_), Err(violations)) => return Err(ApiError::Invalid(violations)),
            (None, due_on) => due_on.err().unwrap_or_default(),
        };
        let is_told = |it: &Violation| ["agency", "application"].contains(&it.field.as_str());
        if !violations.iter().any(is_told) {
            let field = if new.agency.is_some() {
                "agency"
            } else {
                "application"
            };
            violations.push(Violation::new(field, ViolationCode::Unknown));
        }
        Err(ApiError::Invalid(violations))
    }

    /// What the campaign is about, if there is such an agency or application.
    async fn scope(&self, new: &NewCampaign) -> ApiResult<Option<Scope>> {
        match (new.agency.as_deref(), new.application.as_deref()) {
            (Some(oid), None) => match oid.parse() {
                Ok(oid) if self.agencies.is_present(&oid).await? => Ok(Some(Scope::Agency(oid))),
                _ => Ok(None),
            },
            (None, Some(code)) => {
                let found = self.applications.find(code).await?;
                Ok(found.map(|found| Scope::Application(found.view.id)))
            }
            _ => Ok(None),
        }
    }

    /// Moves the deadline to a later day.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a campaign that the person may not see, [`ErrorCode::Forbidden`] for one that they may
    /// not change, [`ErrorCode::Conflict`] when it has changed since or is over; all violations at once.
    pub async fn extend(
        &self,
        by: Actor<'_>,
        id: Uuid,
        extension: &ExtendCampaign,
    ) -> ApiResult<CampaignView> {
        let now = self.clock.now();
        let transaction = database::begin_write(&self.db).await?;
        let campaign = self.hold(&transaction, by, id).await?;
        let due_on = extension
            .due(campaign.due_on, Date::in_taiwan(now))
            .map_err(ApiError::Invalid)?;
        self.check(&campaign, extension.version, CampaignAction::Extend)?;
        let reason = extension.stored_reason();
        store::extend(&transaction, id, due_on, &reason).await?;
        let event = event(AuditAction::CampaignExtended, by, id)
            .detail("before", &campaign.due_on.to_string())
            .detail("after", &due_on.to_string())
            .detail("reason", &reason);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, id).await
    }

    /// Ends a campaign before its time: nothing lapses.
    ///
    /// # Errors
    /// As for extending.
    pub async fn cancel(
        &self,
        by: Actor<'_>,
        id: Uuid,
        cancellation: &CancelCampaign,
    ) -> ApiResult<CampaignView> {
        let transaction = database::begin_write(&self.db).await?;
        let campaign = self.hold(&transaction, by, id).await?;
        if let Some(violation) = cancellation.violation() {
            return Err(ApiError::Invalid(vec![violation]));
        }
        let state = self.check(&campaign, cancellation.version, CampaignAction::Cancel)?;
        let reason = cancellation.stored_reason();
        let now = self.clock.now();
        store::move_on(&transaction, id, state, Some(now), Some(&reason)).await?;
        let event = event(AuditAction::CampaignCancelled, by, id).detail("reason", &reason);
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        self.read(by.person, id).await
    }

    /// Holds a campaign that the person may change.
    async fn hold(
        &self,
        transaction: &sea_orm::DatabaseTransaction,
        by: Actor<'_>,
        id: Uuid,
    ) -> ApiResult<Row> {
        let campaign = store::hold(transaction, id, Hold::Alone)
            .await?
            .ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(transaction, by.person, self.clock.now()).await?;
        if seats.may_open(campaign.scope.application()) {
            return Ok(campaign);
        }
        self.visible(by.person, id).await?;
        Err(ErrorCode::Forbidden.into())
    }

    /// Where the action leads a campaign of this version.
    fn check(&self, campaign: &Row, version: i64, action: CampaignAction) -> ApiResult<CampaignState> {
        if campaign.version != version || !campaign.takes_decisions(self.clock.now()) {
            return Err(ErrorCode::Conflict.into());
        }
        Ok(campaign.state.next(action).map_err(|_| ErrorCode::Conflict)?)
    }

    /// The campaigns in which a person's posts look after something, the newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] when there is no such post.
    pub async fn list(&self, reader: Uuid, listed: Listed) -> ApiResult<Vec<CampaignView>> {
        let seats = Seats::of(&self.db, reader, self.clock.now()).await?;
        if seats.is_empty() {
            return Err(ErrorCode::Forbidden.into());
        }
        let mut condition = "c.id < $2".to_owned();
        let mut values: Vec<Value> = vec![listed.after.unwrap_or(Uuid::max()).into()];
        if let Some(state) = listed.state {
            values.push(state.name().into());
            condition.push_str(" AND c.state = $3");
        }
        self.select(&seats, condition, values, listed).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none in which the person looks after anything.
    pub async fn read(&self, reader: Uuid, id: Uuid) -> ApiResult<CampaignView> {
        let seats = Seats::of(&self.db, reader, self.clock.now()).await?;
        let one = Listed {
            limit: 1,
            ..Listed::default()
        };
        let found = self
            .select(&seats, "c.id = $2".to_owned(), vec![id.into()], one)
            .await?;
        Ok(found.into_iter().next().ok_or(ErrorCode::NotFound)?)
    }

    async fn select(
        &self,
        seats: &Seats,
        mut condition: String,
        further: Vec<Value>,
        listed: Listed,
    ) -> ApiResult<Vec<CampaignView>> {
        let now = self.clock.now();
        let mut values: Vec<Value> = vec![now.as_millis().into()];
        values.extend(further);
        let (mine, more) = seats.of_campaigns(values.len() + 1);
        values.extend(more);
        let (overseen, more) = seats.overseen("i.agency_oid", "i.application_id", values.len() + 1);
        values.extend(more);
        let waiting = format!(
            "FROM campaign_items i JOIN grants h ON h.id = i.grant_id WHERE c.state = 'open' AND c.ends_at > $1 \
             AND i.campaign_id = c.id AND i.state = 'open' AND {mine} AND {STANDS} = 'open'"
        );
        let (scope, more) = seats.overseen("c.agency_oid", "c.application_id", values.len() + 1);
        values.extend(more);
        condition.push_str(&format!(
            " AND ({scope} OR EXISTS (SELECT 1 FROM campaign_items i WHERE i.campaign_id = c.id AND {overseen}))"
        ));
        if listed.to_decide {
            condition.push_str(&format!(" AND EXISTS (SELECT 1 {waiting})"));
        }
        values.push(i64::from(listed.limit).into());
        let sql = format!(
            "SELECT c.id, c.version, c.name, c.instructions, c.agency_oid, c.state, c.opened_at, c.due_on, c.ends_at, \
             c.closed_at, c.remark, c.application_id, g.name AS agency_name, p.name AS opened_by, a.code, \
             COALESCE(a.name_zh, '') AS name_zh, COALESCE(a.name_en, '') AS name_en, \
             (SELECT COUNT(*) {waiting}) AS waiting \
             FROM campaigns c LEFT JOIN agencies g ON g.oid = c.agency_oid \
             LEFT JOIN applications a ON a.id = c.application_id LEFT JOIN persons p ON p.id = c.opened_by \
             WHERE {condition} ORDER BY c.id DESC LIMIT ${}",
            values.len()
        );
        let rows = select(&self.db, sql, values).await?;
        Ok(rows
            .iter()
            .map(|row| view(row, seats, now))
            .collect::<Result<_, _>>()?)
    }

    /// A campaign that the person may see.
    pub(super) async fn visible(&self, reader: Uuid, id: Uuid) -> ApiResult<Row> {
        self.read(reader, id).await?;
        Ok(store::find(&self.db, id).await?.ok_or(ErrorCode::NotFound)?)
    }

    /// The permissions in a campaign that the reader's posts look after.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a campaign that they may not see.
    pub async fn items(&self, reader: Uuid, id: Uuid, wanted: &Wanted) -> ApiResult<Vec<CampaignItem>> {
        let campaign = self.visible(reader, id).await?;
        let now = self.clock.now();
        let seats = Seats::of(&self.db, reader, now).await?;
        Ok(items::list(&self.db, &campaign, &seats, wanted, now).await?)
    }

    /// How far a campaign has come, as far as the reader's posts reach.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a campaign that they may not see.
    pub async fn progress(&self, reader: Uuid, id: Uuid) -> ApiResult<Progress> {
        let campaign = self.visible(reader, id).await?;
        let now = self.clock.now();
        let seats = Seats::of(&self.db, reader, now).await?;
        Ok(progress::of(&self.db, &campaign, &seats, now).await?)
    }
}

/// Something that a person did to a campaign.
pub(super) fn event(action: AuditAction, by: Actor<'_>, campaign: Uuid) -> Event {
    Event::new(action)
        .actor(by.person)
        .source(by.source)
        .detail("campaign", &campaign.to_string())
}

fn view(row: &QueryResult, seats: &Seats, now: Timestamp) -> Result<CampaignView, DbErr> {
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let oid: Option<String> = row.try_get("", "agency_oid")?;
    let name = row.try_get("", "agency_name")?;
    let application: Option<Uuid> = row.try_get("", "application_id")?;
    let state = store::state(row)?;
    let ends_at = time("ends_at")?;
    let closed_at: Option<i64> = row.try_get("", "closed_at")?;
    let takes_changes = state == CampaignState::Open && now < ends_at;
    Ok(CampaignView {
        id: row.try_get("", "id")?,
        version: row.try_get("", "version")?,
        name: row.try_get("", "name")?,
        instructions: row.try_get("", "instructions")?,
        scope: CampaignScope {
            agency: oid.map(|oid| AgencyView { oid, name }),
            application: application.map(|_| named(row, "")).transpose()?,
        },
        state,
        opened_at: time("opened_at")?,
        opened_by: row.try_get("", "opened_by")?,
        due_on: store::due_on(row)?,
        ends_at,
        closed_at: closed_at.map(Timestamp::from_millis),
        remark: row.try_get("", "remark")?,
        waiting: u32::try_from(row.try_get::<i64>("", "waiting")?).unwrap_or(u32::MAX),
        may_change: takes_changes && seats.may_open(application),
    })
}
