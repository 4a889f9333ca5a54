//! Who is told what of events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foundation::database::listed;
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    notification::Kind,
    text::{Bilingual, Language},
};
use uuid::Uuid;

use super::{
    event_store::Running,
    rows::{ROLE, application, role, select},
};
use crate::notification::{Facts, Notice};

/// The holders of these roles (person and role) are told that an event gives them, or that this is over: each person
/// once, with the event's name and all of their roles.
pub(super) async fn holders<C: ConnectionTrait>(
    db: &C,
    kind: Kind,
    event: &Running,
    held: impl Iterator<Item = (Uuid, Uuid)>,
) -> Result<Vec<Notice>, DbErr> {
    let mut of_person: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for (person, role) in held {
        of_person.entry(person).or_default().insert(role);
    }
    let names = names(db, of_person.values().flatten()).await?;
    let told = |(person, roles): (Uuid, BTreeSet<Uuid>)| {
        Notice::new(person, kind).with(Facts {
            name: Some(event.name.clone()),
            roles: roles.iter().filter_map(|id| names.get(id).cloned()).collect(),
            ..Facts::default()
        })
    };
    Ok(of_person.into_iter().map(told).collect())
}

/// What these roles are called, with their applications.
async fn names<C: ConnectionTrait>(
    db: &C,
    roles: impl Iterator<Item = &Uuid>,
) -> Result<HashMap<Uuid, Bilingual>, DbErr> {
    let ids: BTreeSet<&Uuid> = roles.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT {ROLE} FROM application_roles r JOIN applications a ON a.id = r.application_id WHERE {}",
        listed::among(db.get_database_backend(), "r.id", 1)
    );
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = select(db, sql, vec![listed::parameter(&ids)?]).await?;
    rows.iter()
        .map(|row| {
            let (application, role) = (application(row)?.name, role(row)?.name);
            let name = Bilingual {
                zh: format!("{}「{}」", application.zh, role.zh),
                en: format!(
                    "{} ({})",
                    application.get(Language::English),
                    role.get(Language::English)
                ),
            };
            Ok((row.try_get("", "role_id")?, name))
        })
        .collect()
}
