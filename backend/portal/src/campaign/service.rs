//! The campaigns, as far as posts reach.

use foundation::{clock::SharedClock, database::Database};
use sea_orm::{DbErr, QueryResult, Value};
use shared::{
    audit::AuditAction,
    campaign::{CampaignItem, CampaignScope, CampaignState, CampaignView, Progress},
    person::AgencyView,
    problem::ErrorCode,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    items::{self, STANDS, Wanted},
    progress,
    store::{self, Row},
};
use crate::{
    access::{AccessService, Actor, Seats, named, select},
    agency::AgencyService,
    application::ApplicationService,
    audit::Event,
    error::ApiResult,
};

/// Opens campaigns, shows them, and does what their deciders and the clock do.
#[derive(Clone)]
pub struct CampaignService {
    pub(super) db: Database,
    pub(super) clock: SharedClock,
    pub(super) access: AccessService,
    pub(super) agencies: AgencyService,
    pub(super) applications: ApplicationService,
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
        condition: String,
        further: Vec<Value>,
        listed: Listed,
    ) -> ApiResult<Vec<CampaignView>> {
        let now = self.clock.now();
        let mut values: Vec<Value> = vec![now.as_millis().into()];
        values.extend(further);
        let (mine, more) = seats.of_campaigns(values.len() + 1);
        values.extend(more);
        let waiting = format!(
            "FROM campaign_items i JOIN grants h ON h.id = i.grant_id WHERE c.state = 'open' AND c.ends_at > $1 \
             AND i.campaign_id = c.id AND i.state = 'open' AND {mine} AND {STANDS} = 'open'"
        );
        let (visible, more) = visible_to(seats, values.len() + 1);
        values.extend(more);
        let mut conditions = vec![condition, visible];
        if listed.to_decide {
            conditions.push(format!("EXISTS (SELECT 1 {waiting})"));
        }
        values.push(i64::from(listed.limit).into());
        let sql = format!(
            "SELECT c.id, c.version, c.name, c.instructions, c.agency_oid, c.state, c.opened_at, c.due_on, c.ends_at, \
             c.closed_at, c.remark, c.application_id, g.name AS agency_name, p.name AS opened_by, a.code, \
             COALESCE(a.name_zh, '') AS name_zh, COALESCE(a.name_en, '') AS name_en, \
             (SELECT COUNT(*) {waiting}) AS waiting \
             FROM campaigns c LEFT JOIN agencies g ON g.oid = c.agency_oid \
             LEFT JOIN applications a ON a.id = c.application_id LEFT JOIN persons p ON p.id = c.opened_by \
             WHERE {} ORDER BY c.id DESC LIMIT ${}",
            conditions.join(" AND "),
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
        let seats = Seats::of(&self.db, reader, self.clock.now()).await?;
        let (visible, more) = visible_to(&seats, 2);
        let sql = format!("SELECT 1 AS seen FROM campaigns c WHERE c.id = $1 AND {visible}");
        let values = [id.into()].into_iter().chain(more).collect();
        if select(&self.db, sql, values).await?.is_empty() {
            return Err(ErrorCode::NotFound.into());
        }
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

/// The condition of the campaigns (`c`) that are about, or hold, something that the posts look after, with its values from
/// `$first` on.
fn visible_to(seats: &Seats, first: usize) -> (String, Vec<Value>) {
    let (scope, mut values) = seats.overseen("c.agency_oid", "c.application_id", first);
    let (held, more) = seats.overseen("i.agency_oid", "i.application_id", first + values.len());
    values.extend(more);
    let condition =
        format!("({scope} OR EXISTS (SELECT 1 FROM campaign_items i WHERE i.campaign_id = c.id AND {held}))");
    (condition, values)
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
