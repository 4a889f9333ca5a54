//! Whose consent a submitted list takes: a system administrator's, and where a role wants the second stage its
//! application's owner's.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};
use shared::{activation::SurgeConsentView, person::Role, time::Timestamp};
use uuid::Uuid;

use super::{
    authority::Authority,
    rows::{ROLE, application, run, select, time},
    store,
};
use crate::post;

/// What a consent is for: the application whose owner gives it, or none for an administrator's.
pub(super) type Scope = Option<Uuid>;

/// The consents that a list takes.
#[derive(Clone, Debug)]
pub(super) struct Consents {
    /// What each is for, who may give it, and how it is shown with who has given it.
    wanted: Vec<(Scope, Vec<Uuid>, SurgeConsentView)>,
    given: Vec<(Scope, Uuid)>,
    barred: Vec<Uuid>,
}

impl Consents {
    /// Of this list as it is now.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, list: Uuid) -> Result<Self, DbErr> {
        let given = given(db, list).await?;
        let view = |role, application, scope: Scope| {
            let known = given.iter().find(|(it, ..)| *it == scope);
            SurgeConsentView {
                role,
                application,
                by: known.and_then(|(_, _, name, _)| name.clone()),
                at: known.map(|(.., at)| *at),
            }
        };
        let administrators = post::system_administrators(db).await?;
        let mut wanted = vec![(None, administrators, view(Role::SystemAdministrator, None, None))];
        let sql = format!(
            "SELECT {ROLE} FROM surge_entries e JOIN application_roles r ON r.id = e.role_id \
             JOIN applications a ON a.id = r.application_id WHERE e.list_id = $1 AND r.second_stage ORDER BY a.id"
        );
        for row in select(db, sql, vec![list.into()]).await? {
            let id: Uuid = row.try_get("", "application_id")?;
            if wanted.iter().all(|(scope, ..)| *scope != Some(id)) {
                let owners = post::owners_of(db, id).await?;
                let view = view(Role::ApplicationOwner, Some(application(&row)?), Some(id));
                wanted.push((Some(id), owners, view));
            }
        }
        Ok(Self {
            wanted,
            given: given
                .iter()
                .map(|(scope, person, ..)| (*scope, *person))
                .collect(),
            barred: store::barred(db, list).await?,
        })
    }

    fn is_given(&self, scope: Scope) -> bool {
        self.given.iter().any(|(it, _)| *it == scope)
    }

    /// Whether this person may give this consent: one who has prepared the list gives none, and nobody two.
    fn may_be_given_by(&self, person: Uuid) -> bool {
        !self.barred.contains(&person) && self.given.iter().all(|(_, by)| *by != person)
    }

    /// The consents that are missing. An owner's is not, where no owner is there who may give it.
    fn missing(&self) -> impl Iterator<Item = Scope> {
        self.wanted.iter().filter_map(|(scope, people, _)| {
            let somebody = scope.is_none() || people.iter().any(|it| self.may_be_given_by(*it));
            (somebody && !self.is_given(*scope)).then_some(*scope)
        })
    }

    /// Who is asked for the consents that are missing.
    pub(super) fn asked(&self) -> BTreeSet<Uuid> {
        let missing: Vec<_> = self.missing().collect();
        let wanted = self.wanted.iter().filter(|(scope, ..)| missing.contains(scope));
        let people = wanted.flat_map(|(_, people, _)| people).copied();
        people.filter(|person| self.may_be_given_by(*person)).collect()
    }

    /// Whether all that it takes is there.
    pub(super) fn is_complete(&self) -> bool {
        self.missing().next().is_none()
    }

    /// Whether the person is kept from approving.
    pub(super) fn bars(&self, person: Uuid) -> bool {
        self.barred.contains(&person)
    }

    /// What this person consents to by approving now; nothing when it is not their turn.
    pub(super) fn by(&self, person: &Authority) -> Vec<Scope> {
        if !self.may_be_given_by(person.me) {
            return Vec::new();
        }
        let missing: Vec<_> = self.missing().collect();
        if person.is_administrator() && missing.contains(&None) {
            return vec![None];
        }
        let owned = person.owned();
        let mine = |scope: &Scope| scope.is_some_and(|application| owned.contains(&application));
        missing.into_iter().filter(mine).collect()
    }

    /// Whether nothing is missing any more though nobody has completed it: an owner has gone meanwhile. An
    /// administrator completes it then.
    pub(super) fn is_left_to(&self, person: &Authority) -> bool {
        self.is_complete() && person.is_administrator() && !self.bars(person.me)
    }

    /// Notes that these were given.
    pub(super) fn add(&mut self, scopes: &[Scope], person: Uuid) {
        self.given.extend(scopes.iter().map(|scope| (*scope, person)));
    }

    /// Those that are given, as they are shown.
    pub(super) fn given(self) -> Vec<SurgeConsentView> {
        let views = self.wanted.into_iter().map(|(.., view)| view);
        views.filter(|view| view.at.is_some()).collect()
    }

    /// As they are shown: those that are given, and those that are missing.
    pub(super) fn shown(self) -> Vec<SurgeConsentView> {
        let missing: Vec<_> = self.missing().collect();
        let wanted = self.wanted.into_iter();
        wanted
            .filter(|(scope, _, view)| view.at.is_some() || missing.contains(scope))
            .map(|(.., view)| view)
            .collect()
    }
}

/// What each consent is for, whose it is, what they are called, and when they gave it.
async fn given<C: ConnectionTrait>(
    db: &C,
    list: Uuid,
) -> Result<Vec<(Scope, Uuid, Option<String>, Timestamp)>, DbErr> {
    const SQL: &str = "SELECT c.scope, c.person_id, p.name, c.at FROM surge_consents c \
         JOIN persons p ON p.id = c.person_id WHERE c.list_id = $1 ORDER BY c.scope";
    let rows = select(db, SQL, vec![list.into()]).await?;
    rows.iter()
        .map(|row| {
            let scope: String = row.try_get("", "scope")?;
            let name = row.try_get("", "name")?;
            Ok((
                scope.parse().ok(),
                row.try_get("", "person_id")?,
                name,
                time(row, "at")?,
            ))
        })
        .collect()
}

/// Writes that the person consents.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    list: Uuid,
    scope: Scope,
    person: Uuid,
    now: Timestamp,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO surge_consents (list_id, scope, person_id, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING";
    let scope = scope
        .map(|application| application.to_string())
        .unwrap_or_default();
    let values = vec![list.into(), scope.into(), person.into(), now.as_millis().into()];
    run(db, SQL, values).await.map(drop)
}

/// Forgets all consents: the list is another one now.
pub(super) async fn clear<C: ConnectionTrait>(db: &C, list: Uuid) -> Result<(), DbErr> {
    run(
        db,
        "DELETE FROM surge_consents WHERE list_id = $1",
        vec![list.into()],
    )
    .await
    .map(drop)
}
