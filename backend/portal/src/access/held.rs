//! Grants as they are shown, and how one is taken back.

use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use shared::{
    access::{GrantAction, GrantState, GrantView, Revocation},
    person::AgencyView,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    leaving,
    overseen::{self, Walk, Wanted},
    seat::Seats,
    shown::{brief, named, select},
};

/// A grant and what its revocation and its renewal are decided by.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) view: GrantView,
    pub(super) application_id: Uuid,
    pub(super) max_days: u32,
}

const SHOWN: &str = "SELECT h.id, h.person_id, h.agency_oid, h.starts_at, h.ends_at, h.revoked_at, \
     h.request_id, h.renewed_by, h.revoke_reason, g.name AS agency_name, p.name AS person_name, \
     p.agency_oid AS person_oid, pg.name AS person_agency, v.name AS revoked_by_name, \
     a.id AS application_id, a.code AS application_code, a.name_zh AS application_name_zh, \
     a.name_en AS application_name_en, r.code, r.name_zh, r.name_en, r.max_days, r.closed_at, e.name AS activation_name";
const NAMED: &str = "JOIN application_roles r ON r.id = h.role_id \
     JOIN applications a ON a.id = r.application_id JOIN persons p ON p.id = h.person_id \
     LEFT JOIN agencies g ON g.oid = h.agency_oid LEFT JOIN agencies pg ON pg.oid = p.agency_oid \
     LEFT JOIN persons v ON v.id = h.revoked_by LEFT JOIN activations e ON e.id = h.activation_id";

/// A person's grants, the newest first, older than `after` where one is given.
pub(super) async fn of_person<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    seats: &Seats,
    now: Timestamp,
    (after, limit): (Option<Uuid>, u32),
) -> Result<Vec<GrantView>, DbErr> {
    // The limit stands in the statement, so that PostgreSQL plans for a page and not for a part of the table.
    let walk = Walk {
        ids: format!(
            "SELECT h.id FROM grants h WHERE h.person_id = $2 AND h.id < $1 ORDER BY h.id DESC LIMIT {limit}"
        ),
        values: vec![after.unwrap_or(Uuid::max()).into(), person.into()],
        order: "h.id DESC",
    };
    shown(db, walk, seats, now).await
}

/// A person's grants that count now or will, the newest first.
pub(super) async fn living_of_person<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    seats: &Seats,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<GrantView>, DbErr> {
    let walk = Walk {
        ids: format!(
            "SELECT h.id FROM grants h WHERE h.person_id = $1 AND h.ends_at > $2 AND h.revoked_at IS NULL \
             ORDER BY h.id DESC LIMIT {limit}"
        ),
        values: vec![person.into(), now.as_millis().into()],
        order: "h.id DESC",
    };
    shown(db, walk, seats, now).await
}

/// The grants that the posts look after and that are wanted.
pub(super) async fn overseen<C: ConnectionTrait>(
    db: &C,
    wanted: &Wanted,
    seats: &Seats,
    now: Timestamp,
) -> Result<Vec<GrantView>, DbErr> {
    match overseen::page(db, seats, wanted, now).await? {
        Some(walk) => shown(db, walk, seats, now).await,
        None => Ok(Vec::new()),
    }
}

/// A page, which comes first: PostgreSQL would bring all names to all grants, and look for the page among them.
async fn shown<C: ConnectionTrait>(
    db: &C,
    walk: Walk,
    seats: &Seats,
    now: Timestamp,
) -> Result<Vec<GrantView>, DbErr> {
    let Walk { ids, values, order } = walk;
    let sql = format!("{SHOWN} FROM ({ids}) page JOIN grants h ON h.id = page.id {NAMED} ORDER BY {order}");
    let rows = select(db, sql, values).await?;
    rows.iter()
        .map(|row| known(row, seats, now).map(|known| known.view))
        .collect()
}

