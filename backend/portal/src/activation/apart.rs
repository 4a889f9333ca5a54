//! 職務衝突 on surge lists: roles that nobody should have both of (docs/decisions/0020).

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr};
use shared::{activation::SurgeConflict, application::RoleName, time::Timestamp};
use uuid::Uuid;

use super::rows::{ROLE, application, role, select};

/// Pairs of roles of which nobody can be given both.
#[derive(Clone, Debug, Default)]
pub(super) struct Apart(HashMap<Uuid, HashSet<Uuid>>);

impl Apart {
    /// All of them now.
    pub(super) async fn all<C: ConnectionTrait>(db: &C) -> Result<Self, DbErr> {
        const SQL: &str = "SELECT role_a, role_b FROM role_conflicts WHERE strict";
        let mut pairs = Vec::new();
        for row in select(db, SQL, Vec::new()).await? {
            pairs.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        }
        Ok(Self::of(&pairs))
    }

    pub(super) fn of(pairs: &[(Uuid, Uuid)]) -> Self {
        let mut apart: HashMap<_, HashSet<_>> = HashMap::new();
        for (a, b) in pairs {
            apart.entry(*a).or_default().insert(*b);
            apart.entry(*b).or_default().insert(*a);
        }
        Self(apart)
    }

    /// Whether one who has these roles cannot be given that one.
    pub(super) fn forbids(&self, role: Uuid, held: &HashSet<Uuid>) -> bool {
        self.0.get(&role).is_some_and(|others| !others.is_disjoint(held))
    }
}

/// The rules that entries of this list are against, by the entry: its person holds the other role now, or stands with it on
/// a list that is not withdrawn.
pub(super) async fn conflicts<C: ConnectionTrait>(
    db: &C,
    list: Uuid,
    now: Timestamp,
) -> Result<HashMap<Uuid, Vec<SurgeConflict>>, DbErr> {
    let sql = format!(
        "SELECT e.id AS entry_id, c.strict, c.reason, {ROLE} FROM surge_entries e \
         JOIN role_conflicts c ON c.role_a = e.role_id OR c.role_b = e.role_id \
         JOIN application_roles r ON r.id = CASE WHEN c.role_a = e.role_id THEN c.role_b ELSE c.role_a END \
         JOIN applications a ON a.id = r.application_id WHERE e.list_id = $1 \
         AND (EXISTS (SELECT 1 FROM grants h WHERE h.person_id = e.person_id AND h.role_id = r.id \
         AND h.revoked_at IS NULL AND h.starts_at <= $2 AND h.ends_at > $2) \
         OR EXISTS (SELECT 1 FROM surge_entries o JOIN surge_lists l ON l.id = o.list_id \
         WHERE o.person_id = e.person_id AND o.role_id = r.id AND l.state <> 'withdrawn')) ORDER BY e.id, c.id"
    );
    let mut conflicts: HashMap<_, Vec<_>> = HashMap::new();
    for row in select(db, sql, vec![list.into(), now.as_millis().into()]).await? {
        let conflict = SurgeConflict {
            other: RoleName {
                application: application(&row)?,
                role: role(&row)?,
            },
            reason: row.try_get("", "reason")?,
            strict: row.try_get("", "strict")?,
        };
        conflicts
            .entry(row.try_get("", "entry_id")?)
            .or_default()
            .push(conflict);
    }
    Ok(conflicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_forbids_whichever_of_the_two_comes_second() {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        let apart = Apart::of(&[(a, b)]);
        assert!(apart.forbids(a, &[b, c].into()) && apart.forbids(b, &[a].into()));
        assert!(!apart.forbids(a, &[a, c].into()) && !apart.forbids(c, &[a, b].into()));
    }
}
