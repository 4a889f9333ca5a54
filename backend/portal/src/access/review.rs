//! What a decider has before the eyes.

use sea_orm::{ConnectionTrait, DbErr, Value};
use shared::{
    access::{GrantState, HeldByOthers, ReviewRole, ReviewView},
    application::RoleView,
    person::AccountKind,
    problem::ErrorCode,
};
use uuid::Uuid;

use super::{
    AccessService, conflicts, held, requests,
    seat::Seats,
    shown::{named, select},
};
use crate::{error::ApiResult, post::subtree};

/// So many of the applicant's grants are shown at most.
const GRANTS: u32 = 200;
/// So many roles of colleagues are shown at most.
const COLLEAGUES: usize = 20;

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
        let mut grants = held::living_of_person(&self.db, row.person_id, &seats, now, GRANTS).await?;
        grants.retain(|grant| matches!(grant.state, GrantState::Active | GrantState::Scheduled));
        let application = self.applications.find(&request.application.code).await?;
        let offered = application.map(|one| one.view.roles).unwrap_or_default();
        let mut colleagues = self.colleagues(&row).await?;
        let others = |role: &RoleView| {
            let of_it = |it: &&HeldByOthers| {
                it.application.code == request.application.code && it.role.code == role.code
            };
            colleagues.iter().find(of_it).map_or(0, |it| it.people)
        };
        let wanted = |role: &RoleView| request.roles.iter().any(|asked| asked.code == role.code);
        let roles = offered
            .into_iter()
            .filter(wanted)
            .map(|role| ReviewRole {
                others: others(&role),
                role,
            })
            .collect();
        colleagues.truncate(COLLEAGUES);
        let (username, account_kind) = self.account(row.person_id).await?;
        let conflicts = if request.state.is_open() {
            conflicts::of(&self.db, &row, now).await?
        } else {
            Vec::new()
        };
        Ok(ReviewView {
            request,
            username,
            account_kind,
            grants,
            roles,
            colleagues,
            conflicts,
        })
    }

    /// The name and the kind of a person's account.
    async fn account(&self, person: Uuid) -> Result<(Option<String>, AccountKind), DbErr> {
        const SQL: &str = "SELECT c.username, p.account_kind FROM persons p \
             LEFT JOIN local_credentials c ON c.person_id = p.id WHERE p.id = $1";
        let rows = select(&self.db, SQL.to_owned(), vec![person.into()]).await?;
        let row = rows
            .first()
            .ok_or_else(|| DbErr::RecordNotFound(person.to_string()))?;
        let kind: String = row.try_get("", "account_kind")?;
        let kind =
            AccountKind::from_name(&kind).ok_or_else(|| DbErr::Type(format!("a kind of account: {kind}")))?;
        Ok((row.try_get("", "username")?, kind))
    }

    /// The roles that others hold for the same agency now, those of most people first.
    async fn colleagues(&self, row: &requests::Row) -> Result<Vec<HeldByOthers>, DbErr> {
        let sql = format!(
            "SELECT r.code, r.name_zh, r.name_en, a.code AS a_code, a.name_zh AS a_name_zh, a.name_en AS a_name_en, \
             COUNT(DISTINCT h.person_id) AS people FROM grants h JOIN application_roles r ON r.id = h.role_id \
             JOIN applications a ON a.id = r.application_id WHERE h.agency_oid{} = $1 AND h.person_id <> $2 \
             AND h.starts_at <= $3 AND h.ends_at > $3 AND h.revoked_at IS NULL \
             GROUP BY r.id, r.code, r.name_zh, r.name_en, a.code, a.name_zh, a.name_en ORDER BY people DESC, a.code, r.code",
            subtree::by_bytes(self.db.get_database_backend())
        );
        let values: Vec<Value> = vec![
            row.agency_oid.clone().into(),
            row.person_id.into(),
            self.clock.now().as_millis().into(),
        ];
        let rows = select(&self.db, sql, values).await?;
        let held = rows.iter().map(|row| {
            let people: i64 = row.try_get("", "people")?;
            Ok(HeldByOthers {
                application: named(row, "a_")?,
                role: named(row, "")?,
                people: u32::try_from(people).unwrap_or(u32::MAX),
            })
        });
        held.collect()
    }
}
