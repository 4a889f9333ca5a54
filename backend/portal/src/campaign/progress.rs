//! How far a campaign has come.

use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{
    campaign::{AgencyTally, ItemState, Progress},
    person::AgencyView,
    time::Timestamp,
};

use super::{
    items::STANDS,
    store::{Row, unreadable},
};
use crate::access::{Seats, select};

/// The figures of what the reader's posts look after, by agency, from one query.
pub(super) async fn of<C: ConnectionTrait>(
    db: &C,
    campaign: &Row,
    seats: &Seats,
    now: Timestamp,
) -> Result<Progress, DbErr> {
    let (overseen, more) = seats.overseen("i.agency_oid", "i.application_id", 3);
    let sql = format!(
        "SELECT s.agency_oid, g.name, s.stands, s.n FROM (SELECT i.agency_oid, {STANDS} AS stands, COUNT(*) AS n \
         FROM campaign_items i JOIN grants h ON h.id = i.grant_id \
         WHERE i.campaign_id = $2 AND {overseen} GROUP BY 1, 2) s \
         LEFT JOIN agencies g ON g.oid = s.agency_oid ORDER BY s.agency_oid"
    );
    let mut values: Vec<Value> = vec![campaign.as_of(now).as_millis().into(), campaign.id.into()];
    values.extend(more);
    let mut progress = Progress::default();
    for row in select(db, sql, values).await? {
        let oid: String = row.try_get("", "agency_oid")?;
        let stands: String = row.try_get("", "stands")?;
        let state = ItemState::from_name(&stands).ok_or_else(|| unreadable("stands"))?;
        let count = u32::try_from(row.try_get::<i64>("", "n")?).unwrap_or(u32::MAX);
        progress.total.add(state, count);
        match progress.agencies.last_mut() {
            Some(last) if last.agency.oid == oid => last.tally.add(state, count),
            _ => {
                let mut tally = shared::campaign::Tally::default();
                tally.add(state, count);
                let name = row.try_get("", "name")?;
                let agency = AgencyView { oid, name };
                progress.agencies.push(AgencyTally { agency, tally });
            }
        }
    }
    Ok(progress)
}
