//! Rows of `campaign_items`: the permissions in a campaign, with what has become of each.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use shared::{
    access::GrantState,
    campaign::{CampaignItem, CampaignVerdict, ItemState},
    person::AgencyView,
    text::Oid,
    time::Timestamp,
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::store::Row;
use crate::access::{Case, Desk, Seats, brief, named, select};

/// Where a permission (`i`, with its grant as `h`) stands at the moment `$1`: one that nobody has answered is gone when it
/// counts no more, and kept when its renewal was approved while the campaign ran (docs/decisions/0022).
pub(super) const STANDS: &str = "CASE WHEN i.state <> 'open' THEN i.state \
     WHEN h.revoked_at <= $1 OR h.ends_at <= $1 THEN 'gone' \
     WHEN h.renewed_by IS NOT NULL AND EXISTS (SELECT 1 FROM grants f WHERE f.id = h.renewed_by \
     AND f.revoked_at IS NULL AND NOT EXISTS (SELECT 1 FROM campaign_items x \
     WHERE x.campaign_id = i.campaign_id AND x.grant_id = f.id)) THEN 'kept' ELSE 'open' END";

const SHOWN: &str = "h.id, h.person_id, h.agency_oid, h.starts_at, h.ends_at, h.revoked_at, h.renewed_by, \
     g.name AS agency_name, p.name AS person_name, p.agency_oid AS person_oid, pg.name AS person_agency, \
     a.id AS application_id, a.code AS application_code, a.name_zh AS application_name_zh, \
     a.name_en AS application_name_en, r.code, r.name_zh, r.name_en, i.state AS stored, i.desk, i.decided_at, i.reason, \
     v.name AS decided_by_name FROM campaign_items i JOIN grants h ON h.id = i.grant_id \
     JOIN application_roles r ON r.id = h.role_id JOIN applications a ON a.id = r.application_id \
     JOIN persons p ON p.id = h.person_id LEFT JOIN agencies g ON g.oid = h.agency_oid \
     LEFT JOIN agencies pg ON pg.oid = p.agency_oid LEFT JOIN persons v ON v.id = i.decided_by";

/// Which permissions of a campaign.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those that wait for the reader's decision, or that the reader has decided on and may decide on again.
    pub mine: bool,
    /// Only those that stand there.
    pub state: Option<ItemState>,
    /// Only those for this agency.
    pub agency: Option<Oid>,
    /// Only those of people whose name begins so.
    pub query: Option<String>,
    /// After this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
}

/// A statement as it grows, with its values.
struct Sql {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Sql {
    fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    fn add(&mut self, of: impl FnOnce(usize) -> (String, Vec<Value>)) {
        let (condition, values) = of(self.values.len() + 1);
        self.values.extend(values);
        self.conditions.push(condition);
    }
}

/// The stored states among which those are that stand there now.
fn stored_as(state: ItemState) -> &'static str {
    match state {
        ItemState::Open => "i.state = 'open'",
        ItemState::Kept => "i.state IN ('kept', 'open')",
        ItemState::Gone => "i.state IN ('gone', 'open')",
        ItemState::Revoked => "i.state = 'revoked'",
        ItemState::Lapsed => "i.state = 'lapsed'",
    }
}

