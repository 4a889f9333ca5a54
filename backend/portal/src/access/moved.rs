//! Who belongs to another agency now may hold roles for the one before: they stay until they end, and who is there looks whether
//! they are needed still.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};
use shared::{notification::Kind, text::Oid, time::Timestamp};
use uuid::Uuid;

use super::shown::select;
use crate::{
    notification::{Facts, Notice},
    post,
};

/// The nearest managers of the agencies, neither this one nor below it, for which a person holds roles that do not end with
/// an event are told that the person belongs to this one now: each manager once.
pub(crate) async fn held_elsewhere<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    agency: Option<&Oid>,
    now: Timestamp,
) -> Result<Vec<Notice>, DbErr> {
    const HELD: &str = "SELECT DISTINCT h.agency_oid, p.name FROM grants h JOIN persons p ON p.id = h.person_id \
         WHERE h.person_id = $1 AND h.ends_at > $2 AND h.revoked_at IS NULL AND h.activation_id IS NULL";
    let mut told = BTreeMap::new();
    for row in select(db, HELD.to_owned(), vec![person.into(), now.as_millis().into()]).await? {
        let oid: String = row.try_get("", "agency_oid")?;
        let name: String = row.try_get("", "name")?;
        let Ok(held_for) = oid.parse::<Oid>() else {
            continue;
        };
        if agency.is_some_and(|agency| agency.covers(&held_for)) {
            continue;
        }
        for manager in post::nearest(db, &held_for, person).await? {
            told.entry(manager).or_insert_with(|| name.clone());
        }
    }
    let notice = |(manager, name)| {
        Notice::new(manager, Kind::HolderMoved).with(Facts {
            name: Some(name),
            ..Facts::default()
        })
    };
    Ok(told.into_iter().map(notice).collect())
}
