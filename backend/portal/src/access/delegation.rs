//! 代理: who decides in a person's place while they are away. Never in a case of either, and only while they could be named for it.

use foundation::{database, id};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use shared::{
    access::PersonBrief,
    audit::AuditAction,
    date::Date,
    delegation::{Candidate, DelegationView, NewDelegation},
    notification::Kind,
    people::{PersonListItem, PersonState},
    person::AgencyView,
    problem::{ErrorCode, Violation, ViolationCode},
    text::Username,
    time::Timestamp,
};
use uuid::Uuid;

use super::{AccessService, seat::Seats, service::Actor, shown::select};
use crate::{
    audit::{self, Event},
    error::{ApiError, ApiResult},
    notification::{self, Facts, Notice},
    people, person,
    post::Reach,
};

/// So many a person has at once, at most.
const MOST: i64 = 20;
/// So many are offered at once; who is not among them is found by typing on.
const OFFERED: u32 = 50;

/// Delegations (`d`), with who is away (`p`) and who stands in (`q`).
const DELEGATIONS: &str =
    "delegations d JOIN persons p ON p.id = d.person_id JOIN persons q ON q.id = d.delegate_id";

/// Whether one person (`q`) may stand in for another (`p`): both may sign in, and the one is of the agency of the other or
/// within the reach of their posts.
const MAY_STAND_IN: &str = "p.disabled_at IS NULL AND q.disabled_at IS NULL AND (q.agency_oid = p.agency_oid \
     OR EXISTS (SELECT 1 FROM posts r WHERE r.person_id = p.id AND (r.role = 'system_administrator' \
     OR (r.role = 'agency_manager' AND (q.agency_oid = r.scope \
     OR (r.with_below AND q.agency_oid LIKE r.scope || '.%'))))))";

/// The delegations that count at the moment `$1`, as they stand after `FROM`: their days have come and are not over, and the
/// one may still stand in for the other.
pub(super) fn counting() -> String {
    format!(
        "{DELEGATIONS} WHERE d.from_at <= $1 AND d.until_at > $1 AND d.ended_at IS NULL AND {MAY_STAND_IN}"
    )
}

fn shown() -> String {
    format!(
        "SELECT d.id, d.from_at, d.until_at, p.id AS p_id, p.name AS p_name, p.agency_oid AS p_oid, \
         pa.name AS p_agency, q.id AS q_id, q.name AS q_name, q.agency_oid AS q_oid, qa.name AS q_agency, \
         COALESCE({MAY_STAND_IN}, FALSE) AS counts FROM {DELEGATIONS} \
         LEFT JOIN agencies pa ON pa.oid = p.agency_oid LEFT JOIN agencies qa ON qa.oid = q.agency_oid"
    )
}

impl AccessService {
    /// The delegations of a person and to them that are not over, the earliest first.
    pub async fn delegations(&self, person: Uuid) -> Result<Vec<DelegationView>, DbErr> {
        let sql = format!(
            "{} WHERE (d.person_id = $1 OR d.delegate_id = $1) AND d.until_at > $2 AND d.ended_at IS NULL \
             ORDER BY d.from_at, d.id LIMIT 100",
            shown()
        );
        let values: Vec<Value> = vec![person.into(), self.clock.now().as_millis().into()];
        let rows = select(&self.db, sql, values).await?;
        rows.iter().map(view).collect()
    }

    /// Whom the person may name, by name: those whose name or account name begins so, where that is asked for; 50 at most.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for who has no post that decides.
    pub async fn candidates(&self, away: Uuid, query: Option<String>) -> ApiResult<Vec<Candidate>> {
        let seats = Seats::of(&self.db, away, self.clock.now()).await?;
        if !seats.has_own_post() {
            return Err(ErrorCode::Forbidden.into());
        }
        let own = person::agency_of(&self.db, away).await?.flatten();
        // The same people as MAY_STAND_IN says, by the indexes that people are searched by.
        let reach = Reach::of(&self.db, away).await?.and(own);
        let wanted = people::Wanted {
            query,
            state: Some(PersonState::Active),
            limit: OFFERED + 1,
            ..people::Wanted::default()
        };
        let found = people::list(&self.db, &reach, &wanted).await?;
        let others = found.into_iter().filter(|it| !seats.is_mine(it.id));
        let candidate = |it: PersonListItem| Candidate {
            id: it.id,
            name: it.name,
            username: it.username,
            agency: it.agency,
        };
        Ok(others.take(OFFERED as usize).map(candidate).collect())
    }

