//! Who is told that a campaign waits for them: when it opens, and once before its deadline.

use std::collections::{BTreeMap, BTreeSet};

use foundation::database;
use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{notification::Kind, text::Oid, time::Timestamp};
use uuid::Uuid;

use super::{
    CampaignService,
    items::STANDS,
    store::{self, Row, unreadable},
};
use crate::{
    access::{Desk, select},
    db::packed,
    error::ApiResult,
    notification::{self, Facts, Gathering, Notice},
    post,
};

/// So many agencies one statement names at most.
const AT_ONCE: usize = 500;

/// Permissions that nobody has answered, for one agency, at one desk.
struct Waiting {
    desk: Desk,
    agency: Oid,
    /// How many people hold them.
    holders: i64,
    /// The first and the last of those.
    ends: [Uuid; 2],
}

impl Waiting {
    /// Whether somebody else than these two holds one of them: nobody decides on the own permission, nor is decided for.
    fn is_of_another(&self, me: Uuid, seated: Uuid) -> bool {
        self.holders > 2 || self.ends.iter().any(|holder| ![me, seated].contains(holder))
    }
}

impl CampaignService {
    /// Reminds those for whom something still waits in a campaign that ends soon. Every node does so; each campaign is
    /// told of once, and once more when its deadline was moved.
    pub(super) async fn remind(&self, gathering: &mut Gathering) -> ApiResult<()> {
        let now = self.clock.now();
        for campaign in store::to_remind(&self.db, now).await? {
            gathering.begin();
            let transaction = database::begin_write(&self.db).await?;
            if store::mark_reminded(&transaction, campaign.id, now).await? {
                let told = deciders(&transaction, &campaign, Kind::CampaignReminder, now).await?;
                notification::tell_within(&transaction, self.clock.as_ref(), told, gathering).await?;
            }
            transaction.commit().await?;
            gathering.keep();
        }
        Ok(())
    }
}

/// Everybody is told of this campaign for whom something waits in it: whose posts decide on a permission that nobody has
/// answered, and who stands in for them now. How many statements it takes goes by the number of agencies, not of people.
pub(super) async fn deciders<C: ConnectionTrait>(
    db: &C,
    campaign: &Row,
    kind: Kind,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    let waiting = waiting(db, campaign.id, now).await?;
    let seated = seated(db, &waiting).await?;
    let stand_ins = stand_ins(db, now).await?;
    let mut people = BTreeSet::new();
    for (waiting, holder) in &seated {
        let standing_in = stand_ins.get(holder).into_iter().flatten();
        let those = std::iter::once(holder).chain(standing_in);
        people.extend(those.filter(|me| waiting.is_of_another(**me, *holder)).copied());
    }
    let told = |person| {
        Notice::new(person, kind)
            .with(Facts {
                on: Some(campaign.due_on),
                ..Facts::default()
            })
            .of(campaign.id, &campaign.name)
    };
    Ok(people.into_iter().map(told).collect())
}

/// What nobody has answered in a campaign.
async fn waiting<C: ConnectionTrait>(db: &C, campaign: Uuid, now: Timestamp) -> Result<Vec<Waiting>, DbErr> {
    let holder = packed::id(db.get_database_backend(), "i.person_id");
    let sql = format!(
        "SELECT i.desk, i.agency_oid, COUNT(DISTINCT i.person_id) AS holders, MIN(CAST({holder} AS TEXT)) AS first_holder, \
         MAX(CAST({holder} AS TEXT)) AS last_holder FROM campaign_items i JOIN grants h ON h.id = i.grant_id \
         WHERE i.campaign_id = $2 AND i.state = 'open' AND {STANDS} = 'open' GROUP BY i.desk, i.agency_oid"
    );
    let values: Vec<Value> = vec![now.as_millis().into(), campaign.into()];
    let mut waiting = Vec::new();
    for row in select(db, sql, values).await? {
        let text = |column: &str| row.try_get::<String>("", column);
        let holder = |column: &str| text(column)?.parse().map_err(|_| unreadable(column));
        waiting.push(Waiting {
            desk: Desk::read(&text("desk")?).ok_or_else(|| unreadable("desk"))?,
            agency: text("agency_oid")?
                .parse()
                .map_err(|_| unreadable("agency_oid"))?,
            holders: row.try_get("", "holders")?,
            ends: [holder("first_holder")?, holder("last_holder")?],
        });
    }
    Ok(waiting)
}

/// Who sits at the desks at which something waits, with that.
async fn seated<'a, C: ConnectionTrait>(
    db: &C,
    waiting: &'a [Waiting],
) -> Result<Vec<(&'a Waiting, Uuid)>, DbErr> {
    let agency = |waiting: &Waiting| match &waiting.desk {
        Desk::Agency(agency) => Some(agency.to_string()),
        Desk::Owner(_) | Desk::Administrators => None,
    };
    let agencies: BTreeSet<_> = waiting.iter().filter_map(agency).collect();
    let agencies: Vec<Oid> = agencies.iter().filter_map(|oid| oid.parse().ok()).collect();
    let mut managers: BTreeMap<String, Vec<(Uuid, bool)>> = BTreeMap::new();
    for some in agencies.chunks(AT_ONCE) {
        for (person, agency, with_below) in post::managers_among(db, some).await? {
            managers
                .entry(agency.to_string())
                .or_default()
                .push((person, with_below));
        }
    }
    let administrators = post::system_administrators(db).await?;
    let mut seated = Vec::new();
    for one in waiting {
        match &one.desk {
            Desk::Agency(desk) => {
                let there = managers.get(desk.as_str()).into_iter().flatten();
                let reaching = there.filter(|(_, with_below)| *with_below || one.agency == *desk);
                seated.extend(reaching.map(|(person, _)| (one, *person)));
            }
            Desk::Administrators => seated.extend(administrators.iter().map(|person| (one, *person))),
            // No permission in a campaign waits there.
            Desk::Owner(_) => {}
        }
    }
    Ok(seated)
}

/// Who stands in now, by whom they stand in for.
async fn stand_ins<C: ConnectionTrait>(db: &C, now: Timestamp) -> Result<BTreeMap<Uuid, Vec<Uuid>>, DbErr> {
    const SQL: &str = "SELECT person_id, delegate_id FROM delegations \
         WHERE from_at <= $1 AND until_at > $1 AND ended_at IS NULL";
    let mut stand_ins: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in select(db, SQL.to_owned(), vec![now.as_millis().into()]).await? {
        let away = row.try_get("", "person_id")?;
        stand_ins
            .entry(away)
            .or_default()
            .push(row.try_get("", "delegate_id")?);
    }
    Ok(stand_ins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_what_is_their_own_or_of_whom_they_stand_in_for() {
        let [me, away, other] = [1, 2, 3].map(Uuid::from_u128);
        let held_by = |holders, ends| Waiting {
            desk: Desk::Administrators,
            agency: "2.16.886.101.1".parse().unwrap(),
            holders,
            ends,
        };
        assert!(!held_by(1, [me, me]).is_of_another(me, me));
        assert!(!held_by(2, [me, away]).is_of_another(me, away));
        assert!(held_by(2, [me, away]).is_of_another(away, away));
        assert!(held_by(2, [me, other]).is_of_another(me, away));
        assert!(
            held_by(3, [me, away]).is_of_another(me, away),
            "somebody is between them"
        );
    }
}
