//! What an event gives, and what of it is not there yet or not due any more. Everything that happens to an event or to
//! a list comes down to this one rule (docs/decisions/0023).

use std::collections::{BTreeSet, HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use shared::{
    access::{NamedByCode, PersonBrief},
    activation::{ActivationPlan, ActivationPlanRole, Level, SkippedSurgeEntry, SurgeOutcome},
    person::AgencyView,
    text::Oid,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    apart::Apart,
    rows::{PERSON, ROLE, agency, application, person, role, select, unreadable},
    store::concern,
};
use crate::{
    access::surge::{self, Living, WholeKey},
    application::Offering,
    post::Reach,
};

/// So many entries that are passed over are shown.
const MOST_SHOWN: usize = 500;

/// An event, or one that is thought of.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// The event and since when it is open; none while it is thought of.
    pub(super) running: Option<(Uuid, Timestamp)>,
    pub(super) level: Level,
    /// The agencies, and whether all below them too.
    pub(super) agencies: Vec<(Oid, bool)>,
}

/// An entry that is due, with the names that are shown.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub(super) list: Uuid,
    list_name: String,
    pub(super) agency: Oid,
    agency_view: AgencyView,
    pub(super) person: PersonBrief,
    pub(super) holder: String,
    pub(super) role_id: Uuid,
    pub(super) application: NamedByCode,
    pub(super) role: NamedByCode,
    pub(super) max_days: u32,
    outcome: SurgeOutcome,
}

impl Due {
    fn key(&self) -> (Uuid, Uuid, &Oid) {
        (self.person.id, self.role_id, &self.agency)
    }

    fn whole_key(&self) -> WholeKey {
        (self.person.id, self.role_id, Some(self.agency.clone()))
    }
}

/// What becomes of each entry, and which grants of the event are not due any more.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    due: Vec<Due>,
    /// The places in `due` of what is to be given now.
    missing: Vec<usize>,
    /// The grants that are not due any more.
    pub(super) over: Vec<Living>,
}

impl Plan {
    /// Of this event now.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, scene: &Scene, now: Timestamp) -> Result<Self, DbErr> {
        let mut due = due(db, scene).await?;
        let people: BTreeSet<_> = due.iter().map(|one| one.person.id).collect();
        let people: Vec<_> = people.into_iter().collect();
        let offering = Offering::of(db, due.iter().map(|one| one.role_id)).await?;
        let (taken, living) = match scene.running {
            Some((id, since)) => (
                surge::taken_back_since(db, &people, since).await?,
                surge::living(db, id, now).await?,
            ),
            None => (HashSet::new(), Vec::new()),
        };
        // What the event has given is looked at anew for whom it is due, not for whether it could be given today.
        let there: HashSet<_> = living.iter().map(Living::key).collect();
        let mut held: HashMap<_, Vec<Oid>> = HashMap::new();
        let mut roles = Roles::default();
        let own = scene.running.map(|(id, _)| id);
        for grant in surge::held(db, &people, now).await? {
            if grant.activation.is_none() || grant.activation != own {
                roles.add(grant.person, grant.role);
            }
            if grant.activation.is_none() {
                let agencies = held.entry((grant.person, grant.role)).or_default();
                agencies.extend(grant.agency);
            }
        }
        for one in &mut due {
            let key = (one.person.id, one.role_id);
            if one.outcome != SurgeOutcome::Given {
                continue;
            }
            let covers = |agencies: &Vec<Oid>| agencies.iter().any(|own| own.covers(&one.agency));
            if taken.contains(&key) {
                one.outcome = SurgeOutcome::Revoked;
            } else if held.get(&key).is_some_and(covers) {
                one.outcome = SurgeOutcome::Held;
            } else if there.contains(&one.whole_key()) {
                roles.add(one.person.id, one.role_id);
            } else if !offering.has(one.role_id, &one.agency) {
                one.outcome = SurgeOutcome::NotOffered;
            }
        }
        keep_apart(&mut due, &there, roles, &Apart::all(db).await?);
        Ok(Self::compare(due, living))
    }

    /// Of what is due and what is there.
    fn compare(due: Vec<Due>, living: Vec<Living>) -> Self {
        let given = due
            .iter()
            .enumerate()
            .filter(|(_, one)| one.outcome == SurgeOutcome::Given);
        let wanted: HashMap<_, _> = given.rev().map(|(place, one)| (one.key(), place)).collect();
        let mut there = HashSet::new();
        let mut over = Vec::new();
        for grant in living {
            let key = grant
                .agency
                .as_ref()
                .map(|agency| (grant.person, grant.role, agency));
            match key.and_then(|key| wanted.get(&key)) {
                Some(place) => {
                    there.insert(*place);
                }
                None => over.push(grant),
            }
        }
        let mut missing: Vec<_> = wanted
            .into_values()
            .filter(|place| !there.contains(place))
            .collect();
        missing.sort_unstable();
        Self { due, missing, over }
    }

    /// What is to be given now.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Due> {
        self.missing.iter().map(|place| &self.due[*place])
    }

    /// As it is shown to one whose posts reach so far.
    pub(super) fn shown(&self, reach: &Reach) -> ActivationPlan {
        let reaches =
            |one: &&Due| reach.covers(Some(&one.agency)) || reach.covers(one.holder.parse().ok().as_ref());
        let mut people = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut roles: Vec<ActivationPlanRole> = Vec::new();
        let mut skipped = Vec::new();
        for one in self.due.iter().filter(reaches) {
            if one.outcome != SurgeOutcome::Given {
                skipped.push(one);
            } else if seen.insert(one.key()) {
                people.insert(one.person.id);
                let same = |known: &&mut ActivationPlanRole| {
                    known.role == one.role
                        && known.application == one.application
                        && known.agency == one.agency_view
                };
                match roles.iter_mut().find(same) {
                    Some(known) => known.people += 1,
                    None => roles.push(ActivationPlanRole {
                        application: one.application.clone(),
                        role: one.role.clone(),
                        agency: one.agency_view.clone(),
                        people: 1,
                    }),
                }
            }
        }
        ActivationPlan {
            people: number(people.len()),
            roles,
            skipped_count: number(skipped.len()),
            skipped: skipped.into_iter().take(MOST_SHOWN).map(skipped_view).collect(),
        }
    }
}