/// The grant of this id.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    seats: &Seats,
    now: Timestamp,
) -> Result<Option<Known>, DbErr> {
    let rows = select(
        db,
        format!("{SHOWN} FROM grants h {NAMED} WHERE h.id = $1"),
        vec![id.into()],
    )
    .await?;
    rows.first().map(|row| known(row, seats, now)).transpose()
}

/// A grant that was taken back.
#[derive(Clone, Debug)]
pub(super) struct TakenBack {
    pub(super) id: Uuid,
    pub(super) agency: String,
    pub(super) ends_at: Timestamp,
}

/// Takes a grant back, and with it all that goes on from it: its renewal, where one was approved, and that one's. Which were
/// taken back, in the order in which they count; none when the grant counts no more.
pub(super) async fn revoke<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    by: Uuid,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<TakenBack>, DbErr> {
    // What renews a row is read when the row is held, so that an approval at the same moment comes before or after.
    const SQL: &str = "UPDATE grants SET revoked_at = $2, revoked_by = $3, revoke_reason = $4, tell_at = NULL \
         WHERE id = $1 AND revoked_at IS NULL AND ends_at > $2 RETURNING agency_oid, ends_at, renewed_by";
    let (mut revoked, mut next) = (Vec::new(), Some(id));
    while let Some(id) = next {
        let values = vec![id.into(), now.as_millis().into(), by.into(), reason.into()];
        let rows = select(db, SQL.to_owned(), values).await?;
        let Some(row) = rows.first() else { break };
        revoked.push(TakenBack {
            id,
            agency: row.try_get("", "agency_oid")?,
            ends_at: Timestamp::from_millis(row.try_get("", "ends_at")?),
        });
        next = row.try_get("", "renewed_by")?;
    }
    let ids: Vec<_> = revoked.iter().map(|grant| grant.id).collect();
    leaving::tell_applications(db, &ids, now).await?;
    Ok(revoked)
}

fn known(row: &QueryResult, seats: &Seats, now: Timestamp) -> Result<Known, DbErr> {
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let (starts_at, ends_at) = (time("starts_at")?, time("ends_at")?);
    let revoked_at = row
        .try_get::<Option<i64>>("", "revoked_at")?
        .map(Timestamp::from_millis);
    let is_renewed = row.try_get::<Option<Uuid>>("", "renewed_by")?.is_some();
    let state = GrantState::at(now, starts_at, ends_at, revoked_at, is_renewed);
    let oid: String = row.try_get("", "agency_oid")?;
    let application_id = row.try_get("", "application_id")?;
    let person = brief(row)?;
    let activation: Option<String> = row.try_get("", "activation_name")?;
    let lives = matches!(state, GrantState::Scheduled | GrantState::Active);
    let mut may = Vec::new();
    let is_closed = row.try_get::<Option<i64>>("", "closed_at")?.is_some();
    // What is by an event ends with it.
    if lives && seats.is_mine(person.id) && !is_renewed && !is_closed && activation.is_none() {
        may.push(GrantAction::Renew);
    }
    if lives
        && !seats.is_mine(person.id)
        && seats.looks_after(application_id, oid.parse::<Oid>().ok().as_ref())
    {
        may.push(GrantAction::Revoke);
    }
    let revoked = match revoked_at {
        Some(at) => Some(Revocation {
            at,
            by: row.try_get("", "revoked_by_name")?,
            reason: row
                .try_get::<Option<String>>("", "revoke_reason")?
                .unwrap_or_default(),
        }),
        None => None,
    };
    let view = GrantView {
        id: row.try_get("", "id")?,
        state,
        person,
        may,
        application: named(row, "application_")?,
        role: named(row, "")?,
        agency: AgencyView {
            oid,
            name: row.try_get("", "agency_name")?,
        },
        starts_at,
        ends_at,
        request: row.try_get("", "request_id")?,
        activation,
        revoked,
    };
    Ok(Known {
        view,
        application_id,
        max_days: u32::try_from(row.try_get::<i32>("", "max_days")?).unwrap_or(1),
    })
}
