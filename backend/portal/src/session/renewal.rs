//! A new proof of who somebody is, at the browser where they are signed in already: the row is another, with a secret, a time
//! and limits of its own; the `sid` stays, so that applications go on.

use oidc_provider::storage::database;
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{Ending, ended, store::statement};

/// Ends this person's living session of this id as replaced: its `sid`, for the session that takes its place. Of several that
/// take the place of one at the same time, each gets it; for a session that has ended otherwise there is none. The caller
/// holds the person.
pub(super) async fn replace<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    now: Timestamp,
) -> Result<Option<Uuid>, DbErr> {
    let sid = match ended::one(db, id, person, Ending::Replaced, now).await?.first() {
        Some(ended) => Some(ended.sid),
        None => of_replaced(db, id, person, now).await?,
    };
    if let Some(sid) = sid {
        database::renew(db, &sid.to_string(), now).await?;
    }
    Ok(sid)
}

/// The `sid` of a session that another has replaced already and that goes on in that one.
async fn of_replaced<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    now: Timestamp,
) -> Result<Option<Uuid>, DbErr> {
    const SQL: &str = "SELECT s.sid FROM sessions s WHERE s.id = $1 AND s.person_id = $2 AND s.ended_by = $3 \
         AND EXISTS (SELECT 1 FROM sessions o WHERE o.sid = s.sid AND o.ended_at IS NULL AND o.expires_at > $4)";
    let values = [
        id.into(),
        person.into(),
        Ending::Replaced.name().into(),
        now.as_millis().into(),
    ];
    let row = db.query_one_raw(statement(db, SQL, values)).await?;
    row.map(|row| row.try_get("", "sid")).transpose()
}
