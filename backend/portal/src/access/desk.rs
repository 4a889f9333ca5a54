//! Where a request waits, and finding out where that is.

use std::fmt;

use sea_orm::{ConnectionTrait, DbErr};
use shared::{
    access::{ManagerPost, Stage, levels, nearest_level},
    text::Oid,
};
use uuid::Uuid;

use crate::post;

const ADMINISTRATORS: &str = "administrators";
const OWNER: &str = "owner:";

/// Who is to decide on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    /// The managers of this agency.
    Agency(Oid),
    /// The owners of this application.
    Owner(Uuid),
    /// The system administrators, where nobody else is there.
    Administrators,
}

impl fmt::Display for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agency(oid) => oid.fmt(f),
            Self::Owner(application) => write!(f, "{OWNER}{application}"),
            Self::Administrators => f.write_str(ADMINISTRATORS),
        }
    }
}

impl Desk {
    /// The inverse of `to_string`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text == ADMINISTRATORS {
            return Some(Self::Administrators);
        }
        match text.strip_prefix(OWNER) {
            Some(application) => application.parse().ok().map(Self::Owner),
            None => text.parse().ok().map(Self::Agency),
        }
    }
}

/// What the search for a desk begins with.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) applicant: Uuid,
    pub(super) application: Uuid,
    pub(super) agency: Oid,
    /// The agency from which upwards a manager is looked for; none when all levels have had their time.
    pub(super) from: Option<Oid>,
    pub(super) stage: Stage,
    /// The manager who has agreed: the second consent is somebody else's.
    pub(super) endorsed_by: Option<Uuid>,
}

/// Where the case waits now: with the nearest manager (or the application's owner) who is not the one who asks,
/// and with the system administrators when there is none.
pub(super) async fn find<C: ConnectionTrait>(db: &C, case: &Case) -> Result<Desk, DbErr> {
    match (case.stage, &case.from) {
        (Stage::Manager, Some(from)) => {
            let posts: Vec<_> = post::managers_among(db, &levels(from))
                .await?
                .into_iter()
                .map(|(person, agency, with_below)| ManagerPost {
                    person,
                    agency,
                    with_below,
                })
                .collect();
            let level = nearest_level(&case.agency, from, case.applicant, &posts);
            Ok(level.map_or(Desk::Administrators, Desk::Agency))
        }
        (Stage::Manager, None) => Ok(Desk::Administrators),
        (Stage::Owner, _) => {
            let owners = post::owners_of(db, case.application).await?;
            let barred = [Some(case.applicant), case.endorsed_by];
            let other = owners.iter().any(|owner| !barred.contains(&Some(*owner)));
            Ok(if other {
                Desk::Owner(case.application)
            } else {
                Desk::Administrators
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_reads_back() {
        for desk in [
            Desk::Agency("2.16.886.101.1".parse().unwrap()),
            Desk::Owner(Uuid::from_u128(7)),
            Desk::Administrators,
        ] {
            assert_eq!(Desk::read(&desk.to_string()), Some(desk));
        }
        for text in ["", "owner:", "owner:x", "nobody"] {
            assert_eq!(Desk::read(text), None, "{text}");
        }
    }
}
