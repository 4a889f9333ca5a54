//! Rows of `agency_proposals`.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    affiliation::{OwnProposal, ProposalState, ProposalView},
    person::AgencyView,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{person, post::Reach};

/// An open proposal, for the one who decides.
pub(super) struct Open {
    pub(super) person: Uuid,
    pub(super) agency: Oid,
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn agency(row: &QueryResult) -> Result<AgencyView, DbErr> {
    Ok(AgencyView {
        oid: row.try_get("", "proposed_oid")?,
        name: row.try_get("", "proposed_name")?,
    })
}

/// Writes an open proposal; whether the person has no other.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    person: Uuid,
    agency: &Oid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    const SQL: &str = "INSERT INTO agency_proposals (id, person_id, agency_oid, state, proposed_at) \
         VALUES ($1, $2, $3, 'open', $4) ON CONFLICT DO NOTHING";
    let values = vec![
        id.into(),
        person.into(),
        agency.as_str().into(),
        now.as_millis().into(),
    ];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// A person's latest proposal.
pub(super) async fn latest<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Option<OwnProposal>, DbErr> {
    Ok(proposals_of(db, person, 1).await?.pop())
}

/// A person's proposals, the latest first.
pub(crate) async fn proposals_of<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    limit: u32,
) -> Result<Vec<OwnProposal>, DbErr> {
    const SQL: &str = "SELECT q.agency_oid AS proposed_oid, g.name AS proposed_name, q.state, q.proposed_at, q.reason \
         FROM agency_proposals q LEFT JOIN agencies g ON g.oid = q.agency_oid \
         WHERE q.person_id = $1 ORDER BY q.id DESC LIMIT $2";
    let values = vec![person.into(), i64::from(limit).into()];
    let rows = db.query_all_raw(statement(db, SQL, values)).await?;
    rows.iter()
        .map(|row| {
            let state: String = row.try_get("", "state")?;
            Ok(OwnProposal {
                agency: agency(row)?,
                state: ProposalState::from_name(&state).unwrap_or(ProposalState::Lapsed),
                proposed_at: Timestamp::from_millis(row.try_get("", "proposed_at")?),
                reason: row.try_get("", "reason")?,
            })
        })
        .collect()
}

/// The open proposals that this reaches, the longest waiting first, after this one.
pub(super) async fn open<C: ConnectionTrait>(
    db: &C,
    reach: &Reach,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<ProposalView>, DbErr> {
    let (condition, reached) = reach.condition("q.agency_oid", 3);
    let sql = format!(
        "SELECT q.id, q.agency_oid AS proposed_oid, g.name AS proposed_name, q.proposed_at, c.username, {} \
         FROM agency_proposals q JOIN persons p ON p.id = q.person_id {} \
         LEFT JOIN agencies g ON g.oid = q.agency_oid LEFT JOIN local_credentials c ON c.person_id = p.id \
         WHERE q.state = 'open' AND q.id > $1 AND {condition} ORDER BY q.id LIMIT $2",
        person::VIEW_COLUMNS,
        person::VIEW_JOIN
    );
    let mut values = vec![after.unwrap_or_default().into(), i64::from(limit).into()];
    values.extend(reached);
    let rows = db.query_all_raw(statement(db, &sql, values)).await?;
    rows.iter()
        .map(|row| {
            let person = person::view(row)?;
            Ok(ProposalView {
                id: row.try_get("", "id")?,
                person: person.id,
                name: person.name,
                username: row.try_get("", "username")?,
                account_kind: person.account_kind,
                agency: agency(row)?,
                proposed_at: Timestamp::from_millis(row.try_get("", "proposed_at")?),
            })
        })
        .collect()
}

/// The proposal of this id, and whether it is open.
pub(super) async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<(Open, bool)>, DbErr> {
    const SQL: &str = "SELECT person_id, agency_oid, state FROM agency_proposals WHERE id = $1";
    let Some(row) = db.query_one_raw(statement(db, SQL, vec![id.into()])).await? else {
        return Ok(None);
    };
    let agency: String = row.try_get("", "agency_oid")?;
    let agency = agency
        .parse()
        .map_err(|_| DbErr::Custom("a proposal holds no OID".to_owned()))?;
    let open = Open {
        person: row.try_get("", "person_id")?,
        agency,
    };
    let state: String = row.try_get("", "state")?;
    Ok(Some((open, state == ProposalState::Open.name())))
}

/// How a proposal ends.
pub(super) struct End<'a> {
    pub(super) state: ProposalState,
    pub(super) by: Uuid,
    pub(super) reason: Option<&'a str>,
    pub(super) at: Timestamp,
}

/// Ends the proposal of this id, if it is open. Whether it was.
pub(super) async fn end<C: ConnectionTrait>(db: &C, id: Uuid, end: &End<'_>) -> Result<bool, DbErr> {
    const SQL: &str = "UPDATE agency_proposals SET state = $2, decided_by = $3, reason = $4, decided_at = $5 \
         WHERE id = $1 AND state = 'open'";
    let values = vec![
        id.into(),
        end.state.name().into(),
        end.by.into(),
        end.reason.map(str::to_owned).into(),
        end.at.as_millis().into(),
    ];
    Ok(db.execute_raw(statement(db, SQL, values)).await?.rows_affected() > 0)
}

/// The id of a person's open proposal.
pub(super) async fn open_of<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<Option<(Uuid, Oid)>, DbErr> {
    const SQL: &str = "SELECT id, agency_oid FROM agency_proposals WHERE person_id = $1 AND state = 'open'";
    let Some(row) = db.query_one_raw(statement(db, SQL, vec![person.into()])).await? else {
        return Ok(None);
    };
    let oid: String = row.try_get("", "agency_oid")?;
    let id = row.try_get("", "id")?;
    Ok(oid.parse().ok().map(|oid| (id, oid)))
}
