//! The roles of applications.

use std::collections::HashMap;

use foundation::{clock::Clock, id};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use shared::{
    application::{AllowedAgency, Risk, RoleView},
    text::{Bilingual, Oid},
};
use uuid::Uuid;

use super::entity::{agency, role};

/// A role to register.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// Its code within the application.
    pub code: &'static str,
    /// What it is called.
    pub name: Bilingual,
    /// What one may do with it.
    pub description: Bilingual,
    /// What can go wrong with it.
    pub risk: Risk,
    /// The most days that it is granted for at once.
    pub max_days: u16,
    /// Whether the application's owner has to agree too.
    pub second_stage: bool,
}

/// The roles of these applications, each after its application's id and its own; in their order.
pub(super) async fn of<C: ConnectionTrait>(
    db: &C,
    applications: &[Uuid],
) -> Result<Vec<(Uuid, Uuid, RoleView)>, DbErr> {
    let rows = role::Entity::find()
        .filter(role::Column::ApplicationId.is_in(applications.iter().copied()))
        .order_by_asc(role::Column::Position)
        .order_by_asc(role::Column::Id)
        .all(db)
        .await?;
    shown(db, rows).await
}

/// These roles, each after its application's id and its own.
async fn shown<C: ConnectionTrait>(
    db: &C,
    rows: Vec<role::Model>,
) -> Result<Vec<(Uuid, Uuid, RoleView)>, DbErr> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut allowed = agencies(db, &ids).await?;
    let shown = |row: role::Model| {
        let agencies = allowed.remove(&row.id).unwrap_or_default();
        (row.application_id, row.id, view(row, agencies))
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// The roles of this application now, in their order.
pub(crate) async fn offered<C: ConnectionTrait>(db: &C, application: Uuid) -> Result<Vec<RoleView>, DbErr> {
    let roles = of(db, &[application]).await?;
    Ok(roles.into_iter().map(|(_, _, role)| role).collect())
}

/// The agencies that these roles are for, in the order of their OIDs; nothing for those that are for all.
pub(super) async fn agencies<C: ConnectionTrait>(
    db: &C,
    roles: &[Uuid],
) -> Result<HashMap<Uuid, Vec<AllowedAgency>>, DbErr> {
    let rows = agency::Entity::find()
        .filter(agency::Column::RoleId.is_in(roles.iter().copied()))
        .order_by_asc(agency::Column::AgencyOid)
        .all(db)
        .await?;
    let mut allowed: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let agency = AllowedAgency {
            oid: row.agency_oid,
            with_below: row.with_below,
        };
        allowed.entry(row.role_id).or_default().push(agency);
    }
    Ok(allowed)
}

/// Which of some roles are given for which agencies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offering(HashMap<Uuid, RoleView>);

impl Offering {
    /// Of these roles now.
    pub(crate) async fn of<C: ConnectionTrait>(
        db: &C,
        roles: impl IntoIterator<Item = Uuid>,
    ) -> Result<Self, DbErr> {
        let rows = role::Entity::find()
            .filter(role::Column::Id.is_in(roles))
            .all(db)
            .await?;
        let roles = shown(db, rows).await?.into_iter();
        Ok(Self(roles.map(|(_, id, role)| (id, role)).collect()))
    }

    /// Whether the role is given for this agency.
    pub(crate) fn has(&self, role: Uuid, agency: &Oid) -> bool {
        self.0
            .get(&role)
            .is_some_and(|role| role.refusal(agency).is_none())
    }
}

fn view(row: role::Model, agencies: Vec<AllowedAgency>) -> RoleView {
    RoleView {
        code: row.code,
        name: Bilingual {
            zh: row.name_zh,
            en: row.name_en,
        },
        description: Bilingual {
            zh: row.description_zh,
            en: row.description_en,
        },
        // What nobody has judged yet is treated with the most care.
        risk: Risk::from_name(&row.risk).unwrap_or(Risk::High),
        max_days: u32::try_from(row.max_days).unwrap_or(0),
        second_stage: row.second_stage,
        agencies,
        closed: row.closed_at.is_some(),
        grant: None,
        open_request: None,
        open_request_state: None,
    }
}

/// Registers a role of an application, at this place among its roles; the role's id.
pub(crate) async fn insert_role<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    application: Uuid,
    position: i32,
    new: NewRole,
) -> Result<Uuid, DbErr> {
    let id = id::new(clock);
    let row = role::ActiveModel {
        id: Set(id),
        application_id: Set(application),
        code: Set(new.code.to_owned()),
        name_zh: Set(new.name.zh),
        name_en: Set(new.name.en),
        description_zh: Set(new.description.zh),
        description_en: Set(new.description.en),
        risk: Set(new.risk.name().to_owned()),
        max_days: Set(new.max_days.into()),
        position: Set(position),
        second_stage: Set(new.second_stage),
        closed_at: Set(None),
        version: Set(1),
    };
    role::Entity::insert(row).exec_without_returning(db).await?;
    Ok(id)
}