/// The permissions of a campaign that the reader's posts look after, in the order of their ids.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    campaign: &Row,
    seats: &Seats,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Vec<CampaignItem>, DbErr> {
    let mut sql = Sql {
        conditions: Vec::new(),
        values: vec![campaign.as_of(now).as_millis().into()],
    };
    let id = sql.place(campaign.id);
    sql.and(format!("i.campaign_id = {id}"));
    let after = sql.place(wanted.after.unwrap_or_default());
    sql.and(format!("i.grant_id > {after}"));
    if wanted.mine {
        sql.add(|first| seats.of_campaigns(first));
    } else {
        sql.add(|first| seats.overseen("i.agency_oid", "i.application_id", first));
    }
    if let Some(state) = wanted.state {
        let name = sql.place(state.name());
        sql.and(format!("{} AND {STANDS} = {name}", stored_as(state)));
    }
    if let Some(agency) = &wanted.agency {
        let oid = sql.place(agency.as_str());
        sql.and(format!("i.agency_oid = {oid}"));
    }
    if let Some(query) = &wanted.query {
        let name: String = query.trim().nfc().collect();
        let length = i64::try_from(name.chars().count()).unwrap_or(i64::MAX);
        let (name, length) = (sql.place(name), sql.place(length));
        sql.and(format!("SUBSTR(p.name, 1, CAST({length} AS INTEGER)) = {name}"));
    }
    let limit = sql.place(i64::from(wanted.limit));
    let text = format!(
        "SELECT {STANDS} AS stands, {SHOWN} WHERE {} ORDER BY i.grant_id LIMIT {limit}",
        sql.conditions.join(" AND ")
    );
    let rows = select(db, text, sql.values).await?;
    rows.iter().map(|row| view(row, campaign, seats, now)).collect()
}

/// One permission of a campaign.
pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    campaign: &Row,
    grant: Uuid,
    seats: &Seats,
    now: Timestamp,
) -> Result<Option<CampaignItem>, DbErr> {
    let sql = format!("SELECT {STANDS} AS stands, {SHOWN} WHERE i.campaign_id = $2 AND i.grant_id = $3");
    let values = vec![
        campaign.as_of(now).as_millis().into(),
        campaign.id.into(),
        grant.into(),
    ];
    let rows = select(db, sql, values).await?;
    rows.first()
        .map(|row| view(row, campaign, seats, now))
        .transpose()
}

fn unreadable(column: &str) -> DbErr {
    DbErr::Type(format!("campaign_items: {column} cannot be read"))
}

pub(super) fn state(row: &QueryResult, column: &str) -> Result<ItemState, DbErr> {
    let name: String = row.try_get("", column)?;
    ItemState::from_name(&name).ok_or_else(|| unreadable(column))
}

fn view(row: &QueryResult, campaign: &Row, seats: &Seats, now: Timestamp) -> Result<CampaignItem, DbErr> {
    let time = |column: &str| row.try_get::<Option<i64>>("", column);
    let required = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let (starts_at, ends_at) = (required("starts_at")?, required("ends_at")?);
    let revoked_at = time("revoked_at")?.map(Timestamp::from_millis);
    let is_renewed = row.try_get::<Option<Uuid>>("", "renewed_by")?.is_some();
    let grant_state = GrantState::at(now, starts_at, ends_at, revoked_at, is_renewed);
    let person = brief(row)?;
    let oid: String = row.try_get("", "agency_oid")?;
    let (agency, desk) = (oid.parse().ok(), row.try_get::<String>("", "desk")?);
    let desk = Desk::read(&desk);
    let case = Case::of_grant(
        person.id,
        row.try_get("", "application_id")?,
        agency.as_ref(),
        desk.as_ref(),
    );
    let stored = state(row, "stored")?;
    let lives = matches!(grant_state, GrantState::Scheduled | GrantState::Active);
    let is_mine = lives && campaign.takes_decisions(now) && seats.decides(&case);
    let takes = |verdict: &CampaignVerdict| is_mine && stored.next(verdict.action()).is_ok();
    let may = [CampaignVerdict::Keep, CampaignVerdict::Revoke];
    Ok(CampaignItem {
        grant: row.try_get("", "id")?,
        state: state(row, "stands")?,
        may: may.into_iter().filter(takes).collect(),
        person,
        application: named(row, "application_")?,
        role: named(row, "")?,
        agency: AgencyView {
            oid,
            name: row.try_get("", "agency_name")?,
        },
        starts_at,
        ends_at,
        grant_state,
        decided_at: time("decided_at")?.map(Timestamp::from_millis),
        decided_by: row.try_get("", "decided_by_name")?,
        reason: row.try_get("", "reason")?,
    })
}
