//! Who reviews what an event granted: the nearest manager at or above the holder's agency who is not the holder, as for
//! requests (docs/decisions/0016); what is overdue, everybody further up too.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    access::{ManagerPost, levels, nearest_level},
    activation::SurgeReviewState,
    text::Oid,
};
use uuid::Uuid;

use super::authority::Authority;
use crate::post;

/// What decides who reviews a grant.
#[derive(Clone, Debug)]
pub(super) struct Reviewed {
    /// Who has it.
    pub(super) holder: Uuid,
    /// Where they belonged when it was given.
    pub(super) agency: Option<Oid>,
}

/// The managers at and above some agencies.
#[derive(Clone, Debug)]
pub(super) struct Reviewers(Vec<ManagerPost>);

impl Reviewers {
    /// For these grants.
    pub(super) async fn of<C: ConnectionTrait>(db: &C, grants: &[Reviewed]) -> Result<Self, DbErr> {
        let agencies = grants.iter().filter_map(|grant| grant.agency.as_ref());
        let all: BTreeSet<_> = agencies.flat_map(levels).map(|oid| oid.to_string()).collect();
        let all: Vec<Oid> = all.iter().filter_map(|oid| oid.parse().ok()).collect();
        let mut posts = Vec::new();
        for some in all.chunks(200) {
            for (person, agency, with_below) in post::managers_among(db, some).await? {
                posts.push(ManagerPost {
                    person,
                    agency,
                    with_below,
                });
            }
        }
        Ok(Self(posts))
    }

    /// The managers who are to mark this grant, whose review stands so; none where it is left to the system administrators.
    pub(super) fn of_grant(&self, grant: &Reviewed, state: SurgeReviewState) -> Vec<Uuid> {
        let Some(agency) = &grant.agency else {
            return Vec::new();
        };
        let Some(level) = nearest_level(agency, agency, grant.holder, &self.0) else {
            return Vec::new();
        };
        let turn = |post: &&ManagerPost| {
            (post.agency == level || state == SurgeReviewState::Overdue)
                && post.covers(agency)
                && post.person != grant.holder
        };
        self.0.iter().filter(turn).map(|post| post.person).collect()
    }

    /// Whether this person may mark this grant, whose review stands so.
    pub(super) fn may(&self, person: &Authority, grant: &Reviewed, state: SurgeReviewState) -> bool {
        if person.me == grant.holder {
            return false;
        }
        let their_turn = || {
            let agency = grant.agency.as_ref();
            let level = agency.and_then(|oid| nearest_level(oid, oid, grant.holder, &self.0));
            match (agency, level) {
                (Some(agency), Some(level)) => person.manages_at(&level, agency),
                _ => person.is_administrator(),
            }
        };
        match state {
            SurgeReviewState::NotYet | SurgeReviewState::Done => false,
            SurgeReviewState::Waiting => their_turn(),
            SurgeReviewState::Overdue => their_turn() || person.reach.covers(grant.agency.as_ref()),
        }
    }
}
