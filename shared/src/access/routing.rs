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
        format!("2.16.886.101.{}", arcs.join(".")).parse().unwrap()
    }

    /// The last arc of each agency: of many, one is what another begins with.
    const ARCS: [u32; 12] = [1, 10, 100, 11, 110, 1000, 101, 111, 12, 2, 20, 21];

    /// Agencies by their places in a list, in which each follows the one above it, and who manages which.
    #[derive(Clone, Debug)]
    struct World {
        /// The place of the one above; none of the highest ones.
        above: Vec<Option<usize>>,
        /// Who manages which agency, and whether all below it too.
        managers: Vec<(u128, usize, bool)>,
        /// For which agency somebody asks.
        agency: usize,
        /// Who that is: also one of those who manage.
        applicant: u128,
    }

    impl World {
        /// Any, with many agencies that nobody manages: a tree or several, deep or wide.
        fn any() -> impl Strategy<Value = Self> {
            let agencies =
                prop::collection::vec(prop::option::weighted(0.8, any::<prop::sample::Index>()), 1..=12);
            let manager = (0_u128..4, any::<prop::sample::Index>(), any::<bool>());
            let managers = prop::collection::vec(manager, 0..6);
            (agencies, managers, any::<prop::sample::Index>(), 0_u128..4).prop_map(
                |(agencies, managers, agency, applicant)| {
                    let above = |(place, above): (usize, &Option<prop::sample::Index>)| {
                        above.filter(|_| place > 0).map(|above| above.index(place))
                    };
                    let of = |(person, at, with_below): (u128, prop::sample::Index, bool)| {
                        (person, at.index(agencies.len()), with_below)
                    };
                    Self {
                        above: agencies.iter().enumerate().map(above).collect(),
                        managers: managers.into_iter().map(of).collect(),
                        agency: agency.index(agencies.len()),
                        applicant,
                    }
                },
            )
        }

        /// The agency of this place, by the arcs of all above it.
        fn oid(&self, place: usize) -> Oid {
            let mut arcs = vec![ARCS[place]];
            let mut above = self.above[place];
            while let Some(place) = above {
                arcs.insert(0, ARCS[place]);
                above = self.above[place];
            }
            oid(&arcs)
        }

        /// The place whose managers decide, from this one on: who asks the one above, and the one above that, until
        /// somebody is there, knows nothing of OIDs.
        fn asked(&self, from: Option<usize>) -> Option<usize> {
            let mut level = from;
            while let Some(place) = level {
                for (person, managed, with_below) in &self.managers {
                    let is_own = *managed == self.agency;
                    if *managed == place && *person != self.applicant && (is_own || *with_below) {
                        return Some(place);
                    }
                }
                level = self.above[place];
            }
            None
        }

        fn posts(&self) -> Vec<ManagerPost> {
            let post = |(person, place, with_below): &(u128, usize, bool)| ManagerPost {
                person: Uuid::from_u128(*person),
                agency: self.oid(*place),
                with_below: *with_below,
            };
            self.managers.iter().map(post).collect()
        }
    }

    proptest! {
        #[test]
        fn each_level_is_the_one_that_whoever_climbs_the_tree_comes_to(world in World::any()) {
            let (agency, posts) = (world.oid(world.agency), world.posts());
            let applicant = Uuid::from_u128(world.applicant);
            // The first one, then what comes after each that does not act, until the administrators are left.
            let (mut from, mut place) = (Some(agency.clone()), Some(world.agency));
            loop {
                let level = from.and_then(|from| nearest_level(&agency, &from, applicant, &posts));
                place = world.asked(place);
                prop_assert_eq!(&level, &place.map(|place| world.oid(place)));
                let (Some(level), Some(here)) = (level, place) else { break };
                from = level.parent();
                place = world.above[here];
            }
        }

        #[test]
        fn nobody_but_the_one_who_asks_is_nobody(mut world in World::any()) {
            world.managers.retain(|(person, ..)| *person == world.applicant);
            let agency = world.oid(world.agency);
            let applicant = Uuid::from_u128(world.applicant);
            prop_assert_eq!(nearest_level(&agency, &agency, applicant, &world.posts()), None);
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