/// Which roles people have, or get.
#[derive(Clone, Debug, Default)]
struct Roles(HashMap<Uuid, HashSet<Uuid>>);

impl Roles {
    fn add(&mut self, person: Uuid, role: Uuid) {
        self.0.entry(person).or_default().insert(role);
    }
}

/// Of two entries that would give a person what nobody can be given both of, the first one counts; what is there stays.
fn keep_apart(due: &mut [Due], there: &HashSet<WholeKey>, mut roles: Roles, apart: &Apart) {
    for one in due {
        if one.outcome != SurgeOutcome::Given || there.contains(&one.whole_key()) {
            continue;
        }
        let has = roles.0.entry(one.person.id).or_default();
        if apart.forbids(one.role_id, has) {
            one.outcome = SurgeOutcome::Conflict;
        } else {
            has.insert(one.role_id);
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn skipped_view(one: &Due) -> SkippedSurgeEntry {
    SkippedSurgeEntry {
        person: one.person.clone(),
        application: one.application.clone(),
        role: one.role.clone(),
        list: one.list_name.clone(),
        outcome: one.outcome,
    }
}

/// The approved entries of the lists that count in this event.
async fn due<C: ConnectionTrait>(db: &C, scene: &Scene) -> Result<Vec<Due>, DbErr> {
    let (condition, agencies) = Reach::Agencies(scene.agencies.clone()).condition("l.agency_oid", 2);
    let sql = format!(
        "SELECT l.id AS list_id, l.name AS list_name, l.agency_oid, g.name AS agency_name, e.holder_oid, \
         p.disabled_at, r.max_days, {PERSON}, {ROLE} FROM surge_lists l \
         JOIN surge_entries e ON e.list_id = l.id AND e.approved JOIN persons p ON p.id = e.person_id \
         JOIN application_roles r ON r.id = e.role_id JOIN applications a ON a.id = r.application_id \
         LEFT JOIN agencies pg ON pg.oid = p.agency_oid LEFT JOIN agencies g ON g.oid = l.agency_oid \
         WHERE l.counts_from >= $1 AND l.state <> 'withdrawn' AND {condition} ORDER BY l.id, e.id"
    );
    let mut values = vec![scene.level.grade().into()];
    values.extend(agencies);
    let rows = select(db, sql, values).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Due, DbErr> {
    let agency_view = agency(row)?;
    Ok(Due {
        list: row.try_get("", "list_id")?,
        list_name: row.try_get("", "list_name")?,
        agency: agency_view.oid.parse().map_err(|_| unreadable("agency_oid"))?,
        agency_view,
        person: person(row)?,
        holder: row.try_get("", "holder_oid")?,
        role_id: row.try_get("", "role_id")?,
        application: application(row)?,
        role: role(row)?,
        max_days: u32::try_from(row.try_get::<i32>("", "max_days")?).unwrap_or(1),
        outcome: concern(row)?.unwrap_or(SurgeOutcome::Given),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::text::Bilingual;

    const COUNTY: &str = "2.16.886.101.90010.20002";

    fn named(code: &str) -> NamedByCode {
        let name = Bilingual {
            zh: code.to_owned(),
            en: code.to_owned(),
        };
        NamedByCode {
            code: code.to_owned(),
            name,
        }
    }

    fn due(person: u128, outcome: SurgeOutcome) -> Due {
        Due {
            list: Uuid::nil(),
            list_name: String::new(),
            agency: COUNTY.parse().unwrap(),
            agency_view: AgencyView {
                oid: COUNTY.to_owned(),
                name: None,
            },
            person: PersonBrief {
                id: Uuid::from_u128(person),
                name: String::new(),
                agency: None,
            },
            holder: COUNTY.to_owned(),
            role_id: Uuid::from_u128(9),
            application: named("emic"),
            role: named("centre"),
            max_days: 180,
            outcome,
        }
    }

    fn living(person: u128) -> Living {
        Living {
            id: Uuid::from_u128(person + 100),
            person: Uuid::from_u128(person),
            role: Uuid::from_u128(9),
            agency: COUNTY.parse().ok(),
            activation: Some(Uuid::from_u128(7)),
        }
    }

    fn in_role(person: u128, role: u128) -> Due {
        Due {
            role_id: Uuid::from_u128(role),
            ..due(person, SurgeOutcome::Given)
        }
    }

    fn kept_apart(mut due: Vec<Due>, there: &[Living], held: &[(u128, u128)]) -> Vec<SurgeOutcome> {
        let mut roles = Roles::default();
        for (person, role) in held {
            roles.add(Uuid::from_u128(*person), Uuid::from_u128(*role));
        }
        let apart = Apart::of(&[(Uuid::from_u128(9), Uuid::from_u128(10))]);
        let there = there.iter().map(Living::key).collect();
        keep_apart(&mut due, &there, roles, &apart);
        due.into_iter().map(|one| one.outcome).collect()
    }

    #[test]
    fn nobody_gets_two_roles_that_are_kept_apart() {
        use SurgeOutcome::{Conflict, Given};
        let both = || vec![in_role(1, 9), in_role(1, 10), in_role(2, 10)];
        assert_eq!(
            kept_apart(both(), &[], &[]),
            [Given, Conflict, Given],
            "the first one counts"
        );
        assert_eq!(kept_apart(both(), &[], &[(1, 10)]), [Conflict, Given, Given]);
        assert_eq!(kept_apart(both(), &[], &[(2, 9)]), [Given, Conflict, Conflict]);
        let has = [(1, 9), (1, 10)];
        assert_eq!(
            kept_apart(both(), &[living(1)], &has),
            [Given, Conflict, Given],
            "what is there stays, whatever rule came since"
        );
    }

    #[test]
    fn what_is_due_is_given_once_and_what_is_not_due_ends() {
        let wanted = vec![
            due(1, SurgeOutcome::Given),
            due(2, SurgeOutcome::Given),
            due(2, SurgeOutcome::Given),
            due(3, SurgeOutcome::Moved),
        ];
        let plan = Plan::compare(wanted, vec![living(1), living(3), living(4)]);
        assert_eq!(
            plan.missing,
            [1],
            "the second is there on two lists, and gets it once"
        );
        let over: Vec<_> = plan.over.iter().map(|grant| grant.person.as_u128()).collect();
        assert_eq!(over, [3, 4]);
        let view = plan.shown(&Reach::Everything);
        assert_eq!((view.people, view.roles[0].people, view.skipped_count), (2, 2, 1));
    }

    #[test]
    fn nobody_sees_whom_the_own_posts_do_not_reach() {
        let plan = Plan::compare(
            vec![due(1, SurgeOutcome::Given), due(3, SurgeOutcome::Disabled)],
            Vec::new(),
        );
        let view = plan.shown(&Reach::Agencies(Vec::new()));
        assert_eq!((view.people, view.roles.len(), view.skipped_count), (0, 0, 0));
    }
}
