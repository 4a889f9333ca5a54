//! Who is told what of events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foundation::database::listed;
use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    activation::SurgeReviewState,
    notification::Kind,
    text::{Bilingual, Language},
};
use uuid::Uuid;

use super::{
    event_store::Running,
    reviewers::{Reviewed, Reviewers},
    rows::{ROLE, application, role, select},
    store::{self, List},
};
use crate::{
    notification::{Facts, Notice},
    post::{self, Reach},
};

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

/// Those who have changed a list since it was last approved and look after its agency still are told what has become of it.
pub(super) async fn preparers<C: ConnectionTrait>(
    db: &C,
    kind: Kind,
    list: &List,
) -> Result<Vec<Notice>, DbErr> {
    let mut notices = Vec::new();
    for person in store::preparers(db, list.id).await? {
        if Reach::of(db, person).await?.covers(Some(&list.agency)) {
            notices.push(Notice::new(person, kind).of(list.id, &list.name));
        }
    }
    Ok(notices)
}

/// Those who are to mark what an event has given and nobody has marked are told that it waits for them, or is overdue:
/// managers further up may mark it then too.
pub(super) async fn reviewers<C: ConnectionTrait>(
    db: &C,
    state: SurgeReviewState,
    event: &Running,
) -> Result<Vec<Notice>, DbErr> {
    const SQL: &str = "SELECT DISTINCT h.person_id, s.holder_oid FROM surge_reviews s \
         JOIN grants h ON h.id = s.grant_id WHERE s.activation_id = $1 AND s.verdict IS NULL";
    let mut reviewed = Vec::new();
    for row in select(db, SQL, vec![event.id.into()]).await? {
        reviewed.push(Reviewed {
            holder: row.try_get("", "person_id")?,
            agency: row.try_get::<String>("", "holder_oid")?.parse().ok(),
        });
    }
    let reviewers = Reviewers::of(db, &reviewed).await?;
    let administrators = post::system_administrators(db).await?;
    let mut people = BTreeSet::new();
    for one in &reviewed {
        let managers = reviewers.of_grant(one, state);
        if managers.is_empty() {
            people.extend(
                administrators
                    .iter()
                    .filter(|person| **person != one.holder)
                    .copied(),
            );
        }
        people.extend(managers);
    }
    let kind = match state {
        SurgeReviewState::Overdue => Kind::SurgeReviewOverdue,
        _ => Kind::SurgeReviewWaits,
    };
    let told = |person| Notice::new(person, kind).of(event.id, &event.name);
    Ok(people.into_iter().map(told).collect())
}
