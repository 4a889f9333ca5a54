//! Rows of grants, and how a person stands to the roles there are.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryResult, Statement};
use shared::{
    access::{GrantState, GrantView, RequestState},
    application::{ApplicationView, HeldGrant},
    person::AgencyView,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    entity::{grant, request, request_role},
    requests::named,
};
use crate::application::Application;

/// How a person stands to the roles of all applications now.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The grant of each role that lasts longest.
    grants: HashMap<Uuid, HeldGrant>,
    /// The open request for each role.
    requests: HashMap<Uuid, (Uuid, RequestState)>,
}

impl Standing {
    /// The application as this person sees it.
    pub fn mark(&self, application: Application) -> ApplicationView {
        let mut view = application.view;
        for (role, id) in view.roles.iter_mut().zip(&application.role_ids) {
            role.grant = self.grants.get(id).copied();
            (role.open_request, role.open_request_state) = self.requests.get(id).copied().unzip();
        }
        view
    }
}

/// How the person stands to all roles at this moment.
pub(super) async fn standing<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    now: Timestamp,
) -> Result<Standing, DbErr> {
    let mut standing = Standing::default();
    let grants = grant::Entity::find()
        .filter(grant::Column::PersonId.eq(person))
        .filter(grant::Column::EndsAt.gt(now.as_millis()))
        .filter(grant::Column::RevokedAt.is_null())
        .all(db)
        .await?;
    for row in grants {
        let grant = HeldGrant {
            starts_at: Timestamp::from_millis(row.starts_at),
            ends_at: Timestamp::from_millis(row.ends_at),
        };
        let longest = standing.grants.entry(row.role_id).or_insert(grant);
        if longest.ends_at < grant.ends_at {
            *longest = grant;
        }
    }
    let asked = request_role::Entity::find()
        .filter(request_role::Column::OpenFor.eq(person))
        .all(db)
        .await?;
    if !asked.is_empty() {
        let ids = asked.iter().map(|row| row.request_id);
        let requests = request::Entity::find()
            .filter(request::Column::Id.is_in(ids))
            .all(db)
            .await?;
        let states: HashMap<_, _> = requests.into_iter().map(|row| (row.id, row.state)).collect();
        for row in asked {
            let state = states
                .get(&row.request_id)
                .and_then(|name| RequestState::from_name(name))
                .unwrap_or(RequestState::Submitted);
            standing.requests.insert(row.role_id, (row.request_id, state));
        }
    }
    Ok(standing)
}

/// A person's grants, the newest first, older than `after` where one is given.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    person: Uuid,
    now: Timestamp,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<GrantView>, DbErr> {
    const SQL: &str = "SELECT h.id, h.agency_oid, h.starts_at, h.ends_at, h.revoked_at, g.name AS agency_name, \
         a.code AS application_code, a.name_zh AS application_name_zh, a.name_en AS application_name_en, \
         r.code, r.name_zh, r.name_en FROM grants h JOIN application_roles r ON r.id = h.role_id \
         JOIN applications a ON a.id = r.application_id LEFT JOIN agencies g ON g.oid = h.agency_oid \
         WHERE h.person_id = $1 AND h.id < $2 ORDER BY h.id DESC LIMIT $3";
    let values = [
        person.into(),
        after.unwrap_or(Uuid::max()).into(),
        i64::from(limit).into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), SQL, values);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| view(row, now)).collect()
}

fn view(row: &QueryResult, now: Timestamp) -> Result<GrantView, DbErr> {
    let time = |column: &str| row.try_get::<i64>("", column).map(Timestamp::from_millis);
    let (starts_at, ends_at) = (time("starts_at")?, time("ends_at")?);
    let revoked_at = row
        .try_get::<Option<i64>>("", "revoked_at")?
        .map(Timestamp::from_millis);
    Ok(GrantView {
        id: row.try_get("", "id")?,
        state: GrantState::at(now, starts_at, ends_at, revoked_at),
        application: named(row, "application_")?,
        role: named(row, "")?,
        agency: AgencyView {
            oid: row.try_get("", "agency_oid")?,
            name: row.try_get("", "agency_name")?,
        },
        starts_at,
        ends_at,
    })
}
