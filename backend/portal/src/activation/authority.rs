//! What a person may do to lists and events, by the posts that they have in the transaction of the deed.

use sea_orm::{ConnectionTrait, DbErr};
use shared::{person::Role, text::Oid};
use uuid::Uuid;

use crate::post::{self, Post, Reach};

/// A person with their posts.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    pub(super) me: Uuid,
    pub(super) reach: Reach,
    posts: Vec<Post>,
}

impl Authority {
    /// Of this person now.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, me: Uuid) -> Result<Self, DbErr> {
        Ok(Self {
            me,
            reach: Reach::of(db, me).await?,
            posts: post::acting(db, me).await?,
        })
    }

    /// Whether the person is a system administrator.
    pub(super) fn is_administrator(&self) -> bool {
        self.reach == Reach::Everything
    }

    /// The applications that the person answers for.
    pub(super) fn owned(&self) -> Vec<Uuid> {
        let owners = self
            .posts
            .iter()
            .filter(|post| post.role == Role::ApplicationOwner);
        owners.filter_map(|post| post.application).collect()
    }

    /// Whether the person may open events at all: a manager of one agency alone opens none.
    pub(super) fn commands_something(&self) -> bool {
        match &self.reach {
            Reach::Everything => true,
            Reach::Agencies(agencies) => agencies.iter().any(|(_, with_below)| *with_below),
        }
    }

    /// Whether the person may open and close events for this agency, by a post for it and all below it.
    pub(super) fn commands(&self, agency: &Oid) -> bool {
        match &self.reach {
            Reach::Everything => true,
            Reach::Agencies(agencies) => agencies
                .iter()
                .any(|(own, with_below)| *with_below && own.covers(agency)),
        }
    }

    /// Whether an event of this agency (and all below it) concerns the agencies that the person looks after.
    pub(super) fn is_concerned(&self, agency: &Oid, with_below: bool) -> bool {
        match &self.reach {
            Reach::Everything => true,
            Reach::Agencies(agencies) => {
                self.reach.covers(Some(agency))
                    || (with_below && agencies.iter().any(|(own, _)| agency.covers(own)))
            }
        }
    }

    /// Whether the person is manager at this level for what is of that agency.
    pub(super) fn manages_at(&self, level: &Oid, agency: &Oid) -> bool {
        self.posts.iter().any(|post| {
            post.role == Role::AgencyManager
                && post.agency.as_ref() == Some(level)
                && (level == agency || (post.with_below && level.covers(agency)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTY: &str = "2.16.886.101.90010.20002";
    const FIRE: &str = "2.16.886.101.90010.20002.20040";
    const OTHER: &str = "2.16.886.101.20003";

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    fn manager(agency: &str, with_below: bool) -> Authority {
        Authority {
            me: Uuid::nil(),
            reach: Reach::Agencies(vec![(oid(agency), with_below)]),
            posts: vec![Post {
                role: Role::AgencyManager,
                agency: Some(oid(agency)),
                with_below,
                application: None,
            }],
        }
    }

    #[test]
    fn who_manages_one_agency_alone_opens_nothing() {
        assert!(manager(COUNTY, true).commands(&oid(FIRE)));
        assert!(!manager(COUNTY, true).commands(&oid(OTHER)));
        assert!(!manager(FIRE, true).commands(&oid(COUNTY)));
        assert!(!manager(COUNTY, false).commands(&oid(COUNTY)));
        assert!(!manager(COUNTY, false).commands_something());
    }

    #[test]
    fn an_event_of_all_below_concerns_those_below() {
        assert!(manager(FIRE, false).is_concerned(&oid(COUNTY), true));
        assert!(!manager(FIRE, false).is_concerned(&oid(COUNTY), false));
        assert!(manager(COUNTY, true).is_concerned(&oid(FIRE), false));
        assert!(!manager(OTHER, true).is_concerned(&oid(COUNTY), true));
    }

    #[test]
    fn one_manages_at_the_level_of_the_own_post() {
        let county = manager(COUNTY, true);
        assert!(county.manages_at(&oid(COUNTY), &oid(FIRE)) && !county.manages_at(&oid(FIRE), &oid(FIRE)));
        assert!(!manager(COUNTY, false).manages_at(&oid(COUNTY), &oid(FIRE)));
    }
}
