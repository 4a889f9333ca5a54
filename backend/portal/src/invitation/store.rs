//! Rows of `invitations`.

use foundation::random::{self, TokenHash};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    account::{InvitationState, InvitationView, Link},
    person::AgencyView,
    text::{Oid, Username},
    time::Timestamp,
};
use uuid::Uuid;

use crate::post::Reach;

/// An invitation.
#[derive(Clone, Debug)]
pub(super) struct Invitation {
    pub(super) id: Uuid,
    pub(super) username: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) agency: String,
    pub(super) agency_name: Option<String>,
    pub(super) invited_by: Option<Uuid>,
    pub(super) inviter: Option<String>,
    pub(super) made_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) accepted_at: Option<Timestamp>,
    pub(super) cancelled_at: Option<Timestamp>,
}

const SELECT: &str = "SELECT i.id, i.username, i.name, i.email, i.agency_oid, a.name AS agency_name, i.invited_by, \
     p.name AS inviter, i.made_at, i.expires_at, i.accepted_at, i.cancelled_at FROM invitations i \
     LEFT JOIN agencies a ON a.oid = i.agency_oid LEFT JOIN persons p ON p.id = i.invited_by";

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn read(row: &QueryResult) -> Result<Invitation, DbErr> {
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let maybe = |column: &str| -> Result<_, DbErr> {
        Ok(row
            .try_get::<Option<i64>>("", column)?
            .map(Timestamp::from_millis))
    };
    Ok(Invitation {
        id: row.try_get("", "id")?,
        username: row.try_get("", "username")?,
        name: row.try_get("", "name")?,
        email: row.try_get("", "email")?,
        agency: row.try_get("", "agency_oid")?,
        agency_name: row.try_get("", "agency_name")?,
        invited_by: row.try_get("", "invited_by")?,
        inviter: row.try_get("", "inviter")?,
        made_at: time("made_at")?,
        expires_at: time("expires_at")?,
        accepted_at: maybe("accepted_at")?,
        cancelled_at: maybe("cancelled_at")?,
    })
}

impl Invitation {
    pub(super) fn state(&self, now: Timestamp) -> InvitationState {
        InvitationState::of(self.accepted_at, self.cancelled_at, self.expires_at, now)
    }

    pub(super) fn oid(&self) -> Option<Oid> {
        self.agency.parse().ok()
    }

    pub(super) fn agency_view(&self) -> AgencyView {
        AgencyView {
            oid: self.agency.clone(),
            name: self.agency_name.clone(),
        }
    }

    pub(super) fn view(self, now: Timestamp) -> InvitationView {
        InvitationView {
            id: self.id,
            state: self.state(now),
            agency: self.agency_view(),
            username: self.username,
            name: self.name,
            email: self.email,
            invited_by: self.inviter,
            made_at: self.made_at,
            expires_at: self.expires_at,
        }
    }
}

/// The invitation of this id, whoever made it.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Invitation>, DbErr> {
    let sql = format!("{SELECT} WHERE i.id = $1");
    let row = db.query_one_raw(statement(db, &sql, [id.into()])).await?;
    row.as_ref().map(read).transpose()
}

/// The invitation of this link, if it waits.
pub(super) async fn by_token<C: ConnectionTrait>(
    db: &C,
    token: &str,
    now: Timestamp,
) -> Result<Option<Invitation>, DbErr> {
    if !Link::is_possible(token) {
        return Ok(None);
    }
    let sql = format!("{SELECT} WHERE i.token_hash = $1");
    let hash = random::hash(token).to_vec();
    let row = db.query_one_raw(statement(db, &sql, [hash.into()])).await?;
    let found = row.as_ref().map(read).transpose()?;
    Ok(found.filter(|invitation| invitation.state(now) == InvitationState::Waiting))
}

/// The invitations to the agencies that are reached, the newest first, older than `after`.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    reach: &Reach,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Invitation>, DbErr> {
    let (condition, further) = reach.condition("i.agency_oid", 3);
    let sql = format!("{SELECT} WHERE i.id < $1 AND {condition} ORDER BY i.id DESC LIMIT $2");
    let mut values: Vec<Value> = vec![after.unwrap_or(Uuid::max()).into(), i64::from(limit).into()];
    values.extend(further);
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter().map(read).collect()
}

/// Whether an invitation for this name waits.
pub(super) async fn is_open_for<C: ConnectionTrait>(
    db: &C,
    key: &str,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "SELECT id FROM invitations WHERE open_for = $1 AND expires_at > $2";
    let values = [key.into(), now.as_millis().into()];
    Ok(db.query_one_raw(statement(db, SQL, values)).await?.is_some())
}

/// Lets a name go that an invitation held whose time is over.
async fn free<C: ConnectionTrait>(db: &C, key: &str, now: Timestamp) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE invitations SET open_for = NULL WHERE open_for = $1 AND expires_at <= $2";
    let values = [key.into(), now.as_millis().into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Writes an invitation. Whether its name and its id were free.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    invitation: &Invitation,
    username: &Username,
    token: &TokenHash,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO invitations (id, username, username_key, name, email, agency_oid, invited_by, \
         made_at, token_hash, expires_at, open_for) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $3) \
         ON CONFLICT DO NOTHING";
    free(db, &username.key(), invitation.made_at).await?;
    let values = [
        invitation.id.into(),
        username.as_str().into(),
        username.key().into(),
        invitation.name.clone().into(),
        invitation.email.clone().into(),
        invitation.agency.clone().into(),
        invitation.invited_by.into(),
        invitation.made_at.as_millis().into(),
        token.to_vec().into(),
        invitation.expires_at.as_millis().into(),
    ];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Gives an invitation that was neither accepted nor cancelled a new link. Whether it was such a one.
pub(super) async fn renew<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    key: &str,
    token: &TokenHash,
    expires_at: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE invitations SET token_hash = $3, expires_at = $4, open_for = $2 \
         WHERE id = $1 AND accepted_at IS NULL AND cancelled_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM invitations o WHERE o.open_for = $2 AND o.id <> $1)";
    let values = [
        id.into(),
        key.into(),
        token.to_vec().into(),
        expires_at.as_millis().into(),
    ];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Takes an invitation back that was neither accepted nor cancelled. Whether it was such a one.
pub(super) async fn cancel<C: ConnectionTrait>(db: &C, id: Uuid, now: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE invitations SET cancelled_at = $2, token_hash = NULL, open_for = NULL \
         WHERE id = $1 AND accepted_at IS NULL AND cancelled_at IS NULL";
    let values = [id.into(), now.as_millis().into()];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Uses an invitation's link up. Of many who try at once, one does; whether it was this one.
pub(super) async fn accept<C: ConnectionTrait>(db: &C, token: &str, now: Timestamp) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE invitations SET accepted_at = $2, token_hash = NULL, open_for = NULL \
         WHERE token_hash = $1 AND expires_at > $2 AND accepted_at IS NULL AND cancelled_at IS NULL";
    let values = [random::hash(token).to_vec().into(), now.as_millis().into()];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// Notes who came of an invitation.
pub(super) async fn became<C: ConnectionTrait>(db: &C, id: Uuid, person: Uuid) -> Result<(), DbErr> {
    const SQL: &str = "UPDATE invitations SET person_id = $2 WHERE id = $1";
    let values = [id.into(), person.into()];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}
