//! What a demonstration begins with: a list that is approved.

use foundation::{clock::Clock, id};
use sea_orm::ConnectionTrait;
use shared::{
    activation::{Level, NewSurgeList, SurgeListState},
    text::Oid,
};
use uuid::Uuid;

use super::store::{self, Entry};
use crate::{
    error::{ApiError, ApiResult},
    person,
};

/// A list that was approved.
pub(crate) struct Prepared<'a> {
    /// For which agency.
    pub(crate) agency: &'a Oid,
    /// What it is called.
    pub(crate) name: &'a str,
    /// From which level on it counts.
    pub(crate) level: Level,
    /// Who prepared it.
    pub(crate) by: Uuid,
    /// Who gets which role.
    pub(crate) entries: &'a [(Uuid, Uuid)],
}

/// Writes a list that counts.
pub(crate) async fn insert_approved<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    prepared: Prepared<'_>,
) -> ApiResult<()> {
    let new = NewSurgeList {
        id: id::new(clock),
        agency: prepared.agency.to_string(),
        name: prepared.name.to_owned(),
        level: prepared.level,
    };
    store::insert(db, &new, prepared.by, clock.now()).await?;
    for (person, role) in prepared.entries {
        let holder = person::agency_of(db, *person).await?.flatten();
        let entry = Entry {
            id: id::new(clock),
            list: new.id,
            person: *person,
            role: *role,
            holder: holder.as_ref(),
        };
        store::insert_entry(db, entry).await?;
    }
    let mut list = store::find(db, new.id)
        .await?
        .ok_or_else(|| ApiError::Internal("the demo's list is not there".to_owned()))?;
    (list.state, list.counts_from) = (SurgeListState::Approved, Some(prepared.level));
    store::approve(db, list.id).await?;
    Ok(store::save(db, &list, None, clock.now()).await?)
}
