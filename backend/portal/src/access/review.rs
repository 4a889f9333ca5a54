//! What a decider has before the eyes.

use std::collections::HashMap;

use sea_orm::{DbErr, Value};
use shared::{
    access::{GrantState, ReviewRole, ReviewView},
    application::RoleView,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{AccessService, conflicts, held, requests, seat::Seats, shown::select};
use crate::error::ApiResult;

/// So many of the applicant's grants are looked through for those that count.
const GRANTS: u32 = 200;

impl AccessService {
    /// Everything that a decision on this request is made by.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none of this id, or none that the person's posts look after.
    pub async fn review(&self, reader: Uuid, id: Uuid) -> ApiResult<ReviewView> {
        let now = self.clock.now();
        let row = requests::find(&self.db, id).await?.ok_or(ErrorCode::NotFound)?;
        let seats = Seats::of(&self.db, reader, now).await?;
        if !seats.looks_after(row.application_id, Some(&row.agency()?)) {
            return Err(ErrorCode::NotFound.into());
        }
        let request = self.shown(id, seats.clone()).await?;
        let mut grants = held::of_person(&self.db, row.person_id, &seats, now, (None, GRANTS)).await?;
        grants.retain(|grant| matches!(grant.state, GrantState::Active | GrantState::Scheduled));
        let application = self.applications.find(&request.application.code).await?;
        let offered = application.map(|one| one.view.roles).unwrap_or_default();
        let others = self.others(&row).await?;
        let wanted = |role: &RoleView| request.roles.iter().any(|asked| asked.code == role.code);
        let roles = offered
            .into_iter()
            .filter(wanted)
            .map(|role| ReviewRole {
                others: others.get(&role.code).copied().unwrap_or(0),
                role,
            })
            .collect();
        let conflicts = if request.state.is_open() {
            conflicts::of(&self.db, &row, now).await?
        } else {
            Vec::new()
        };
        Ok(ReviewView {
            request,
            grants,
            roles,
            conflicts,
        })
    }

    /// How many others hold each of the application's roles for the same agency now.
    async fn others(&self, row: &requests::Row) -> Result<HashMap<String, u32>, DbErr> {
        const SQL: &str = "SELECT r.code, COUNT(DISTINCT h.person_id) AS n FROM grants h \
             JOIN application_roles r ON r.id = h.role_id WHERE r.application_id = $1 AND h.agency_oid = $2 \
             AND h.person_id <> $3 AND h.starts_at <= $4 AND h.ends_at > $4 AND h.revoked_at IS NULL \
             GROUP BY r.code";
        let values: Vec<Value> = vec![
            row.application_id.into(),
            row.agency_oid.clone().into(),
            row.person_id.into(),
            self.clock.now().as_millis().into(),
        ];
        let mut others = HashMap::new();
        for row in select(&self.db, SQL.to_owned(), values).await? {
            let count: i64 = row.try_get("", "n")?;
            others.insert(row.try_get("", "code")?, u32::try_from(count).unwrap_or(u32::MAX));
        }
        Ok(others)
    }
}
