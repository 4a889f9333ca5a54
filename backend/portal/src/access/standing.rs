//! How a person stands to the roles there are: what is held, and what is asked for.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use shared::{
    access::RequestState,
    application::{ApplicationView, Availability, HeldGrant},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    entity::{grant, request, request_role},
    shown::select,
};
use crate::application::Application;

/// How a person stands to the roles of all applications now.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The grant of each role that lasts longest.
    grants: HashMap<Uuid, HeldGrant>,
    /// The roles that the person has at this moment.
    running: HashSet<Uuid>,
    /// The open request for each role.
    requests: HashMap<Uuid, (Uuid, RequestState)>,
}

impl Standing {
    /// The application as this person sees it: without closed roles that are nothing to them.
    pub fn mark(&self, application: Application) -> ApplicationView {
        let mut view = application.view;
        let asks = !application.role_ids.is_empty();
        let has_one = || application.role_ids.iter().any(|id| self.running.contains(id));
        if view.availability == Availability::Available && asks && !has_one() {
            view.availability = Availability::PermissionNeeded;
        }
        for (role, id) in view.roles.iter_mut().zip(&application.role_ids) {
            role.grant = self.grants.get(id).cloned();
            (role.open_request, role.open_request_state) = self.requests.get(id).copied().unzip();
        }
        view.roles
            .retain(|role| !role.closed || role.grant.is_some() || role.open_request.is_some());
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
    let during = events_of(db, &grants).await?;
    for row in grants {
        let grant = HeldGrant {
            starts_at: Timestamp::from_millis(row.starts_at),
            ends_at: Timestamp::from_millis(row.ends_at),
            activation: row.activation_id.and_then(|id| during.get(&id).cloned()),
        };
        if grant.starts_at <= now {
            standing.running.insert(row.role_id);
        }
        let longest = standing
            .grants
            .entry(row.role_id)
            .or_insert_with(|| grant.clone());
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

/// The names of the events that these grants are by.
async fn events_of<C: ConnectionTrait>(
    db: &C,
    grants: &[grant::Model],
) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut ids: Vec<_> = grants.iter().filter_map(|row| row.activation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut names = HashMap::new();
    for id in ids {
        let sql = "SELECT name FROM activations WHERE id = $1".to_owned();
        if let Some(row) = select(db, sql, vec![id.into()]).await?.first() {
            names.insert(id, row.try_get("", "name")?);
        }
    }
    Ok(names)
}
