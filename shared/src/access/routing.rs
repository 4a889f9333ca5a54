//! Which level of the agency tree decides (docs/decisions/0016).

use uuid::Uuid;

use crate::text::Oid;

/// The post of one agency manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagerPost {
    /// Who has it.
    pub person: Uuid,
    /// The agency.
    pub agency: Oid,
    /// Whether it is for all agencies below that one too.
    pub with_below: bool,
}

impl ManagerPost {
    /// Whether it is for requests of this agency.
    pub fn covers(&self, agency: &Oid) -> bool {
        self.agency == *agency || (self.with_below && self.agency.covers(agency))
    }
}

/// An agency and all that can stand above it, the nearest first. By the OID alone: an agency that the register does
/// not hold has no manager, and so is passed over.
pub fn levels(agency: &Oid) -> Vec<Oid> {
    std::iter::successors(Some(agency.clone()), Oid::parent).collect()
}

/// The nearest agency, at or above `from`, of which somebody other than the one who asks is manager for requests of
/// `agency`. None when nobody is.
pub fn nearest_level(agency: &Oid, from: &Oid, applicant: Uuid, posts: &[ManagerPost]) -> Option<Oid> {
    levels(from).into_iter().find(|level| {
        posts
            .iter()
            .any(|post| post.agency == *level && post.person != applicant && post.covers(agency))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn oid(arcs: &[u32]) -> Oid {
        let arcs: Vec<_> = arcs.iter().map(ToString::to_string).collect();
        format!("2.16.886.101.1.{}", arcs.join(".")).parse().unwrap()
    }

    /// Any agency of a tree with three branches at each of four levels.
    fn agency() -> impl Strategy<Value = Oid> {
        prop::collection::vec(0_u32..3, 1..5).prop_map(|arcs| oid(&arcs))
    }

    /// Any managers, of agencies that are there or not, with and without those below.
    fn posts() -> impl Strategy<Value = Vec<ManagerPost>> {
        let post =
            (0_u128..4, agency(), any::<bool>()).prop_map(|(person, agency, with_below)| ManagerPost {
                person: Uuid::from_u128(person),
                agency,
                with_below,
            });
        prop::collection::vec(post, 0..8)
    }

    proptest! {
        #[test]
        fn the_nearest_level_is_at_or_above_and_no_nearer_one_could_decide(
            agency in agency(), posts in posts(), who in 0_u128..4
        ) {
            let applicant = Uuid::from_u128(who);
            let could = |level: &Oid| posts.iter().any(|post| {
                post.agency == *level && post.person != applicant && post.covers(&agency)
            });
            match nearest_level(&agency, &agency, applicant, &posts) {
                Some(level) => {
                    prop_assert!(level.covers(&agency));
                    prop_assert!(could(&level));
                    for nearer in levels(&agency).iter().take_while(|nearer| **nearer != level) {
                        prop_assert!(!could(nearer));
                    }
                }
                None => prop_assert!(!levels(&agency).iter().any(could)),
            }
        }

        #[test]
        fn escalation_climbs_until_nobody_is_left(agency in agency(), posts in posts(), who in 0_u128..4) {
            let applicant = Uuid::from_u128(who);
            let mut from = Some(agency.clone());
            let mut seen: Vec<Oid> = Vec::new();
            while let Some(level) = from.and_then(|from| nearest_level(&agency, &from, applicant, &posts)) {
                if let Some(last) = seen.last() {
                    prop_assert!(level.covers(last) && level != *last, "each is above the one before");
                }
                from = level.parent();
                seen.push(level);
            }
            prop_assert!(seen.len() <= 5);
        }
    }

    #[test]
    fn a_manager_of_one_agency_alone_does_not_decide_for_those_below() {
        let (city, fire) = (oid(&[1]), oid(&[1, 2]));
        let post = |person, agency: &Oid, with_below| ManagerPost {
            person: Uuid::from_u128(person),
            agency: agency.clone(),
            with_below,
        };
        let nobody = Uuid::nil();
        let alone = [post(1, &city, false)];
        assert_eq!(nearest_level(&fire, &fire, nobody, &alone), None);
        assert_eq!(nearest_level(&city, &city, nobody, &alone), Some(city.clone()));
        let both = [post(1, &city, true), post(2, &fire, false)];
        assert_eq!(nearest_level(&fire, &fire, nobody, &both), Some(fire.clone()));
        let own_case = Uuid::from_u128(2);
        assert_eq!(nearest_level(&fire, &fire, own_case, &both), Some(city));
    }
}