    /// Names who decides in the person's place for these days.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] for who has no post that decides; all violations at once; [`ErrorCode::Conflict`] when
    /// there are too many already.
    pub async fn delegate(&self, by: Actor<'_>, new: &NewDelegation) -> ApiResult<DelegationView> {
        const COUNT: &str = "SELECT COUNT(*) AS n FROM delegations \
             WHERE person_id = $1 AND until_at > $2 AND ended_at IS NULL";
        const INSERT: &str = "INSERT INTO delegations (id, person_id, delegate_id, from_at, until_at) \
             VALUES ($1, $2, $3, $4, $5)";
        let now = self.clock.now();
        let transaction = database::begin_write(&self.db).await?;
        // Of several at once, each sees how many there are.
        person::hold(&transaction, by.person).await?;
        if !Seats::of(&transaction, by.person, now).await?.has_own_post() {
            return Err(ErrorCode::Forbidden.into());
        }
        let days = new.days(Date::in_taiwan(now));
        let mut violations = days.as_ref().err().cloned().unwrap_or_default();
        let delegate = named(&transaction, by.person, new).await?;
        let fault = match delegate {
            Some(delegate) if delegate == by.person => Some(ViolationCode::Mismatched),
            None if !violations.iter().any(|it| it.field == new.names_by()) => Some(ViolationCode::Unknown),
            _ => None,
        };
        violations.extend(fault.map(|code| Violation::new(new.names_by(), code)));
        let (Ok((first, last)), Some(delegate), true) = (days, delegate, violations.is_empty()) else {
            return Err(ApiError::Invalid(violations));
        };
        let values: Vec<Value> = vec![by.person.into(), now.as_millis().into()];
        let rows = select(&transaction, COUNT.to_owned(), values).await?;
        let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get("", "n"))?;
        if count >= MOST {
            return Err(ErrorCode::Conflict.into());
        }
        let id = id::new(self.clock.as_ref());
        let values: Vec<Value> = vec![
            id.into(),
            by.person.into(),
            delegate.into(),
            first.begins_at().as_millis().into(),
            last.ends_at().as_millis().into(),
        ];
        let statement = Statement::from_sql_and_values(transaction.get_database_backend(), INSERT, values);
        transaction.execute_raw(statement).await?;
        let notice = Notice::new(delegate, Kind::StandIn).with(Facts {
            name: Some(name_of(&transaction, by.person).await?),
            on: Some(last),
            ..Facts::default()
        });
        notification::tell(&transaction, self.clock.as_ref(), vec![notice]).await?;
        let event = Event::new(AuditAction::DelegationBegun)
            .actor(by.person)
            .subject(delegate)
            .source(by.source)
            .detail("delegation", &id.to_string())
            .detail("from", &first.to_string())
            .detail("until", &last.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        transaction.commit().await?;
        let rows = select(&self.db, format!("{} WHERE d.id = $1", shown()), vec![id.into()]).await?;
        Ok(view(rows.first().ok_or(ErrorCode::NotFound)?)?)
    }

    /// Ends a delegation before its time: by who is away, or by who stands in.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is neither's, or over.
    pub async fn end_delegation(&self, by: Actor<'_>, id: Uuid) -> ApiResult<()> {
        const END: &str = "UPDATE delegations SET ended_at = $3 WHERE id = $1 \
             AND (person_id = $2 OR delegate_id = $2) AND until_at > $3 AND ended_at IS NULL";
        let transaction = database::begin_write(&self.db).await?;
        let values = [id.into(), by.person.into(), self.clock.now().as_millis().into()];
        let statement = Statement::from_sql_and_values(transaction.get_database_backend(), END, values);
        if transaction.execute_raw(statement).await?.rows_affected() == 0 {
            return Err(ErrorCode::NotFound.into());
        }
        let event = Event::new(AuditAction::DelegationEnded)
            .actor(by.person)
            .source(by.source)
            .detail("delegation", &id.to_string());
        audit::record(&transaction, self.clock.as_ref(), event).await?;
        Ok(transaction.commit().await?)
    }
}

/// The person who is to stand in, if they may. Who may not is as one who is not there.
async fn named<C: ConnectionTrait>(db: &C, away: Uuid, new: &NewDelegation) -> Result<Option<Uuid>, DbErr> {
    let key = Username::key_of(&new.username);
    let (condition, value): (_, Value) = match new.person {
        Some(id) => ("q.id = $2", id.into()),
        None if key.is_empty() || key.contains('\0') => return Ok(None),
        None => (
            "q.id = (SELECT c.person_id FROM local_credentials c WHERE c.username_key = $2)",
            key.into(),
        ),
    };
    let sql = format!(
        "SELECT q.id FROM persons q JOIN persons p ON p.id = $1 WHERE {condition} AND {MAY_STAND_IN}"
    );
    let rows = select(db, sql, vec![away.into(), value]).await?;
    rows.first().map(|row| row.try_get("", "id")).transpose()
}

async fn name_of<C: ConnectionTrait>(db: &C, person: Uuid) -> Result<String, DbErr> {
    let sql = "SELECT name FROM persons WHERE id = $1".to_owned();
    let rows = select(db, sql, vec![person.into()]).await?;
    rows.first()
        .map_or(Ok(String::new()), |row| row.try_get("", "name"))
}

fn view(row: &QueryResult) -> Result<DelegationView, DbErr> {
    let brief = |prefix: &str| -> Result<PersonBrief, DbErr> {
        let oid: Option<String> = row.try_get(prefix, "oid")?;
        let name = row.try_get(prefix, "agency")?;
        Ok(PersonBrief {
            id: row.try_get(prefix, "id")?,
            name: row.try_get(prefix, "name")?,
            agency: oid.map(|oid| AgencyView { oid, name }),
        })
    };
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let last = time("until_at")?.minus(std::time::Duration::from_millis(1));
    Ok(DelegationView {
        id: row.try_get("", "id")?,
        person: brief("p_")?,
        delegate: brief("q_")?,
        starts_on: Date::in_taiwan(time("from_at")?),
        ends_on: Date::in_taiwan(last),
        counts: row.try_get("", "counts")?,
    })
}
